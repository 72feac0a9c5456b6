"""What people type about study plans, sessions, turns and swaps, and how they narrow the list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from branches.models import Organization
from chuangxian.fields import FilesField, day_input
from schedule.models import Semester, StudyDocument, StudyPlan, StudySession
from schedule.queries.study import DOORS, LINES

BAD_DAY = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
BAD_TIME = "时间请写成 15:30 的样子。"


def time_input() -> forms.TimeInput:
    """A time field that browsers fill with their own clock."""
    return forms.TimeInput(format="%H:%M", attrs={"type": "time"})


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class MeetingChoice(forms.ModelChoiceField):
    """A meeting told from others by its day."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the day and the meeting's name."""
        return f"{obj.held_on:%Y-%m-%d} {obj.title}"


class StudyFilter(forms.Form):
    """Narrow the list of study to a semester and an organisation; what cannot be read is left out."""

    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="本学期")
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )

    def __init__(self, *args: Any, semesters: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["semester"].queryset, chosen["organization"].queryset = semesters, organizations

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for and can be read."""
        self.is_valid()
        return self.cleaned_data


class WaitingFilter(forms.Form):
    """Which line of what waits is asked for."""

    waiting = forms.ChoiceField(choices=[(key, label) for key, label, _ in LINES])

    @property
    def asked(self) -> str:
        """The line asked for, or nothing."""
        return str(self.cleaned_data["waiting"]) if self.is_valid() and self.cleaned_data["waiting"] in DOORS else ""


class PlanForm(forms.ModelForm):
    """Rhythm, time and place of a semester's study."""

    class Meta:
        model = StudyPlan
        fields = ["starts_on", "interval_days", "starts_at", "place", "hours"]
        widgets = {"starts_on": day_input(), "starts_at": time_input()}
        help_texts = {
            "starts_on": "以后的日期从这一天起按间隔推算。",
            "interval_days": "方案要求每两周学习一次，就是 14 天。",
        }
        error_messages = {"starts_on": BAD_DAY, "starts_at": {"invalid": BAD_TIME}}

    def _post_clean(self) -> None:
        """Leave the instance as it lies in the database: the action writes, and speaks of what changed."""


class NewPlanForm(PlanForm):
    """A new one says in which semester."""

    semester = forms.ModelChoiceField(
        Semester.objects.none(), label="学期", empty_label="请选择", error_messages={"required": "请选学期。"}
    )

    field_order: Sequence[str] = ("semester", *PlanForm.Meta.fields)

    def __init__(self, *args: Any, semesters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["semester"].queryset = semesters


TURN = ("topic", "materials")
ARRANGED = ("starts_at", "place", "host", "lecturer", *TURN, "hours", "meeting")
RECORDED = ("on", *ARRANGED, "discussion")


class TurnForm(forms.ModelForm):
    """What the lecturer prepares: topic, materials, what of the plan's documents is read, files."""

    documents = forms.ModelMultipleChoiceField(
        StudyDocument.objects.none(),
        label="方案规定的学习材料",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    evidence = FilesField(label="附件")

    class Meta:
        model = StudySession
        fields: Sequence[str] = TURN
        widgets = {
            "on": day_input(),
            "starts_at": time_input(),
            "materials": _text(3),
            "discussion": _text(10),
        }
        error_messages = {
            "on": BAD_DAY,
            "starts_at": {"invalid": BAD_TIME},
            "hours": {"required": "请填学时。", "invalid": "学时请填数字，例如 2 或 1.5。"},
        }

    def __init__(self, *args: Any, documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["documents"].queryset = documents
        if self.instance.pk:
            self.initial.setdefault("documents", [one.pk for one in self.instance.documents.all()])

    def _post_clean(self) -> None:
        """Leave the instance as it lies in the database: the action writes, and speaks of what changed."""


class SessionForm(TurnForm):
    """A planned session, as those who arrange it may change it."""

    class Meta(TurnForm.Meta):
        fields: Sequence[str] = ARRANGED
        field_classes = {"meeting": MeetingChoice}

    def __init__(self, *args: Any, members: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["lecturer"].queryset, chosen["meeting"].queryset = members, meetings
        chosen["lecturer"].empty_label, chosen["meeting"].empty_label = "（还没有定）", "（不是）"


class RecordForm(SessionForm):
    """A session as it was held."""

    class Meta(SessionForm.Meta):
        fields: Sequence[str] = RECORDED

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        self.fields["on"].widget.attrs["max"] = f"{on}"
        self.fields["topic"].required = self.fields["discussion"].required = True
        self.fields["topic"].error_messages["required"] = "请写学习主题。"
        self.fields["discussion"].error_messages["required"] = "请写讨论记录。"

    def clean_on(self) -> date:
        """A record is of what has been."""
        day: date = self.cleaned_data["on"]
        if day > self.day:
            raise ValidationError("学习记录在会后填写，日期不能晚于今天。")
        return day


class AddSessionForm(SessionForm):
    """A session outside the plan: one more ahead, or one that was held."""

    class Meta(SessionForm.Meta):
        fields: Sequence[str] = RECORDED
        help_texts = {"discussion": "已经举行过的学习请填写；还没有举行的留空。"}


class MoveForm(forms.Form):
    """To which day, and why."""

    day = forms.DateField(label="改到", widget=day_input(), error_messages=BAD_DAY)
    reason = forms.CharField(
        label="改期原因",
        max_length=200,
        widget=_text(2),
        help_text="本组织的党员会收到通知。",
        error_messages={"required": "请写明为什么改期。"},
    )


class CancelForm(forms.Form):
    """Why it falls away."""

    reason = forms.CharField(
        label="取消原因",
        max_length=200,
        widget=_text(2),
        help_text="本组织的党员会收到通知。",
        error_messages={"required": "请写明为什么取消。"},
    )


class TurnChoice(forms.ModelChoiceField):
    """Somebody's turn: the day and the person."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the day, the person and what he prepares."""
        topic = f"：{obj.topic}" if obj.topic else ""
        return f"{obj.on.year}年{obj.on.month}月{obj.on.day}日 {obj.lecturer}{topic}"


class SwapForm(forms.Form):
    """With whom to change places."""

    other = TurnChoice(
        StudySession.objects.none(),
        label="和哪一次调换",
        empty_label="请选择",
        error_messages={"required": "请选想和哪一次调换。", "invalid_choice": "请选本组织另一位同志还没有举行的主讲。"},
    )
    reason = forms.CharField(label="原因", max_length=200, required=False, widget=_text(2))

    def __init__(self, *args: Any, turns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["other"].queryset = turns
