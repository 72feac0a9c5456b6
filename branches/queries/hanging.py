"""What hangs on a person or on his post when it passes to somebody else. Each room says it of its own; here is the shape, and our own."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser

from branches.models import Member, Membership, PostAssignment, RosterImport
from branches.scope import Seat, Standing
from chuangxian.imports import ImportState


@dataclass(frozen=True, slots=True)
class Hanging:
    """One thing. With ``record`` (a model's label) and ``number`` it is tied to the person and moves; without, rights by post carry it over.

    ``remark`` says why something stays where it is.
    """

    kind: str
    text: str
    url: str = ""
    due_on: date | None = None
    record: str = ""
    number: int = 0
    remark: str = ""

    @property
    def moves(self) -> bool:
        """Answer whether somebody has to take it over."""
        return bool(self.record)


@dataclass(frozen=True, slots=True)
class Ownerless:
    """Something open in the hands of one who has left, or who no longer holds the post it came with."""

    hanging: Hanging
    responsible: Member
    organization_id: int
    reason: str


def standing_of_post(post: PostAssignment, on: date) -> Standing:
    """Return the standing of whoever holds nothing but this post: what he may follows the post."""
    place = post.organization
    return Standing(AnonymousUser(), on, seats=(Seat(post.post, place.pk, place.path, place.unit_path),))


def hanging_on(post: PostAssignment, on: date) -> Iterator[Hanging]:
    """Yield roster files waiting here, and what is stood in for. Three queries."""
    place = post.organization
    for roster in RosterImport.objects.filter(organization=place, state=ImportState.REHEARSED).order_by("pk"):
        yield Hanging("名册导入", f"《{roster.file_name}》只预演过，还没有导入", roster.get_absolute_url())
    lent = PostAssignment.objects.filter(acting_for=post, ends_on__gte=on).select_related("member", "organization")
    for acting in lent.order_by("pk"):
        yield Hanging("代理", f"{acting.holder}{acting.title}", "", acting.ends_on, remark="随原任职结束")
    if post.member_id is None:
        return
    held = PostAssignment.objects.filter(member=post.member_id, acting_for__isnull=False, ends_on__gte=on)
    for acting in held.select_related("organization").order_by("pk"):
        yield Hanging(
            "代理",
            f"本人代理{acting.organization}{acting.get_post_display()}",
            "",
            acting.ends_on,
            remark="不随职务移交，到期自动结束",
        )


def gone(members: set[int], on: date) -> set[int]:
    """Return which of these belong nowhere on that day. One query."""
    return members - set(Membership.objects.filter(member__in=members).current(on).values_list("member_id", flat=True))


def out_of_post(pairs: set[tuple[int, int]], on: date) -> set[tuple[int, int]]:
    """Return which of these (member, organisation) once held a post there and hold none any more. One query."""
    members = {member for member, _ in pairs}
    rows = PostAssignment.objects.own().filter(member__in=members)
    held: set[tuple[int, int]] = set()
    holds: set[tuple[int, int]] = set()
    for row in rows:
        if row.member_id is None:
            continue
        key = (row.member_id, row.organization_id)
        (holds if row.runs_on(on) or row.starts_on > on else held).add(key)
    return (held - holds) & pairs
