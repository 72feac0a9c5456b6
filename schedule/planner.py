"""Turns open items into notices: what is due by now and not yet told, however long nobody looked.

The rule itself stands in `schedule.reminding`. Planning is harmless at any multiplicity: the notices' unique key decides, two planners
at once or the same day planned twice change nothing.
"""

import logging
import pickle
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import islice
from tempfile import TemporaryFile
from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest, Now

from branches.scope import Standing, remembering
from chuangxian import clock
from schedule import letters, outbox, reminding
from schedule.letters import Person
from schedule.models import Notice, ReminderMark
from schedule.outbox import Draft
from schedule.queries.leads import as_the_office_set
from schedule.queries.notices import PersonKey, key_of, reach_of
from schedule.queries.preferences import habits_of
from schedule.queries.snoozes import Snoozes, snoozes_about, snoozes_running
from schedule.reminding import Due, Reminder, Slot, Slots, put_off

logger = logging.getLogger(__name__)

BATCH = 1000
# on a day already planned, how long until it is looked at again for what people changed meanwhile
AGAIN_AFTER = timedelta(minutes=5)


Marks = dict[str, ReminderMark]
Broken = list[tuple[Reminder, Exception]]


def plan(*, on: date) -> int:
    """Plan every reminder for that day. Returns how many notices are new; the first error ends it."""
    return _plan_whole(as_the_office_set(reminding.every()), on=on)


def plan_reminder(reminder: Reminder, *, on: date) -> int:
    """Plan one reminder for that day. Returns how many notices are new."""
    return _plan_whole(as_the_office_set([reminder]), on=on)


def _plan_whole(reminders: Iterable[Reminder], *, on: date) -> int:
    marks, total = _marks(), 0
    with remembering():
        for together in _sharing(reminders):
            new, broken = _plan_together(together, marks, on=on)
            for _, error in broken:
                raise error
            total += new
    return total


def plan_due(*, on: date, wall: datetime) -> list[str]:
    """Plan the reminders not yet planned for that day, or not looked at for a while; returns the labels of those that broke.

    One reminder that breaks stops no other: it is logged, reported, and tried again at the next tick.
    """
    marks = _marks()

    def is_due(mark: ReminderMark | None) -> bool:
        return mark is None or mark.planned_on < on or wall - mark.planned_at >= AGAIN_AFTER

    broken: Broken = []
    with remembering():
        for together in _sharing(as_the_office_set(one for one in reminding.every() if is_due(marks.get(one.kind)))):
            broken += _plan_together(together, marks, on=on)[1]
    for reminder, error in broken:
        logger.error("reminder %s broke", reminder.kind, exc_info=error)
    return [reminder.label for reminder, _ in broken]


def _marks() -> Marks:
    return {mark.kind: mark for mark in ReminderMark.objects.all()}


def _sharing(reminders: Iterable[Reminder]) -> list[list[Reminder]]:
    """Put those together that are about the same open items, which are then read once."""
    found: dict[Any, list[Reminder]] = {}
    for reminder in reminders:
        found.setdefault(reminder.open_items, []).append(reminder)
    return list(found.values())


def _plan_together(reminders: list[Reminder], marks: Marks, *, on: date) -> tuple[int, Broken]:
    """Plan reminders about the same open items, batch by batch, each reminder's in a transaction of its own.

    Returns how many notices are new, and what broke, whatever another room's query raised.
    """
    new = 0
    broken: Broken = []
    left = list(reminders)
    try:
        for reminder in reminders:
            if reminder.kind not in marks:
                first = {"since": on, "planned_on": on - timedelta(days=1), "planned_at": clock.wall()}
                marks[reminder.kind], _ = ReminderMark.objects.get_or_create(kind=reminder.kind, defaults=first)
        # an item that falls due later than one of them asks for has no slot of that one yet
        open_items = reminders[0].open_items(on, max(one.until(on) for one in reminders))
        for dues in _read_first(open_items) if connection.vendor == "sqlite" else _batches(open_items):
            asides = _asides(reminders, dues, marks, on)
            for reminder in list(left):
                try:
                    drafts = list(_drafts(reminder, dues, asides, marks[reminder.kind], on))
                    new += outbox.put(drafts, on=on) if drafts else 0
                except Exception as error:  # its letter, say; the others go on
                    left.remove(reminder)
                    broken.append((reminder, error))
    except Exception as error:  # the query they share
        return new, broken + [(reminder, error) for reminder in left]
    done = ReminderMark.objects.filter(kind__in=[reminder.kind for reminder in left])
    done.update(planned_on=Greatest(F("planned_on"), on), planned_at=Now())
    return new, broken


