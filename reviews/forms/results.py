"""Forms of the seal, of remarks and of the committee's decisions."""

from typing import Any

from django import forms

from reviews.models import EvaluationSubject
from reviews.models.ballots import REMARK_MOST
from reviews.states import AppraisalGrade


class SealForm(forms.Form):
    """What is counted by hand when a round is sealed."""

    unused_counted = forms.IntegerField(
        label="收回的未用评议码（张）",
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text="由监票人当场清点没有发出的和收回的评议码，连同没有启用的备用码。没有清点就不填，封存记录上会写明。",
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    remark = forms.CharField(
        label="说明",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="例如监票人、计票人的姓名，现场的情况。",
    )


class ReadingForm(forms.Form):
    """What may be shown of a remark."""

    shown = forms.CharField(
        label="公布的文字",
        max_length=REMARK_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="去掉姓名、日期、说话习惯等能认出人的内容，不改意思；留空就是不公布这一条。",
    )


class AppraisalForm(forms.Form):
    """A grade and an opinion for each member, and the day they were decided."""

    decided_on = forms.DateField(label="评定日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, subjects: list[EvaluationSubject], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subjects = subjects
        for subject in subjects:
            known = getattr(subject, "appraisal", None)
            self.fields[f"grade-{subject.pk}"] = forms.ChoiceField(
                label=f"{subject}的等次",
                choices=[("", "还没有评定"), *AppraisalGrade.choices],
                required=False,
                initial=known.grade if known else "",
            )
            self.fields[f"opinion-{subject.pk}"] = forms.CharField(
                label=f"{subject}的评语",
                max_length=500,
                required=False,
                initial=known.opinion if known else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def clean(self) -> dict[str, Any]:
        """A grade and its opinion come together."""
        data: dict[str, Any] = super().clean() or {}
        for subject in self.subjects:
            grade, opinion = data.get(f"grade-{subject.pk}", ""), data.get(f"opinion-{subject.pk}", "")
            if grade and not opinion:
                self.add_error(f"opinion-{subject.pk}", "请写评语。")
            if opinion and not grade:
                self.add_error(f"grade-{subject.pk}", "请选等次。")
        return data

    def rows(self) -> list[tuple[EvaluationSubject, Any, Any]]:
        """Return each member with his two fields."""
        return [(one, self[f"grade-{one.pk}"], self[f"opinion-{one.pk}"]) for one in self.subjects]

    def decided(self) -> dict[int, tuple[str, str]]:
        """Return what was typed, by subject."""
        data = self.cleaned_data
        return {one.pk: (data[f"grade-{one.pk}"], data[f"opinion-{one.pk}"]) for one in self.subjects}
