"""Loading a plan: repeatable, all or nothing, and never taking away what somebody uses."""

from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import LogEntry
from schedule.actions.plan import LoadReport, load_plan
from schedule.models import (
    Campaign,
    Carrier,
    CarrierItem,
    Indicator,
    Milestone,
    Phase,
    PhaseTask,
    PlanRow,
    SchoolYear,
    Semester,
    Standard,
    StandardSet,
    StudyDocument,
)
from schedule.plan_file import PlanProblems, read_plan
from schedule.queries.plan import standards_of
from schedule.states.plan import Target
from tests.schedule.original import TOML

pytestmark = pytest.mark.django_db

DAY = date(2010, 7, 20)
LATER = date(2011, 3, 1)
ROWS = 128  # the plan has this many, 30 indicators among them


def text() -> str:
    return TOML.read_text(encoding="utf-8")


def load(content: str, rehearse: bool = False, on: date = DAY) -> LoadReport:
    return load_plan(plan=read_plan(content.encode()), rehearse=rehearse, by=None, on=on)


def without(content: str, first_line: str, next_start: str) -> str:
    """The file without everything from one line up to the next place that begins so."""
    before, found, rest = content.partition(first_line)
    assert found
    return before + next_start + rest.partition(next_start)[2]


def everything() -> list[tuple[Any, ...]]:
    models: list[Any] = [Campaign, *PlanRow.__subclasses__()]
    return [row for model in models for row in model.objects.order_by("pk").values_list()]


def test_the_plan_loads_completely() -> None:
    report = load(text())
    assert (len(report.added), report.changed, report.same, report.removed) == (ROWS, [], 0, [])
    models: list[Any] = [Campaign, *PlanRow.__subclasses__()]
    counts = {model.__name__: model.objects.count() for model in models}
    assert counts == {
        "Campaign": 1,
        "ThemeGoal": 4,
        "StandardSet": 2,
        "Standard": 10,
        "Way": 4,
        "Milestone": 2,
        "SchoolYear": 3,
        "Semester": 6,
        "Carrier": 4,
        "CarrierItem": 12 + 28,
        "FoundingCondition": 2,
        "Phase": 3,
        "PhaseTask": 9,
        "StudyDocument": 8,
    }
    fortnight = CarrierItem.objects.get(key="fortnightly_study")
    assert (fortnight.interval_days, fortnight.carrier.key, fortnight.parent) == (14, "leadership_and_learning", None)
    assert CarrierItem.objects.get(key="twelfth_five_year_plan").year == 2010
    assert CarrierItem.objects.get(key="paper_setting").parent == CarrierItem.objects.get(key="core_skills")
    assert list(StudyDocument.objects.filter(task__key="study").values_list("key", flat=True)) == [
        "hu_speech",
        "central_papers",
        "provincial_papers",
        "city_papers",
        "national_outline",
        "provincial_outline",
        "city_outline",
    ]
    assert {standard.key for standard in Carrier.objects.get(key="research_activities").standards.all()} == {
        "good_reputation",
        "lead_service",
    }
    assert Semester.objects.get(key="2011-autumn").school_year.label == "2011年"


def test_loading_again_changes_nothing_and_is_not_logged_again() -> None:
    load(text())
    before = everything()
    report = load(text(), on=LATER)
    assert (report.added, report.changed, report.same, report.removed, report.withdrawn) == ([], [], ROWS, [], [])
    assert everything() == before
    assert [entry.note for entry in LogEntry.objects.filter(verb="plan_load")] == [
        "新增 128 条，修改 0 条，不变 0 条，文件中已没有 0 条（删去 0，有人引用而停用 0）"
    ]