def _batches(dues: Iterable[Due]) -> Iterator[list[Due]]:
    rest = iter(dues)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _read_first(dues: Iterable[Due]) -> Iterator[list[Due]]:
    """Read to the end before the first batch is planned; what does not fit into two batches waits in a file.

    On SQLite a read still under way makes a write fail at once ("database is locked") when somebody else wrote meanwhile.
    """
    batches = _batches(dues)
    held = list(islice(batches, 2))
    with TemporaryFile() as file:
        number = 0
        for batch in batches:
            pickle.dump(batch, file)
            number += 1
        file.seek(0)
        yield from held
        for _ in range(number):
            yield pickle.load(file)  # noqa: S301  nobody else has that file


Asides = dict[tuple[int, PersonKey], Slots]  # place of the item in its batch, person


def _asides(reminders: list[Reminder], dues: list[Due], marks: Marks, on: date) -> Asides:
    """Return the slots of those who put an item off, over all the reminders about it. One query a batch."""
    snoozes = snoozes_about(_numbers(dues), on)
    return {
        (place, key): slots
        for place, due in enumerate(dues)
        for key, slots in _put_off(reminders, due, snoozes, {kind: mark.since for kind, mark in marks.items()}, on)
    }


def _put_off(
    reminders: list[Reminder], due: Due, snoozes: Snoozes, since: dict[str, date], on: date
) -> Iterator[tuple[PersonKey, Slots]]:
    people = snoozes.get((due.obj._meta.label_lower, due.obj.pk))
    if not people:
        return
    slots = {one.kind: one.slots(due, since=since.get(one.kind, on)) for one in reminders}
    kinds = reminding.together(reminders[0].kind)
    for person in due.to:
        if mine := [one for one in people.get(key_of(person), ()) if one.reminder in kinds]:
            yield key_of(person), put_off(slots, [(one.reminder, one.until) for one in mine], due.due_on)


def _tellings(
    reminder: Reminder, due: Due, own: dict[PersonKey, Slots], since: date
) -> Iterator[tuple[list[Person], list[Slot]]]:
    """Yield who goes by which slots: those who put the item off each by his own, the others together."""
    together = [person for person in due.to if key_of(person) not in own]
    if together:
        yield together, reminder.slots(due, since=since)
    for person in due.to:
        if key_of(person) in own:
            yield [person], own[key_of(person)].get(reminder.kind, [])


def _drafts(reminder: Reminder, dues: list[Due], asides: Asides, mark: ReminderMark, on: date) -> Iterator[Draft]:
    """Write the letters nobody has got yet: the latest slot to be told, slots of a standstill before it to be kept as passed."""
    letter = letters.get(reminder.letter)
    told = _told(letter.kind, dues)
    for place, due in enumerate(dues):
        text = None
        own = {key: asides[place, key] for key in map(key_of, due.to) if (place, key) in asides} if asides else {}
        for people, slots in _tellings(reminder, due, own, mark.since):
            come = [slot for slot in slots if slot.day <= on]
            for slot in reversed(come):
                latest = slot is come[-1]
                if not latest and slot.day <= mark.planned_on:
                    break
                untold = [person for person in people if (due.obj.pk, slot.name, *key_of(person)) not in told]
                if not untold:
                    continue
                text = text or letters.write(letter, due.obj, due_on=due.due_on, on=on)
                yield Draft(
                    letter,
                    due.obj,
                    untold,
                    slot.name,
                    text,
                    letter.url(due.obj),
                    due_on=due.due_on,
                    reminder=reminder.kind,
                    passed=not latest,
                )


