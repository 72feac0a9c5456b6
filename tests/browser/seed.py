"""Fills an empty portal for the browser tests, through the product's own actions: `python -m tests.browser.seed`.

A general branch with two branches on 20 June 2011, the pledges of 2011 partly written. Everybody's password is screen.PASSWORD.
`dangyuan1` to `dangyuan5` of the first branch have not pledged yet; each belongs to one test, so that none disturbs another.
"""

from datetime import date
from typing import Any

import django

django.setup()

from accounts.models import User  # noqa: E402
from branches.models import Organization  # noqa: E402
from branches.states import Post, Sex  # noqa: E402
from chuangxian import clock  # noqa: E402
from pledges.actions import cycles  # noqa: E402
from pledges.actions.writing import ItemText  # noqa: E402
from pledges.models import PledgeCycle  # noqa: E402
from schedule.models import Campaign, Standard  # noqa: E402
from tests import build  # noqa: E402
from tests.pledges import build as pledging  # noqa: E402

PASSWORD = "Yanjiu-weiben-2011"
SPRING = date(2011, 2, 10)
CYCLE_DATES = {
    "starts_on": date(2011, 1, 1),
    "submit_by": date(2011, 6, 24),
    "review_by": date(2011, 6, 30),
    "publish_by": date(2011, 7, 5),
    "midyear_on": date(2011, 7, 10),
    "ends_on": date(2011, 12, 20),
    "appraise_by": date(2011, 12, 31),
}
# kind, standard, due, what is promised, as it is, as it should be, how
PUBLISHED = {
    "蒋雪梅": """
        post | lead_service | 2011-12-10 | 每月到两所农村初中听课评课，当面反馈 | 上学期每月一所 | 全年 20 所次，留听课记录 | 每月初排好日程
        practical | lead_achievement | 2011-06-27 | 整理初中语文作文讲评课案例，放到教研网共享 | 没有成册的案例 | 12 个案例 | 各校推荐，分组修改
    """,
    "陆国强": """
        common | lead_learning | 2011-11-30 | 每两周参加支部集中学习，轮流主讲一次 | 上学期缺席 2 次 | 不缺席，主讲 1 次 | 出差回来补学
        post | lead_achievement | 2011-06-15 | 完成高中物理实验教学调研报告 | 只有零散记录 | 报告 1 份，交教研室 | 走访 8 所高中，发问卷
    """,
    "史文杰": """
        post | lead_achievement | 2011-09-10 | 编写初中历史乡土课程讲义，供全市初中选用 | 只有三讲讲稿 | 讲义 8 讲，配图和练习 | 请档案馆审定史实
        post | lead_achievement | 2011-11-20 | 组织初中历史青年教师基本功比赛，赛后逐人点评 | 去年没有办 | 办 1 次，30 人参加 | 各辖市区先选拔
        practical | lead_service | 2011-10-31 | 为三所乡镇初中代请专家讲座，费用不由学校负担 | 去年 1 次 | 3 次，每校 1 次 | 与学校共同商定题目
        common | lead_learning | 2011-12-10 | 读完规定书目，每本写一篇读书札记并在支部交流 | 去年 2 篇 | 4 篇，交流 2 次 | 每季度一本
        common | lead_discipline | 2011-12-15 | 命题期间不参加任何校外辅导，自觉接受监督 | 有规定，没有承诺 | 零违反，年底公开说明 | 命题前签保密书
    """,
}


def fill() -> None:
    """Found the unit, take up its people, and let some of them pledge."""
    general = build.organization(
        "general_branch", build.organization("working_committee", name="市教育局党工委"), "教研室党总支"
    )
    one, two = build.branch(general, "第一党支部"), build.branch(general, "第二党支部")
    person(one, "许志华", "zongzhi", Post.SECRETARY, at=general)
    shuji1 = person(one, "周建平", "shuji1", Post.SECRETARY)
    shuji2 = person(two, "顾海燕", "shuji2", Post.SECRETARY, sex=Sex.FEMALE)
    for number, name in enumerate(("沈晓琳", "吴丽娟", "钱文博", "何静", "邵敏"), 1):
        person(one, name, f"dangyuan{number}", sex=Sex.FEMALE)
    build.member(one, "朱永康", member_type="retired")
    ganshi = build.user("ganshi", "秦岚", password=PASSWORD)
    build.appoint(ganshi, general, Post.OFFICE_STAFF)
    build.user("guanli", "系统管理员", password=PASSWORD, is_staff=True)
    with clock.standing_on(SPRING):
        campaign = Campaign.objects.get(key="changzhou-2010")
        cycle = cycles.open_cycle(
            organization=general, campaign=campaign, year=2011, name="2011年度承诺", by=None, on=SPRING, **CYCLE_DATES
        )
    for place, reader, name, username in [
        (two, shuji2, "蒋雪梅", "jiangxuemei"),
        (two, shuji2, "史文杰", "shiwenjie"),
        (one, shuji1, "陆国强", "luguoqiang"),
    ]:
        publish(cycle, person(place, name, username), place, reader, name)


def person(
    place: Organization, name: str, username: str, post: str = "", at: Organization | None = None, **fields: Any
) -> User:
    """A member with an account."""
    member = build.member(place, name, email=f"{username}@example.com", **fields)
    if post:
        build.appoint(member, at or place, post)
    user = build.account(member, username)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def publish(cycle: PledgeCycle, author: User, place: Organization, reader: User, name: str) -> None:
    """A pledge from draft to the wall."""
    items = [item(line) for line in PUBLISHED[name].strip().splitlines()]
    with clock.standing_on(pledging.PUBLISHED):
        pledging.published(cycle, author, reader, items=items)


def item(line: str) -> ItemText:
    """An item of PUBLISHED."""
    kind, standard, due_on, content, baseline, target, measure = (part.strip() for part in line.split("|"))
    return pledging.text(
        content,
        date.fromisoformat(due_on),
        kind=kind,
        standard=Standard.objects.get(key=standard),
        baseline=baseline,
        target=target,
        measure=measure,
    )


if __name__ == "__main__":
    fill()
