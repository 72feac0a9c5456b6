"""每日汇总: makes the day's digest of those who prefer one mail a day.

What is posted for them waits as a notice without a mail. When the hour has come the digest's row is inserted and the waiting notices are
joined to it in one transaction: nobody can claim it before it is whole, and nothing is joined to one that somebody may already be sending.
The unique key (account, day) decides among several that gather at once; what is posted too late for a digest waits for the next day's. So none
is lost and none is told in two.
"""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from schedule import outbox
from schedule.models import Digest, Notice
from schedule.queries.moments import database_now
from schedule.queries.notices import Reach, reach_of
from schedule.queries.preferences import Moment, habit_of, habits_of


def waiting_for_digest(day: date) -> list[int]:
    """Return the accounts for whom something waits that belongs in the digest of that day or an earlier one. One query."""
    waiting = Notice.objects.filter(digest__isnull=True, digest_for__isnull=False, digest_on__lte=day)
    return list(waiting.order_by("digest_for").values_list("digest_for", flat=True).distinct())


def gather(*, on: date) -> int:
    """Make the digests whose hour has come and that are not made yet. Returns how many. May run any number of times, anywhere."""
    local = timezone.localtime(database_now())
    day = local.date() if local.time() >= settings.DIGEST_AT else local.date() - timedelta(days=1)
    accounts = waiting_for_digest(day)
    if not accounts:
        return 0
    done = set(Digest.objects.filter(on=day, user__in=accounts).values_list("user", flat=True))
    left = [pk for pk in accounts if pk not in done]
    reach = reach_of({("user", pk) for pk in left}, on)
    habits = habits_of(left)
    moment = Moment()
    made = 0
    for pk in left:
        leaves_at = moment.leaves_at(habits.get(pk, habit_of(None)).hours)
        made += _make(
            pk, day, reach[("user", pk)], {"due_at": leaves_at, "tries_since": leaves_at} if leaves_at else {}
        )
    return made


def _make(account: int, day: date, at: Reach, later: dict[str, object]) -> bool:
    with transaction.atomic():
        fields = {"address": at.address, "message_id": outbox.new_message_id(), **later}
        digest, created = Digest.objects.get_or_create(user_id=account, on=day, defaults=fields)
        if not created:
            return False
        waiting = Notice.objects.filter(digest__isnull=True, digest_for=account, digest_on__lte=day)
        if not waiting.update(digest=digest):
            transaction.set_rollback(True)
            return False
        outbox.ring()
    return True
