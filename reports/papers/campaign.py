"""The sheets of pledging, self-review and comment: what each may name, found and told with the reader's own eyes."""

from datetime import date
from typing import Any

from branches.scope import Standing
from chuangxian.blanks import Field, Rows, Shape
from pledges import rules as pledge_rules
from pledges.models import Pledge
from pledges.queries import reading
from pledges.states import PUBLIC
from reports.papers.base import BRANCH, Paper, Values, organization_of
from reviews.models import LeaderComment, SelfReview
from reviews.queries import comments as comment_queries
from reviews.queries import self_reviews as review_queries
from reviews.rules import comments as comment_rules
from reviews.rules import self_reviews as review_rules
from reviews.states import Decision


def _title(one: Any) -> str:
    return one.title if one is not None else ""


# ---- 承诺书 ----

ITEMS = Rows(
    "事项",
    "承诺的事项",
    [
        Field("类别", "岗位承诺、实事承诺等", "岗位承诺"),
        Field("内容", "承诺什么", "全年听评课不少于 40 节", wanted=True),
        Field("对应标准", "对应的“五个好”“五带头”", "带头争创佳绩"),
        Field("现状", "作出承诺时的情况", "去年 32 节"),
        Field("目标", "要达到的目标", "40 节"),
        Field("措施", "践诺措施", "每周到学校听课一次"),
        Field("完成时限", "完成的日期", date(2011, 12, 20)),
        Field("责任人", "由谁负责", "王建国"),
    ],
)
PLEDGE_FIELDS = [
    Field("年度", "承诺的年度", 2011),
    Field("党组织", "所在党组织；党组织的承诺书是党组织本身", BRANCH, wanted=True),
    Field("承诺主题", "写在承诺书上的一句话", "研究为本，服务至上"),
    Field("承诺期开始", "承诺期的第一天", date(2011, 1, 1)),
    Field("承诺期结束", "承诺期的最后一天", date(2011, 12, 20)),
    Field("签署日期", "签署承诺书的日期", date(2011, 2, 14)),
    Field("版次", "第几版", 1),
    Field("修订理由", "新的一版为什么修订", ""),
    Field("审诺意见", "支部或上级的意见", "同意。请按季度报告进展。"),
    Field("审诺日期", "审诺的日期", date(2011, 2, 20)),
    Field("审诺人", "审诺的人", "李书记"),
    Field("批复文号", "上级批复的文号", ""),
]
PERSONAL = [
    Field("承诺人", "作出承诺的党员", "王建国", wanted=True),
    Field("岗位", "承诺人的岗位", "数学教研员"),
]


def _pledge(is_personal: bool) -> Any:
    def find(standing: Standing, on: date, pk: int) -> Pledge | None:
        seen = Pledge.objects.visible_to(standing, on).filter(member__isnull=not is_personal)
        found: Pledge | None = reading.with_items(seen).filter(pk=pk).first()
        return found

    return find


def _pledge_values(pledge: Pledge, standing: Standing, on: date) -> Values:
    told = pledge_rules.may_read_opinions(pledge, standing, on) or pledge.state in PUBLIC
    decided = pledge.reviews.filter(decision__in=["approve", "record"]).select_related("reviewer")
    approval = decided.last() if told else None
    values: dict[str, Any] = {
        "年度": pledge.cycle.year,
        "党组织": pledge.organization.name,
        "承诺主题": pledge.slogan,
        "承诺期开始": pledge.cycle.starts_on,
        "承诺期结束": pledge.cycle.ends_on,
        "签署日期": pledge.signed_on,
        "版次": pledge.edition,
        "修订理由": pledge.revision_reason,
        "审诺意见": approval.opinion if approval else "",
        "审诺日期": approval.on if approval else None,
        "审诺人": str(approval.reviewer) if approval and approval.reviewer else "",
        "批复文号": pledge.external_document,
        "事项": [
            {
                "类别": item.get_kind_display(),
                "内容": item.content,
                "对应标准": _title(item.standard),
                "现状": item.baseline,
                "目标": item.target,
                "措施": item.measure,
                "完成时限": item.due_on,
                "责任人": item.who,
            }
            for item in pledge.items.all()
        ],
    }
    if pledge.member is not None:
        values |= {"承诺人": pledge.member.name, "岗位": pledge.member.unit_post}
    return values


