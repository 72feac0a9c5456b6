"""Decisions taken and not announced yet."""

from datetime import date

from django.db.models import Case, Q, When

from awards.models import AwardCategory, AwardRound, Nomination
from awards.states import PLACED, Pending
from branches.scope import Viewer

# those rejected first: they set places free that others were promised
ORDER = (Pending.REJECT, Pending.DECIDE, Pending.PRESELECT)


def pending_in(round_: AwardRound, viewer: Viewer, on: date) -> list[Nomination]:
    """Return the nominations of the round with a decision not announced, in the order it is announced; the viewer's own left out. One query."""
    turn = Case(*(When(pending=one, then=place) for place, one in enumerate(ORDER)), default=len(ORDER))
    waiting = Nomination.objects.to_decide(viewer, on).filter(round=round_).exclude(pending="")
    related = "category__round__organization", "round__organization", "nominator", "member", "organization"
    return list(waiting.select_related(*related).order_by(turn, "category__place", "path", "pk"))


def is_limited(category: AwardCategory) -> bool:
    """Answer whether the category has so many places and no more. One query."""
    return bool(category.quotas.filter(each=False, organization__isnull=True).exists())


def promised(category: AwardCategory, *, but: Nomination, viewer: Viewer, on: date) -> tuple[int, int]:
    """Return how many places of a category are promised by decisions not announced, and how many they set free. Two queries.

    What was decided about the viewer himself is left out, or the number would tell him; the announcement counts it all the same.
    """
    others = Nomination.objects.to_decide(viewer, on).filter(category=category).exclude(pk=but.pk)
    taken = others.filter(pending=Pending.PRESELECT).exclude(state__in=PLACED).count()
    return taken, others.filter(Q(pending=Pending.REJECT), state__in=PLACED).count()
