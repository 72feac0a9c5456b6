"""Templates and scales are data: loaded as often as one likes, and rounds keep what they copied."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts.models import LogEntry
from reviews.actions.evaluation_templates import FILE, load_templates
from reviews.models import EvaluationTemplate, GradeScale
from reviews.states import EvaluationKind
from schedule.actions.plan import load_plan
from schedule.models import Standard
from schedule.plan_file import read_plan
from tests.conftest import Cast
from tests.reviews import evaluations as build

pytestmark = pytest.mark.django_db
PLAN = Path(__file__).parents[2] / "schedule/plans/changzhou-2010.toml"


def load(file: Path = FILE) -> bool:
    return load_templates(file=file, by=None, on=build.DRAFTED)


def test_the_central_items_are_five_for_organisations_and_four_for_members() -> None:
    load()
    asks = {one.key: (one.kind, one.subject_kind, one.items.count()) for one in EvaluationTemplate.objects.all()}
    assert asks["central-organization"] == (EvaluationKind.MASS, "organization", 5)
    assert asks["central-member"] == (EvaluationKind.MASS, "member", 4)
    assert asks["member-appraisal"][:2] == (EvaluationKind.APPRAISAL, "member")


def test_the_scale_says_of_each_grade_what_it_counts_for() -> None:
    load()
    grades = GradeScale.objects.get(key="satisfaction").grades.all()
    assert [(one.label, one.score, one.is_valid, one.is_positive) for one in grades] == [
        ("满意", 10, True, True),
        ("比较满意", 7, True, True),
        ("基本满意", 5, True, False),
        ("不满意", 2, True, False),
        ("不了解", None, False, False),
    ]


def test_loading_again_changes_nothing_and_is_not_logged() -> None:
    assert load() and not load()
    assert LogEntry.objects.filter(verb="load_evaluation_templates").count() == 1
    said = StringIO()
    call_command("load_evaluation_templates", stdout=said)
    assert "没有变化" in said.getvalue()


def test_a_changed_file_is_followed_and_a_round_keeps_what_it_copied(cast: Cast, tmp_path: Path) -> None:
    round_ = build.draft(cast.general)
    edited = tmp_path / "templates.toml"
    text = FILE.read_text(encoding="utf-8").replace('    { label = "不了解", valid = false },\n', "", 1)
    edited.write_text(text.replace("公开承诺的兑现", "兑现承诺"), encoding="utf-8")
    assert load(edited)
    template = EvaluationTemplate.objects.get(key="central-organization")
    assert "兑现承诺" in [one.text for one in template.items.all()] and template.scale.grades.count() == 4
    assert "公开承诺的兑现" in [one.text for one in round_.items.all()] and round_.grades.count() == 5


def test_every_item_names_a_standard_of_the_plan() -> None:
    load()
    load_plan(plan=read_plan(PLAN.read_bytes()), by=None, on=build.DRAFTED)
    for template in EvaluationTemplate.objects.all():
        keys = set(Standard.objects.filter(set__target=template.subject_kind).values_list("key", flat=True))
        assert {item.standard_key for item in template.items.all()} <= keys
