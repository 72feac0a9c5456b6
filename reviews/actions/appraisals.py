"""What the committee decided about each member after 民主评议党员."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import User
from chuangxian.verdicts import require
from reviews.models import Appraisal, EvaluationRound
from reviews.rules.results import may_appraise


@transaction.atomic
def appraise(
    *, round_: EvaluationRound, decided: Mapping[int, tuple[str, str]], decided_on: date, by: User, on: date
) -> int:
    """Write down grade and opinion by subject pk; both are needed. Returns how many changed. Raises Refused, ValidationError."""
    require(may_appraise(round_, by, on))
    if not (round_.sealed_on or on) <= decided_on <= on:
        raise ValidationError({"decided_on": "评定日期应在封存之日到今天之间。"})
    changed = 0
    for subject in round_.subjects.select_related("member", "organization"):
        grade, opinion = decided.get(subject.pk, ("", ""))
        if not grade and not opinion.strip():
            continue
        row = Appraisal.objects.filter(subject=subject).first() or Appraisal(subject=subject)
        if (row.grade, row.opinion) == (grade, opinion.strip()) and row.decided_on == decided_on:
            continue
        row.grade, row.opinion, row.by, row.decided_on = grade, opinion.strip(), by, decided_on
        row.full_clean()
        row.save()
        changed += 1
    if changed:
        log.record(verb="appraise", label="登记评定等次", obj=round_, note=f"{changed} 名党员", by=by, on=on)
    return changed
