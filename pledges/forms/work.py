"""Decisions, fulfilment and cycles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from chuangxian.fields import FilesField, day_input
from pledges.actions.fulfilling import Account
from pledges.models import FulfilmentEntry, Pledge, PledgeCycle, PledgeItem
from pledges.states import NEEDS_EXPLANATION, Outcome

EXPLAIN = "没有完全兑现的，请写明原因；这段说明会公开。"


class ApprovalForm(forms.Form):
    """The document by which the organisation above approved."""

    document = forms.CharField(label="批复文号", max_length=80, help_text="例如：常教党〔2011〕3号")
    document_on = forms.DateField(label="批复日期", widget=day_input())
    note = forms.CharField(label="批复意见", required=False, widget=forms.Textarea(attrs={"rows": 3}))


class RevisionForm(forms.Form):
    """Why a published pledge is to be changed."""

    reason = forms.CharField(
        label="修订理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="理由会随新的一版公开。"
    )


class EntryForm(forms.ModelForm):
    """What was done for an item, with evidence; and, when it is done, what came of it."""

    evidence = FilesField(label="佐证材料")
    outcome = forms.ChoiceField(
        label="这一项现在", required=False, choices=[("", "还在进行"), *Outcome.choices], widget=forms.RadioSelect
    )
    explanation = forms.CharField(
        label="说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text=EXPLAIN
    )

    class Meta:
        model = FulfilmentEntry
        fields = ["on", "text"]
        widgets = {"on": day_input(), "text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, item: PledgeItem, on: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": on, "outcome": item.outcome, "explanation": item.explanation})
        super().__init__(*args, **kwargs)
        self.item, self.day = item, on
        self.order_fields(["on", "text", "evidence", "outcome", "explanation"])
        self.fields["on"].widget.attrs |= {"min": f"{item.pledge.cycle.starts_on}", "max": f"{on}"}

    def clean(self) -> dict[str, Any]:
        """Ask for the explanation where one is needed, and for a day that has come."""
        cleaned = super().clean() or {}
        _explained(self, cleaned, "outcome", "explanation")
        day = cleaned.get("on")
        if day and not self.item.pledge.cycle.starts_on <= day <= self.day:
            self.add_error("on", f"日期要在 {self.item.pledge.cycle.starts_on:%Y-%m-%d} 到今天之间。")
        return cleaned

    def account(self) -> Account:
        """Return what came of the item."""
        return Account(self.cleaned_data["outcome"], self.cleaned_data["explanation"])


def _explained(form: forms.BaseForm, cleaned: dict[str, Any], outcome: str, explanation: str) -> None:
    if cleaned.get(outcome) in NEEDS_EXPLANATION and not (cleaned.get(explanation) or "").strip():
        form.add_error(explanation, EXPLAIN)


class ReportForm(forms.Form):
    """述诺: an outcome and a word for each item, and a summary. ``complete`` demands an outcome of every item."""

    summary = forms.CharField(
        label="述诺小结",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="可以不写。",
    )

    def __init__(self, *args: Any, pledge: Pledge, items: Sequence[PledgeItem], complete: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.complete = items, complete
        self.initial.setdefault("summary", pledge.summary)
        for item in items:
            self.fields[f"outcome-{item.pk}"] = forms.ChoiceField(
                label="兑现情况",
                required=complete,
                choices=[("", "还没有说明"), *Outcome.choices],
                initial=item.outcome,
                error_messages={"required": f"第 {item.place} 项还没有选兑现情况。"},
            )
            self.fields[f"explanation-{item.pk}"] = forms.CharField(
                label="说明",
                required=False,
                max_length=1000,
                initial=item.explanation,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def rows(self) -> list[tuple[PledgeItem, Any, Any]]:
        """Return each item with its two fields."""
        return [(item, self[f"outcome-{item.pk}"], self[f"explanation-{item.pk}"]) for item in self.items]

    def clean(self) -> dict[str, Any]:
        """Ask for explanations where they are needed."""
        cleaned = super().clean() or {}
        for item in self.items:
            _explained(self, cleaned, f"outcome-{item.pk}", f"explanation-{item.pk}")
        return cleaned

    def accounts(self) -> dict[int, Account]:
        """Return what came of each item."""
        data = self.cleaned_data
        return {item.pk: Account(data[f"outcome-{item.pk}"], data[f"explanation-{item.pk}"]) for item in self.items}


class AppraisalForm(forms.Form):
    """评诺: the reported outcomes, corrected where the reviewer found otherwise, and an opinion."""

    opinion = forms.CharField(
        label="评诺意见",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="改动了兑现情况，必须写明理由。",
    )

    def __init__(self, *args: Any, items: Sequence[PledgeItem], must_explain: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items, self.must_explain = items, must_explain
        for item in items:
            self.fields[f"outcome-{item.pk}"] = forms.ChoiceField(
                label="认定为", choices=Outcome.choices, initial=item.outcome
            )

    def rows(self) -> list[tuple[PledgeItem, Any]]:
        """Return each item with its field."""
        return [(item, self[f"outcome-{item.pk}"]) for item in self.items]

    def outcomes(self) -> dict[int, str]:
        """Return what the reviewer found."""
        return {item.pk: self.cleaned_data[f"outcome-{item.pk}"] for item in self.items}

    def clean(self) -> dict[str, Any]:
        """A correction needs its reason."""
        cleaned = super().clean() or {}
        corrected = any(cleaned.get(f"outcome-{item.pk}", item.outcome) != item.outcome for item in self.items)
        if (corrected or self.must_explain) and not cleaned.get("opinion", "").strip():
            self.add_error("opinion", "改动了兑现情况，请写明理由。" if corrected else "请写上上级的评诺意见。")
        return cleaned


class CycleForm(forms.ModelForm):
    """A cycle and its days."""

    class Meta:
        model = PledgeCycle
        fields = [
            "name",
            "year",
            "starts_on",
            "submit_by",
            "review_by",
            "publish_by",
            "midyear_on",
            "ends_on",
            "appraise_by",
            "commissioners_review",
        ]
        widgets = {name: day_input() for name in fields if name.endswith(("_on", "_by"))}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["year"]

    def clean(self) -> dict[str, Any]:
        """The days come in their order; the first that does not is named."""
        cleaned = super().clean() or {}
        order = ["starts_on", "submit_by", "review_by", "publish_by", "ends_on", "appraise_by"]
        for before, after in zip(order, order[1:], strict=False):
            if cleaned.get(before) and cleaned.get(after) and cleaned[before] > cleaned[after]:
                self.add_error(after, f"不能早于{self.fields[before].label}。")
                break
        return cleaned


class ClosingForm(forms.Form):
    """Why a cycle ends although something is unfinished."""

    note = forms.CharField(label="结束说明", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
