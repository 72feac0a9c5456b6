"""What people type when they make a calendar feed."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organization
from schedule.models.plan import LINE_MAX

OWN = ""


class FeedForm(forms.Form):
    """One's own calendar, or the public parts of an organisation's."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="哪个日历",
        required=False,
        empty_label="我的日历",
        help_text="党组织的日历只有可以公开的内容，没有任何人的姓名。",
    )
    name = forms.CharField(
        label="用在哪里", required=False, max_length=LINE_MAX, help_text="例如“我的手机”“学校网站”，方便以后认出来。"
    )

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        if not organizations:
            del self.fields["organization"]
