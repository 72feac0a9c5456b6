"""Letters of evaluation: to a whole category or to those who run the round, and never for what somebody did or did not rate."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.scope import standing_of
from chuangxian import clock
from reports.queries.evaluating import evaluation_tasks
from reviews.models import EvaluationRound
from reviews.states import EvaluationState, RaterKind
from schedule import reminding
from schedule.models import Notice
from schedule.planner import plan
from tests import build as people
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.schedule.notices import planned_since

pytestmark = pytest.mark.django_db
MEMBERS = {"党员甲", "党员乙", "总支书记", "书记一", "书记二"}
DAY = timedelta(days=1)
KINDS = ("evaluation_opens", "evaluation_closing", "evaluation_to_seal", "evaluation_to_publish")


@pytest.fixture(autouse=True)
def planned_from_the_start(cast: Cast) -> Any:
    with clock.standing_on(build.DRAFTED):
        for kind in KINDS:
            planned_since(kind, build.DRAFTED)
        yield


def told(on: date, letter: str) -> set[str]:
    """Plan that day; who has a notice of that letter since."""
    known = set(Notice.objects.values_list("pk", flat=True))
    with clock.standing_on(on):
        plan(on=on)
    return {str(one.person) for one in Notice.objects.filter(letter=letter).exclude(pk__in=known)}


def test_members_hear_once_that_a_round_opens_and_once_before_it_closes(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi)
    assert told(build.OPENS - DAY, "evaluation_opens") == set()
    assert told(build.OPENS, "evaluation_opens") == MEMBERS
    assert told(build.OPENS + DAY, "evaluation_opens") == set()
    assert told(build.CLOSES - DAY, "evaluation_closing") == MEMBERS
    assert told(build.CLOSES, "evaluation_closing") == set()


def test_a_round_announced_on_its_first_day_is_told_of_that_day(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi, on=build.OPENS)
    assert told(build.OPENS, "evaluation_opens") == MEMBERS


def test_who_has_rated_changes_nothing_in_who_is_told(cast: Cast) -> None:
    round_ = build.announced(cast.one, by=cast.shuji1)
    build.ballots(build.categories_of(round_)[0], 3)
    assert told(build.CLOSES - DAY, "evaluation_closing") == {"党员甲", "总支书记", "书记一"}


def test_members_who_are_no_raters_hear_nothing(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi, categories=[build.category(RaterKind.SERVICE_RECIPIENT)])
    assert told(build.OPENS, "evaluation_opens") == set()


def test_a_draft_and_what_is_void_tell_nobody(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    EvaluationRound.objects.filter(pk=build.announced(cast.one).pk).update(state=EvaluationState.VOID)
    assert told(round_.opens_on, "evaluation_opens") == set()


def test_runners_hear_of_what_is_not_sealed_and_not_published(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert told(build.CLOSES, "evaluation_to_seal") == set()
    assert told(build.CLOSES + DAY, "evaluation_to_seal") == {"干事", "总支书记"}
    EvaluationRound.objects.filter(pk=round_.pk).update(state=EvaluationState.SEALED, sealed_on=build.SEALED)
    assert told(build.SEALED + 3 * DAY, "evaluation_to_seal") == set()
    assert told(build.SEALED + 7 * DAY, "evaluation_to_publish") == {"干事", "总支书记"}
    EvaluationRound.objects.filter(pk=round_.pk).update(state=EvaluationState.PUBLISHED)
    assert told(build.SEALED + 14 * DAY, "evaluation_to_publish") == set()


def test_a_mail_does_not_leave_when_the_round_is_no_longer_open(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    reminder = reminding.find("evaluation_closing")
    assert reminder is not None and reminder.still_open(round_, build.CLOSES)
    assert not reminder.still_open(round_, build.CLOSES + DAY)
    EvaluationRound.objects.filter(pk=round_.pk).update(state=EvaluationState.VOID)
    assert not reminder.still_open(build.again(round_), build.CLOSES)


def test_letters_say_that_they_know_nothing_of_who_has_rated(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi)
    told(build.OPENS, "evaluation_opens")
    notice = Notice.objects.filter(letter="evaluation_opens").first()
    assert notice is not None
    assert "如果您拿到了评议码" in notice.body and "谁没有评过无关" in notice.body


def test_more_rounds_cost_no_more_queries(cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            for kind in KINDS:
                reminder = reminding.find(kind)
                assert reminder is not None
                [list(due.to) for due in reminder.open_items(build.CLOSES, date(2012, 1, 1))]
        return len(counted)

    build.announced(cast.general, by=cast.ganshi)
    few = queries()
    build.announced(cast.one, by=cast.shuji1)
    build.announced(cast.two, by=cast.shuji2)
    people.member(cast.two)
    assert queries() == few


# ---- the first page ----


def waits(cast: Cast, on: date) -> list[tuple[str, date | None]]:
    return [(task.action, task.due_on) for task in evaluation_tasks(standing_of(cast.ganshi, on), on)]


def test_what_waits_for_whoever_runs_a_round(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert waits(cast, build.ANNOUNCED) == [("去制作", build.OPENS)]
    build.make_codes(build.categories_of(round_)[0], 3)
    assert waits(cast, build.ANNOUNCED) == []
    assert waits(cast, build.SEALED) == [("去封存", build.CLOSES)]
    EvaluationRound.objects.filter(pk=round_.pk).update(state=EvaluationState.SEALED, sealed_on=build.SEALED)
    assert waits(cast, build.SEALED) == [("去公布", None)]
    assert evaluation_tasks(standing_of(cast.dangyuan1, build.SEALED), build.SEALED) == []
