"""The form of scoring: the switch and the bands."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from schedule.models import ScoringScheme

ROWS_LEAST, LABEL_MOST = 6, 10


class ScoringForm(forms.Form):
    """Rows ``label_0``, ``from_0``, …; those left empty are no bands."""

    enabled = forms.BooleanField(label="这次活动计分", required=False)

    def __init__(self, *args: Any, scheme: ScoringScheme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["enabled"].initial = scheme.enabled
        self.count = max(ROWS_LEAST, len(scheme.bands))
        for row in range(self.count):
            band = scheme.bands[row] if row < len(scheme.bands) else {}
            self.fields[f"label_{row}"] = forms.CharField(
                label=f"第 {row + 1} 行等次", required=False, max_length=LABEL_MOST, initial=band.get("label")
            )
            self.fields[f"from_{row}"] = forms.IntegerField(
                label=f"第 {row + 1} 行起点",
                required=False,
                min_value=0,
                max_value=100,
                initial=band.get("from"),
                error_messages={
                    "invalid": "请填写整数。",
                    "min_value": "起点在 0 到 100 之间。",
                    "max_value": "起点在 0 到 100 之间。",
                },
            )

    def rows(self) -> Iterator[tuple[BoundField, BoundField]]:
        """Yield the two fields of each row."""
        for row in range(self.count):
            yield self[f"label_{row}"], self[f"from_{row}"]

    def clean(self) -> dict[str, Any]:
        """Put the bands in their order; the lowest begins at nothing, and no two begin at the same point or have one name."""
        data = super().clean() or {}
        labels, starts = set(), set()
        found: list[tuple[int, str, int]] = []  # from, label, row
        for row in range(self.count):
            label, start = data.get(f"label_{row}"), data.get(f"from_{row}")
            if f"label_{row}" in self.errors or f"from_{row}" in self.errors or (not label and start is None):
                continue
            if not label:
                self.add_error(f"label_{row}", "请写等次的名称；不要这一行就把起点也清空。")
            elif start is None:
                self.add_error(f"from_{row}", f"请写“{label}”从多少分起。")
            elif label in labels:
                self.add_error(f"label_{row}", f"“{label}”写了两次。")
            elif start in starts:
                self.add_error(f"from_{row}", f"已经有一个等次从 {start} 分起。")
            else:
                labels.add(label)
                starts.add(start)
                found.append((start, label, row))
        found.sort(reverse=True)
        if not self.errors and not found:
            self.add_error("label_0", "至少要有一个等次。")
        elif not self.errors and found[-1][0]:
            start, label, row = found[-1]
            self.add_error(f"from_{row}", f"最低的等次“{label}”要从 0 开始，现在从 {start} 开始，低分就没有等次了。")
        data["bands"] = [{"from": start, "label": label} for start, label, _ in found]
        return data
