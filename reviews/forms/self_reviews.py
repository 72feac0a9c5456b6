"""The self-review as it is typed, standard by standard with its measures; the list's filters; a pile's ticks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

from branches.models import Member, Organization
from pledges.forms.text import ChosenRow, day_input
from reviews.actions.self_reviews import LINE_TEXTS, LineText, MeasureText
from reviews.forms.scores import ScoredLine, scores_of
from reviews.models import CommentRound, SelfReview, SelfReviewLine
from reviews.queries.scores import scheme_of
from reviews.queries.self_reviews import DOORS, LINES
from reviews.states import Answer, ReviewState, SubjectKind

MEASURES_MOST = 20
EMPTY_ROWS = 1
GAP_MOST = 500  # a gap becomes an action item's problem, which is no longer


class ConfirmForm(forms.ModelForm):
    """What is said of the whole."""

    class Meta:
        model = SelfReview
        fields = ["confirmed_no_gap"]
        widgets = {"confirmed_no_gap": forms.CheckboxInput(attrs={"class": "form-check-input"})}


class LineForm(ScoredLine, forms.ModelForm):
    """One standard, with its points where the campaign keeps scores. What is missing is asked for when it is handed in, not while it is being written."""

    answer = forms.ChoiceField(label="对照结果", choices=Answer.choices, required=False, widget=forms.RadioSelect)
    gap = forms.CharField(
        label="差距",
        required=False,
        max_length=GAP_MOST,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "和标准比，哪里没有做到"}),
    )
    cause = forms.CharField(
        label="原因",
        required=False,
        max_length=GAP_MOST,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "为什么没有做到"}),
    )

    class Meta:
        model = SelfReviewLine
        fields = list(LINE_TEXTS)
        widgets = {"practice": forms.Textarea(attrs={"rows": 4, "placeholder": "这学期做了什么，做到什么程度"})}


class MeasureForm(forms.Form):
    """One measure; an empty row is no measure."""

    text = forms.CharField(
        label="措施",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "怎样改，改到什么程度"}),
    )
    due_on = forms.DateField(
        label="完成时限",
        required=False,
        widget=day_input(),
        error_messages={"invalid": "日期请写成 2011-06-30 的样子。"},
    )

    def __init__(self, *args: Any, members: Sequence[Member] | None, first: date, last: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = first, last
        self.fields["due_on"].widget.attrs |= {"min": f"{first}", "max": f"{last}"}
        if members is not None:
            rows = {str(member.pk): member for member in members}
            self.fields["responsible"] = ChosenRow(rows=rows, nothing="（书记）", label="责任人")

    def clean_due_on(self) -> date | None:
        """Refuse a day before the round or after the campaign."""
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and not self.first <= day <= self.last:
            raise ValidationError(f"完成时限要在 {self.first:%Y-%m-%d} 到 {self.last:%Y-%m-%d} 之间。")
        return day

    def clean(self) -> dict[str, Any]:
        """Ask for the other half of what was begun."""
        data = super().clean() or {}
        if data.get("DELETE") or self.is_blank():
            return data
        if not data.get("text") and "text" not in self.errors:
            self.add_error("text", "请写措施；不要这一条就勾选删除。")
        if not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "请填完成时限。")
        return data

    def is_blank(self) -> bool:
        """Nothing has been typed into the row."""
        return not any(str(self.data.get(self.add_prefix(name), "")).strip() for name in ("text", "due_on"))


@dataclass
class LineBlock:
    """The form of one standard and the formset of its measures."""

    line: SelfReviewLine
    form: LineForm
    measures: Any

    def is_valid(self) -> bool:
        """Check both, so that both say what is wrong."""
        return bool(self.form.is_valid() & self.measures.is_valid())

    def text(self) -> LineText:
        """Return what was typed, without the removed and the empty rows."""
        measures = [
            MeasureText(
                text=row.cleaned_data["text"],
                due_on=row.cleaned_data["due_on"],
                responsible=row.cleaned_data.get("responsible"),
            )
            for row in self.measures.forms
            if not row.cleaned_data.get("DELETE") and not row.is_blank()
        ]
        return LineText(
            pk=self.line.pk,
            fields={n: self.form.cleaned_data[n] for n in LINE_TEXTS if n in self.form.cleaned_data}
            | scores_of(self.form),
            measures=measures,
        )


def prefix_of(line: SelfReviewLine) -> str:
    """Return how the fields of a standard are called; it says the standard, so that what was typed finds its place again."""
    return f"s{line.standard_id}"


def measures_prefix(line: SelfReviewLine) -> str:
    """Return the prefix of a standard's measures."""
    return f"{prefix_of(line)}-measures"


