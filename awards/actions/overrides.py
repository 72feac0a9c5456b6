"""破例: a rule passed over for one nominee, with the sentence it said and the reason why. Printed on the form."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from awards.actions.turns import take_turn
from awards.models import EligibilityRule, Nomination, Override
from awards.queries.eligibility import bars
from awards.rules import nominations as rules
from chuangxian.verdicts import require

SENTENCE_MOST = 200


@transaction.atomic
def override(*, nomination: Nomination, rule: EligibilityRule, reason: str, by: User, on: date) -> Override:
    """Pass a rule over. Raises Refused, ValidationError where it bars nobody here or may not be passed over, or without a reason."""
    take_turn(nomination)
    require(rules.may_override(nomination, by, on))
    found = bars(nomination.category, nomination.nominee, on=on, nomination=nomination)
    barring = next((bar for bar in found if bar.rule.pk == rule.pk), None)
    if barring is None:
        raise ValidationError({"rule": "这一条件现在没有妨碍，不需要破例。"})
    if not barring.rule.may_override:
        raise ValidationError({"rule": f"这一条件不能破例：{barring.sentence}"})
    row = Override(
        nomination=nomination,
        rule=rule,
        sentence=barring.sentence[:SENTENCE_MOST],
        reason=reason.strip(),
        by=by,
        on=on,
    )
    row.full_clean()
    row.save()
    log.record(
        verb="override", label="批准破例", obj=nomination, note=f"{row.sentence}理由：{row.reason}", by=by, on=on
    )
    return row
