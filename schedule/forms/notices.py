"""Filters of the reminder ledger."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organization
from schedule import letters
from schedule.queries.notices import NOT_SENT, STUCK
from schedule.states.notices import Outcome


class LedgerFilter(forms.Form):
    """Narrow the ledger; what cannot be read is said and left out."""

    outcome = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "全部结果"), (STUCK, "要处理的"), (NOT_SENT, "没有发的"), *Outcome.choices],
    )
    letter = forms.ChoiceField(label="类别", required=False)
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    words = forms.CharField(label="姓名或标题", max_length=50, required=False)
    first = forms.DateField(label="自", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label="至", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [(letter.kind, letter.label) for letter in letters.every()]
        letter = self.fields["letter"]
        assert isinstance(letter, forms.ChoiceField)
        letter.choices = [("", "全部类别"), *kinds]
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ModelChoiceField)
        organization.queryset = organizations

    @property
    def chosen(self) -> dict[str, Any]:
        """What was filled in and can be used."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
