"""The plan, which anybody may read; what one has been told; what reminders go out."""

from typing import Any

from schedule.models import Mail, Notice
from schedule.states.notices import MailState
from tests.access.cells import Row, everybody, only, signed_in
from tests.conftest import Cast

READERS = ("shuji1", "shuji2", "zongzhi", "ganshi")
KEEPERS = ("zongzhi", "ganshi")


def told(cast: Cast) -> dict[str, Any]:
    """A notice to dangyuan1 whose mail could not be sent."""
    notice = Notice.objects.create(
        letter="pledge_returned",
        target_type="pledges.pledge",
        target_id=1,
        slot="move",
        member=cast.member1,
        organization=cast.one,
        path=cast.one.path,
        title="承诺被退回修改",
        url="/pledges/",
        on="2011-06-01",
    )
    Mail.objects.create(notice=notice, address="dy@example.com", message_id="<1@test>", state=MailState.FAILED)
    return {"pk": notice.pk}


def somebody_told(cast: Cast) -> dict[str, Any]:
    told(cast)
    return {}


ROWS = [
    Row(url="schedule:plan_detail", get=everybody(200)),
    Row(url="schedule:timeline", get=everybody(200)),
    Row(url="schedule:notice_inbox", args=somebody_told, get=signed_in(200)),
    Row(url="schedule:notice_read_all", post=signed_in(302)),
    Row(url="schedule:notice_open", args=told, post=only(302, "dangyuan1", others=404)),
    Row(url="schedule:notice_resend", args=told, post=only(302, *KEEPERS, others=404, shuji1=403)),
    Row(url="schedule:reminder_preview", get=only(200, *READERS)),
    Row(url="schedule:notice_ledger", args=somebody_told, get=only(200, *KEEPERS)),
]