# ---- 对照检查表 ----

REVIEW = Shape(
    [
        Field("学期", "哪一个学期的对照检查", "2010—2011学年第二学期"),
        Field("姓名", "对照检查的党员；党组织的是党组织名称", "王建国", wanted=True),
        Field("党组织", "所在党组织", BRANCH),
        Field("岗位", "党员的岗位", "数学教研员"),
        Field("提交日期", "提交的日期", date(2011, 5, 10)),
        Field("审阅意见", "书记或上级的意见", "查摆的差距实在，同意。"),
        Field("审阅日期", "认可的日期", date(2011, 5, 20)),
        Field("没有差距的确认", "确认没有差距的，写“经核对确实没有差距”", ""),
    ],
    [
        Rows(
            "标准",
            "逐条对照的内容",
            [
                Field("标准", "对照的标准", "带头学习提高", wanted=True),
                Field("对照结果", "有差距、没有差距等", "有差距"),
                Field("做法", "平时怎样做", "参加集体学习 8 次"),
                Field("差距", "还有什么差距", "学习不够系统", wanted=True),
                Field("原因", "差距的原因", "工作忙时放松了自己"),
                Field("措施", "整改措施、时限，一条一行", "1. 每月写一篇学习笔记（2011年6月30日前）"),
                Field("自查分", "自己打的分，用计分的才有", 9),
            ],
        )
    ],
)


def _review(standing: Standing, on: date, pk: int) -> SelfReview | None:
    seen = review_queries.with_lines(SelfReview.objects.visible_to(standing, on))
    found: SelfReview | None = seen.filter(pk=pk).first()
    return found


def _review_values(review: SelfReview, standing: Standing, on: date) -> Values:
    told = review_rules.may_read_opinions(review, standing, on)
    acceptance = review.opinions.filter(decision=Decision.ACCEPT).last() if told else None
    return {
        "学期": review.round.semester.label,
        "姓名": str(review.subject),
        "党组织": review.organization.name,
        "岗位": review.member.unit_post if review.member else "",
        "提交日期": review.submitted_on,
        "审阅意见": (acceptance.opinion or "同意。") if acceptance else "",
        "审阅日期": acceptance.on if acceptance else None,
        "没有差距的确认": "经核对确实没有差距" if review.confirmed_no_gap else "",
        "标准": [
            {
                "标准": line.standard.title,
                "对照结果": line.get_answer_display(),
                "做法": line.practice,
                "差距": line.gap,
                "原因": line.cause,
                "措施": _numbered(f"{one.text}（{_day(one.due_on)}前）" for one in line.measures.all()),
                "自查分": line.self_score,
            }
            for line in review.lines.all()
        ],
    }


def _numbered(lines: Any) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# ---- 领导点评登记表 ----

