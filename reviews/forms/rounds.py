"""A round and its days."""

from typing import Any

from django import forms

from pledges.forms.text import day_input
from reviews.models import CommentRound

DAYS = ["opens_on", "self_review_by", "closes_on", "rectify_by"]


class RoundForm(forms.ModelForm):
    """Name, days, and what a round asks for."""

    class Meta:
        model = CommentRound
        fields = ["name", *DAYS, "publicity", "with_rating"]
        widgets = {name: day_input() for name in DAYS}
        labels = {"publicity": "点评一般的公开范围"}
        error_messages = {
            name: {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"} for name in DAYS
        }

    def clean(self) -> dict[str, Any]:
        """The days come in their order; the first that does not is named."""
        cleaned = super().clean() or {}
        for before, after in zip(DAYS, DAYS[1:], strict=False):
            if cleaned.get(before) and cleaned.get(after) and cleaned[before] > cleaned[after]:
                self.add_error(after, f"不能早于“{self.fields[before].label}”。")
                break
        return cleaned
