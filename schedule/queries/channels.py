"""Which robots there are, and what became of their messages."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, Q, QuerySet

from branches.models import Organization
from branches.scope import Standing, within
from branches.states import LEADERS, Post
from schedule.models import Notice, WebhookChannel, WebhookDelivery
from schedule.states.notices import RESENDABLE, UNDER_WAY, MailState


def kept_by(standing: Standing) -> "QuerySet[WebhookChannel]":
    """Return the robots the person keeps, with how many of their messages went and did not go."""
    paths = keeping_paths(standing)
    rows: QuerySet[WebhookChannel] = WebhookChannel.objects.visible_to(standing, standing.on).filter(
        within("path", paths)
    )
    return rows.select_related("organization").annotate(
        sent=Count("deliveries", filter=Q(deliveries__state=MailState.SENT)),
        stuck=Count("deliveries", filter=Q(deliveries__state__in=RESENDABLE)),
    )


def keeping_paths(standing: Standing) -> list[str]:
    """Return the nodes whose groups' robots the person keeps."""
    return [seat.path for seat in standing.seats if seat.post in LEADERS or seat.post == Post.OFFICE_STAFF]


def organizations_kept(standing: Standing, on: date) -> "QuerySet[Organization]":
    """Return the organisations for whose groups the person may set up a robot."""
    known = Organization.objects.visible_to(standing, on).existing(on)
    rows: QuerySet[Organization] = known.filter(within("path", keeping_paths(standing))).order_by("path")
    return rows


# what the log of deliveries can be narrowed to
STATES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sent": ("已发送", (MailState.SENT,)),
    "waiting": ("等待发送", tuple(UNDER_WAY)),
    "stuck": ("要处理的", tuple(RESENDABLE)),
    "not_sent": ("没有发的", (MailState.CANCELLED, MailState.SKIPPED)),
}


def deliveries(standing: Standing, *, channel: str = "", state: str = "") -> "QuerySet[WebhookDelivery]":
    """Return the messages to the groups whose robots the person keeps, newest first."""
    rows = WebhookDelivery.objects.filter(channel__in=kept_by(standing).values("pk")).select_related(
        "channel__organization"
    )
    if channel:
        rows = rows.filter(channel=int(channel))
    if state in STATES:
        rows = rows.filter(state__in=STATES[state][1])
    return rows.order_by("-pk")


Told = tuple[str, str, int, str]


def groups_told(notices: Iterable[Notice]) -> dict[int, list[WebhookDelivery]]:
    """Return, by the number of each of these notices, the messages that told groups of the same. One query."""
    rows = list(notices)
    if not rows:
        return {}
    said: dict[Told, list[WebhookDelivery]] = {}
    found = WebhookDelivery.objects.filter(
        letter__in={one.letter for one in rows}, target_id__in={one.target_id for one in rows}
    ).select_related("channel")
    for one in found.order_by("pk"):
        said.setdefault((one.letter, one.target_type, one.target_id, one.slot), []).append(one)
    return {one.pk: said.get((one.letter, one.target_type, one.target_id, one.slot), []) for one in rows}
