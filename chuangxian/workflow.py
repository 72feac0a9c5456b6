"""A table of moves is the whole life of a record.

Buttons, the refusal on a disabled button, the state diagram in the documents and the tests all come from the table. The kernel knows
neither the log nor the notices: whoever declares a workflow hands in ``record`` and ``announce``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import F

from chuangxian.verdicts import YES, Refused, Verdict, first_no, no, require


class Note(StrEnum):
    """Whether a move carries words."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


class Overtaken(Refused):
    """Somebody else moved the record first; becomes a 409 page."""


Rule = Callable[[Any, Any, date], Verdict]


class Record(Protocol):
    """What writes the log: keeps who did what to which record, and why."""

    def __call__(
        self, *, verb: str, label: str, obj: Any, by: Any, on: date, note: str, changes: dict[str, Any] | None
    ) -> Any: ...


class Announce(Protocol):
    """What posts the letter of a move."""

    def __call__(self, kind: str, *, obj: Any, by: Any, on: date, note: str) -> Any: ...


def anyone(obj: Any, by: Any, on: date) -> Verdict:
    """Rule that never refuses; for ``when`` columns without a date."""
    return YES


def _no_columns(obj: Any, by: Any, on: date) -> dict[str, Any]:
    return {}


def _nothing(obj: Any, by: Any, on: date, note: str) -> None:
    return None


@dataclass(frozen=True)
class Move:
    """One row of the table.

    ``who`` asks about the person, ``when`` about the record's dates and content. ``sets`` gives further columns decided by the move,
    ``after`` what follows from it; both happen in the move's own transaction.
    """

    verb: str
    label: str
    sources: Sequence[str]
    target: str
    who: Rule
    when: Rule = anyone
    note: Note = Note.NONE
    note_label: str = "意见"
    letter: str = ""
    tone: str = "secondary"
    sets: Callable[[Any, Any, date], dict[str, Any]] = _no_columns
    after: Callable[[Any, Any, date, str], None] = _nothing


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as a person finds it: a button, or a disabled button with the sentence that says why."""

    move: Move
    verdict: Verdict


class Workflow:
    """The moves of one kind of record."""

    def __init__(
        self,
        name: str,
        *,
        states: type[models.TextChoices],
        initial: str,
        finals: Sequence[str],
        moves: Sequence[Move],
        record: Record,
        announce: Announce,
        field: str = "state",
    ) -> None:
        self.name = name
        self.states = states
        self.initial = initial
        self.finals = tuple(finals)
        self.moves = {move.verb: move for move in moves}
        self.field = field
        self._record = record
        self._announce = announce
        if len(self.moves) != len(moves):
            raise ValueError(f"{name}: a verb stands twice in the table of moves")

    def state_of(self, obj: models.Model) -> str:
        """Return the record's state."""
        return str(getattr(obj, self.field))

    def verdict(self, obj: models.Model, verb: str, *, by: Any, on: date) -> Verdict:
        """Answer whether ``by`` may do ``verb`` on that day: the person is asked first, then the state, then the dates."""
        move = self.moves[verb]
        return first_no(move.who(obj, by, on), self._stands_right(obj, move), move.when(obj, by, on))

    def available(self, obj: models.Model, *, by: Any, on: date) -> list[Offer]:
        """Return the moves out of the present state that concern this person, refused ones with their sentence."""
        offers = [
            Offer(move, first_no(move.who(obj, by, on), move.when(obj, by, on)))
            for move in self.moves.values()
            if self.state_of(obj) in move.sources
        ]
        return [offer for offer in offers if offer.verdict or offer.verdict.concerns]

    def move(
        self, obj: models.Model, verb: str, *, note: str = "", version: int | None = None, by: Any, on: date
    ) -> None:
        """Do it, in one transaction: ask again, change state where it is still the old one, log, post the letter.

        With ``version`` (what the person had on screen) the move also fails when the text has changed since.
        Raises `Refused` with the rule's sentence, `Overtaken` when somebody was faster.
        """
        move = self.moves[verb]
        note = note.replace("\x00", "").strip()  # PostgreSQL keeps no NUL in a text
        require(self.verdict(obj, verb, by=by, on=on))
        if move.note == Note.REQUIRED and not note:
            raise Refused(f"{move.label}必须写明{move.note_label}。")
        columns: dict[str, Any] = {self.field: move.target, **move.sets(obj, by, on)}
        still: dict[str, Any] = {"pk": obj.pk, self.field: self.state_of(obj)}
        if _has_version(obj):
            columns["version"] = F("version") + 1
            if version is not None:
                still["version"] = version
        old = self.state_of(obj)
        with transaction.atomic():
            if type(obj)._base_manager.filter(**still).update(**columns) != 1:
                raise Overtaken("有人先一步处理了这份材料，请刷新页面后再看。")
            _read_again(obj)
            changes = {self.field: [old, move.target]}
            self._record(verb=verb, label=move.label, obj=obj, by=by, on=on, note=note, changes=changes)
            move.after(obj, by, on, note)
            if move.letter:
                self._announce(move.letter, obj=obj, by=by, on=on, note=note)

    def unreachable(self) -> set[str]:
        """Return the states no chain of moves leads to. Tests demand none."""
        reached, fresh = {self.initial}, {self.initial}
        while fresh:
            fresh = {m.target for m in self.moves.values() if fresh & set(m.sources)} - reached
            reached |= fresh
        return set(self.states.values) - reached

    def dead_ends(self) -> set[str]:
        """Return the states nothing leads out of, though they are not final. Tests demand none."""
        return (
            set(self.states.values) - {source for m in self.moves.values() for source in m.sources} - set(self.finals)
        )

    def diagram(self) -> str:
        """Return the table as a Mermaid state diagram, for the documents."""
        label = dict(self.states.choices)
        lines = ["stateDiagram-v2", *(f'    state "{text}" as {value}' for value, text in label.items())]
        lines.append(f"    [*] --> {self.initial}")
        lines += [f"    {s} --> {m.target}: {m.label}" for m in self.moves.values() for s in m.sources]
        lines += [f"    {final} --> [*]" for final in self.finals]
        return "\n".join(lines) + "\n"

    def _stands_right(self, obj: models.Model, move: Move) -> Verdict:
        state = self.state_of(obj)
        if state in move.sources:
            return YES
        return no(f"现在是“{dict(self.states.choices).get(state, state)}”状态，不能{move.label}。")


def _read_again(obj: models.Model) -> None:
    """Read the record's own columns afresh; the records it points to stay at hand, as the rules have just seen them."""
    at_hand = {
        field: (getattr(obj, field.attname), field.get_cached_value(obj))
        for field in obj._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.is_cached(obj)
    }
    obj.refresh_from_db()
    for field, (number, related) in at_hand.items():
        if getattr(obj, field.attname) == number:
            field.set_cached_value(obj, related)


def _has_version(obj: models.Model) -> bool:
    return any(field.name == "version" for field in obj._meta.concrete_fields)
