"""The table of moves of a task with one of those it reaches: who may do what in which state."""

from pathlib import Path

import pytest

from branches.scope import standing_of
from chuangxian.verdicts import Refused
from schedule import letters
from schedule.models import Assignment
from schedule.queries.tasks import for_work
from schedule.states.tasks import TaskState
from schedule.workflow.tasks import ASSIGNMENT, WRITTEN, offers
from tests.conftest import Cast
from tests.schedule import tasks
from tests.schedule.tasks import ON

DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
LEAD = {"zongzhi", "ganshi"}
WHO: dict[str, dict[str, set[str]]] = {
    # whose it is: who reports it done, who returns it, who excuses it
    "a branch's": {"done": {"shuji1"}, "return": LEAD, "excuse": LEAD},
    "a member's, set by the general branch": {"done": {"dangyuan1"}, "return": LEAD | {"shuji1"}, "excuse": LEAD},
    "a member's, set by his branch": {"done": {"dangyuan1"}, "return": LEAD | {"shuji1"}, "excuse": {"shuji1"}},
    "the secretary's own, set by his branch": {"done": {"shuji1"}, "return": LEAD, "excuse": set()},
    "the head's own, set by the general branch": {
        "done": {"zongzhi"},
        "return": {"ganshi", "shuji1"},
        "excuse": {"ganshi"},
    },
}


def made(kind: str, cast: Cast) -> Assignment:
    match kind:
        case "a branch's":
            return tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
        case "a member's, set by the general branch":
            return tasks.of(tasks.task(cast.general, cast.zongzhi, target="member"), member=cast.member1)
        case "a member's, set by his branch":
            return tasks.of(tasks.task(cast.one, cast.shuji1, target="member"), member=cast.member1)
        case "the secretary's own, set by his branch":
            return tasks.of(tasks.task(cast.one, cast.shuji1, target="member"), member=cast.shuji1.member)
    return tasks.of(tasks.task(cast.general, cast.ganshi, target="member"), member=cast.zongzhi.member)


@pytest.mark.parametrize("state", TaskState.values)
@pytest.mark.parametrize("kind", WHO)
def test_who_may_do_what(kind: str, state: str, cast: Cast) -> None:
    assignment = made(kind, cast)
    Assignment.objects.filter(pk=assignment.pk).update(state=state, done_on=ON if state == "done" else None)
    assignment = tasks.again(assignment)
    for verb, move in ASSIGNMENT.moves.items():
        may = {name for name, user in cast.users().items() if ASSIGNMENT.verdict(assignment, verb, by=user, on=ON)}
        assert may == (WHO[kind][verb] if state in move.sources else set()), verb


def test_every_state_can_be_reached_and_none_is_a_dead_end() -> None:
    assert ASSIGNMENT.unreachable() == set()
    assert ASSIGNMENT.dead_ends() == set()


def test_the_diagram_in_the_documents_is_the_tables() -> None:
    assert f"```mermaid\n{ASSIGNMENT.diagram()}```\n" in DOCUMENT.read_text()


def test_every_letter_of_a_move_is_registered() -> None:
    assert all(letters.find(move.letter) for move in ASSIGNMENT.moves.values() if move.letter)


@pytest.mark.parametrize("verb", ["return", "excuse"])
def test_returning_and_excusing_need_a_note(verb: str, cast: Cast) -> None:
    assignment = made("a branch's", cast)
    if verb == "return":
        assignment = tasks.done(assignment, cast.shuji1)
    with pytest.raises(Refused, match="必须写明"):
        ASSIGNMENT.move(assignment, verb, note=" ", by=cast.zongzhi, on=ON)


def test_nobody_returns_or_excuses_his_own_and_is_told_why(cast: Cast) -> None:
    own = made("the secretary's own, set by his branch", cast)
    assert "不能自己免办" in ASSIGNMENT.verdict(own, "excuse", by=cast.shuji1, on=ON).reason
    own = tasks.done(own, cast.shuji1)
    assert "由上级退回" in ASSIGNMENT.verdict(own, "return", by=cast.shuji1, on=ON).reason


def test_what_was_excused_by_mistake_can_be_asked_for_again(cast: Cast) -> None:
    assignment = tasks.returned(tasks.excused(made("a branch's", cast), cast.zongzhi), cast.zongzhi)
    assert (assignment.state, assignment.note) == ("returned", "请补上会议记录")
    assert tasks.done(assignment, cast.shuji1).note == ""


def test_done_is_written_on_a_page_of_its_own_and_never_a_button(cast: Cast) -> None:
    assignment = made("a branch's", cast)
    assert {offer.move.verb for offer in offers(assignment, by=cast.shuji1, on=ON)} & WRITTEN == set()


def test_rules_ask_the_database_nothing_of_an_assignment_fetched_for_work(
    cast: Cast, django_assert_num_queries: object
) -> None:
    made("a branch's", cast)
    standing = standing_of(cast.zongzhi, ON)
    one = for_work(Assignment.objects.filter(organization=cast.one)).get()
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert ASSIGNMENT.verdict(one, "excuse", by=standing, on=ON)
