"""Who takes something over."""

from typing import Any

from django import forms

from branches.models import Member


class AssignForm(forms.Form):
    """A member of the organisation."""

    to: Any = forms.ModelChoiceField(label="由谁负责", queryset=Member.objects.none())

    def __init__(self, *args: Any, members: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = members
