"""Narrowing the log and the burden, choosing a day to look at, handing in a form of the office."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import LogEntry
from branches.models import Organization
from chuangxian import blanks, uploads
from chuangxian.sheets import Unreadable
from chuangxian.sheets.guard import MAX_BYTES
from reports.models import Snapshot
from schedule.models import Semester


def _day(label: str, *, required: bool = False) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class LogFilterForm(forms.Form):
    """Who did what to which record, when."""

    who = forms.CharField(label="操作人", max_length=40, required=False)
    what = forms.CharField(label="动作", max_length=40, required=False)
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "全部"), *LogEntry.Category.choices])
    about = forms.CharField(label="对象", max_length=50, required=False)
    since = _day("活动日从")
    until = _day("到")

    def clean(self) -> dict[str, Any]:
        """Refuse days the wrong way round."""
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and since > until:
            self.add_error("until", "结束日期不能早于开始日期。")
        return found


class PastDayForm(forms.Form):
    """A day between the campaign's first and yesterday."""

    day = _day("日期", required=True)

    def __init__(self, *args: Any, first: date, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.today = first, today
        self.fields["day"].widget.attrs |= {"min": first.isoformat(), "max": today.isoformat()}

    def clean_day(self) -> date:
        """Refuse today, the future and the time before the campaign."""
        day: date = self.cleaned_data["day"]
        if day >= self.today:
            raise forms.ValidationError("请选择今天以前的日期。")
        if day < self.first:
            raise forms.ValidationError(f"活动资料从 {self.first.year}年{self.first.month}月{self.first.day}日开始。")
        return day


class BurdenForm(forms.Form):
    """A semester, and a part of what one reads."""

    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="全部学期")
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部"
    )

    def __init__(self, *args: Any, semesters: Any, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["semester"].queryset = semesters  # type: ignore[attr-defined]
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]


class ReportForm(forms.Form):
    """Which part of what one reads, which semester, as of which day. A table that knows no semesters asks for none."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部"
    )
    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="全部学期")
    as_of = _day("截至哪一天")

    def __init__(
        self, *args: Any, organizations: Any, semesters: Any, by_semester: bool, first: date, on: date, looks_back: bool
    ) -> None:
        super().__init__(*args)
        self.first, self.on = first, on
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["semester"].queryset = semesters  # type: ignore[attr-defined]
        self.fields["as_of"].widget.attrs |= {"min": first.isoformat(), "max": on.isoformat()}
        if not by_semester:
            del self.fields["semester"]
        if not looks_back:
            del self.fields["as_of"]

    def clean_as_of(self) -> date:
        """Today when nothing is said; neither the future nor the time before the campaign."""
        day: date | None = self.cleaned_data["as_of"]
        if day is None:
            return self.on
        if day > self.on:
            raise forms.ValidationError("截至的日期不能晚于今天。")
        if day < self.first:
            raise forms.ValidationError(f"活动资料从 {self.first.year}年{self.first.month}月{self.first.day}日开始。")
        return day


class SnapshotForm(forms.Form):
    """Whose figures of which time, and what for."""

    organization = forms.ModelChoiceField(Organization.objects.none(), label="党组织", empty_label=None)
    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="整个活动")
    purpose = forms.CharField(
        label="用途", max_length=100, required=False, help_text="例如“报市教育局党工委，2011年上半年统计表”。"
    )

    def __init__(self, *args: Any, organizations: Any, semesters: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["semester"].queryset = semesters  # type: ignore[attr-defined]


class VoidForm(forms.Form):
    """Why a snapshot no longer counts."""

    reason = forms.CharField(label="作废原因", max_length=200)


class CompareForm(forms.Form):
    """An earlier snapshot to look at beside this one."""

    before = forms.ModelChoiceField(Snapshot.objects.none(), label="和哪一次对比", required=False, empty_label="不对比")

    def __init__(self, *args: Any, earlier: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["before"].queryset = earlier  # type: ignore[attr-defined]


TROUBLES_SHOWN = 30


class TemplateForm(forms.Form):
    """A form the office laid out, for whom, and what is new in it. Everything wrong with the file is said, place by place."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="用于哪个党组织",
        empty_label=None,
        help_text="它的下级没有自己的表样时也用这一份。",
    )
    file = forms.FileField(
        label="表样文件",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.docx"}),
        help_text="Excel（.xlsx）或 Word（.docx），不超过 10 MB。先检查，有错误的不保存。",
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="例如“2012年市局新格式”。")

    def __init__(self, *args: Any, shape: blanks.Shape, organizations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shape = shape
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def clean_file(self) -> uploads.Accepted:
        """Return the file as it shall be kept, or say what is wrong with it."""
        file = self.cleaned_data["file"]
        file.seek(0)
        content = file.read(MAX_BYTES + 1)
        name = str(file.name or "")
        try:
            kind = blanks.checked(name, content)
            wrong = [str(one) for one in blanks.check(kind, content, self.shape) if one.is_error]
            if wrong:
                more = len(wrong) - TROUBLES_SHOWN
                raise ValidationError([*wrong[:TROUBLES_SHOWN], *([f"还有 {more} 处没有列出。"] if more > 0 else [])])
            return uploads.accept(file)
        except Unreadable as unreadable:
            raise ValidationError(unreadable.sentence) from unreadable
        except uploads.BadUpload as bad:
            raise ValidationError(bad.sentence) from bad