def test_a_changed_file_changes_exactly_those_rows() -> None:
    load(text())
    ids = dict(Phase.objects.values_list("key", "pk"))
    edited = text().replace("starts_on = 2011-02-14", "starts_on = 2011-02-21")
    edited = edited.replace('ends = "2012年6月底"', "ends = 2012-06-30")
    edited = edited.replace('standards = ["good_reputation", "lead_service"]', 'standards = ["lead_service"]')
    report = load(edited, on=LATER)
    assert report.changed == [
        "学期：2010—2011学年第二学期（开学日期）",
        "活动载体：各类教研活动（支撑的标准）",
        "阶段：健全机制，全面争创（结束精度）",
    ]
    assert (report.added, report.same, report.removed) == ([], ROWS - 3, [])
    assert Semester.objects.get(key="2011-spring").starts_on == date(2011, 2, 21)
    assert dict(Phase.objects.values_list("key", "pk")) == ids


def test_a_rehearsal_reports_the_same_and_writes_nothing() -> None:
    rehearsed = load(text(), rehearse=True)
    assert everything() == []
    assert not LogEntry.objects.exists()
    done = load(text())
    assert rehearsed.added == done.added


def test_a_row_that_left_the_file_goes_with_what_belongs_to_it() -> None:
    load(text())
    report = load(without(text(), '[[phases]]\nkey = "model_and_sum_up"', "# the end"))
    assert report.removed == ["阶段工作：选树典型", "阶段工作：总结提高", "阶段：典型示范，总结提高"]
    assert not Phase.objects.filter(key="model_and_sum_up").exists()
    assert PhaseTask.objects.count() == 7


def test_a_row_that_somebody_refers_to_stays_withdrawn_and_is_offered_nowhere() -> None:
    load(text())
    used = Standard.objects.get(key="lead_integrity")
    Indicator.objects.create(standard=used, post="教研员", text="敢于指出问题。", starts_on=DAY)
    fewer = without(text(), '    [[standard_sets.standards]]\n    key = "lead_integrity"', "\n\n# ── 四种方式")
    fewer = fewer.replace(', "lead_integrity"]', "]")
    report = load(fewer, on=LATER)
    assert (report.withdrawn, report.removed) == (["标准：带头弘扬正气"], [])
    used.refresh_from_db()
    assert used.withdrawn_on == LATER
    assert "lead_integrity" not in standards_of(Target.MEMBER, LATER).values_list("key", flat=True)

    assert load(fewer, on=LATER).moved is False
    back = load(text(), on=LATER)
    assert "标准：带头弘扬正气（移出方案日期）" in back.changed
    assert "lead_integrity" in standards_of(Target.MEMBER, LATER).values_list("key", flat=True)


def test_a_withdrawn_row_goes_at_last_when_nobody_refers_to_it_any_more() -> None:
    load(text())
    own = Indicator.objects.create(
        standard=Standard.objects.get(key="lead_integrity"), text="敢说真话。", starts_on=DAY
    )
    fewer = without(text(), '    [[standard_sets.standards]]\n    key = "lead_integrity"', "\n\n# ── 四种方式")
    fewer = fewer.replace(', "lead_integrity"]', "]")
    load(fewer, on=LATER)
    own.delete()
    assert load(fewer, on=LATER).removed == ["标准：带头弘扬正气"]


def test_what_moves_to_another_place_in_the_file_is_the_same_row() -> None:
    load(text())
    moved = '        { key = "lesson_evaluation", title = "评课能力" },\n'
    semester = Semester.objects.get(key="2010-autumn")
    point = CarrierItem.objects.get(key="lesson_evaluation")
    edited = text().replace(moved, "").replace("    interval_days", "    points = []\n    interval_days")
    edited = edited.replace(
        'text = "党员教科研人员应成为',
        'points = [{ key = "lesson_evaluation", title = "评课能力" }]\n    text = "党员教科研人员应成为',
    )
    edited = edited.replace('[[school_years]]\nkey = "2011"\nlabel = "2011年"\n', "")
    report = load(edited)
    assert report.removed == ["学年：2011年"]
    assert (report.added, report.withdrawn) == ([], [])
    assert CarrierItem.objects.get(pk=point.pk).parent == CarrierItem.objects.get(key="set_an_example")
    assert Semester.objects.get(key="2011-spring").school_year.key == "2010"
    assert Semester.objects.get(pk=semester.pk).school_year == SchoolYear.objects.get(key="2010")


