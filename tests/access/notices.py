"""How one is told, what one puts off; lead times, snoozes and group robots for those who see to it."""

from typing import Any

from schedule.models import Notice, Snooze, WebhookChannel, WebhookDelivery
from schedule.states.notices import MailState
from tests.access.cells import Row, only, signed_in
from tests.conftest import Cast
from tests.schedule.notices import milestone

KEEPERS = ("zongzhi", "ganshi")
# leaders keep the robots of their own groups
LEADERS = ("shuji1", "shuji2", "zongzhi", "ganshi")
DEAD = "https://127.0.0.1:9/robot"  # no listed host: it is refused before anything is called


def reminded(cast: Cast) -> dict[str, Any]:
    """Dangyuan1 was reminded of a milestone that lies ahead."""
    notice = Notice.objects.create(
        letter="milestone_ahead",
        reminder="milestone_ahead",
        target_type="schedule.milestone",
        target_id=milestone().pk,
        slot="2011-07-01-30",
        member=cast.member1,
        organization=cast.one,
        path=cast.one.path,
        title="重大节点临近",
        url="/plan/timeline/",
        due_on="2011-07-01",
        on="2011-06-01",
    )
    return {"pk": notice.pk}


def long_overdue(cast: Cast) -> dict[str, Any]:
    """The level above has been told; it cannot be put off any more."""
    found = reminded(cast)
    Notice.objects.filter(**found).update(due_on="2011-05-20")
    return found


def put_off(cast: Cast) -> dict[str, Any]:
    reminded(cast)
    notice = Notice.objects.latest("pk")
    about = {"reminder": notice.reminder, "target_type": notice.target_type, "target_id": notice.target_id}
    Snooze.objects.create(
        member=cast.member1, until="2011-06-25", reason="出差", by=cast.dangyuan1, on="2011-06-19", **about
    )
    return {}


def robot(cast: Cast) -> WebhookChannel:
    """The robot of a group of the first branch."""
    fields = {"name": "一支部群", "flavour": "wecom", "letters": ["milestone_ahead"], "by": cast.shuji1, "url": DEAD}
    return WebhookChannel.objects.create(organization=cast.one, **fields)


def of_robot(cast: Cast) -> dict[str, Any]:
    return {"pk": robot(cast).pk}


def some_robot(cast: Cast) -> dict[str, Any]:
    robot(cast)
    return {}


def message(cast: Cast) -> dict[str, Any]:
    """A message of that group that did not arrive."""
    fields = {"letter": "milestone_ahead", "target_type": "schedule.milestone", "target_id": 1, "slot": "x"}
    row = WebhookDelivery.objects.create(
        channel=robot(cast), title="重大节点临近", on="2011-06-01", state=MailState.FAILED, **fields
    )
    return {"pk": row.pk}


def some_message(cast: Cast) -> dict[str, Any]:
    message(cast)
    return {}


def new_robot(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
    return {"organization": cast.one.pk, "name": "群", "flavour": "wecom", "url": url, "letters": "milestone_ahead"}


def changed_robot(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"
    return {"name": "群", "flavour": "wecom", "url": url, "letters": "milestone_ahead", "version": 1}


def kind(cast: Cast) -> dict[str, Any]:
    return {"kind": "milestone_ahead"}


ROWS = [
    Row(
        url="schedule:notice_preference",
        get=signed_in(200),
        post=signed_in(302),
        data=lambda cast, kwargs: {"digest": "on", "version": 1},
    ),
    Row(
        url="schedule:snooze",
        args=reminded,
        get=only(200, "dangyuan1", others=404),
        post=only(302, "dangyuan1", others=404),
        data=lambda cast, kwargs: {"until": "2011-06-25", "reason": "出差"},
    ),
    Row(
        url="schedule:snooze",
        case="long overdue",
        args=long_overdue,
        get=only(403, "dangyuan1", others=404),
        post=only(403, "dangyuan1", others=404),
        data=lambda cast, kwargs: {"until": "2011-06-25", "reason": "出差"},
    ),
    Row(url="schedule:snooze_list", args=put_off, get=only(200, *KEEPERS)),
    Row(url="schedule:lead_times", get=only(200, "ganshi")),
    Row(
        url="schedule:lead_times_edit",
        args=kind,
        get=only(200, "ganshi"),
        post=only(302, "ganshi"),
        data=lambda cast, kwargs: {"days": "14、3"},
    ),
    Row(
        url="schedule:lead_times_edit",
        case="no days",
        args=lambda cast: {"kind": "action_overdue"},
        get=only(403),
        post=only(403),
    ),
    Row(url="schedule:lead_times_restore", args=kind, post=only(302, "ganshi")),
    Row(url="schedule:channel_list", args=some_robot, get=only(200, *LEADERS)),
    Row(
        url="schedule:channel_add",
        get=only(200, *LEADERS),
        post=only(302, *LEADERS, shuji2=422),
        data=new_robot,
    ),
    Row(
        url="schedule:channel_edit",
        args=of_robot,
        get=only(200, "shuji1", *KEEPERS, others=404),
        post=only(302, "shuji1", *KEEPERS, others=404),
        data=changed_robot,
    ),
    Row(url="schedule:channel_test", args=of_robot, post=only(302, "shuji1", *KEEPERS, others=404)),
    Row(url="schedule:delivery_list", args=some_message, get=only(200, *LEADERS)),
    Row(url="schedule:delivery_resend", args=message, post=only(302, "shuji1", *KEEPERS, others=404)),
]
