"""Templates and scales of evaluation: `evaluation_templates.toml` says what should be, the database follows, as often as it is asked.

A unit may keep templates of its own.
"""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from chuangxian.verdicts import require
from reviews.models import EvaluationRound, EvaluationTemplate, Grade, GradeScale, TemplateItem
from reviews.rules import evaluations as rules
from reviews.states import EvaluationKind

FILE = Path(__file__).resolve().parent.parent / "evaluation_templates.toml"


@transaction.atomic
def load_templates(*, file: Path = FILE, by: User | None, on: date) -> bool:
    """Make scales and central templates what the file says; answer whether anything changed. Rounds keep what they copied."""
    with file.open("rb") as opened:
        given = tomllib.load(opened)
    before = _standing()
    scales = {entry["key"]: _scale(entry) for entry in given["scales"]}
    for entry in given["templates"]:
        _template(entry, scales[entry["scale"]])
    if before == _standing():
        return False
    log.record(
        verb="load_evaluation_templates", label="装入测评表", category=LogEntry.Category.IMPORT, note="", by=by, on=on
    )
    return True


@transaction.atomic
def keep_template(*, round_: EvaluationRound, by: User, on: date) -> EvaluationTemplate:
    """Keep a round's items and grades as a template of its unit, under the round's name; the same name replaces what stood there."""
    require(rules.may_keep(round_, by, on))
    values = {
        "kind": round_.kind,
        "subject_kind": round_.subject_kind,
        "scale": _scale_like(round_),
        "source": "",
    }
    template, _ = EvaluationTemplate.objects.update_or_create(
        organization=round_.organization, name=round_.name, key=None, defaults=values
    )
    template.items.all().delete()
    TemplateItem.objects.bulk_create(
        TemplateItem(
            template=template,
            place=item.place,
            text=item.text,
            standard_key=item.standard.key if item.standard is not None else "",
        )
        for item in round_.items.select_related("standard")
    )
    log.record(verb="keep_evaluation_template", label="存为测评表", obj=round_, note=str(template), by=by, on=on)
    return template


def _scale_like(round_: EvaluationRound) -> GradeScale:
    """Return the scale with exactly these grades, made where there is none yet."""
    names = ("label", "score", "is_valid", "is_positive")
    wanted = list(round_.grades.values_list(*names))
    for scale in GradeScale.objects.prefetch_related("grades"):
        if [tuple(getattr(one, name) for name in names) for one in scale.grades.all()] == wanted:
            return scale
    said = "、".join(label for label, _, is_valid, _ in wanted if is_valid)
    scale = GradeScale.objects.create(key=f"own-{GradeScale.objects.count() + 1}-{round_.pk}", name=said[:60])
    Grade.objects.bulk_create(
        Grade(scale=scale, place=place, **dict(zip(names, values, strict=True)))
        for place, values in enumerate(wanted, 1)
    )
    return scale


def _scale(entry: dict[str, Any]) -> GradeScale:
    scale, _ = GradeScale.objects.update_or_create(key=entry["key"], defaults={"name": entry["name"]})
    for place, grade in enumerate(entry["grades"], 1):
        Grade.objects.update_or_create(
            scale=scale,
            place=place,
            defaults={
                "label": grade["label"],
                "score": grade.get("score"),
                "is_valid": grade.get("valid", True),
                "is_positive": grade.get("positive", False),
            },
        )
    scale.grades.filter(place__gt=len(entry["grades"])).delete()
    return scale


def _template(entry: dict[str, Any], scale: GradeScale) -> None:
    values = {
        "name": entry["name"],
        "kind": entry.get("kind", EvaluationKind.MASS),
        "subject_kind": entry["subject"],
        "scale": scale,
        "source": entry["source"],
    }
    template, _ = EvaluationTemplate.objects.update_or_create(key=entry["key"], defaults=values)
    for place, item in enumerate(entry["items"], 1):
        TemplateItem.objects.update_or_create(
            template=template,
            place=place,
            defaults={"text": item["text"], "standard_key": item.get("standard", "")},
        )
    template.items.filter(place__gt=len(entry["items"])).delete()


def _standing() -> list[Any]:
    grades = Grade.objects.order_by("scale__key", "place").values_list(
        "scale__key", "scale__name", "place", "label", "score", "is_valid", "is_positive"
    )
    items = TemplateItem.objects.filter(template__key__isnull=False).order_by("template__key", "place")
    return [
        *grades,
        *items.values_list(
            "template__key",
            "template__name",
            "template__kind",
            "template__subject_kind",
            "template__scale__key",
            "template__source",
            "place",
            "text",
            "standard_key",
        ),
    ]
