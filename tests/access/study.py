"""Study: plans, sessions in each state, turns and swaps; the ledger and the papers."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from branches.states import Post
from schedule.actions.study import falling
from schedule.models import StudyFile, StudyPlan, StudySession, TurnSwap
from schedule.queries.study_filling import dealing, dealt_mark, filling
from tests import build as people
from tests.access.cells import Row, only, signed_in
from tests.access.items import ALL_READERS, LOG, READERS, inside, of
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.study import ON

EVERYBODY_INSIDE = inside(200, "dangyuan1", *READERS)


def planned(cast: Cast) -> StudySession:
    """Ahead, dangyuan1's turn."""
    return study.session(cast.one, cast.shuji1, lecturer=cast.member1)


def come(cast: Cast) -> StudySession:
    """Its day has passed, nothing is written down."""
    return study.past(cast.one, cast.shuji1, lecturer=cast.member1)


def held(cast: Cast) -> StudySession:
    return study.held(cast.one, cast.shuji1, lecturer=cast.member1)


def elsewhere(cast: Cast) -> None:
    """Another tree studies too, led by somebody of its own."""
    member = cast.stranger.member
    place = member.memberships.get().organization
    secretary = people.member(place, "外单位党支部书记")
    people.appoint(secretary, place, Post.SECRETARY)
    study.held(place, people.account(secretary, "waishuji"), lecturer=member)


def everywhere(cast: Cast) -> dict[str, Any]:
    """Held here and in another tree."""
    held(cast)
    elsewhere(cast)
    return {}


def plan(cast: Cast) -> StudyPlan:
    return study.filled(cast.one, cast.shuji1)


def asked(cast: Cast) -> TurnSwap:
    """The branch's secretary asks dangyuan1 to change places."""
    mine, other = study.two_turns(cast.one, cast.shuji1, cast.shuji1.member, cast.member1)
    return study.swap(mine, other, cast.shuji1)


def turns(cast: Cast) -> StudySession:
    """dangyuan1's turn, and somebody else's after it."""
    return study.two_turns(cast.one, cast.shuji1, cast.member1, cast.shuji1.member)[0]


def paper(cast: Cast) -> dict[str, Any]:
    """A file of the session."""
    made = StudyFile(
        entry=planned(cast), name="材料.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.dangyuan1
    )
    made.file.save("x", ContentFile("学习".encode()))
    return {"pk": made.pk}


def first_branch(cast: Cast) -> dict[str, Any]:
    """A branch in which nothing is planned, in a semester."""
    study.semester()
    return {"pk": cast.one.pk}


def typed(**fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post these on the session as it was read."""
    return lambda cast, kwargs: {"version": StudySession.objects.get(pk=kwargs["pk"]).version, **fields}


def cancelling(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    session = study.again(StudySession.objects.get(pk=kwargs["pk"]))
    return {"version": session.version, "seen": falling(session, ON).mark, "reason": "学校停课"}


def filling_it(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"seen": filling(StudyPlan.objects.get(pk=kwargs["pk"]), ON).mark}


def dealing_it(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"seen": dealt_mark(dealing(StudyPlan.objects.get(pk=kwargs["pk"]), ON))}


def hand_set(cast: Cast) -> StudyPlan:
    """A plan in which one turn is not where the rota would put it."""
    made = plan(cast)
    StudySession.objects.filter(on=study.FIRST).update(lecturer=None)
    return made


RECORD = {"on": "2011-06-10", "topic": "学习先进事迹", "hours": "2", "discussion": "大家谈了体会。"}
PLAN = {"starts_on": "2011-06-24", "interval_days": "14", "hours": "2"}

ROWS = [
    Row(url="schedule:study_list", args=everywhere, get=signed_in(200)),
    Row(url="schedule:study_list", case="what waits", query="?waiting=to_record", args=everywhere, get=signed_in(200)),
    Row(url="schedule:study_ledger", args=everywhere, get=only(200, *ALL_READERS)),
    Row(url="schedule:study_export", args=everywhere, get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:study_print", args=everywhere, get=only(200, *ALL_READERS)),
    Row(url="schedule:study_file", args=paper, get=EVERYBODY_INSIDE),
    Row(
        url="schedule:study_plan_add",
        args=first_branch,
        get=only(200, *READERS, guanli=404, stranger=404),
        post=only(302, *READERS, guanli=404, stranger=404),
        data=lambda cast, kwargs: {"semester": study.semester().pk, **PLAN},
    ),
    Row(url="schedule:study_plan_detail", args=of(plan), get=EVERYBODY_INSIDE),
    Row(
        url="schedule:study_plan_edit",
        args=of(plan),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=lambda cast, kwargs: {"version": StudyPlan.objects.get(pk=kwargs["pk"]).version, **PLAN},
    ),
    Row(
        url="schedule:study_plan_fill",
        args=of(plan),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=filling_it,
    ),
    Row(
        url="schedule:study_rota",
        args=of(hand_set),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=dealing_it,
    ),
    Row(
        url="schedule:session_add",
        args=first_branch,
        get=only(200, *READERS, guanli=404, stranger=404),
        post=only(302, *READERS, guanli=404, stranger=404),
        data=lambda cast, kwargs: RECORD,
    ),
    Row(
        url="schedule:session_add_autosave",
        args=first_branch,
        post=only(200, *READERS, guanli=404, stranger=404),
        data=lambda cast, kwargs: RECORD,
    ),
    Row(url="schedule:session_detail", args=of(planned), get=EVERYBODY_INSIDE),
    Row(url="schedule:session_detail", case="held", args=of(held), get=EVERYBODY_INSIDE),
    Row(url="schedule:session_print", args=of(held), get=EVERYBODY_INSIDE),
    Row(
        url="schedule:session_edit",
        args=of(planned),
        get=inside(200, "dangyuan1", *READERS),
        post=inside(302, "dangyuan1", *READERS),
        data=typed(topic="学习先进事迹", hours="2"),
    ),
    Row(
        url="schedule:session_edit",
        case="held",
        args=of(held),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=typed(**RECORD),
    ),
    Row(
        url="schedule:session_autosave",
        args=of(come),
        post=inside(200, *READERS),
        data=typed(**RECORD),
    ),
    Row(
        url="schedule:session_record",
        args=of(come),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=typed(**RECORD),
    ),
    Row(url="schedule:session_record", case="ahead", args=of(planned), get=inside(403), post=inside(403)),
    Row(
        url="schedule:session_move",
        args=of(planned),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=typed(day="2011-06-23", reason="学校停课"),
    ),
    Row(
        url="schedule:session_cancel",
        args=of(planned),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=cancelling,
    ),
    Row(url="schedule:session_cancel", case="held", args=of(held), get=inside(403), post=inside(403)),
    Row(
        url="schedule:swap_ask",
        args=of(turns),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=lambda cast, kwargs: {"other": StudySession.objects.get(lecturer=cast.shuji1.member).pk, "reason": "外出"},
    ),
    Row(
        url="schedule:swap_answer",
        args=of(asked),
        post=inside(302, "dangyuan1"),
        data=lambda cast, kwargs: {"verb": "agree", "version": TurnSwap.objects.get(pk=kwargs["pk"]).version},
    ),
    Row(
        url="schedule:swap_answer",
        case="withdraw",
        args=of(asked),
        post=inside(302, "shuji1"),
        data=lambda cast, kwargs: {"verb": "withdraw"},
    ),
    Row(
        url="schedule:swap_answer",
        case="no such verb",
        args=of(asked),
        post=inside(400, "dangyuan1", *READERS),
        data=lambda cast, kwargs: {"verb": "lapse"},
    ),
]