COMMENT = Shape(
    [
        Field("学期", "哪一个学期的点评", "2010—2011学年第二学期"),
        Field("点评对象", "被点评的党员、书记或党组织", "王建国", wanted=True),
        Field("党组织", "点评对象所在党组织", BRANCH),
        Field("点评人", "点评的领导", "李书记", wanted=True),
        Field("点评人职务", "点评人的职务", "第一党支部书记"),
        Field("点评日期", "点评的日期", date(2011, 6, 10)),
        Field("点评方式", "会议、个别、现场、随机、书面", "个别点评"),
        Field("等次", "给等次的轮次才有", ""),
        Field("主要成绩", "肯定的成绩", "按时完成听课任务，帮带两名青年教师。"),
        Field("存在问题", "全部问题，一条一行", "1. 学习不够系统（时限：2011年9月30日）"),
        Field("努力方向", "今后的方向", "加强理论学习，多到薄弱学校去。"),
        Field("签收意见", "本人签收时写的", "接受点评，认真整改。"),
        Field("签收日期", "签收的日期", date(2011, 6, 12)),
        Field("整改落实情况", "每个问题的整改情况，一条一行", "1. 已整改（2011年9月20日）"),
    ],
    [
        Rows(
            "问题",
            "点评指出的问题",
            [
                Field("内容", "什么问题", "学习不够系统"),
                Field("对应标准", "对应的“五个好”“五带头”", "带头学习提高"),
                Field("时限", "整改的时限", date(2011, 9, 30)),
                Field("整改状态", "整改到哪一步", "已整改"),
                Field("整改结果", "整改的结果", "已读完两本专著"),
                Field("验收日期", "验收的日期", date(2011, 9, 20)),
            ],
        )
    ],
)


def _comment(standing: Standing, on: date, pk: int) -> LeaderComment | None:
    seen = comment_queries.with_problems(LeaderComment.objects.visible_to(standing, on))
    found: LeaderComment | None = seen.filter(pk=pk).first()
    return found


def _comment_values(comment: LeaderComment, standing: Standing, on: date) -> Values:
    follows = bool(comment_rules.may_follow(comment, standing, on))
    lines = comment_queries.problem_lines([comment], on=on)[comment.pk]
    problems: list[dict[str, Any]] = []
    for line in lines:
        item = line.item if follows else None
        problems.append(
            {
                "内容": line.problem.text,
                "对应标准": _title(line.problem.standard),
                "时限": line.problem.due_on,
                "整改状态": item.get_state_display() if item else "",
                "整改结果": item.result if item else "",
                "验收日期": item.verified_on if item else None,
            }
        )
    return {
        "学期": str(comment.round.semester),
        "点评对象": str(comment.subject),
        "党组织": comment.organization.name,
        "点评人": comment.commentator_name,
        "点评人职务": comment.commentator_post,
        "点评日期": comment.held_on,
        "点评方式": comment.get_form_display(),
        "等次": comment.get_rating_display() if comment.round.with_rating else "",
        "主要成绩": comment.achievements,
        "存在问题": _numbered(f"{one['内容']}（时限：{_day(one['时限'])}）" for one in problems),
        "努力方向": comment.direction,
        "签收意见": comment.response if follows else "",
        "签收日期": comment.acknowledged_on if follows else None,
        "整改落实情况": _numbered(
            "：".join(part for part in (one["整改状态"], one["整改结果"]) if part) or "—" for one in problems
        )
        if follows
        else "",
        "问题": problems,
    }


PAPERS = (
    Paper(
        "pledge-member",
        "党员承诺书",
        "党员的公开承诺书，事项一行一项",
        Shape([PLEDGE_FIELDS[0], *PERSONAL, *PLEDGE_FIELDS[1:]], [ITEMS]),
        "pledges:pledge_print",
        _pledge(True),
        organization_of,
        _pledge_values,
    ),
    Paper(
        "pledge-organization",
        "党组织承诺书",
        "党组织的公开承诺书，事项一行一项",
        Shape(PLEDGE_FIELDS, [ITEMS]),
        "pledges:pledge_print",
        _pledge(False),
        organization_of,
        _pledge_values,
    ),
    Paper(
        "self-review",
        "对照检查表",
        "逐条对照标准的自查",
        REVIEW,
        "reviews:self_review_print",
        _review,
        organization_of,
        _review_values,
    ),
    Paper(
        "comment",
        "领导点评登记表",
        "一次点评一张",
        COMMENT,
        "reviews:comment_print",
        _comment,
        organization_of,
        _comment_values,
    ),
)
