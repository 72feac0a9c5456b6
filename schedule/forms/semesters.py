"""Which semester a statistic is about."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from schedule.models import Semester


class SemesterChoice(forms.Form):
    """A semester; what cannot be read is left out."""

    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="本学期")

    def __init__(self, *args: Any, semesters: "QuerySet[Semester]", nothing: str = "本学期", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["semester"].queryset = semesters
        chosen["semester"].empty_label = nothing

    def chosen(self, otherwise: Semester | None = None) -> Semester | None:
        """Return the semester asked for, or the other one."""
        self.is_valid()
        found: Semester | None = self.cleaned_data.get("semester")
        return found or otherwise