# what may be parked of a post without a sign-in
FIELDS = r"version|confirmed_no_gap|s\d{1,9}-.+"


def blocks_of(
    review: SelfReview, data: Mapping[str, Any] | None, *, members: Sequence[Member] | None
) -> list[LineBlock]:
    """Return the forms of a self-review fetched with its text, bound when there is data. ``members`` may answer for a measure; None: he himself."""
    factory: Any = forms.formset_factory(
        MeasureForm, extra=EMPTY_ROWS, max_num=MEASURES_MOST, validate_max=True, can_delete=True
    )
    scheme = scheme_of(review.round.semester.campaign)
    found = []
    for line in review.lines.all():
        kept = list(line.measures.all())
        given = {
            "members": None if members is None else _with(members, [m.responsible for m in kept]),
            "first": review.round.opens_on,
            "last": review.round.semester.campaign.ends_on,
        }
        found.append(
            LineBlock(
                line=line,
                form=LineForm(data, instance=line, prefix=prefix_of(line), scheme=scheme),
                measures=factory(
                    data,
                    prefix=measures_prefix(line),
                    form_kwargs=given,
                    # bound forms have none: a row posted as it stood is a row all the same
                    initial=[{"text": m.text, "due_on": m.due_on, "responsible": m.responsible_id or ""} for m in kept]
                    if data is None
                    else None,
                ),
            )
        )
    return found


def _with(members: Sequence[Member], chosen: Sequence[Member | None]) -> list[Member]:
    # who was named and has left since stays named
    known = {member.pk for member in members}
    return [*members, *{m.pk: m for m in chosen if m is not None and m.pk not in known}.values()]


class SelfReviewFilter(django_filters.FilterSet):
    """The list inside; the same filters serve the page and its export."""

    round = django_filters.ModelChoiceFilter(
        queryset=CommentRound.objects.none(), label="轮次（学期）", empty_label="全部轮次"
    )
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.none(), label="党组织", empty_label="全部", method="filter_organization"
    )
    state = django_filters.ChoiceFilter(choices=ReviewState.choices[:-1], label="状态", empty_label="全部")
    subject_kind = django_filters.ChoiceFilter(
        choices=[(k.value, k.label) for k in (SubjectKind.ORGANIZATION, SubjectKind.MEMBER)],
        label="主体",
        empty_label="全部",
    )
    waiting = django_filters.ChoiceFilter(
        choices=[(key, label) for key, label, *_ in LINES],
        label="等我办的",
        empty_label="全部",
        method="filter_waiting",
    )
    q = django_filters.CharFilter(label="姓名", max_length=50, method="filter_name")

    class Meta:
        model = SelfReview
        fields: list[str] = []

    def __init__(self, *args: Any, rounds: Any, organizations: Any, standing: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.filters["round"].queryset = rounds
        self.filters["organization"].queryset = organizations

    def filter_organization(self, reviews: Any, name: str, value: Organization) -> Any:
        """Those made there or below."""
        return reviews.within(value.path)

    def filter_waiting(self, reviews: Any, name: str, value: str) -> Any:
        """Those that wait for this person in one way."""
        return getattr(reviews, value)(self.standing, self.standing.on) if value in DOORS else reviews

    def filter_name(self, reviews: Any, name: str, value: str) -> Any:
        """Those of this name."""
        by_member = reviews.filter(member__name__icontains=value)
        return by_member | reviews.filter(member__isnull=True, organization__name__icontains=value)


class ChosenReviews(forms.Form):
    """Which of a pile were ticked, each with the version that was read."""

    review = forms.TypedMultipleChoiceField(
        coerce=int,
        required=True,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "还没有勾选任何一份。"},
    )
    note = forms.CharField(
        label="审阅意见",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="由上级审阅、在这里登记的，必须写上级意见。",
    )

    def __init__(self, *args: Any, reviews: Sequence[SelfReview], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review"].choices = [(r.pk, str(r.pk)) for r in reviews]  # type: ignore[attr-defined]

    def versions(self) -> dict[int, int]:
        """Return the version of each as it stood on the person's screen."""
        found = {}
        for pk in self.cleaned_data["review"]:
            read = self.data.get(f"version-{pk}", "")
            found[pk] = int(read) if read.isdecimal() and len(read) < 10 else 0
        return found
