"""The tables of every room, found for what was asked: only what the reader may see, only from the trees he reads."""

from collections.abc import Sequence
from typing import Any

from awards.models import Honour, ModelPost, Nomination, PartyBrand
from awards.rules import brands as brand_rules
from awards.rules import honours as honour_rules
from awards.rules import nominations as nomination_rules
from awards.rules import posts as post_rules
from awards.sheets import brands as brand_sheets
from awards.sheets import honours as honour_sheets
from awards.sheets import nominations as nomination_sheets
from awards.sheets import posts as post_sheets
from branches.scope import within
from pledges import rules as pledge_rules
from pledges import sheets as pledge_sheets
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import coverage as pledge_coverage
from pledges.queries.reading import cycles_for
from pledges.states import State
from reports import rules
from reports.catalogue.base import Asked, Report, Shelf, Tab, held, wide
from reports.catalogue.people import roster
from reports.catalogue.reviewing import comments, coverage, evaluations, items, self_reviews
from reports.queries.burden import burden
from reports.sheets import burden_sheet
from reviews.rules import rounds as round_rules
from schedule.models import Activity, Assignment, Meeting, StudySession
from schedule.queries import activities as activity_queries
from schedule.queries import carriers
from schedule.queries import hours as hour_queries
from schedule.queries import meetings as meeting_queries
from schedule.queries.plan import current_campaign, semester_on
from schedule.rules import activities as activity_rules
from schedule.rules import attendance as attendance_rules
from schedule.rules import items as item_rules
from schedule.rules import study as study_rules
from schedule.rules import tasks as task_rules
from schedule.sheets import activities as activity_sheets
from schedule.sheets import hours as hour_sheets
from schedule.sheets import meetings as meeting_sheets
from schedule.sheets import study as study_sheets
from schedule.sheets import tasks as task_sheets

# ---- pledges ----


def _cycles(asked: Asked) -> list[PledgeCycle]:
    """The cycles open to the reader that had begun, of the year in which the semester begins when one was asked for."""
    cycles = [cycle for cycle in cycles_for(asked.standing, asked.on) if cycle.starts_on <= asked.on]
    if asked.first is None:
        return cycles
    return [cycle for cycle in cycles if cycle.starts_on <= asked.last and cycle.ends_on >= asked.first][:1]


def pledges(asked: Asked) -> list[Tab]:
    """承诺台账, an item a row."""
    found = Pledge.objects.visible_to(asked.standing, asked.on).within(*asked.paths).exclude(state=State.LAPSED)
    found = found.filter(cycle__in=[cycle.pk for cycle in _cycles(asked)])
    rows = pledge_sheets.ledger_lines(found, asked.on)
    items = PledgeItem.objects.filter(pledge__in=found.order_by().values("pk"))
    return [Tab(pledge_sheets.LEDGER, rows, items.count, wide(asked, "承诺台账", groups=pledge_sheets.LEDGER_GROUPS))]


def pledge_progress(asked: Asked) -> list[Tab]:
    """承诺进度和兑现率, an organisation a row, and the names of who is missing; two sheets a cycle."""
    tabs = []
    for cycle in _cycles(asked):
        board = pledge_coverage.board(cycle, paths=asked.paths, on=asked.on)
        own = Pledge.objects.filter(cycle=cycle).within(*asked.paths)
        rates = pledge_coverage.rates_by_organization(own, asked.on)
        parts = pledge_sheets.coverage_sheets(board, rates, heading=f"{cycle}进度", on=asked.on)
        tabs += [held(*part) for part in parts]
    return tabs


# ---- daily life ----


def tasks(asked: Asked) -> list[Tab]:
    """任务落实台账: every task with each of those it reaches."""
    found = Assignment.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    found = found.filter(task__opens_on__lte=asked.on, task__cancelled_on__isnull=True)
    if asked.semester:
        found = found.of_semester(asked.semester)
    rows = task_sheets.ledger_lines(found, asked.on)
    options = wide(asked, "任务落实台账", groups=task_sheets.LEDGER_GROUPS)
    return [Tab(task_sheets.LEDGER, rows, found.count, options)]


def study(asked: Asked) -> list[Tab]:
    """学习台账 up to the day, a session a row."""
    found = StudySession.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(on__lte=asked.last)
    if asked.semester:
        found = found.filter(semester=asked.semester)
    rows = study_sheets.ledger_lines(found)
    options = wide(asked, "学习台账", groups=study_sheets.LEDGER_GROUPS)
    return [Tab(study_sheets.LEDGER, rows, found.count, options)]


