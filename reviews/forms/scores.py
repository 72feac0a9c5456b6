"""Points for a standard, in a form that asks for them only where the campaign keeps scores."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reviews.models import SelfReview, SelfReviewLine
from schedule.models import ScoringScheme

HALF = Decimal("0.5")


class ScoreField(forms.DecimalField):
    """Points from 0 to the standard's weight, in halves."""

    def __init__(self, *, weight: int, label: str = "自查分", required: bool = False, **kwargs: Any) -> None:
        super().__init__(
            label=label,
            required=required,
            min_value=Decimal(0),
            max_value=Decimal(weight),
            help_text=f"满分 {weight} 分，可以打半分。",
            error_messages={
                "required": "请打分。",
                "invalid": "请填写数字。",
                "min_value": f"分数在 0 到 {weight} 之间。",
                "max_value": f"分数在 0 到 {weight} 之间。",
            },
            widget=forms.NumberInput(attrs={"step": "0.5", "min": "0", "max": str(weight), "inputmode": "decimal"}),
            **kwargs,
        )

    def validate(self, value: Any) -> None:
        """Refuse anything finer than half a point."""
        super().validate(value)
        if value is not None and value % HALF:
            raise ValidationError("分数最多打到半分，比如 17.5。")


class AssessmentForm(forms.Form):
    """考核分 for each standard of a self-review fetched with its text. ``required``: none may be left out."""

    def __init__(self, data: Any = None, *, review: SelfReview, scheme: ScoringScheme, required: bool = True) -> None:
        super().__init__(data, prefix="assessed")
        self.lines: list[SelfReviewLine] = list(review.lines.all())
        for line in self.lines:
            self.fields[_named(line)] = ScoreField(
                weight=scheme.weight, label=f"{line.standard.title}，考核分", required=required
            )

    def rows(self) -> Iterator[tuple[SelfReviewLine, forms.BoundField]]:
        """Yield each standard with its field."""
        for line in self.lines:
            yield line, self[_named(line)]

    def points(self) -> dict[int, Decimal | None]:
        """Return the points given, by line."""
        return {line.pk: self.cleaned_data[_named(line)] for line in self.lines}


def _named(line: SelfReviewLine) -> str:
    return f"s{line.standard_id}"


class ScoredLine(forms.BaseForm):
    """Adds ``self_score`` to the form of a self-review's line while ``scheme`` is given; without one the form stays as it is."""

    def __init__(self, *args: Any, scheme: ScoringScheme | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scheme is not None:
            line = getattr(self, "instance", None)
            initial = getattr(line, "self_score", None)
            self.fields["self_score"] = ScoreField(weight=scheme.weight, initial=initial)


def scores_of(form: forms.BaseForm) -> dict[str, Decimal | None]:
    """Return the points a valid form was given, by the field they are stored in; nothing where none were asked for."""
    cleaned: dict[str, Any] = getattr(form, "cleaned_data", {})
    return {name: cleaned.get(name) for name in ("self_score",) if name in form.fields}
