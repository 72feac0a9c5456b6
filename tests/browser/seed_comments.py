"""A branch of thirty members in the middle of its round, for the browser: `python -m tests.browser.seed_comments`.

`shuji1` leads the branch and `fushuji1` is deputy; `dangyuan1` is one of the thirty. Everybody's password is screen.PASSWORD.
"""

import django

django.setup()

from accounts.models import User  # noqa: E402
from branches.states import Post  # noqa: E402
from reviews.actions import rounds  # noqa: E402
from schedule.models import Semester  # noqa: E402
from tests import build  # noqa: E402
from tests.browser.seed import PASSWORD, SPRING, person  # noqa: E402
from tests.pledges.build import date  # noqa: E402

MEMBERS = 30
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏"


def fill() -> None:
    """Found the unit, take up its people, open the round of the semester."""
    general = build.organization(
        "general_branch", build.organization("working_committee", name="市教育局党工委"), "教研室党总支"
    )
    branch = build.branch(general, "第一党支部")
    person(branch, "许志华", "zongzhi", Post.SECRETARY, at=general)
    person(branch, "周建平", "shuji1", Post.SECRETARY)
    person(branch, "顾海燕", "fushuji1", Post.DEPUTY_SECRETARY)
    person(branch, "沈晓琳", "dangyuan1", sex="female")
    # with the general branch's secretary, the deputy and dangyuan1 these make thirty in the secretary's pile
    for number in range(MEMBERS - 3):
        build.member(branch, f"{SURNAMES[number]}明{'一二三四五六七八九十'[number % 10]}")
    ganshi: User = build.user("ganshi", "秦岚", password=PASSWORD)
    build.appoint(ganshi, general, Post.OFFICE_STAFF)
    rounds.open_round(
        organization=general,
        semester=Semester.objects.get(key="2011-spring"),
        name="2011年春对照检查和领导点评",
        opens_on=date(2011, 5, 23),
        self_review_by=date(2011, 6, 17),
        closes_on=date(2011, 6, 28),
        rectify_by=date(2011, 9, 30),
        by=None,
        on=SPRING,
    )


if __name__ == "__main__":
    fill()
