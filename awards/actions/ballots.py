"""A committee's secret ballot about the candidates of a category, cast with the evaluation's own codes."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts import log
from accounts.models import User
from awards.actions.turns import in_turn
from awards.models import AwardCategory
from awards.queries.ballots import candidates_of, voters_of
from awards.rules import deciding as rules
from awards.states import NomineeKind
from chuangxian.verdicts import require
from reviews.actions import evaluations
from reviews.actions.evaluations import CategoryText, GradeText, ItemText, Parts
from reviews.models import EvaluationRound
from reviews.states import Choosing, EvaluationKind, RaterKind, SubjectKind

# the mean of these is the share of those who voted that agrees: an abstention is no assent
GRADES = (
    GradeText("同意", Decimal(100), is_positive=True),
    GradeText("不同意", Decimal(0)),
    GradeText("弃权", Decimal(0)),
)
SUBJECT_KINDS = {NomineeKind.MEMBER: SubjectKind.MEMBER, NomineeKind.ORGANIZATION: SubjectKind.ORGANIZATION}
INVITATION = "每一名推荐对象选一项，也可以弃权。票和人、票和评议码都对不上。"


@transaction.atomic
def start_ballot(*, category: AwardCategory, opens_on: date, closes_on: date, by: User, on: date) -> EvaluationRound:
    """Draft the ballot about everybody in the running; its unit announces it and makes the codes as for any evaluation. Raises Refused, ValidationError."""
    in_turn(AwardCategory.objects.filter(pk=category.pk))
    # somebody else may have started one meanwhile
    category.refresh_from_db(fields=["ballot"])
    require(rules.may_ballot(category, by, on))
    candidates = candidates_of(category)
    round_ = evaluations.draft_round(
        organization=category.round.organization,
        campaign=category.round.campaign,
        kind=EvaluationKind.BALLOT,
        subject_kind=SUBJECT_KINDS[NomineeKind(category.nominee_kind)],
        year=category.round.year,
        name=f"{category.round.year}年“{category}”推荐票决",
        invitation=INVITATION,
        opens_on=opens_on,
        closes_on=closes_on,
        rectify_below=None,
        make_up=False,
        with_remarks=False,
        by=by,
        on=on,
    )
    parts = Parts(
        items=[ItemText("是否同意表彰")],
        grades=GRADES,
        subjects=[candidate.nominee for candidate in candidates],
        categories=[
            CategoryText(
                RaterKind.PARTY_MEMBER, "委员会委员", len(voters_of(category, candidates, on)), Choosing.EVERYBODY
            )
        ],
    )
    evaluations.change_round(round_=round_, parts=parts, version=round_.version, by=by, on=on)
    category.ballot = round_
    category.save(update_fields=["ballot"])
    log.record(verb="start_ballot", label="发起推荐票决", obj=category.round, note=str(category), by=by, on=on)
    return round_
