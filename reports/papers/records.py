"""The sheets about one record: what each may name, found and told with the reader's own eyes."""

from datetime import date
from typing import Any

from awards.models import Nomination
from awards.queries import nominations as nomination_queries
from branches.models import Organization
from branches.scope import Standing
from chuangxian.blanks import Field, Rows, Shape
from pledges import rules as pledge_rules
from pledges.models import Pledge
from pledges.queries import reading
from pledges.states import PUBLIC
from reports.papers.base import Paper, Values
from reviews.models import LeaderComment, SelfReview
from reviews.queries import comments as comment_queries
from reviews.queries import self_reviews as review_queries
from reviews.rules import comments as comment_rules
from reviews.rules import self_reviews as review_rules
from reviews.states import Decision
from schedule.models import Meeting, StudySession
from schedule.queries import meetings as meeting_queries
from schedule.queries import study as study_queries

BRANCH, UNIT = "第一党支部", "教研室党总支"


def _organization(record: Any) -> Organization:
    found: Organization = record.organization
    return found


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


# ---- 会议记录、学习记录 ----

MEETING = Shape(
    [
        Field("党组织", "召开会议的党组织", BRANCH),
        Field("会议名称", "会议的名称", "第二季度支部党员大会", wanted=True),
        Field("类别", "支部党员大会、支委会等", "支部党员大会"),
        Field("日期", "召开的日期", date(2011, 6, 15), wanted=True),
        Field("地点", "在哪里", "三楼会议室"),
        Field("主持人", "谁主持", "李书记"),
        Field("记录人", "谁记录", "张委员"),
        Field("应到", "应到人数", 12),
        Field("实到", "实到人数", 11),
        Field("缺席人员及原因", "谁没有到、为什么", "陈芳（出差）"),
        Field("会议内容", "会议纪要", "一、学习文件。\n二、讨论发展对象。", wanted=True),
    ],
    [
        Rows(
            "决议",
            "会议的决议",
            [
                Field("内容", "决议的事项", "同意接收赵敏为预备党员"),
                Field("应到有表决权", "应到有表决权的人数", 12),
                Field("赞成", "赞成票", 11),
                Field("反对", "反对票", 0),
                Field("弃权", "弃权票", 0),
                Field("结果", "通过、未通过", "通过"),
            ],
        )
    ],
)


def _meeting(standing: Standing, on: date, pk: int) -> Meeting | None:
    seen = meeting_queries.with_papers(Meeting.objects.visible_to(standing, on))
    found: Meeting | None = seen.filter(pk=pk).first()
    return found


def meeting_values(meeting: Meeting, standing: Standing, on: date) -> Values:
    """What the minutes of a meeting say; whoever sees the meeting reads all of it."""
    return {
        "党组织": meeting.organization.name,
        "会议名称": meeting.title,
        "类别": meeting.get_kind_display(),
        "日期": meeting.held_on,
        "地点": meeting.place,
        "主持人": meeting.host,
        "记录人": str(meeting.recorded_by or ""),
        "应到": meeting.due_count,
        "实到": meeting.present_count,
        "缺席人员及原因": meeting.absent,
        "会议内容": meeting.minutes,
        "决议": [
            {
                "内容": one.text,
                "应到有表决权": one.voters_due,
                "赞成": one.votes_for,
                "反对": one.votes_against,
                "弃权": one.abstained,
                "结果": one.result,
            }
            for one in meeting.resolutions.all()
        ],
    }


STUDY = Shape(
    [
        Field("党组织", "组织学习的党组织", BRANCH),
        Field("主题", "学习的主题", "学习十七届五中全会精神", wanted=True),
        Field("日期", "学习的日期", date(2011, 5, 18), wanted=True),
        Field("地点", "在哪里", "三楼会议室"),
        Field("主持人", "谁主持", "李书记"),
        Field("主讲人", "谁主讲", "王建国"),
        Field("学习材料", "学习的材料", "《国家中长期教育改革和发展规划纲要》"),
        Field("讨论记录", "讨论的记录", "王建国：要把规划落到课堂上。\n陈芳：先从集体备课做起。", wanted=True),
    ]
)


def _session(standing: Standing, on: date, pk: int) -> StudySession | None:
    seen = study_queries.with_papers(StudySession.objects.visible_to(standing, on))
    found: StudySession | None = seen.filter(pk=pk).first()
    return found


