"""Turns on the move. With the turn goes what its lecturer prepared: topic, materials, documents and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q

from accounts import log
from accounts.models import User
from branches.models import Member, Organization
from chuangxian.edits import save_version
from schedule import outbox
from schedule.models import StudyFile, StudySession, TurnSwap
from schedule.queries.study import swaps_for_work
from schedule.rules import study as rules
from schedule.states.study import SessionState, SwapState
from schedule.workflow.study import SWAP


def hold(organization: Organization) -> None:
    """Let nobody else change the days and turns of this organisation until the transaction ends.

    A write that changes nothing, and the first statement of its transaction: it waits its turn on SQLite too.
    """
    Organization.objects.filter(pk=organization.pk).update(path=F("path"))


@dataclass(frozen=True)
class Prepared:
    """A turn with what was prepared for it."""

    lecturer: Member | None
    topic: str
    materials: str
    documents: tuple[int, ...]
    files: tuple[int, ...]


def prepared_of(session: StudySession) -> Prepared | None:
    """Return the turn that stands at a session fetched with its papers; None where nobody has one."""
    if session.lecturer is None:
        return None
    return Prepared(
        session.lecturer,
        session.topic,
        session.materials,
        tuple(one.pk for one in session.documents.all()),
        tuple(one.pk for one in session.evidence.all()),
    )


def put(session: StudySession, turn: Prepared) -> None:
    """Let this turn stand at the session. Raises Conflict when somebody saved in between."""
    session.lecturer, session.topic, session.materials = turn.lecturer, turn.topic, turn.materials
    save_version(session, ["lecturer", "topic", "materials"], version=session.version)
    session.documents.set(turn.documents)
    StudyFile.objects.filter(pk__in=turn.files).update(entry=session)


@transaction.atomic
def hand_turn(*, number: int, to: Member, reason: str = "", by: User | None, on: date) -> None:
    """Let somebody else lecture at a planned session; what was prepared stays with it. Whether ``by`` may is asked by the room that hands over.

    Raises ValidationError for what is no longer planned.
    """
    session = (
        StudySession.objects.select_for_update(of=("self",)).select_related("organization", "lecturer").get(pk=number)
    )
    if session.state != SessionState.PLANNED:
        raise ValidationError(f"“{session}”已经{session.get_state_display()}，不用移交。")
    before, session.lecturer = session.lecturer, to
    save_version(session, ["lecturer"], version=session.version)
    changes = {"lecturer": [str(before or ""), str(to)]}
    log.record(verb="hand_turn", label="变更主讲人", obj=session, note=reason, changes=changes, by=by, on=on)
    end_swaps([session], by=by, on=on)
    tell_lecturer(session, by=by, on=on)


def tell_lecturer(session: StudySession, *, by: User | None, on: date) -> None:
    """Tell the lecturer that this session is his turn now."""
    if session.lecturer is not None and session.on > on:
        slot, to = f"v{session.version}", [session.lecturer]
        outbox.post(letter="study_turn_set", obj=session, to=to, slot=slot, due_on=session.on, by=by, on=on)


def end_swaps(sessions: Iterable[StudySession], *, by: User | None, on: date) -> None:
    """Let questions about these sessions that can no longer be answered lapse, so that others can be asked."""
    numbers = [one.pk for one in sessions]
    asked = TurnSwap.objects.filter(Q(mine__in=numbers) | Q(other__in=numbers), state=SwapState.ASKED)
    for swap in swaps_for_work(asked):
        if not rules.is_open(swap, on):
            SWAP.move(swap, "lapse", by=by, on=on)
