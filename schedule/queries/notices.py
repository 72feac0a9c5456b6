"""Which notices: who can be reached and how, one's inbox, whether the clock still ticks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.db.models.functions import Now

from accounts.models import User
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import PATH_STEP, Viewer, memory, standing_of, within
from branches.states import LEADERS, Kind, Post
from schedule.letters import Person
from schedule.models import BouncedAddress, Digest, Heartbeat, Mail, Notice, WebhookDelivery
from schedule.models.notices import NoticeQuerySet, Outgoing
from schedule.states.notices import UNDER_WAY, MailState, Outcome, Skip

TICK = "tick"
PersonKey = tuple[str, int]
Place = tuple[int | None, str]
NOWHERE: Place = (None, "")


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person stands on a day and how he can be told.

    Exactly one of ``member_id`` and ``user_id`` is set: who is a member is addressed as one, with or without an account.
    ``organization_id`` and ``path`` are those of his branch that day (of his post, for an account alone); None and "" when he
    has neither, and then he is ``gone``, unless he keeps the accounts. ``bounced``: a server has refused the address for good.
    """

    member_id: int | None
    user_id: int | None
    account_id: int | None
    disabled: bool
    gone: bool
    address: str
    bounced: bool
    organization_id: int | None
    path: str

    @property
    def obstacle(self) -> Skip:
        """Say why he cannot be told at all, if so."""
        if self.disabled:
            return Skip.DISABLED
        if self.gone:
            return Skip.GONE
        return Skip.NO_ACCOUNT if self.account_id is None and not self.address else Skip.NONE

    @property
    def mail_address(self) -> str:
        """Return where a mail may go, or nothing."""
        return "" if self.obstacle or self.bounced else self.address


def key_of(person: Person) -> PersonKey:
    """Name a person among members and accounts."""
    return ("member" if isinstance(person, Member) else "user", person.pk)


def reach_of(people: Iterable[PersonKey], on: date) -> dict[PersonKey, Reach]:
    """Return how each of these people can be reached on that day: for any number of them two queries when all belong to a branch, else five."""
    wanted = set(people)
    found = [*_at_home(wanted, on)]
    found += _without_home({key for key in wanted if key not in {key for one in found for key in _keys(one)}}, on)
    addresses = {one.address for one in found if one.address}
    bounced = set(BouncedAddress.objects.filter(address__in=addresses).values_list("address", flat=True))
    reach = [replace(one, bounced=True) if one.address in bounced else one for one in found]
    return {key: one for one in reach for key in _keys(one)}


def _keys(one: Reach) -> list[PersonKey]:
    """Name a person in every way others may: a member also by his account."""
    keys: list[PersonKey] = [("member", one.member_id)] if one.member_id is not None else []
    return [*keys, ("user", one.account_id)] if one.account_id is not None else keys


def _numbers(people: Iterable[PersonKey], kind: str) -> list[int]:
    return [pk for one, pk in people if one == kind]


def _named(people: set[PersonKey], member: str) -> Q:
    """Return the condition "``member`` is one of these people"; ``member`` leads there, with its underscores."""
    return Q(**{f"{member}pk__in": _numbers(people, "member")}) | Q(**{f"{member}user__in": _numbers(people, "user")})


def _at_home(people: set[PersonKey], on: date) -> list[Reach]:
    """Return those of them who belong to a branch that day; a group counts to its branch. One query."""
    homes = Membership.objects.filter(_named(people, "member__")).current(on)
    found: dict[int, Reach] = {}
    for pk, email, account_id, account_email, active, organization_id, path, kind, parent_id in homes.values_list(
        *("member_id", "member__email", "member__user_id", "member__user__email", "member__user__is_active"),
        *("organization_id", "path", "organization__kind", "organization__parent_id"),
    ):
        place = (parent_id, path[:-PATH_STEP]) if kind == Kind.GROUP else (organization_id, path)
        found[pk] = Reach(pk, None, account_id, active is False, False, account_email or email, False, *place)
    return list(found.values())


def _without_home(people: set[PersonKey], on: date) -> Iterator[Reach]:
    """Yield how the others stand, who have at most a post: members who left, accounts without a member. Three queries, for nobody none."""
    if not people:
        return
    members = Member.objects.filter(_named(people, "")).values_list(
        "pk", "email", "user_id", "user__email", "user__is_active"
    )
    known = {row[2] for row in members if row[2]}
    alone = User.objects.filter(pk__in=set(_numbers(people, "user")) - known).values_list(
        "pk", "email", "is_active", "is_staff"
    )
    posts = PostAssignment.objects.filter(
        Q(user__in=[row[0] for row in alone]) | Q(member__in=[row[0] for row in members])
    ).current(on)
    places: dict[PersonKey, Place] = {}
    for user_id, member_id, organization_id, path in posts.order_by("-pk").values_list(
        "user_id", "member_id", "organization_id", "organization__path"
    ):
        places["user" if user_id else "member", user_id or member_id] = (organization_id, path)
    for pk, email, account_id, account_email, active in members:
        place = places.get(("member", pk), NOWHERE)
        gone = place == NOWHERE
        yield Reach(pk, None, account_id, active is False, gone, account_email or email, False, *place)
    for pk, address, active, is_staff in alone:
        place = places.get(("user", pk), NOWHERE)
        gone = place == NOWHERE and not is_staff
        yield Reach(None, pk, pk, not active, gone, address, False, *place)


