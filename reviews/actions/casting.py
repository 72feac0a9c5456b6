"""Casting a ballot: the code is spent and the ballot written in one transaction, and nothing else is written anywhere."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from django.db import DatabaseError, connection, transaction

from reviews import codes
from reviews.actions.mixing import mix_if_due, together
from reviews.models import REMARK_MOST, Ballot, Code, CodeBatch, EvaluationRound, Remark
from reviews.queries.casting import CodeState, sheet_of, state_of_code
from reviews.rules.evaluations import takes_ballots
from reviews.states import EvaluationState
from reviews.tally.answers import FORMAT, written

logger = logging.getLogger(__name__)


class Kind(Enum):
    """What became of a ballot."""

    ACCEPTED = "accepted"
    ALREADY = "already"  # this very page was counted before: the reply got lost, or the button was pressed twice
    SPENT = "spent"
    UNKNOWN = "unknown"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a ballot; ``reason`` is the sentence of a round that takes none."""

    kind: Kind
    reason: str = ""

    @property
    def is_counted(self) -> bool:
        """The ballot lies in the box, from now or from before."""
        return self.kind in (Kind.ACCEPTED, Kind.ALREADY)


ACCEPTED, ALREADY, SPENT, UNKNOWN = (Outcome(kind) for kind in (Kind.ACCEPTED, Kind.ALREADY, Kind.SPENT, Kind.UNKNOWN))


def cast(
    *,
    round_: EvaluationRound,
    code: str,
    nonce: str,
    grades: Mapping[tuple[int, int], int],
    remark: str = "",
    on: date,
) -> Outcome:
    """Spend the code and count the ballot. ``grades`` maps (subject, item) to a grade's place; absent ones are not answered.

    ``nonce`` names the page it was filled in on: sent twice, the second time it is ALREADY counted, until the next mix.
    """
    tidy = codes.tidy(code)
    answers = _checked(round_, grades)
    remark = remark.strip()[:REMARK_MOST] if round_.with_remarks else ""
    with transaction.atomic():
        together(round_.pk)
        category = _spent(round_.pk, tidy, nonce, on) if tidy is not None else None
        if category is not None:
            Ballot(round_id=round_.pk, category_id=category, answers=answers, format=FORMAT).save(force_insert=True)
            if remark:
                Remark(round_id=round_.pk, text=remark).save(force_insert=True)
    if category is None:
        return _refused(round_, code, nonce, on)
    try:
        mix_if_due(round_.pk)
    except DatabaseError as error:  # the ballot is counted; whoever casts the next one mixes
        logger.error("mixing failed: %s", type(error).__name__)
    return ACCEPTED


def _checked(round_: EvaluationRound, grades: Mapping[tuple[int, int], int]) -> str:
    sheet = sheet_of(round_)
    places = {(subject, item) for subject, _ in sheet.subjects for item, _ in sheet.items}
    if not grades.keys() <= places or not set(grades.values()) <= {place for place, _ in sheet.grades}:
        raise ValueError("a grade for something the round does not ask")
    return written(grades, subjects=len(sheet.subjects), items=len(sheet.items))


def _spent(round_id: int, tidy: str, nonce: str, on: date) -> Any:
    """Spend the code where it is unused and the round is open, and return its category, or None.

    One statement, so of two at once one gets it; begun after the lock was got, so a seal that came first is seen.
    """
    code, batch, rounds = (model._meta.db_table for model in (Code, CodeBatch, EvaluationRound))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {code} SET is_used = %s, receipt = %s WHERE digest = %s AND NOT is_used AND NOT is_revoked "  # noqa: S608
            f"AND batch_id IN (SELECT id FROM {batch} WHERE round_id = %s AND is_open AND NOT is_revoked) "
            f"AND EXISTS (SELECT 1 FROM {rounds} WHERE id = %s AND state = %s AND opens_on <= %s AND closes_on >= %s) "
            f"RETURNING (SELECT category_id FROM {batch} WHERE id = batch_id)",
            [
                True,
                codes.receipt(round_id, nonce),
                codes.digest(round_id, tidy),
                round_id,
                round_id,
                EvaluationState.ANNOUNCED.value,
                on,
                on,
            ],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def _refused(round_: EvaluationRound, code: str, nonce: str, on: date) -> Outcome:
    now = EvaluationRound.objects.get(pk=round_.pk)
    if not (verdict := takes_ballots(now, on)):
        return Outcome(Kind.CLOSED, verdict.reason)
    if state_of_code(round_, code) is not CodeState.USED:
        return UNKNOWN
    tidy = codes.tidy(code) or ""
    page = codes.receipt(round_.pk, nonce)
    same = Code.objects.filter(digest=codes.digest(round_.pk, tidy), receipt=page).exists()
    return ALREADY if same else SPENT
