"""A leader's sheet: what he says, the problems he names, and the filters of the lists."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict

from branches.models import Organization
from branches.scope import Standing
from pledges.forms.text import ChosenRow, day_input
from reviews.actions.comments import FIELDS, NAMED, PROBLEM, ProblemText, Text
from reviews.models import CommentProblem, CommentRound, LeaderComment
from reviews.states import CommentForm as Form
from reviews.states import CommentState, SubjectKind
from schedule.forms.items import last_day, within_reach
from schedule.models import Meeting, Standard

PREFIX = "problems"
PROBLEMS_MOST = 20
EMPTY_ROWS = 2
LEAST_DAYS = 14  # a problem named after the round's own day gets at least so long


class SheetForm(forms.ModelForm):
    """What stands above and below the problems."""

    meeting_title = forms.CharField(
        label="或者登记一次新的会议",
        required=False,
        max_length=120,
        help_text="只写名称，日期就是点评日期。登记一次，下一张会自动选上。",
    )

    class Meta:
        model = LeaderComment
        fields = [*NAMED, *FIELDS]
        widgets = {
            "held_on": day_input(),
            "achievements": forms.Textarea(attrs={"rows": 4, "placeholder": "肯定什么，最好有事实"}),
            "direction": forms.Textarea(attrs={"rows": 3, "placeholder": "下一步往哪里努力"}),
        }
        labels = {"publicity": "公开范围"}
        error_messages = {"held_on": {"required": "请填点评日期。", "invalid": "日期请写成 2011-06-20 的样子。"}}

    def __init__(
        self, *args: Any, round_: CommentRound, outside: bool, meetings: Sequence[Meeting], on: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.round, self.day = round_, on
        if not round_.with_rating:
            del self.fields["rating"]
        for name in NAMED:
            if outside:
                self.fields[name].required = True
            else:
                del self.fields[name]
        if (chosen := self.instance.meeting) is not None and chosen not in meetings:
            meetings = [*meetings, chosen]
        self.fields["meeting"] = ChosenRow(
            rows={str(meeting.pk): meeting for meeting in meetings}, nothing="（不是在会议上）", label="会议"
        )
        self.initial["meeting"] = str(self.initial.get("meeting") or "")
        self.fields["held_on"].widget.attrs |= {"min": f"{round_.opens_on}", "max": f"{on}"}

    def clean_held_on(self) -> date:
        """Refuse a day before the round, or one that has not come."""
        day: date = self.cleaned_data["held_on"]
        if not self.round.opens_on <= day <= self.day:
            raise ValidationError(f"点评日期要在 {self.round.opens_on:%Y-%m-%d} 到 {self.day:%Y-%m-%d} 之间。")
        return day

    def clean(self) -> dict[str, Any]:
        """A meeting was held on the day of the comment."""
        cleaned = super().clean() or {}
        meeting, day = cleaned.get("meeting"), cleaned.get("held_on")
        if meeting is not None and cleaned.get("meeting_title"):
            self.add_error("meeting_title", "已经选了会议，就不要再登记新的；要登记新的，请先把会议改为不选。")
        elif meeting is not None and day is not None and meeting.held_on != day:
            self.add_error("meeting", f"这次会议是 {meeting.held_on:%Y-%m-%d} 开的，和点评日期不一致。")
        return cleaned

    def text(self, problems: Sequence[ProblemText]) -> Text:
        """Return the sheet as typed."""
        fields = {name: self.cleaned_data[name] for name in self.fields if name in (*FIELDS, *NAMED)}
        return Text(fields, problems, self.cleaned_data.get("meeting_title", ""))


class ProblemForm(forms.ModelForm):
    """One problem."""

    class Meta:
        model = CommentProblem
        fields = list(PROBLEM)
        widgets = {
            "text": forms.Textarea(attrs={"rows": 2, "placeholder": "具体说一件事，写到能看出改没改"}),
            "due_on": day_input(),
        }
        error_messages = {
            "text": {"required": "请写问题；不要这一条就勾选删除。"},
            "due_on": {"required": "请填整改时限。", "invalid": "日期请写成 2011-09-30 的样子。"},
        }

    def __init__(self, *args: Any, standards: Sequence[Standard], due_on: date, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        rows = {str(standard.pk): standard for standard in standards}
        chosen = self.instance.standard
        if chosen is not None:
            rows.setdefault(str(chosen.pk), chosen)
        self.fields["standard"] = ChosenRow(rows=rows, nothing="（不对应某一条）", label="对应标准")
        self.initial["standard"] = str(self.instance.standard_id or "")
        if self.instance.pk is None:
            self.initial["due_on"] = due_on
        self.fields["due_on"].widget.attrs["max"] = f"{last_day(on)}"

    def clean_due_on(self) -> date:
        """Refuse a year that must be a slip."""
        return within_reach(self.cleaned_data["due_on"], self.day)

    def has_changed(self) -> bool:
        """A new row is empty while nothing is said in it: the day offered moves on, and a page from yesterday posts yesterday's."""
        return super().has_changed() and (self.instance.pk is not None or self.changed_data != ["due_on"])


