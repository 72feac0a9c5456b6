"""Calendar feeds: made with a secret that is told once and never kept, taken back at once."""

import secrets
from datetime import date
from typing import NamedTuple

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from chuangxian import clock
from chuangxian.verdicts import require
from schedule.models import CalendarFeed
from schedule.models.days import digest_of
from schedule.rules import feeds as rules

SECRET_BYTES = 32


class Made(NamedTuple):
    """A feed and the secret of its address, which is nowhere else."""

    feed: CalendarFeed
    secret: str


@transaction.atomic
def make_feed(*, organization: Organization | None, name: str = "", by: User, on: date) -> Made:
    """Make a feed; a new one of one's own takes the place of the one before."""
    require(rules.may_make_feed(organization, by, on))
    if organization is None:
        # of two made at the same moment the later waits here and takes the earlier one back
        User.objects.select_for_update().get(pk=by.pk)
        for old in CalendarFeed.objects.alive().filter(user=by, organization__isnull=True):
            _revoke(old, by=by, on=on)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    feed = CalendarFeed.objects.create(
        user=by, organization=organization, name=name, digest=digest_of(secret), made_on=on
    )
    log.record(verb="make_feed", label="建立日历订阅", obj=feed, category=LogEntry.Category.CHANGE, by=by, on=on)
    return Made(feed, secret)


@transaction.atomic
def revoke_feed(*, feed: CalendarFeed, by: User, on: date) -> None:
    """Take a feed back: from now on its address leads nowhere. A second time does nothing."""
    require(rules.may_revoke_feed(feed, by, on))
    _revoke(feed, by=by, on=on)


def _revoke(feed: CalendarFeed, *, by: User, on: date) -> None:
    if CalendarFeed.objects.alive().filter(pk=feed.pk).update(revoked_at=clock.now()):
        log.record(verb="revoke_feed", label="收回日历订阅", obj=feed, category=LogEntry.Category.CHANGE, by=by, on=on)
