"""What of the pledges hangs on a person or follows his post, and what is in nobody's hands."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from branches.models import PostAssignment
from branches.queries.hanging import Hanging, Ownerless, gone, out_of_post, standing_of_post
from branches.scope import within
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.states import State

ITEM = "pledges.pledgeitem"
FOLLOWING = (
    ("to_review", "等审的承诺"),
    ("to_appraise", "等评诺的承诺"),
    ("to_publish", "等公布的承诺"),
    ("to_record", "等登记批复的承诺"),
    ("to_write", "本组织没有写完的承诺"),
    ("to_report", "本组织等述诺的承诺"),
)


def hanging_on(post: PostAssignment, on: date) -> Iterator[Hanging]:
    """Yield the organisation's items he answers for, which move; then what follows the post. Nobody's own pledge moves. Eight queries."""
    place, me = post.organization, standing_of_post(post, on)
    if post.member_id is not None:
        for item in _open([place.path]).filter(responsible_member=post.member_id):
            yield _of_item(item)
    for key, kind in FOLLOWING:
        rows = getattr(Pledge.objects, key)(me, on).select_related("cycle", "organization", "member")
        for pledge in rows.order_by("pk"):
            yield Hanging(kind, str(pledge), _url(pledge))
    for cycle in PledgeCycle.objects.open().filter(organization=place).order_by("pk"):
        yield Hanging("承诺周期", str(cycle), "", cycle.ends_on)


def _url(pledge: Pledge) -> str:
    return reverse("pledges:pledge_detail", args=[pledge.pk])


def _open(paths: Iterable[str]) -> "QuerySet[Any]":
    rows = PledgeItem.objects.filter(
        within("pledge__path", paths), pledge__state=State.PUBLISHED, pledge__member__isnull=True, outcome=""
    )
    rows = rows.filter(pledge__cycle__closed_on__isnull=True, responsible_member__isnull=False)
    return rows.select_related("pledge__organization", "pledge__cycle", "responsible_member").order_by("due_on", "pk")


def _of_item(item: PledgeItem) -> Hanging:
    text = f"{item.pledge.organization}：{item.content[:60]}"
    return Hanging("组织承诺事项", text, _url(item.pledge), item.due_on, ITEM, item.pk)


def ownerless(paths: Iterable[str], on: date) -> list[Ownerless]:
    """Return the organisations' open items in the hands of one who left or whose post ended. Three queries."""
    items = list(_open(paths))
    left = gone({item.responsible_member_id for item in items}, on)
    ended = out_of_post({(item.responsible_member_id, item.pledge.organization_id) for item in items}, on)
    found = []
    for item in items:
        key = (item.responsible_member_id, item.pledge.organization_id)
        if key[0] in left or key in ended:
            reason = "已经转出" if key[0] in left else "已经不担任职务"
            found.append(Ownerless(_of_item(item), item.responsible_member, key[1], reason))
    return found
