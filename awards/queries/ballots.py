"""A committee's secret ballot about a category: about whom, and who casts it."""

from datetime import date

from awards.models import AwardCategory, Nomination
from branches.models import Member
from branches.queries import holding, posts_at
from branches.states import COMMITTEE, LEADERS
from reviews.models import EvaluationRound

# the least group of an evaluation: from fewer ballots nothing may be shown
LEAST: int = EvaluationRound._meta.get_field("least_group").default


def candidates_of(category: AwardCategory) -> list[Nomination]:
    """Return the nominations of a category still in the running, by branch and name. One query."""
    rows = Nomination.objects.filter(category=category).running().select_related("member", "organization", "nominator")
    return list(rows.order_by("path", "member__sort_key", "organization__path", "pk"))


def voters_of(category: AwardCategory, candidates: list[Nomination], on: date) -> list[Member]:
    """Return the members of the round's committee who are no candidates and lead no candidate; a vote is cast by nobody else. Two queries."""
    unit = category.round.organization_id
    led = {one.organization_id for one in candidates if one.organization_id is not None}
    posts = posts_at({unit, *led}, on)
    concerned = {one.member_id for one in candidates if one.member_id is not None}
    concerned |= {holder.pk for place in led for holder in holding(posts, place, LEADERS) if isinstance(holder, Member)}
    committee = holding(posts, unit, COMMITTEE, acting=False)
    return [holder for holder in committee if isinstance(holder, Member) and holder.pk not in concerned]
