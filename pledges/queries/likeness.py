"""Hints on pledges that lie in the database: which texts are compared, and whose name is told to whom."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.db.models import Case, QuerySet, Value, When

from branches.scope import Viewer
from pledges.hints import Hint, Text, Words, pledge_hints
from pledges.models import Pledge
from pledges.states import IN_FORCE, IN_WORK, ItemKind, State

# A hint is worth a glance, not a search through a city.
COMPARED_MOST = 400
UNNAMED = "本单位另一份承诺书"


def as_text(pledge: Pledge, name: str = "", *, earlier: bool = False) -> Text:
    """Return a pledge with fetched items as a text to compare."""
    items = [
        Words(
            content=item.content,
            measure=item.measure,
            baseline=item.baseline,
            target=item.target,
            carried=item.carried_from_id is not None,
            common=item.kind == ItemKind.COMMON,
            due_on=item.due_on,
        )
        for item in pledge.items.all()
    ]
    return Text(key=pledge.pk, name=name, items=items, earlier=earlier)


def hints_for(pledges: Sequence[Pledge], *, viewer: Viewer, on: date) -> dict[int, list[Hint]]:
    """Return the hints on pledges whose items are fetched, by pledge. Four queries, however many pledges.

    Compared are pledges of the same cycle, the same branches first, and the subject's own of earlier years. Another's name is told only
    to whom that pledge is open anyway.
    """
    if not pledges:
        return {}
    others = compared_with(pledges)
    seen = Pledge.objects.visible_to(viewer, on).filter(pk__in=[other.pk for other in others])
    open_to_viewer = set(seen.values_list("pk", flat=True))
    cycles = {pledge.cycle_id for pledge in pledges}
    texts = {
        other.pk: as_text(
            other, _called(other, cycles, other.pk in open_to_viewer), earlier=other.cycle_id not in cycles
        )
        for other in others
    }
    return {
        pledge.pk: pledge_hints(
            as_text(pledge),
            others=[texts[other.pk] for other in others if _is_comparable(pledge, other)],
            count=settings.PLEDGE_ITEMS_HINT[pledge.subject_kind],
            similar_from=settings.PLEDGE_SIMILAR_FROM,
            on=on,
        )
        for pledge in pledges
    }


def compared_with(pledges: Sequence[Pledge]) -> list[Pledge]:
    """Return the pledges these may resemble: at most COMPARED_MOST of the same cycles, and the subjects' own of earlier ones."""
    cycles = {pledge.cycle_id for pledge in pledges}
    places = {pledge.organization_id for pledge in pledges}
    same_cycle = Pledge.objects.filter(cycle__in=cycles, state__in=[*IN_WORK, *IN_FORCE]).exclude(state=State.DRAFT)
    nearest_first = Case(When(organization__in=places, then=Value(0)), default=Value(1))
    chosen = same_cycle.order_by(nearest_first, "-pk").values_list("pk", flat=True)[:COMPARED_MOST]
    wanted = Pledge.objects.filter(pk__in=list(chosen)) | _own_of_other_years(pledges, cycles)
    return list(wanted.select_related("member", "organization", "cycle").prefetch_related("items"))


def _own_of_other_years(pledges: Sequence[Pledge], cycles: Iterable[int]) -> "QuerySet[Pledge]":
    members = {pledge.member_id for pledge in pledges if pledge.is_personal}
    organizations = {pledge.organization_id for pledge in pledges if not pledge.is_personal}
    earlier = Pledge.objects.filter(state__in=IN_FORCE).exclude(cycle__in=cycles)
    return earlier.filter(member__in=members) | earlier.filter(member__isnull=True, organization__in=organizations)


def _is_same_subject(one: Pledge, other: Pledge) -> bool:
    if one.is_personal or other.is_personal:
        return one.member_id == other.member_id
    return one.organization_id == other.organization_id


def _is_comparable(pledge: Pledge, other: Pledge) -> bool:
    if pledge.cycle_id == other.cycle_id:
        # an edition ought to resemble the one before it
        return pledge.subject_kind == other.subject_kind and not _is_same_subject(pledge, other)
    return _is_same_subject(pledge, other)


def _called(other: Pledge, cycles: set[int], is_open: bool) -> str:
    if other.cycle_id not in cycles:
        return f"本人{other.cycle.year}年的承诺书" if other.is_personal else f"本组织{other.cycle.year}年的承诺书"
    return f"{other.subject}的承诺书" if is_open else UNNAMED
