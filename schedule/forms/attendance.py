"""What people type about attendance: the chair's list, leave and its answer, a make-up, notes; and how the hours are narrowed."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from branches.models import Organization
from chuangxian.drafts import number
from chuangxian.fields import day_input
from schedule.actions.attendance import Said
from schedule.models import Attendance, Semester
from schedule.queries.attendance import Line
from schedule.states.study import SAID, Presence

REASON_MAX = 200
NOTES_MAX = 5000
DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class AttendanceListForm(forms.Form):
    """Everybody who was due, a row each. Only what is known is chosen beforehand; who has made up is shown and not asked about.

    ``seen`` carries what the screen showed of each ("number:version:status"), so that a signature given meanwhile is not overwritten.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[Line], fresh: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            if line.status == Presence.MADE_UP:
                continue
            said = line.status if line.status in SAID else None
            self.fields[f"status-{line.member.pk}"] = forms.ChoiceField(
                label=f"{line.member}的出勤",
                required=False,
                choices=[(status.value, status.label) for status in SAID],
                initial=said,
                widget=forms.RadioSelect,
            )
            self.fields[f"reason-{line.member.pk}"] = forms.CharField(
                label=f"{line.member}的事由",
                required=False,
                max_length=REASON_MAX,
                initial=line.row.reason if line.row is not None else "",
            )
        known = [f"{line.member.pk}:{line.row.version}:{line.status}" for line in lines if line.row is not None]
        self.shown = ",".join(known)
        # after somebody else's change the screen shows the new state, whatever was posted with the old one
        self.seen_now = self.shown if fresh or not self.is_bound else str(self.data.get("seen", ""))

    def rows(self) -> Iterable[tuple[Line, Any, Any]]:
        """Walk the lines with the fields of each; None for who is not asked about."""
        for line in self.lines:
            asked = f"status-{line.member.pk}" in self.fields
            pair = (self[f"status-{line.member.pk}"], self[f"reason-{line.member.pk}"]) if asked else (None, None)
            yield line, *pair

    def said(self) -> dict[int, Said]:
        """Return what the list says of whom."""
        seen = dict(_seen(self.cleaned_data.get("seen", "")))
        found = {}
        for line in self.lines:
            status = self.cleaned_data.get(f"status-{line.member.pk}")
            if status:
                version, was = seen.get(line.member.pk, (0, ""))
                found[line.member.pk] = Said(status, self.cleaned_data[f"reason-{line.member.pk}"], was, version)
        return found


def _seen(text: str) -> Iterable[tuple[int, tuple[int, str]]]:
    for part in text.split(","):
        member, _, rest = part.partition(":")
        version, _, status = rest.partition(":")
        who, which = number(member), number(version)
        if who is not None and which is not None:
            yield who, (which, status)


class SignForm(forms.Form):
    """The six digits on the screen, for phones without a camera."""

    digits = forms.CharField(
        label="大屏幕上的六位数字",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "sign-digits"}),
        error_messages={"required": "请输入六位数字。", "max_length": "请输入六位数字。"},
    )

    def clean_digits(self) -> str:
        """Take spaces as people type them."""
        digits = "".join(str(self.cleaned_data["digits"]).split())
        if not (len(digits) == 6 and digits.isascii() and digits.isdecimal()):
            raise ValidationError("请输入大屏幕上的六位数字。")
        return digits


class LeaveForm(forms.Form):
    """Why somebody cannot come."""

    reason = forms.CharField(
        label="事由", max_length=REASON_MAX, widget=_text(3), error_messages={"required": "请写明事由。"}
    )


class AnswerForm(forms.Form):
    """What is said to a leave."""

    note = forms.CharField(label="答复", max_length=REASON_MAX, required=False, widget=_text(3))

    def __init__(self, *args: Any, late: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        told = "学习已经过了，准假也要说明原因。" if late else "准假可以不写；不准假要说明原因。"
        self.fields["note"].help_text = told


class ReturnForm(forms.Form):
    """Why a make-up does not count."""

    reason = forms.CharField(
        label="退回原因", max_length=REASON_MAX, widget=_text(3), error_messages={"required": "请写明为什么退回。"}
    )


class MakeUpForm(forms.Form):
    """When and how it was made up, and what was learned."""

    day = forms.DateField(label="补学日期", widget=day_input(), error_messages=DAY_ERRORS)
    how = forms.CharField(
        label="补学方式",
        max_length=REASON_MAX,
        help_text="例如：自学发下的材料；听主讲人补课；看会议录像。",
        error_messages={"required": "请写怎样补的。"},
    )
    notes = forms.CharField(
        label="学习心得", max_length=NOTES_MAX, widget=_text(8), error_messages={"required": "请写学习心得。"}
    )

    def __init__(self, *args: Any, row: Attendance, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.on = row, on
        self.fields["day"].widget.attrs |= {"min": f"{row.session.on}", "max": f"{on}"}

    def clean_day(self) -> date:
        """Refuse a day before the session, and one that has not come."""
        day: date = self.cleaned_data["day"]
        if not self.row.session.on <= day <= self.on:
            raise ValidationError(f"补学日期要在学习那天（{self.row.session.on:%Y-%m-%d}）到今天之间。")
        return day


class NotesForm(forms.Form):
    """What was learned."""

    notes = forms.CharField(
        label="学习心得",
        max_length=NOTES_MAX,
        widget=_text(12),
        error_messages={"required": "请写学习心得。"},
    )


class HoursFilter(forms.Form):
    """Which semester, and whose hours. What cannot be read is left out."""

    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label=None)
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部"
    )

    def __init__(
        self,
        *args: Any,
        semesters: "QuerySet[Semester]",
        organizations: "QuerySet[Organization] | None" = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = self.fields
        chosen["semester"].queryset = semesters
        if organizations is None:
            del self.fields["organization"]
        else:
            chosen["organization"].queryset = organizations

    def asked(self) -> tuple[Semester | None, Organization | None]:
        """Return what was asked for."""
        self.is_valid()
        return self.cleaned_data.get("semester"), self.cleaned_data.get("organization")
