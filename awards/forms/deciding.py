"""Forms of those who decide: what a side said, a decision kept for later, the days of a ballot."""

from datetime import date
from typing import Any

from django import forms

from awards.actions.deciding import NOTE_MOST, WITH_REASON
from awards.models import AuditOpinion
from awards.states import Pending, Side
from chuangxian.fields import day_input

DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
# these are asked one by one, and the record says how many
COUNTED = (Side.MEMBERS, Side.MASSES)


class OpinionForm(forms.ModelForm):
    """审核意见 of one side."""

    class Meta:
        model = AuditOpinion
        fields = ["side", "stand", "heard", "text", "given_by", "given_on"]
        widgets = {
            "side": forms.RadioSelect,
            "stand": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 4, "placeholder": "听到了什么；有保留或者不同意的，写明理由"}),
            "given_on": day_input(),
        }
        help_texts = {
            "heard": "党员、群众各听取了多少人；纪检意见不用填。",
            "given_by": "如“第一党支部党员座谈会”“服务对象代表”“纪检委员”，不写提意见的群众姓名。",
        }
        error_messages = {
            "given_on": DAY_ERRORS,
            "side": {"required": "请选听取的是哪一方的意见。"},
            "stand": {"required": "请选一项意见。"},
        }

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        for name in ("side", "stand"):
            self.fields[name].choices = [one for one in self.fields[name].choices if one[0]]  # type: ignore[attr-defined]
        self.initial.setdefault("given_on", on)

    def clean_given_on(self) -> date:
        """Nobody has been heard tomorrow."""
        day: date = self.cleaned_data["given_on"]
        if day > self.on:
            raise forms.ValidationError("听取日期还没有到。")
        return day

    def clean(self) -> dict[str, Any]:
        """How many were heard is said where people are asked one by one."""
        cleaned = super().clean() or {}
        if cleaned.get("side") in COUNTED and not cleaned.get("heard") and "heard" not in self.errors:
            self.add_error("heard", "请写明听取了多少人的意见。")
        return cleaned


class HoldForm(forms.Form):
    """A decision of the meeting that is announced later."""

    pending = forms.ChoiceField(
        label="会议决定", widget=forms.RadioSelect, error_messages={"required": "请选一项决定。"}
    )
    note = forms.CharField(
        label="理由或者意见",
        required=False,
        max_length=NOTE_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="拟不通过的必须写；宣布时一并告知推荐单位。",
    )

    def __init__(self, *args: Any, choices: list[Pending], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pending"].choices = [(one.value, one.label) for one in choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A rejection says why."""
        cleaned = super().clean() or {}
        if cleaned.get("pending") in WITH_REASON and not cleaned.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", "拟不通过的，请写明理由。")
        return cleaned


class BallotForm(forms.Form):
    """When the committee casts its ballot."""

    opens_on = forms.DateField(label="开始", widget=day_input(), error_messages=DAY_ERRORS)
    closes_on = forms.DateField(
        label="截止", widget=day_input(), error_messages=DAY_ERRORS, help_text="当天仍可票决，过后封存计票。"
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on

    def clean(self) -> dict[str, Any]:
        """The days come in their order and not before today."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and opens < self.on:
            self.add_error("opens_on", "开始日期不能早于今天。")
        if opens and closes and closes < opens:
            self.add_error("closes_on", "截止日期不能早于开始日期。")
        return cleaned