def test_a_whole_carrier_leaves_with_contents_and_points() -> None:
    load(text())
    report = load(without(text(), '[[carriers]]\nkey = "quality_monitoring"', "\n\n# ── 创建条件"))
    assert report.removed[-1] == "活动载体：重点课题“区域义务教育质量监控的研究”"
    assert len(report.removed) == 1 + 3 + 10
    assert Carrier.objects.count() == 3


def test_another_campaign_on_the_same_days_is_refused_with_its_line() -> None:
    load(text())
    other = text().replace('key = "changzhou-2010"', 'key = "other"')
    with pytest.raises(PlanProblems) as wrong:
        load(other)
    line = other.partition('starts = "2010年7月下旬"')[0].count("\n") + 1
    assert str(wrong.value) == (
        f"第 {line} 行：活动期间与已有的“2010-2012年常州市教育教研室党总支“创先争优”活动方案”"
        "（2010-07-21 至 2012-12-31）重叠，同一天只能有一个活动。"
    )
    assert Campaign.objects.count() == 1


def test_another_year_is_another_file() -> None:
    load(text())
    later = text().replace('key = "changzhou-2010"', 'key = "changzhou-2013"')
    for year in (2013, 2012, 2011, 2010, 2009):
        later = (
            later.replace(f"{year}年", f"{year + 3}年")
            .replace(f"{year}-0", f"{year + 3}-0")
            .replace(f"{year}-1", f"{year + 3}-1")
        )
    assert len(load(later).added) == ROWS
    assert StandardSet.objects.count() == 4
    assert Milestone.objects.count() == 4


def test_the_command_loads_and_tells_what_it_did() -> None:
    said = StringIO()
    call_command("load_plan", str(TOML), stdout=said)
    call_command("load_plan", str(TOML), stdout=said)
    title = "已装入：2010-2012年常州市教育教研室党总支“创先争优”活动方案"
    assert said.getvalue().splitlines() == [
        title,
        "新增 128 条，修改 0 条，不变 0 条，文件中已没有 0 条（删去 0，有人引用而停用 0）。",
        title,
        "新增 0 条，修改 0 条，不变 128 条，文件中已没有 0 条（删去 0，有人引用而停用 0）。",
    ]


def test_the_command_rehearses(tmp_path: Path) -> None:
    call_command("load_plan", str(TOML), stdout=StringIO())
    edited = tmp_path / "plan.toml"
    edited.write_text(text().replace("date = 2012-11-08", 'date = "2012年11月"'), encoding="utf-8")
    said = StringIO()
    call_command("load_plan", str(edited), "--rehearse", stdout=said)
    assert said.getvalue().splitlines() == [
        "演练：2010-2012年常州市教育教研室党总支“创先争优”活动方案",
        "新增 0 条，修改 1 条，不变 127 条，文件中已没有 0 条（删去 0，有人引用而停用 0）。",
        "  修改 重大节点：党的十八大召开（日期、日期精度）",
        "这是演练，没有写入；去掉 --rehearse 即可装入。",
    ]
    assert Milestone.objects.get(key="congress_18th").date == date(2012, 11, 8)


def test_the_command_names_every_wrong_line_and_loads_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "plan.toml"
    wrong.write_text(
        text().replace("date = 2012-11-08", "date = 2013-11-08").replace("remind_days_before = 30\n\n", "\n"),
        encoding="utf-8",
    )
    with pytest.raises(CommandError) as refused:
        call_command("load_plan", str(wrong), stdout=StringIO())
    first, *rest = str(refused.value).splitlines()
    assert first == f"{wrong} 有 2 处问题，什么也没有装入："
    assert [line.partition("：")[2] for line in rest] == [
        "[[milestones]] 缺少“remind_days_before”（提前提醒天数）。",
        "节点“党的十八大召开”（2013-11-08）不在活动期间（2010-07-21 至 2012-12-31）之内。",
    ]
    assert everything() == []


def test_a_file_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"打不开方案文件 .*/nothing\.toml：No such file or directory。"):
        call_command("load_plan", str(tmp_path / "nothing.toml"))
