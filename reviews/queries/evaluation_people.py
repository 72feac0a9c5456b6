"""Who is to be told of evaluation rounds: whole categories, and those who run them; never somebody because he has or has not rated."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from branches.models import Member, Membership
from branches.queries import holding, posts_at
from pledges.queries.people import Person
from reviews.models import EvaluationRound
from reviews.scope.evaluations import RUNNERS


def members(rounds: Sequence[EvaluationRound], on: date) -> dict[int, list[Member]]:
    """Return the party members of each round's unit on that day, by the round's number. One query."""
    if not rounds:
        return {}
    paths = {round_.path for round_ in rounds}
    known: dict[str, dict[int, Member]] = defaultdict(dict)
    for one in Membership.objects.all().current(on).within(*paths).select_related("member__user").order_by("member_id"):
        for path in paths:
            if one.path.startswith(path):
                known[path][one.member_id] = one.member
    return {round_.pk: list(known[round_.path].values()) for round_ in rounds}


def runners(rounds: Sequence[EvaluationRound], on: date) -> dict[int, list[Person]]:
    """Return who runs each round on that day, by the round's number. One query."""
    posts = posts_at({round_.organization_id for round_ in rounds}, on)
    return {round_.pk: holding(posts, round_.organization_id, RUNNERS) for round_ in rounds}