class ProblemsBase(BaseInlineFormSet):
    """The problems of one sheet."""

    def texts(self) -> list[ProblemText]:
        """Return the problems as typed, in their order, without the removed and the empty ones."""
        found = []
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            if form.instance.pk is None and not form.has_changed():
                continue
            found.append(ProblemText({name: form.cleaned_data[name] for name in PROBLEM}, form.instance.pk))
        return found


def offered_day(round_: CommentRound, on: date) -> date:
    """Return the day offered for putting a new problem right."""
    return max(round_.rectify_by, on + timedelta(days=LEAST_DAYS))


def problems_form(
    comment: LeaderComment, data: Mapping[str, Any] | None, *, standards: Sequence[Standard], on: date
) -> ProblemsBase:
    """Return the formset of a sheet's problems, bound when there is data."""
    factory: Any = forms.inlineformset_factory(
        LeaderComment,
        CommentProblem,
        form=ProblemForm,
        formset=ProblemsBase,
        extra=EMPTY_ROWS,
        max_num=PROBLEMS_MOST,
        validate_max=True,
        can_delete=True,
    )
    due_on = offered_day(comment.round, on)
    formset: ProblemsBase = factory(
        data, instance=comment, prefix=PREFIX, form_kwargs={"standards": standards, "due_on": due_on, "on": on}
    )
    return formset


def with_more_rows(data: QueryDict, due_on: date, more: int = EMPTY_ROWS) -> QueryDict:
    """Return the data with more empty rows: for browsers without script."""
    data = data.copy()
    total = data.get(f"{PREFIX}-TOTAL_FORMS", "0")
    count = int(total) if total.isdecimal() and len(total) < 4 else 0
    wanted = min(count + more, PROBLEMS_MOST)
    data[f"{PREFIX}-TOTAL_FORMS"] = str(wanted)
    for number in range(count, wanted):
        data.setdefault(f"{PREFIX}-{number}-due_on", f"{due_on}")
    return data


class ResponseForm(forms.Form):
    """Signing for a comment, with a word or without."""

    note = forms.CharField(
        label="签收意见（选填）",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "同意、说明，或者准备怎样整改"}),
    )


WHO = [
    ("about_me", "点评我的"),
    ("by_me", "我作的点评"),
    ("drafts", "我的草稿"),
    ("to_acknowledge", "等我签收的"),
    ("to_close", "等我办结的"),
]


class CommentFilter(django_filters.FilterSet):
    """The list inside."""

    round = django_filters.ModelChoiceFilter(queryset=CommentRound.objects.none(), label="轮次", empty_label="全部")
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.none(), label="党组织", empty_label="全部", method="filter_organization"
    )
    subject_kind = django_filters.ChoiceFilter(choices=SubjectKind.choices, label="点评对象", empty_label="全部")
    state = django_filters.ChoiceFilter(
        choices=[choice for choice in CommentState.choices if choice[0] != CommentState.DISCARDED],
        label="状态",
        empty_label="全部",
    )
    form = django_filters.ChoiceFilter(choices=Form.choices, label="点评方式", empty_label="全部")
    who = django_filters.ChoiceFilter(choices=WHO, label="和我有关", empty_label="全部", method="filter_who")
    q = django_filters.CharFilter(label="姓名或内容", max_length=50, method="filter_words")

    class Meta:
        model = LeaderComment
        fields: list[str] = []

    def __init__(self, *args: Any, rounds: Any, organizations: Any, standing: Standing, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.filters["round"].queryset = rounds
        self.filters["organization"].queryset = organizations

    def filter_organization(self, comments: Any, name: str, value: Organization) -> Any:
        """Those on subjects there or below."""
        return comments.within(value.path)

    def filter_who(self, comments: Any, name: str, value: str) -> Any:
        """Those this person has to do with in one way."""
        me = self.standing
        match value:
            case "about_me":
                return comments.about(me)
            case "by_me":
                return comments.by(me)
            case "drafts":
                return comments.drafts_of(me, me.on)
            case "to_acknowledge":
                return comments.to_acknowledge(me, me.on)
        return comments.to_close(me, me.on)

    def filter_words(self, comments: "QuerySet[LeaderComment]", name: str, value: str) -> Any:
        """Those on or by somebody of this name, or with this word in the text."""
        return comments.containing(value)  # type: ignore[attr-defined]


class PublicFilter(django_filters.FilterSet):
    """What visitors may narrow by."""

    round = django_filters.ModelChoiceFilter(queryset=CommentRound.objects.none(), label="轮次", empty_label="全部")
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.none(), label="党组织", empty_label="全部", method="filter_organization"
    )

    class Meta:
        model = LeaderComment
        fields: list[str] = []

    def __init__(self, *args: Any, rounds: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["round"].queryset = rounds
        self.filters["organization"].queryset = organizations

    def filter_organization(self, comments: Any, name: str, value: Organization) -> Any:
        """Those on subjects there or below."""
        return comments.within(value.path)
