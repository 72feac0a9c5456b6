"""Ending a round: a reason for everybody it has left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from reviews.queries.coverage import Missing

SAME = "same"


class RoundClosingForm(forms.Form):
    """One field for the reason that holds for all, and one for each who needs a reason of his own."""

    note = forms.CharField(label="结束说明", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, data: Mapping[str, Any] | None, *, missing: Sequence[Missing]) -> None:
        super().__init__(data)
        self.missing = list(missing)
        if self.missing:
            self.fields[SAME] = forms.CharField(
                label="同一个原因",
                required=False,
                max_length=200,
                help_text="填在这里的原因用于下面没有单独填写的每一项。",
            )
        for one in self.missing:
            self.fields[one.name] = forms.CharField(label=f"{one.subject}：{one.label}", required=False, max_length=200)

    def rows(self) -> list[tuple[Missing, Any]]:
        """Each who is missing with his field."""
        return [(one, self[one.name]) for one in self.missing]

    def clean(self) -> dict[str, Any]:
        """Every one has his own reason or the common one."""
        cleaned: dict[str, Any] = super().clean() or {}
        common = cleaned.get(SAME, "").strip()
        for one in self.missing:
            cleaned[one.name] = cleaned.get(one.name, "").strip() or common
            # what is there and too long is complained of once, where it stands
            if not cleaned[one.name] and SAME not in self.errors and one.name not in self.errors:
                self.add_error(one.name, f"请写明{one.subject}没有{one.label}的原因。")
        return cleaned

    def reasons(self) -> dict[str, str]:
        """Return the reasons by the name of who is missing."""
        return {one.name: self.cleaned_data[one.name] for one in self.missing}
