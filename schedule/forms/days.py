"""What the office types about days, and which part of a calendar a page shows."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chuangxian.fields import day_input
from schedule import agenda, calendar
from schedule.queries.days import LONGEST
from schedule.states.days import DayKind

FIRST_YEAR, LAST_YEAR = 2000, 2099


class DaysForm(forms.Form):
    """Days that are free, or worked, against the official calendar: from a day to a day."""

    first = forms.DateField(label="从", widget=day_input())
    last = forms.DateField(label="到", required=False, widget=day_input(), help_text="只有一天就不用填。")
    kind = forms.ChoiceField(label="安排", choices=DayKind.choices)
    name = forms.CharField(label="说明", max_length=60, help_text="例如“校运动会”“国庆节调休”。")

    def clean_first(self) -> date:
        """A year that no calendar has is a slip."""
        return _within_reach(self.cleaned_data["first"])

    def clean(self) -> dict[str, Any]:
        """One day is a stretch of one day; a stretch runs forward and is no longer than holidays are."""
        data: dict[str, Any] = super().clean() or {}
        first = data.get("first")
        last = data["last"] = data.get("last") or first
        if first and last:
            if last < first:
                raise ValidationError({"last": "结束日期不能早于开始日期。"})
            if (last - first).days >= LONGEST:
                raise ValidationError({"last": f"一次最多设定 {LONGEST} 天，请看看日期有没有写错。"})
        return data


class ClearForm(forms.Form):
    """Days that follow the official calendar again."""

    first = forms.DateField()
    last = forms.DateField()

    def clean(self) -> dict[str, Any]:
        """A stretch runs forward."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("first") and data.get("last") and not 0 <= (data["last"] - data["first"]).days < LONGEST:
            raise ValidationError("日期不对。")
        return data


class YearForm(forms.Form):
    """The year of the page of days. What cannot be read is the year one stands in."""

    year = forms.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)

    def chosen(self, on: date) -> int:
        """Return the year asked for."""
        return int(self.cleaned_data["year"]) if self.is_valid() else on.year


class KindsForm(forms.Form):
    """Which kinds a calendar shows; none ticked means all. Hidden fields carry the month or semester along."""

    month = forms.CharField(required=False, widget=forms.HiddenInput)
    semester = forms.IntegerField(required=False, min_value=1, max_value=2**31, widget=forms.HiddenInput)
    kind = forms.MultipleChoiceField(label="显示", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(one.kind, one.label) for one in agenda.every()]  # type: ignore[attr-defined]

    def kinds(self) -> set[str] | None:
        """Return the kinds asked for, or None for all."""
        self.is_valid()
        return set(self.cleaned_data.get("kind") or ()) or None

    def month_shown(self, on: date) -> date:
        """Return the first day of the month asked for, written 2011-06; what cannot be read is the month one stands in."""
        self.is_valid()
        try:
            day = date.fromisoformat(f"{self.cleaned_data.get('month', '')}-01")
        except ValueError:
            day = on
        return calendar.first_of_month(day if FIRST_YEAR <= day.year <= LAST_YEAR else on)

    def semester_shown(self) -> int | None:
        """Return the number of the semester asked for."""
        self.is_valid()
        number = self.cleaned_data.get("semester")
        return int(number) if number else None


def _within_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError("请看看年份有没有写错。")
    return day
