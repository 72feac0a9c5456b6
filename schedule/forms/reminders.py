"""How one wants to be told, until when something is put off, how long before a date people are reminded."""

import re
from datetime import date, time
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

from schedule.models import NoticePreference
from schedule.models.plan import LINE_MAX
from schedule.reminding import Reminder


def _clock(label: str, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(
        label=label, required=False, widget=widget, error_messages={"invalid": "时间请写成 21:30 的样子。"}, **more
    )


def spoken_hours(hours: tuple[time, time] | None) -> str:
    """Say quiet hours in words."""
    if hours is None or hours[0] == hours[1]:
        return "不设免打扰"
    next_day = "次日 " if hours[1] < hours[0] else ""
    return f"{hours[0]:%H:%M} 到{next_day}{hours[1]:%H:%M}"


class PreferenceForm(forms.Form):
    """提醒方式."""

    digest = forms.BooleanField(label="每天合成一封邮件", required=False)
    quiet_from = _clock("免打扰开始")
    quiet_until = _clock("免打扰结束")

    def __init__(self, *args: Any, preference: NoticePreference, **kwargs: Any) -> None:
        names = ("digest", "quiet_from", "quiet_until")
        kwargs["initial"] = {name: getattr(preference, name) for name in names}
        super().__init__(*args, **kwargs)
        self.fields[
            "digest"
        ].help_text = (
            f"每天 {settings.DIGEST_AT:%H:%M} 把前一天以来的通知合成一封发给您。站内通知不受影响，照样随时看得到。"
        )
        self.fields["quiet_from"].help_text = f"两格都不填，按统一设置：{spoken_hours(settings.QUIET_HOURS)}。"
        self.fields[
            "quiet_until"
        ].help_text = "这段时间里不给您发邮件，到点再发。开始和结束填同一个时间，就是不要免打扰。"

    def clean(self) -> dict[str, Any]:
        """Refuse half of the hours."""
        said = super().clean() or {}
        if not self.errors and (said.get("quiet_from") is None) != (said.get("quiet_until") is None):
            missing = "quiet_from" if said.get("quiet_from") is None else "quiet_until"
            self.add_error(missing, "开始和结束要么都填，要么都不填。")
        return said


class SnoozeForm(forms.Form):
    """Until when, and why."""

    until = forms.DateField(
        label="到哪一天再提醒",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": "请选一天。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )
    reason = forms.CharField(
        label="原因",
        max_length=LINE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="创先争优办公室和党总支负责人看得到。",
        error_messages={"required": "请写明为什么推后。"},
    )

    def __init__(self, *args: Any, last: date, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last, self.day = last, on
        self.fields["until"].widget.attrs |= {"min": f"{date.fromordinal(on.toordinal() + 1)}", "max": f"{last}"}
        self.fields["until"].help_text = f"最晚到 {last:%Y-%m-%d}。"

    def clean_until(self) -> date:
        """Refuse today and earlier, and a day too far ahead."""
        day: date = self.cleaned_data["until"]
        if not self.day < day <= self.last:
            raise ValidationError(f"要在明天到 {self.last:%Y-%m-%d} 之间。")
        return day


class LeadForm(forms.Form):
    """The days of a kind of reminder, as people write them: 7、3、0."""

    days = forms.CharField(max_length=60, error_messages={"required": "请至少写一个天数；要用原来的，点“恢复默认”。"})

    def __init__(self, *args: Any, reminder: Reminder, days: list[int], **kwargs: Any) -> None:
        kwargs["initial"] = {"days": "、".join(map(str, days))}
        super().__init__(*args, **kwargs)
        self.after, self.both = reminder.counts_after, reminder.spans_the_day
        self.fields["days"].label = "期限过后第几天提醒" if self.after else "提前几天提醒"
        same_day = "" if self.after else "，0 就是当天"
        self.fields[
            "days"
        ].help_text = (
            f"写 0 到 {settings.LEAD_DAYS_MOST} 之间的整数{same_day}，用顿号隔开，最多 {settings.LEAD_TIMES_MOST} 个。"
        )
        if self.both:
            self.fields["days"].help_text += "前面加减号的在期限过后，比如 -3 是过后第 3 天。"

    def clean_days(self) -> list[int]:
        """Read the numbers."""
        words = [word for word in re.split(r"[\s、，,;；]+", self.cleaned_data["days"].strip()) if word]
        number = re.compile(r"-?[0-9]{1,4}" if self.both else r"[0-9]{1,4}")
        if not words or not all(number.fullmatch(word) for word in words):
            raise ValidationError("请只写整数，用顿号隔开，比如“7、3、0”。")
        days = {int(word) for word in words}
        if max(map(abs, days)) > settings.LEAD_DAYS_MOST:
            raise ValidationError(f"天数最多 {settings.LEAD_DAYS_MOST}。")
        if len(days) > settings.LEAD_TIMES_MOST:
            raise ValidationError(f"最多写 {settings.LEAD_TIMES_MOST} 个天数。")
        if self.after and 0 in days:
            raise ValidationError("这一类从等待的第 1 天算起，请写 1 以上的天数。")
        return sorted(days, reverse=not self.after)
