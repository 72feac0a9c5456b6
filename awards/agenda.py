"""What of commendation stands on a calendar: the days of a round, and the days of its public notices. Found by the schedule at start-up."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.urls import reverse

from awards.models import AwardRound, PublicNotice
from awards.states import NoticeState, RoundState
from branches.models import Organization
from branches.scope import Standing, ancestors
from schedule.agenda import Entry, Source, register

KIND, LABEL = "award", "评选"
DEADLINES = (("nominate_by", "推荐截止"), ("decide_by", "审定截止"), ("commend_on", "表彰"))
PUBLIC = (("commend_on", "表彰"),)
SHOWN = (RoundState.ANNOUNCED, RoundState.COMMENDED)


def awards(standing: Standing, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the days of the rounds the person knows, and of their notices. Two queries."""
    yield from _days(AwardRound.objects.visible_to(standing, on), DEADLINES, first, last, on)
    rows = PublicNotice.objects.visible_to(standing, on)
    yield from _notices(rows, "awards:notice_detail", first, last, on)


def public_awards(organization: Organization, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield when an organisation, or one above it, commends and what it has posted. Two queries."""
    above = [*ancestors(organization.path), organization.path]
    rounds = AwardRound.objects.filter(path__in=above, announced_on__lte=on)
    yield from _days(rounds, PUBLIC, first, last, on)
    rows = PublicNotice.objects.public(on).filter(round__path__in=above).exclude(round__state=RoundState.VOID)
    yield from _notices(rows, "awards:public_notice", first, last, on)


def _days(
    rows: Iterable[AwardRound], deadlines: tuple[tuple[str, str], ...], first: date, last: date, on: date
) -> Iterator[Entry]:
    within = Q()
    for name, _ in deadlines:
        within |= Q(**{f"{name}__range": (first, last)})
    for row in rows.filter(within, state__in=SHOWN):  # type: ignore[attr-defined]
        for name, word in deadlines:
            day = getattr(row, name)
            if first <= day <= last:
                yield Entry(
                    uid=f"{KIND}-{row.pk}-{name}",
                    day=day,
                    title=f"{row.name}：{word}",
                    kind=KIND,
                    label=LABEL,
                    url=row.get_absolute_url(),
                    tone="wait" if day >= on else "neutral",
                )


def _notices(rows: Iterable[PublicNotice], view: str, first: date, last: date, on: date) -> Iterator[Entry]:
    """Yield the stretch of each notice. Its own title may name somebody; the calendar says only whose round it is."""
    posted = rows.filter(posted_on__lte=last, ends_on__gte=first)  # type: ignore[attr-defined]
    for row in posted.exclude(state__in=[NoticeState.DRAFT, NoticeState.REPLACED]).select_related("round"):
        yield Entry(
            uid=f"{KIND}-notice-{row.pk}",
            day=row.posted_on,
            until=row.ends_on,
            title=f"{row.round.name}：公示",
            kind=KIND,
            label=LABEL,
            url=reverse(view, args=[row.pk]),
            tone="neutral" if row.has_passed(on) else "info",
        )


AWARDS = register(Source(KIND, LABEL, awards, own=awards, public=public_awards))
