"""The seal: nothing is added any more, nothing can be told apart any more, and what was counted is written down."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from chuangxian.verdicts import require
from reviews.actions import mixing
from reviews.models import ClosingRecord, EvaluationRound
from reviews.rules.paper import piles_done
from reviews.tally.sealed import fingerprint_of, totals_of
from reviews.workflow.evaluations import EVALUATION


@transaction.atomic
def seal(
    *,
    round_: EvaluationRound,
    unused_counted: int | None,
    remark: str = "",
    version: int | None = None,
    by: User,
    on: date,
) -> ClosingRecord:
    """Close the box, mix, write the closing record; the space of the old rows is given back after the commit.

    ``unused_counted`` are the slips counted by hand. Waits for ballots under way. Raises Refused, Overtaken, ValidationError.
    """
    if unused_counted is not None and unused_counted < 0:
        raise ValidationError({"unused_counted": "张数不能是负数。"})
    mixing.alone(round_.pk)
    require(EVALUATION.verdict(round_, "seal", by=by, on=on))
    require(piles_done(round_))
    EVALUATION.move(round_, "seal", version=version, by=by, on=on)
    mixing.mix(round_.pk)
    record = ClosingRecord.objects.create(
        round=round_,
        totals=totals_of(round_),
        fingerprint=fingerprint_of(round_),
        unused_counted=unused_counted,
        remark=remark.strip(),
        by=by,
        on=on,
    )
    transaction.on_commit(mixing.vacuum)
    return record
