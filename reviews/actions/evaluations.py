"""A round of evaluation: drafted from a template or from an earlier round, changed while it is a draft, moved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from reviews.actions.batches import revoke_all
from reviews.actions.mixing import alone, mix, vacuum
from reviews.models import (
    EvaluationRound,
    EvaluationSubject,
    EvaluationTemplate,
    GradeScale,
    RaterCategory,
    RoundGrade,
    RoundItem,
)
from reviews.queries import evaluations as queries
from reviews.rules import evaluations as rules
from reviews.states import Choosing, SubjectKind
from reviews.workflow.evaluations import EVALUATION
from schedule.models import Campaign, Standard


@dataclass(frozen=True)
class ItemText:
    """One item to ask about."""

    text: str
    standard: Standard | None = None


@dataclass(frozen=True)
class GradeText:
    """One grade, the best first."""

    label: str
    score: Decimal | None = None
    is_valid: bool = True
    is_positive: bool = False


@dataclass(frozen=True)
class CategoryText:
    """One category of raters; ``pk`` of the row it changes, none for a new one."""

    kind: str
    name: str
    eligible: int
    choosing: str = Choosing.EVERYBODY
    weight: Decimal | None = None
    pk: int | None = None


@dataclass(frozen=True)
class Parts:
    """What a round consists of besides its own fields; None leaves a part as it is."""

    items: Sequence[ItemText] | None = None
    grades: Sequence[GradeText] | None = None
    subjects: Sequence[Organization | Member] | None = None
    categories: Sequence[CategoryText] | None = None


@transaction.atomic
def draft_round(
    *,
    organization: Organization,
    campaign: Campaign,
    template: EvaluationTemplate | None = None,
    scale: GradeScale | None = None,
    repeats: EvaluationRound | None = None,
    by: User | None,
    on: date,
    **fields: Any,
) -> EvaluationRound:
    """Draft a round with the items and grades of a template, or with everything of the round it repeats but the subjects who have left.

    ``fields`` give semester or year, name and days, and kind and subject kind where there is no template but only a scale. ``by=None`` is the system.
    Raises Refused, ValidationError.
    """
    if by is not None:
        require(rules.may_run(organization, by, on))
    if template is not None:
        fields = {"kind": template.kind, "subject_kind": template.subject_kind, **fields}
    if repeats is not None:
        fields = {**{name: getattr(repeats, name) for name in queries.REPEATED}, "repeats": repeats, **fields}
    round_ = EvaluationRound(organization=organization, campaign=campaign, **fields)
    _check(round_)
    round_.save()
    if template is not None:
        _write(round_, _of_template(template, on), on)
    elif scale is not None:
        _write(round_, Parts(grades=_of_scale(scale)), on)
    if repeats is not None:
        _write(round_, _of_round(repeats, on), on)
    log.record(verb="draft_evaluation", label="起草评议", obj=round_, by=by, on=on)
    return round_


@transaction.atomic
def change_round(
    *, round_: EvaluationRound, parts: Parts | None = None, version: int, by: User, on: date, **fields: Any
) -> None:
    """Change fields and parts of a draft, all of it or nothing. Raises Refused, Conflict, ValidationError."""
    require(rules.may_change(round_, by, on))
    before = _described(round_)
    for name, value in fields.items():
        setattr(round_, name, value)
    _check(round_)
    save_version(round_, fields, version=version)
    _write(round_, parts or Parts(), on)
    # what was fetched before the change is no longer true
    getattr(round_, "_prefetched_objects_cache", {}).clear()
    after = _described(round_)
    if before != after:
        changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        log.record(
            verb="change_evaluation",
            label="修改评议",
            obj=round_,
            changes=changes,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


def set_items(*, round_: EvaluationRound, items: Sequence[ItemText], by: User, on: date) -> None:
    """Ask about these items, in this order."""
    change_round(round_=round_, parts=Parts(items=items), version=round_.version, by=by, on=on)


def set_grades(*, round_: EvaluationRound, grades: Sequence[GradeText], by: User, on: date) -> None:
    """Offer these grades, the best first."""
    change_round(round_=round_, parts=Parts(grades=grades), version=round_.version, by=by, on=on)


def set_subjects(*, round_: EvaluationRound, subjects: Sequence[Organization | Member], by: User, on: date) -> None:
    """Have these organisations or members rated, in this order."""
    change_round(round_=round_, parts=Parts(subjects=subjects), version=round_.version, by=by, on=on)


def set_categories(*, round_: EvaluationRound, categories: Sequence[CategoryText], by: User, on: date) -> None:
    """Have these categories rate, in this order."""
    change_round(round_=round_, parts=Parts(categories=categories), version=round_.version, by=by, on=on)


@transaction.atomic
def act(*, round_: EvaluationRound, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Announce, withdraw, void. With a withdrawal everything printed is revoked; no ballot is on its way meanwhile.

    Nobody mixes a void round later, so what was cast is mixed now: also these ballots were given without a name.
    """
    if verb in ("withdraw", "void"):
        alone(round_.pk)
    EVALUATION.move(round_, verb, note=note, version=version, by=by, on=on)
    if verb == "withdraw":
        revoke_all(round_=round_, by=by, on=on)
    if verb == "void" and not round_.is_counted and round_.batches.exists():
        mix(round_.pk)
        transaction.on_commit(vacuum)


