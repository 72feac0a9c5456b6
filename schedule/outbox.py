"""Posting notices: rows in the caller's transaction; the worker hears of them once it has committed.

The key (letter, record, person, slot) makes posting twice harmless. A letter about a day before today is history entered late: it is kept,
read already, and mails nobody. A mail posted in somebody's quiet hours is due at their end; who prefers a digest gets no mail now: the
notice waits, and `schedule.digests` takes it along. The inbox tells at once in any case.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection, models, transaction

from accounts.models import User
from branches.models import Member, Organization
from chuangxian import bell, clock
from schedule import letters
from schedule.letters import Letter, Person, Text
from schedule.models import Mail, Notice, WebhookChannel, WebhookDelivery
from schedule.queries.notices import PersonKey, Reach, key_of, reach_of
from schedule.queries.preferences import Moment, habit_of, habits_of
from schedule.states.notices import Error, MailState, Policy, Skip

DELIVER = "schedule.tasks.deliver"

ROWS_AT_ONCE = 1000

Key = tuple[Any, ...]  # the values of KEY
KEY = ("letter", "target_type", "target_id", "slot", "member_id", "user_id")
NOTICE = (
    *("reminder", "organization_id", "path", "title", "body", "url", "by_id"),
    *("due_on", "on", "entered_at", "skipped", "read_at", "digest_for_id", "digest_on", "digest_dropped"),
)
MAIL = ("notice_id", "address", "message_id", "state", "error", "error_text", "attempt")
LATER = ("due_at", "tries_since")  # said only of what leaves later; else the database's own default, now
GROUP_KEY = ("channel_id", "letter", "target_type", "target_id", "slot")
GROUP = ("title", "url", "reminder", "due_on", "on", "state", "error", "error_text", "attempt")


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter on its way into the outbox: written once for all who get it. ``passed`` marks a slot nobody was told in time."""

    letter: Letter
    obj: models.Model
    to: Sequence[Person]
    slot: str
    text: Text
    url: str
    due_on: date | None = None
    reminder: str = ""
    by: User | None = None
    passed: bool = False


def announce(kind: str, *, obj: Any, by: User | None, on: date, note: str = "") -> int:
    """Post the letter of a move to its recipients, in the caller's transaction; who made the move gets none.

    Returns how many people it was posted to. Raises KeyError when no letter of that kind is registered.
    """
    letter = letters.get(kind)
    to = letter.recipients(obj, on) if letter.recipients else ()
    return post(letter=kind, obj=obj, to=to, slot=_slot_of_move(obj), due_on=None, note=note, by=by, on=on)


def _slot_of_move(obj: Any) -> str:
    """Name the moment of a move: the version it made, else a name of its own. A letter returned twice is told twice."""
    version = getattr(obj, "version", None)
    return f"v{version}" if isinstance(version, int) else uuid4().hex


def post(
    *,
    letter: str,
    obj: Any,
    to: Iterable[Person],
    slot: str,
    due_on: date | None,
    note: str = "",
    by: User | None = None,
    on: date,
) -> int:
    """Post a letter to these people (not to ``by``), in the caller's transaction; who has it already gets it no second time.

    ``slot`` distinguishes letters of one kind about one record, 40 characters at most. Returns how many notices are new.
    """
    kind = letters.get(letter)
    people = [person for person in to if not _is(person, by)]
    if not people:
        return 0
    text = letters.write(kind, obj, note=note, due_on=due_on, by=by, on=on)
    return put([Draft(kind, obj, people, slot, text, kind.url(obj), due_on=due_on, by=by)], on=on)


def _is(person: Person, user: User | None) -> bool:
    return user is not None and (person if isinstance(person, User) else person.user_id) in (user, user.pk)


def put(drafts: Sequence[Draft], *, on: date) -> int:
    """Insert the notices and mails of these drafts, whole or not at all, in a fixed number of queries a thousand people.

    Of several drafts with one key the first counts. Returns how many notices are new.
    """
    reach = reach_of({key_of(person) for draft in drafts for person in draft.to}, on)
    late = on < clock.today()
    entered_at = Notice._meta.get_field("entered_at").get_db_prep_value(clock.now(), connection)
    habits = habits_of(at.account_id for at in reach.values() if at.account_id)
    moment, of_the_house = Moment(), habit_of(None)
    rows: dict[Key, tuple[Any, ...]] = {}
    mailable: dict[Key, tuple[Reach, datetime | None]] = {}
    for draft in drafts:
        target_type = draft.obj._meta.label_lower
        for person in draft.to:
            at = reach[key_of(person)]
            key = (draft.letter.kind, target_type, draft.obj.pk, draft.slot, at.member_id, at.user_id)
            if key in rows:
                continue
            skipped = Skip.MISSED if draft.passed else Skip.HISTORY if late else at.obstacle
            habit = habits.get(at.account_id or 0, of_the_house)
            digest_on = None
            if not skipped and at.address:
                if may_wait_for_digest(draft.letter) and not at.bounced:
                    digest_on = moment.digest_on(habit)
                if digest_on is None:
                    leaves_at = None if draft.letter.urgent else moment.leaves_at(habit.hours)
                    mailable[key] = (at, leaves_at)
            rows[key] = (
                *key,
                draft.reminder,
                at.organization_id,
                at.path,
                draft.text.subject,
                "" if draft.passed else draft.text.body,
                draft.url,
                draft.by.pk if draft.by else None,
                draft.due_on,
                on,
                entered_at,
                skipped.value,
                entered_at if late else None,
                at.account_id if digest_on else None,
                digest_on,
                "",
            )
    # everybody inserts in one order, so that two planners wait for each other instead of deadlocking
    ordered = [rows[key] for key in sorted(rows, key=lambda key: [part or 0 for part in key])]
    with transaction.atomic(savepoint=False):
        new = _insert(Notice, KEY + NOTICE, ordered, returning=("id", *KEY))
        letters_ = [
            (_mail(pk, mailable[tuple(key)][0]), mailable[tuple(key)][1]) for pk, *key in new if tuple(key) in mailable
        ]
        _insert_outgoing(Mail, MAIL, letters_)
        told = 0 if late else _tell_groups(drafts, reach, moment, on)
        if letters_ or told:
            ring()
    return len(new)