def study_values(session: StudySession, standing: Standing, on: date) -> Values:
    """What the record of a study session says."""
    return {
        "党组织": session.organization.name,
        "主题": session.topic or "集体学习",
        "日期": session.on,
        "地点": session.place,
        "主持人": session.host,
        "主讲人": str(session.lecturer) if session.lecturer else "",
        "学习材料": session.materials,
        "讨论记录": session.discussion,
    }


# ---- 推荐登记表 ----

NOMINATION = Shape(
    [
        Field("类别", "推荐为什么", "优秀共产党员", wanted=True),
        Field("评选活动", "哪一次评选", "2011年“七一”表彰"),
        Field("推荐对象", "被推荐的党员或党组织", "王建国", wanted=True),
        Field("性别", "党员的性别", "男"),
        Field("出生年月", "党员的出生年月", "1970年5月"),
        Field("学历", "党员的学历", "本科"),
        Field("入党时间", "党员的入党时间", "1998年6月"),
        Field("党员类别", "正式党员、预备党员", "正式党员"),
        Field("所在党组织", "党员所在党组织", BRANCH),
        Field("职务", "党内职务和岗位", "数学教研员"),
        Field("书记", "党组织的书记", ""),
        Field("党员人数", "党组织的党员人数", ""),
        Field("成立时间", "党组织的成立时间", ""),
        Field("推荐单位", "推荐的党组织", UNIT),
        Field("推荐日期", "民主推荐的日期", date(2011, 5, 25)),
        Field("应到人数", "民主推荐应到人数", 12),
        Field("实到人数", "民主推荐实到人数", 11),
        Field("赞成票", "赞成的票数", 11),
        Field("主要事迹", "事迹材料全文", "二十年如一日扎根教研一线。\n帮带青年教师十二名。", wanted=True),
    ]
)
PERSON = ("性别", "出生年月", "学历", "入党时间", "党员类别", "所在党组织", "书记", "党员人数", "成立时间")
NOBODY = ("", "没有担任", "没有登记")


def _nomination(standing: Standing, on: date, pk: int) -> Nomination | None:
    seen = nomination_queries.with_papers(Nomination.objects.open_to(standing, on))
    found: Nomination | None = seen.filter(pk=pk).first()
    return found


def _nomination_values(nomination: Nomination, standing: Standing, on: date) -> Values:
    person = nomination_queries.person_of(nomination, on)
    posts = [person.get(label, "") for label in ("党内职务", "行政职务（岗位）")]
    return {
        "类别": nomination.category.title,
        "评选活动": nomination.round.name,
        "推荐对象": nomination.nominee.name,
        **{label: person.get(label, "") for label in PERSON},
        "职务": "、".join(one for one in posts if one not in NOBODY),
        "推荐单位": nomination.nominator.name,
        "推荐日期": nomination.voted_on,
        "应到人数": nomination.votes_due,
        "实到人数": nomination.votes_present,
        "赞成票": nomination.votes_for,
        "主要事迹": "\n".join(line.strip() for line in nomination.deeds.splitlines() if line.strip()),
    }


PAPERS = (
    Paper(
        "pledge-member",
        "党员承诺书",
        "党员的公开承诺书，事项一行一项",
        Shape([PLEDGE_FIELDS[0], *PERSONAL, *PLEDGE_FIELDS[1:]], [ITEMS]),
        "pledges:pledge_print",
        _pledge(True),
        _organization,
        _pledge_values,
    ),
    Paper(
        "pledge-organization",
        "党组织承诺书",
        "党组织的公开承诺书，事项一行一项",
        Shape(PLEDGE_FIELDS, [ITEMS]),
        "pledges:pledge_print",
        _pledge(False),
        _organization,
        _pledge_values,
    ),
    Paper(
        "self-review",
        "对照检查表",
        "逐条对照标准的自查",
        REVIEW,
        "reviews:self_review_print",
        _review,
        _organization,
        _review_values,
    ),
    Paper(
        "comment",
        "领导点评登记表",
        "一次点评一张",
        COMMENT,
        "reviews:comment_print",
        _comment,
        _organization,
        _comment_values,
    ),
    Paper(
        "meeting",
        "会议记录",
        "一次会议一份，附决议和票数",
        MEETING,
        "schedule:meeting_print",
        _meeting,
        _organization,
        meeting_values,
    ),
    Paper(
        "study",
        "学习记录",
        "一次学习一份",
        STUDY,
        "schedule:session_print",
        _session,
        _organization,
        study_values,
    ),
    Paper(
        "nomination",
        "推荐登记表",
        "评选表彰的推荐登记表，党员和党组织都用",
        NOMINATION,
        "awards:nomination_print",
        _nomination,
        lambda nomination: nomination.nominator,
        _nomination_values,
    ),
)
