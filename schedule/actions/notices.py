"""What people do with notices (read them, send one again), and the heartbeat of the clock."""

from datetime import date, datetime

from django.db import transaction
from django.db.models.functions import Now

from accounts import log
from accounts.models import User
from chuangxian import clock
from chuangxian.workflow import Overtaken
from schedule import outbox
from schedule.models import BouncedAddress, Digest, Heartbeat, Mail, Notice
from schedule.models.notices import NoticeQuerySet
from schedule.queries.notices import TICK
from schedule.states.notices import RESENDABLE, Error, MailState


def mark_read(*, notices: NoticeQuerySet) -> int:
    """Note that these have been read; the first reading counts. Returns how many were unread."""
    return int(notices.unread().update(read_at=clock.now()))


@transaction.atomic
def resend(*, notice: Notice, by: User, on: date) -> None:
    """Send a failed or unclear mail again, or the digest it went in, with all its tries; an address once refused is trusted again.

    Raises `Overtaken` when its mail is not, or no longer, one that waits for such a decision.
    """
    afresh = {"state": MailState.READY, "attempt": 0, "tries_since": Now(), "due_at": Now()}
    rows = Digest.objects.filter(pk=notice.digest_id) if notice.digest_id else Mail.objects.filter(notice=notice)
    stuck = rows.filter(state__in=RESENDABLE)
    addresses = list(stuck.values_list("address", flat=True))
    if stuck.update(**afresh, error=Error.NONE, error_text="") != 1:
        raise Overtaken("这封邮件已不在“发送失败”或“结果不明”之列，可能有人先一步重发了。")
    BouncedAddress.objects.filter(address__in=addresses).delete()
    User.objects.filter(email__in=addresses).update(email_bounced_at=None)
    log.record(verb="resend_mail", label="重发邮件", obj=notice, by=by, on=on)
    outbox.ring()


def note_tick(*, trouble: str, wall: datetime) -> None:
    """Keep the moment of a tick; several clocks at once keep the latest."""
    Heartbeat.objects.update_or_create(name=TICK, defaults={"at": wall, "trouble": trouble[:300]})