def may_wait_for_digest(letter: Letter) -> bool:
    """Answer whether it may go in a digest. What must not go out twice keeps a mail of its own, for a digest is sent again when in doubt."""
    return not letter.urgent and letter.policy == Policy.RESEND


def new_message_id() -> str:
    """Return a Message-ID of this site."""
    return f"<{uuid4().hex}@{urlsplit(settings.SITE_URL).hostname}>"


def _mail(notice_id: int, at: Reach) -> tuple[Any, ...]:
    """Make a mail's row; its Message-ID is fixed here, so that every copy of it can be known as the same mail."""
    state, error = (MailState.SKIPPED, Error.BOUNCED) if at.bounced else (MailState.READY, Error.NONE)
    return (notice_id, at.address, new_message_id(), state.value, error.value, "", 0)


def _tell_groups(drafts: Sequence[Draft], reach: dict[PersonKey, Reach], moment: Moment, on: date) -> int:
    """Post to the groups' robots what they ask for, where it concerns somebody of theirs; once, whoever posts it. Returns how many are new.

    What one organisation is told of itself its own groups alone hear, not those above it; what is one person's no group hears.
    """
    offered = [draft for draft in drafts if draft.letter.group and not draft.passed and not _is_one_person_s(draft.obj)]
    if not offered:
        return 0
    channels = list(WebhookChannel.objects.active().order_by("pk"))
    leaves_at = moment.leaves_at(settings.QUIET_HOURS) if channels else None
    rows: dict[Key, tuple[Any, ...]] = {}
    for draft in offered:
        concerned = [at.path for at in (reach[key_of(person)] for person in draft.to) if at.path and not at.obstacle]
        owner = _owner_of(draft.obj)
        for channel in channels:
            if draft.letter.kind not in channel.letters or not any(path.startswith(channel.path) for path in concerned):
                continue
            if owner not in (None, channel.organization_id):
                continue
            key = (channel.pk, draft.letter.kind, draft.obj._meta.label_lower, draft.obj.pk, draft.slot)
            text = (draft.text.subject, draft.url, draft.reminder, draft.due_on, on)
            rows.setdefault(key, (*key, *text, MailState.READY.value, Error.NONE.value, "", 0))
    return _insert_outgoing(WebhookDelivery, GROUP_KEY + GROUP, [(rows[key], leaves_at) for key in sorted(rows)])


def _is_one_person_s(obj: models.Model) -> bool:
    return isinstance(obj, Member) or getattr(obj, "member_id", None) is not None


def _owner_of(obj: models.Model) -> int | None:
    """Return the number of the organisation it is of; None for what is everybody's, such as the plan's own dates."""
    owner: int | None = obj.pk if isinstance(obj, Organization) else getattr(obj, "organization_id", None)
    return owner


def _insert_outgoing(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[tuple[Any, ...], datetime | None]]
) -> int:
    """Insert what goes out at once and what leaves later. Returns how many are new."""
    at_once = [row for row, leaves_at in rows if leaves_at is None]
    later = [(*row, leaves_at, leaves_at) for row, leaves_at in rows if leaves_at is not None]
    new = _insert(model, columns, at_once, returning=("id",))
    if later:
        field: Any = model._meta.get_field("due_at")
        prepared = [(*row[:-2], *[field.get_db_prep_value(at, connection) for at in row[-2:]]) for row in later]
        new += _insert(model, (*columns, *LATER), prepared, returning=("id",))
    return len(new)


def _insert(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    *,
    returning: Sequence[str],
) -> list[tuple[Any, ...]]:
    """Insert the rows whose key is not there yet, and return the new ones.

    Django's bulk_create either passes over what is there or gives keys back, never both, and takes ten times as long.
    Columns left out get the database's own default.
    """
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    head = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES "  # noqa: S608  our own columns, values apart
    one = f"({', '.join(['%s'] * len(columns))})"
    tail = " ON CONFLICT DO NOTHING"
    if returning:
        tail += f" RETURNING {', '.join(map(quote, returning))}"
    new: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(rows), ROWS_AT_ONCE):
            some = rows[start : start + ROWS_AT_ONCE]
            cursor.execute(head + ", ".join([one] * len(some)) + tail, [value for row in some for value in row])
            if returning:
                new += cursor.fetchall()
    return new


def ring() -> None:
    """Tell a worker to look now, once a transaction however much it posts."""
    if all(entry[1] is not _ring for entry in connection.run_on_commit):
        transaction.on_commit(_ring)


def _ring() -> None:
    bell.ring(DELIVER)