def _check(round_: EvaluationRound) -> None:
    round_.full_clean(exclude=["path"])
    said = rules.names_no_answer(round_.invitation)
    if not said:
        raise ValidationError({"invitation": said.reason})


def _of_template(template: EvaluationTemplate, on: date) -> Parts:
    standards = queries.standards_by_key(template.subject_kind, on)
    return Parts(
        items=[ItemText(item.text, standards.get(item.standard_key)) for item in template.items.all()],
        grades=_of_scale(template.scale),
    )


def _of_scale(scale: GradeScale) -> list[GradeText]:
    return [GradeText(one.label, one.score, one.is_valid, one.is_positive) for one in scale.grades.all()]


def still_there(
    round_: EvaluationRound, subjects: Sequence[EvaluationSubject], on: date
) -> list[Organization | Member]:
    """Return those of a round's subjects that still belong to its unit on that day, in their order."""
    members = [one.member for one in subjects if one.member is not None]
    homes = queries.homes_of(members, round_, on)
    kept = Organization.objects.within(round_.path).existing(on).values_list("pk", flat=True)
    standing = set(kept.filter(pk__in=[one.organization_id for one in subjects]))
    return [
        one.subject
        for one in subjects
        if (one.organization_id in standing if one.member_id is None else one.member_id in homes)
    ]


def _of_round(round_: EvaluationRound, on: date) -> Parts:
    return Parts(
        items=[ItemText(item.text, item.standard) for item in round_.items.select_related("standard")],
        grades=[GradeText(one.label, one.score, one.is_valid, one.is_positive) for one in round_.grades.all()],
        subjects=still_there(round_, list(round_.subjects.select_related("member", "organization")), on),
        categories=[
            CategoryText(one.kind, one.name, one.eligible, one.choosing, one.weight) for one in round_.categories.all()
        ],
    )


def _write(round_: EvaluationRound, parts: Parts, on: date) -> None:
    if parts.items is not None:
        round_.items.all().delete()
        _save_all(
            RoundItem(round=round_, place=place, text=item.text, standard=item.standard)
            for place, item in enumerate(parts.items, 1)
        )
    if parts.grades is not None:
        round_.grades.all().delete()
        _save_all(
            RoundGrade(
                round=round_,
                place=place,
                label=grade.label,
                score=grade.score,
                is_valid=grade.is_valid,
                is_positive=grade.is_positive,
            )
            for place, grade in enumerate(parts.grades, 1)
        )
    if parts.subjects is not None:
        _write_subjects(round_, parts.subjects, on)
    if parts.categories is not None:
        _write_categories(round_, parts.categories)


def _save_all(rows: Any) -> None:
    for row in rows:
        row.full_clean()
        row.save()


def _write_subjects(round_: EvaluationRound, subjects: Sequence[Organization | Member], on: date) -> None:
    wrong = [one for one in subjects if isinstance(one, Member) != (round_.subject_kind == SubjectKind.MEMBER)]
    if wrong:
        raise ValidationError(f"{wrong[0]}不是{round_.get_subject_kind_display()}，不能在这次评议里。")
    homes = queries.homes_of([one for one in subjects if isinstance(one, Member)], round_, on)
    round_.subjects.all().delete()
    for place, one in enumerate(subjects):
        organization = homes.get(one.pk) if isinstance(one, Member) else one
        if organization is None or not organization.path.startswith(round_.path):
            raise ValidationError(f"{one}不在{round_.organization}，不能作为评议对象。")
        member = one if isinstance(one, Member) else None
        row = EvaluationSubject(round=round_, place=place, organization=organization, member=member)
        row.full_clean(exclude=["path"])
        row.save()


def _write_categories(round_: EvaluationRound, categories: Sequence[CategoryText]) -> None:
    kept = {row.pk: row for row in round_.categories.all()}
    wanted = {given.pk for given in categories}
    for row in kept.values():
        if row.pk in wanted:
            # two names may change places
            RaterCategory.objects.filter(pk=row.pk).update(name=f"~{row.pk}")
        elif row.batches.exists() or row.piles.exists():
            raise ValidationError(f"“{row.name}”已经制作过评议码，不能删去，可以改名称和人数。")
        else:
            row.delete()
    for place, given in enumerate(categories):
        row = kept.get(given.pk or 0) or RaterCategory(round=round_)
        row.place, row.kind, row.name = place, given.kind, given.name
        row.eligible, row.choosing, row.weight = given.eligible, given.choosing, given.weight
        row.full_clean()
        row.save()


def _described(round_: EvaluationRound) -> dict[str, Any]:
    fresh = EvaluationRound.objects.get(pk=round_.pk)
    own = {name: str(getattr(fresh, name)) for name in queries.FIELDS}
    return {
        **own,
        "items": list(fresh.items.values_list("text", flat=True)),
        "grades": [[one.label, str(one.score), one.is_valid, one.is_positive] for one in fresh.grades.all()],
        "subjects": [str(one) for one in fresh.subjects.select_related("member", "organization")],
        "categories": [[one.name, one.kind, one.eligible, str(one.weight)] for one in fresh.categories.all()],
    }
