"""Fetching in scope, and what several pages show of a self-review, standard by standard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.shortcuts import get_object_or_404

from accounts.models import LogEntry
from reviews.actions.self_reviews import ACCEPTING
from reviews.forms.scores import AssessmentForm
from reviews.models import SelfReview, SelfReviewLine
from reviews.queries import facts as known
from reviews.queries import self_reviews as queries
from reviews.queries.facts import Facts
from reviews.queries.scores import of_lines, scheme_of
from reviews.rules import self_reviews as rules
from reviews.states import WRITABLE, ReviewState
from reviews.views import Request
from reviews.workflow.self_reviews import offers
from schedule.models import ActionItem, Indicator, ScoringScheme


def visible_review(request: Request, pk: int) -> SelfReview:
    """Return a self-review the person sees, with its text; 404 outside his scope."""
    review: SelfReview = get_object_or_404(
        queries.with_lines(SelfReview.objects.visible_to(request.standing, request.on)), pk=pk
    )
    return review


@dataclass(frozen=True)
class Shown:
    """One standard of a self-review as a page shows it."""

    line: SelfReviewLine
    indicators: list[Indicator]
    facts: Facts
    before: SelfReviewLine | None
    hint: str
    items: list[ActionItem] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """A whole self-review as a page shows it; ``other`` is what is known and belongs to no standard."""

    lines: list[Shown]
    before: SelfReview | None
    other: Facts

    @property
    def hints(self) -> list[Shown]:
        """The lines with a remark."""
        return [shown for shown in self.lines if shown.hint]


def text_of(request: Request, review: SelfReview) -> Text:
    """Return the text with all that stands beside it. A fixed number of queries whatever it says."""
    standing, on = request.standing, request.on
    concerned = rules.may_write(review, standing, on) or rules.may_return(review, standing, on)
    last = queries.before([review], standing, on).get(review.pk)
    early = review.state in (*WRITABLE, ReviewState.SUBMITTED)
    hints = queries.same_as_before(review, last) if early and concerned else {}
    earlier, facts = queries.by_standard(last), known.facts_of(review, on)
    indicators, raised = queries.indicators_of(review, on), queries.raised_by(review, standing, on)
    lines = [
        Shown(
            line=line,
            indicators=indicators.get(line.standard_id, []),
            facts=facts.get(line.standard.key, Facts()),
            before=earlier.get(line.standard.key),
            hint=hints.get(line.standard.key, ""),
            items=raised.get(line.standard_id, []),
        )
        for line in review.lines.all()
    ]
    keys = {shown.line.standard.key for shown in lines}
    rest = [found for key, found in facts.items() if key not in keys]
    other = Facts(
        pledges=[fact for found in rest for fact in found.pledges],
        verified=[item for found in rest for item in found.verified],
        open=[item for found in rest for item in found.open],
        activities=list(dict.fromkeys(one for found in rest for one in found.activities)),
    )
    return Text(lines, last, other)


def scores_of(review: SelfReview) -> dict[str, Any]:
    """Return the scheme and both totals for a page, all None while no scores are kept."""
    scheme = scheme_of(review.round.semester.campaign)
    own, assessed = of_lines(review.lines.all(), scheme)
    return {"scheme": scheme, "self_total": own, "assessed_total": assessed}


def assessment_of(review: SelfReview, verb: str, scheme: ScoringScheme, data: Any = None) -> AssessmentForm:
    """Return the form of the points; what is registered from above the unit may leave them out."""
    return AssessmentForm(data, review=review, scheme=scheme, required=verb == "accept")


def deciding(request: Request, review: SelfReview, data: Any = None) -> dict[str, Any]:
    """Return what may be done now. Where scores are kept, accepting is a form with points in place of a button; bound when there is data."""
    found, scheme = offers(review, by=request.standing, on=request.on), scheme_of(review.round.semester.campaign)
    accepting = next((offer for offer in found if offer.move.verb in ACCEPTING and offer.verdict), None)
    if scheme is None or accepting is None:
        return {"offers": found}
    return {
        "offers": [offer for offer in found if offer is not accepting],
        "accepting": accepting.move,
        "assessment": assessment_of(review, accepting.move.verb, scheme, data),
    }


def opinions_and_history(request: Request, review: SelfReview) -> dict[str, Any]:
    """Return the opinions and who did what, for whom they are meant."""
    if not rules.may_read_opinions(review, request.standing, request.on):
        return {"opinions": [], "history": None}
    history: Sequence[LogEntry] = list(
        LogEntry.objects.filter(target_type=SelfReview._meta.label_lower, target_id=str(review.pk))
    )
    return {"opinions": list(review.opinions.select_related("reviewer")), "history": history}
