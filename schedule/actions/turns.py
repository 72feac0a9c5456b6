"""Turns on the move. With the turn goes what its lecturer prepared: topic, materials, documents and files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q

from accounts.models import User
from branches.models import Member, Organization
from chuangxian.edits import save_version
from schedule import outbox
from schedule.models import StudyFile, StudySession, TurnSwap
from schedule.queries.study import swaps_for_work
from schedule.rules import study as rules
from schedule.states.study import SwapState
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


def tell_lecturer(session: StudySession, *, by: User, on: date) -> None:
    """Tell the lecturer that this session is his turn now."""
    if session.lecturer is not None and session.on > on:
        slot, to = f"v{session.version}", [session.lecturer]
        outbox.post(letter="study_turn_set", obj=session, to=to, slot=slot, due_on=session.on, by=by, on=on)


def end_swaps(sessions: Iterable[StudySession], *, by: User, on: date) -> None:
    """Let questions about these sessions that can no longer be answered lapse, so that others can be asked."""
    numbers = [one.pk for one in sessions]
    asked = TurnSwap.objects.filter(Q(mine__in=numbers) | Q(other__in=numbers), state=SwapState.ASKED)
    for swap in swaps_for_work(asked):
        if not rules.is_open(swap, on):
            SWAP.move(swap, "lapse", by=by, on=on)