def leaders_and_office(on: date) -> list[Person]:
    """Return the secretaries, deputies and office staff of that day, each once: who has to get the campaign's own dates done."""
    known: dict[None, list[Person]] = memory("leaders and office", on)
    if None not in known:
        known[None] = _leaders_and_office(on)
    return known[None]


def _leaders_and_office(on: date) -> list[Person]:
    posts = PostAssignment.objects.current(on).filter(post__in=[*LEADERS, Post.OFFICE_STAFF])
    holders = [post.holder for post in posts.order_by("pk").select_related("member", "user")]
    return list({key_of(holder): holder for holder in holders}.values())


def inbox_of(viewer: Viewer, on: date) -> NoticeQuerySet:
    """Return what the viewer has been told by that day, unread first, newest first."""
    rows: NoticeQuerySet = Notice.objects.of(viewer, on).inbox().filter(on__lte=on)
    return rows.order_by(F("read_at").asc(nulls_first=True), "-pk")


def unread_count(viewer: Viewer, on: date) -> int:
    """Count what the viewer has not opened yet."""
    return inbox_of(viewer, on).unread().count()


def _became(mail: str) -> list[When]:
    """Say what became of a notice's mail, or of the digest it went in."""
    return [
        When(**{f"{mail}__state__in": UNDER_WAY}, then=Value(Outcome.WAITING)),
        When(**{f"{mail}__state": MailState.FAILED}, then=Value(Outcome.FAILED)),
        When(**{f"{mail}__state": MailState.UNKNOWN}, then=Value(Outcome.UNKNOWN)),
        When(**{f"{mail}__state": MailState.CANCELLED}, then=Value(Outcome.CANCELLED)),
        When(**{f"{mail}__state": MailState.SKIPPED}, then=Value(Outcome.SKIPPED)),
    ]


OUTCOME = Case(
    When(~Q(skipped=Skip.NONE), then=Value(Outcome.SKIPPED)),
    When(digest__isnull=True, digest_for__isnull=False, then=Value(Outcome.WAITING)),
    When(~Q(digest_dropped=""), then=Value(Outcome.CANCELLED)),
    *_became("mail"),
    *_became("digest"),
    default=Value(Outcome.TOLD),
    output_field=CharField(),
)


# the ledger's figures, and what its filter knows beside the single outcomes
STUCK, NOT_SENT = "stuck", "not_sent"
GROUPS: dict[str, tuple[str, ...]] = {
    STUCK: (Outcome.FAILED, Outcome.UNKNOWN),
    NOT_SENT: (Outcome.SKIPPED, Outcome.CANCELLED),
}


def ledger(
    viewer: Viewer,
    on: date,
    *,
    outcome: str = "",
    letter: str = "",
    organization: Organization | None = None,
    words: str = "",
    first: date | None = None,
    last: date | None = None,
) -> NoticeQuerySet:
    """Return what was told, skipped, is waiting or failed where internal records are open to the viewer, newest first.

    ``outcome`` is an `Outcome` or one of GROUPS. Each row carries its ``outcome`` and has its mail and person at hand.
    """
    standing = standing_of(viewer, on)
    rows: NoticeQuerySet = Notice.objects.visible_to(standing, on).filter(within("path", standing.reading_paths()))
    rows = rows.filter(on__lte=min(on, last) if last else on).annotate(outcome=OUTCOME)
    if first:
        rows = rows.filter(on__gte=first)
    if outcome:
        rows = rows.filter(outcome__in=GROUPS.get(outcome, (outcome,)))
    if letter:
        rows = rows.filter(letter=letter)
    if organization:
        rows = rows.filter(within("path", [organization.path]))
    if words:
        named = Q(member__name__icontains=words) | Q(user__display_name__icontains=words)
        rows = rows.filter(named | Q(title__icontains=words))
    return rows.select_related("mail", "digest", "member", "user", "organization").order_by("-pk")


def outcomes(viewer: Viewer, on: date) -> dict[str, int]:
    """Count the lines of the whole ledger by outcome."""
    counts = ledger(viewer, on).order_by().values_list("outcome").annotate(count=Count("pk"))
    return dict(counts)


def last_tick() -> Heartbeat | None:
    """Return the last tick of the clock, with what it could not do."""
    return Heartbeat.objects.filter(name=TICK).first()


def clock_stopped(wall: datetime) -> bool:
    """Answer whether the clock that drives reminders has been silent for too long; ``wall`` is the real moment."""
    last = last_tick()
    return last is None or wall - last.at > settings.TICK_SILENT_AFTER


def oldest_waiting(limit: timedelta) -> Outgoing | None:
    """Return something that has been due, and that nobody has taken, for longer than ``limit`` by the database's clock."""
    for model in (Mail, Digest, WebhookDelivery):
        waiting = model._base_manager.filter(state=MailState.READY, due_at__lt=Now() - limit).order_by("due_at")
        if found := waiting.first():
            return found
    return None