def hours(asked: Asked) -> list[Tab]:
    """学时统计 of a semester, a member a row; without one, of the running one."""
    semester = asked.semester or semester_on(asked.on)
    if semester is None:
        return []
    last = min(semester.reporting_until, asked.on)
    rows = hour_queries.hours_of(paths=asked.paths, first=semester.starts_on, last=last)
    heading = [line for line in ("学时统计", f"{semester}") if line]
    options = {"heading": heading, "groups": hour_sheets.GROUPS, "as_of": asked.on, "landscape": True}
    return [held(hour_sheets.HOURS, rows, options)]


def meetings(asked: Asked) -> list[Tab]:
    """会议台账, a meeting a row, and the rhythm of the semester asked for."""
    found = Meeting.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(held_on__lte=asked.last)
    if asked.first:
        found = found.filter(held_on__gte=asked.first)
    options = wide(asked, "会议台账", groups=meeting_sheets.LEDGER_GROUPS)
    tabs = [Tab(meeting_sheets.LEDGER, meeting_sheets.ledger_lines(found), found.count, options)]
    if asked.semester:
        branches = meeting_queries.branches_read(asked.standing, asked.on).filter(within("path", asked.paths))
        rows = meeting_sheets.rhythm_lines(meeting_queries.rhythm_of(branches, asked.semester, asked.on))
        heading = [f"{asked.semester.label}三会一课"]
        tabs.append(held(meeting_sheets.RHYTHM, rows, {"heading": heading, "as_of": asked.on}))
    return tabs


def activities(asked: Asked) -> list[Tab]:
    """活动台账, an activity a row."""
    found = _activities(asked)
    if asked.first:
        found = found.between(asked.first, asked.last)
    options = wide(asked, "活动台账", groups=activity_sheets.LEDGER_GROUPS)
    return [Tab(activity_sheets.LEDGER, activity_sheets.ledger_lines(found), found.count, options)]


def carrier_figures(asked: Asked) -> list[Tab]:
    """载体统计 of all semesters."""
    semesters = sorted(meeting_queries.semesters_begun(asked.on), key=lambda one: one.starts_on)
    contents = activity_queries.contents_of(asked.on)
    rows = activity_sheets.statistic_lines(carriers.statistics_of(_activities(asked), contents, semesters))
    return [held(activity_sheets.STATISTICS, rows, wide(asked, "活动载体统计"))]


def _activities(asked: Asked) -> Any:
    found = Activity.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    return found.kept_on(asked.on).filter(starts_on__lte=asked.last)


# ---- awards ----


def honours(asked: Asked) -> list[Tab]:
    """光荣榜, an honour a row."""
    found = Honour.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(awarded_on__lte=asked.last)
    if asked.first:
        found = found.filter(awarded_on__gte=asked.first)
    options = wide(asked, "光荣榜", groups=honour_sheets.ROLL_GROUPS)
    return [Tab(honour_sheets.ROLL, honour_sheets.roll_lines(found), found.count, options)]


def nominations(asked: Asked) -> list[Tab]:
    """推荐汇总表, a nomination a row."""
    found = Nomination.objects.open_to(asked.standing, asked.on).filter(within("path", asked.paths))
    found = found.filter(recommended_on__lte=asked.last)
    if asked.first:
        found = found.filter(recommended_on__gte=asked.first)
    options = wide(asked, "推荐汇总表", groups=nomination_sheets.GROUPS)
    return [Tab(nomination_sheets.SUMMARY, nomination_sheets.summary_rows(found), found.count, options)]


def model_posts(asked: Asked) -> list[Tab]:
    """党员示范岗台账, a post a row."""
    found = ModelPost.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    found = found.filter(applied_on__lte=asked.on)
    options = wide(asked, "党员示范岗台账", groups=post_sheets.POST_GROUPS)
    return [Tab(post_sheets.POSTS, post_sheets.post_lines(found, asked.on), found.count, options)]


def brands(asked: Asked) -> list[Tab]:
    """党建品牌台账, a brand a row."""
    found = PartyBrand.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    rows = brand_sheets.brand_lines(found, asked.on)
    return [Tab(brand_sheets.BRANDS, rows, found.count, wide(asked, "党建品牌台账"))]


# ---- others ----


def burdens(asked: Asked) -> list[Tab]:
    """填报负担, a person a row."""
    campaign = current_campaign(asked.on)
    first = asked.first or (campaign.starts_on if campaign else asked.on)
    found = burden(asked.paths, first, max(first, asked.last))
    heading = ["填报负担", f"{first:%Y-%m-%d} 至 {asked.last:%Y-%m-%d}"]
    return [held(burden_sheet(found.kinds), found.people, {"heading": heading, "as_of": asked.on})]