Told = set[tuple[int, str, str, int]]  # record, slot, "member" or "user", number


def _told(letter: str, dues: list[Due]) -> Told:
    """Return which of these items' slots have been told to whom, in one query a kind of record."""
    told: Told = set()
    for target_type, pks in _numbers(dues).items():
        known = Notice.objects.filter(letter=letter, target_type=target_type, target_id__in=pks).order_by()
        for pk, slot, member_id, user_id in known.values_list("target_id", "slot", "member_id", "user_id"):
            told.add((pk, slot, "member", member_id) if member_id else (pk, slot, "user", user_id))
    return told


def _numbers(dues: Iterable[Due]) -> dict[str, set[int]]:
    numbers: dict[str, set[int]] = {}
    for due in dues:
        numbers.setdefault(due.obj._meta.label_lower, set()).add(due.obj.pk)
    return numbers


@dataclass(frozen=True, slots=True)
class Ahead:
    """A reminder that will go out on ``day`` if the item stays open."""

    day: date
    reminder: Reminder
    obj: Any
    due_on: date
    to: list[Person]


def ahead(*, on: date, days: int) -> Iterator[Ahead]:
    """Walk what will be told on each of the next ``days`` days, by the same rule and from the same items as the planner."""
    last = on + timedelta(days=days)
    since = dict(ReminderMark.objects.values_list("kind", "since"))
    snoozes = snoozes_running(on)
    for together in _sharing(as_the_office_set(reminding.every())):
        # an item somebody put off may fall due later than a kind asks for: it is the day named that counts
        for due in together[0].open_items(on, max(one.until(last) for one in together)):
            own = dict(_put_off(together, due, snoozes, since, on))
            for reminder in together:
                for people, slots in _tellings(reminder, due, own, since.get(reminder.kind, on)):
                    for slot in slots:
                        if on < slot.day <= last:
                            yield Ahead(slot.day, reminder, due.obj, due.due_on, people)


@dataclass(slots=True)
class DayAhead:
    """What will be told on one day to the people a viewer may see."""

    day: date
    reminders: list[Ahead]
    in_digest: frozenset[PersonKey] = frozenset()

    @property
    def labels(self) -> list[str]:
        """Return the kinds of reminders, each once."""
        return list(dict.fromkeys(one.reminder.label for one in self.reminders))

    @property
    def letters(self) -> int:
        """Count the letters that will go out; who has a digest gets all of the day's in one."""
        keys = [key_of(person) for one in self.reminders for person in one.to]
        return sum(key not in self.in_digest for key in keys) + len(self.in_digest.intersection(keys))

    def digested(self, one: Ahead) -> int:
        """Count those who will read it in their digest."""
        letter = letters.find(one.reminder.letter)
        if letter is None or not outbox.may_wait_for_digest(letter):
            return 0
        return sum(key_of(person) in self.in_digest for person in one.to)


def foresee(standing: Standing, *, days: int, on: date) -> list[DayAhead]:
    """Return each of the next ``days`` days with its reminders to people where internal records are open to the viewer."""
    coming = list(ahead(on=on, days=days))
    reach = reach_of({key_of(person) for one in coming for person in one.to}, on)
    paths = standing.reading_paths()

    def visible(person: Person) -> bool:
        at = reach[key_of(person)]
        return not at.obstacle and any(at.path.startswith(path) for path in paths if at.path)

    habits = habits_of(at.account_id for at in reach.values() if at.account_id)
    in_digest = frozenset(
        key
        for key, at in reach.items()
        if at.account_id and at.address and at.account_id in habits and habits[at.account_id].digest
    )
    rows = [DayAhead(on + timedelta(days=n), [], in_digest) for n in range(1, days + 1)]
    for one in coming:
        to = [person for person in one.to if visible(person)]
        if to:
            rows[(one.day - on).days - 1].reminders.append(replace(one, to=to))
    return rows
