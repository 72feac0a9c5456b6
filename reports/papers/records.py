"""The sheets of meetings, study and commendation, and all sheets about one record in the order in which they are listed."""

from datetime import date

from awards.models import Nomination
from awards.queries import nominations as nomination_queries
from branches.scope import Standing
from chuangxian.blanks import Field, Rows, Shape
from reports.papers.base import BRANCH, UNIT, Paper, Values, organization_of
from reports.papers.campaign import PAPERS as CAMPAIGN
from schedule.models import Meeting, StudySession
from schedule.queries import meetings as meeting_queries
from schedule.queries import study as study_queries

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


def _meeting_values(meeting: Meeting, standing: Standing, on: date) -> Values:
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


def _study_values(session: StudySession, standing: Standing, on: date) -> Values:
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
    *CAMPAIGN,
    Paper(
        "meeting",
        "会议记录",
        "一次会议一份，附决议和票数",
        MEETING,
        "schedule:meeting_print",
        _meeting,
        organization_of,
        _meeting_values,
    ),
    Paper(
        "study",
        "学习记录",
        "一次学习一份",
        STUDY,
        "schedule:session_print",
        _session,
        organization_of,
        _study_values,
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
