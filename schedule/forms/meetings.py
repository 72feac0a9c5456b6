"""What people type about meetings: what was held, what it resolved and by how many votes, and how they narrow the list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.forms import BaseFormSet

from branches.models import Organization
from chuangxian.fields import FilesField, day_input
from schedule.models import Meeting, MeetingFile, Resolution, Semester
from schedule.rules.meetings import too_many
from schedule.scope.items import MeetingQuerySet
from schedule.states.items import MeetingKind

PREFIX = "resolutions"
RESOLUTIONS_MOST = 30
EMPTY_ROWS = 1
MEETING_TEXTS = ("kind", "title", "held_on", "place", "host", "due_count", "present_count", "absent", "minutes")
RESOLUTION_TEXTS = ("text", "voters_due", "votes_for", "votes_against", "abstained")


class MeetingFilter(forms.Form):
    """Narrow the list of meetings, its export and its print too; what cannot be read is left out."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    kind = forms.ChoiceField(label="类别", required=False, choices=[("", "全部类别"), *MeetingKind.choices])
    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="全部学期")
    q = forms.CharField(label="名称", max_length=50, required=False)

    def __init__(
        self,
        *args: Any,
        organizations: "QuerySet[Organization]",
        semesters: "QuerySet[Semester]",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations
        chosen["semester"].queryset = semesters

    def narrow(self, meetings: MeetingQuerySet) -> MeetingQuerySet:
        """Return those of these meetings that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if place := asked.get("organization"):
            meetings = meetings.within(place.path)
        if kind := asked.get("kind"):
            meetings = meetings.filter(kind=kind)
        if semester := asked.get("semester"):
            meetings = meetings.filter(held_on__gte=semester.starts_on, held_on__lte=semester.reporting_until)
        if words := asked.get("q"):
            meetings = meetings.filter(title__icontains=words)
        return meetings


class MeetingForm(forms.ModelForm):
    """A meeting as it was held."""

    evidence = FilesField(label="附件")
    drop = forms.ModelMultipleChoiceField(
        MeetingFile.objects.none(), label="删去", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Meeting
        fields = list(MEETING_TEXTS)
        widgets = {
            "held_on": day_input(),
            "absent": forms.Textarea(attrs={"rows": 2, "placeholder": "例如：王某某，外出培训"}),
            "minutes": forms.Textarea(attrs={"rows": 10}),
        }
        error_messages = {
            "kind": {"required": "请选会议类别。"},
            "title": {"required": "请写会议名称。"},
            "held_on": {"required": "请填召开日期。", "invalid": "日期请写成 2011-06-30 的样子。"},
        }

    def __init__(self, *args: Any, on: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        chosen: dict[str, Any] = dict(self.fields)
        chosen["held_on"].widget.attrs["max"] = f"{on}"
        chosen["kind"].choices = [("", "请选择"), *MeetingKind.choices]
        if self.instance.pk is None:
            del self.fields["drop"]
        else:
            chosen["drop"].queryset = self.instance.evidence.all()

    def clean(self) -> dict[str, Any]:
        """A record is of a meeting that was held; no more people came than were expected."""
        cleaned = super().clean() or {}
        if cleaned.get("held_on") and cleaned["held_on"] > self.day:
            self.add_error("held_on", "会议记录在会后填写，日期不能晚于今天。")
        due, present = cleaned.get("due_count"), cleaned.get("present_count")
        if due is not None and present is not None and present > due:
            self.add_error("present_count", "实到人数不能多于应到人数。")
        return cleaned

    def texts(self) -> dict[str, Any]:
        """Return what is written down of the meeting itself, its papers apart."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("evidence", "drop")}

    @property
    def dropped(self) -> Collection[int]:
        """The papers to be taken away."""
        return [file.pk for file in self.cleaned_data.get("drop") or ()]


class NewMeetingForm(MeetingForm):
    """A new one says whose meeting it was."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="召开会议的党组织",
        empty_label="请选择",
        error_messages={"required": "请选是哪个党组织的会议。"},
    )

    field_order: Sequence[str] = ("organization", *MEETING_TEXTS)

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]


class ResolutionForm(forms.ModelForm):
    """A resolution and its votes."""

    class Meta:
        model = Resolution
        fields = list(RESOLUTION_TEXTS)
        widgets = {"text": forms.Textarea(attrs={"rows": 2, "placeholder": "例如：同意第一季度党费收缴情况的报告"})}
        error_messages = {
            "text": {"required": "请写决议事项；不要这一项就勾选删除。"},
            "voters_due": {"required": "请填应到的有表决权人数。"},
            "votes_for": {"required": "请填赞成票数。"},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # the model's own zeros would make an empty row one that has been begun
        self.initial = dict(kwargs.get("initial") or {})
        for name in ("votes_against", "abstained"):
            self.fields[name].required, self.fields[name].initial = False, None

    def clean(self) -> dict[str, Any]:
        """Votes left empty are none; no more votes than voters."""
        cleaned = super().clean() or {}
        for name in ("votes_against", "abstained"):
            if name in cleaned:
                cleaned[name] = cleaned[name] or 0
        if all(cleaned.get(name) is not None for name in RESOLUTION_TEXTS) and (sentence := too_many(cleaned)):
            self.add_error("votes_for", sentence)
        return cleaned


class ResolutionsBase(BaseFormSet):
    """The resolutions of one meeting."""

    def texts(self) -> list[dict[str, Any]]:
        """Return the resolutions as typed, in their order, without the removed and the empty ones."""
        return [
            {name: form.cleaned_data[name] for name in RESOLUTION_TEXTS}
            for form in self.forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE") and form.cleaned_data.get("text")
        ]

    def agree_with(self, due: int | None, present: int | None) -> bool:
        """Answer whether the votes fit the people who were there; says beside the field where they do not."""
        agreed = True
        for form in self.forms:
            fields = form.cleaned_data
            if not fields or fields.get("DELETE") or not fields.get("text"):
                continue
            if sentence := too_many(fields, due=due, present=present):
                form.add_error("votes_for", sentence)
                agreed = False
        return agreed


def resolutions_form(data: Mapping[str, Any] | None, resolutions: Iterable[Resolution] = ()) -> ResolutionsBase:
    """Return the formset of a meeting's resolutions, bound when there is data."""
    factory: Any = forms.formset_factory(
        ResolutionForm,
        formset=ResolutionsBase,
        extra=EMPTY_ROWS,
        max_num=RESOLUTIONS_MOST,
        validate_max=True,
        can_delete=True,
    )
    initial = [{name: getattr(one, name) for name in RESOLUTION_TEXTS} for one in resolutions]
    made: ResolutionsBase = factory(data, prefix=PREFIX, initial=initial)
    return made