REPORTS: Sequence[Report] = (
    Report(
        "pledges",
        "承诺台账",
        "每项承诺一行：内容、措施、时限、责任人、践诺记录、兑现情况",
        Shelf.PLEDGES,
        pledge_rules.may_see_coverage,
        pledges,
    ),
    Report(
        "pledge-progress",
        "承诺进度和兑现率",
        "各党组织应承诺、已提交、已定诺、已亮诺人数，未提交名单，兑现率",
        Shelf.PLEDGES,
        pledge_rules.may_see_coverage,
        pledge_progress,
    ),
    Report(
        "self-reviews",
        "对照检查汇总",
        "每条标准一行：对照结果、差距、原因、措施、时限、责任人",
        Shelf.REVIEWS,
        round_rules.may_see_coverage,
        self_reviews,
    ),
    Report(
        "comments",
        "领导点评台账",
        "谁点评了谁、指出什么问题、努力方向、签收和整改情况",
        Shelf.REVIEWS,
        round_rules.may_see_coverage,
        comments,
    ),
    Report(
        "items",
        "整改台账",
        "每个问题一行：措施、责任人、时限、逾期天数、由谁验收，按党组织小计",
        Shelf.REVIEWS,
        item_rules.may_see_ledger,
        items,
    ),
    Report(
        "coverage",
        "覆盖情况",
        "每个党组织、每名党员各学期的承诺、对照检查、点评，缺项名单和原因",
        Shelf.REVIEWS,
        round_rules.may_see_coverage,
        coverage,
        by_semester=False,
    ),
    Report(
        "evaluations",
        "群众评议结果",
        "已经公布结果的评议：各对象各项目的档次、有效票、满意率，发票收票；人数少的不显示",
        Shelf.REVIEWS,
        round_rules.may_see_coverage,
        evaluations,
    ),
    Report(
        "tasks",
        "任务落实台账",
        "每项任务每个党组织、每名党员一行：时限、完成情况、完成日期、材料",
        Shelf.LIFE,
        task_rules.may_see_ledger,
        tasks,
    ),
    Report(
        "study",
        "学习台账",
        "每次学习一行：日期、地点、主讲人、主题、讨论、出席人数",
        Shelf.LIFE,
        study_rules.may_see_ledger,
        study,
    ),
    Report(
        "hours",
        "学时统计",
        "每名党员的应到、出席、请假、缺席、补学、学时，按党组织",
        Shelf.LIFE,
        attendance_rules.may_see_hours,
        hours,
    ),
    Report(
        "meetings",
        "会议台账",
        "每次会议一行：类别、应到、实到、决议和票数；选了学期的，附三会一课统计",
        Shelf.LIFE,
        item_rules.may_see_meeting_ledger,
        meetings,
    ),
    Report(
        "activities",
        "活动台账",
        "每次活动一行：载体、参加人、服务学校、成效",
        Shelf.LIFE,
        activity_rules.may_see_ledger,
        activities,
    ),
    Report(
        "carriers",
        "载体统计",
        "四个载体各项内容的活动次数、参加人次、服务学校数",
        Shelf.LIFE,
        activity_rules.may_see_ledger,
        carrier_figures,
        by_semester=False,
    ),
    Report(
        "honours",
        "光荣榜",
        "每项荣誉一行：称号、级别、表彰单位、日期、证书编号",
        Shelf.AWARDS,
        honour_rules.may_take_roll,
        honours,
    ),
    Report(
        "nominations",
        "推荐汇总表",
        "每份推荐一行：推荐单位、票数、材料里的数字、现在的状态",
        Shelf.AWARDS,
        nomination_rules.may_export,
        nominations,
    ),
    Report(
        "model-posts",
        "党员示范岗台账",
        "每个岗位一行：职责、承诺、授牌和复评",
        Shelf.AWARDS,
        post_rules.may_see_ledger,
        model_posts,
        by_semester=False,
    ),
    Report(
        "brands",
        "党建品牌台账",
        "每个品牌一行：内涵、目标、载体、做法、成效",
        Shelf.AWARDS,
        brand_rules.may_see_ledger,
        brands,
        by_semester=False,
    ),
    Report(
        "roster",
        "党员名册（汇总）",
        "各党组织在册党员：出生年月、入党时间、职务、邮箱，按党组织",
        Shelf.ROSTER,
        lambda standing, on: rules.may_see_ledgers(standing),
        roster,
        by_semester=False,
        in_book=False,
    ),
    Report(
        "burden",
        "填报负担",
        "每个人经手的材料和收到的通知",
        Shelf.OTHERS,
        lambda standing, on: rules.may_see_burden(standing),
        burdens,
    ),
)
