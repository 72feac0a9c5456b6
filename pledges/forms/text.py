"""The pledge's text: slogan and items in one form, kept whatever happens to it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import QueryDict

from branches.models import Member
from chuangxian.drafts import with_rows
from chuangxian.fields import day_input
from pledges.actions.writing import ITEM_TEXTS, ItemText
from pledges.models import Pledge, PledgeItem
from pledges.states import ItemKind
from schedule.models import Standard

ITEMS_MOST = 40
EMPTY_ROWS = 2
PREFIX = "items"


class PledgeForm(forms.ModelForm):
    """What stands above the items."""

    class Meta:
        model = Pledge
        fields = ["slogan", "signed_on", "revision_reason"]
        widgets = {"signed_on": day_input(), "revision_reason": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"signed_on": "不填，就按提交那一天。"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.supersedes_id is None:
            del self.fields["revision_reason"]
        else:
            self.fields["revision_reason"].required = True


class ItemForm(forms.ModelForm):
    """One item. ``due_on`` outside the cycle is an error; everything else that could be better is only a hint."""

    class Meta:
        model = PledgeItem
        fields = list(ITEM_TEXTS)
        widgets = {
            "content": forms.Textarea(attrs={"rows": 3, "placeholder": "做什么，做到什么程度。例如：听评课不少于40节"}),
            "measure": forms.Textarea(attrs={"rows": 2, "placeholder": "怎样做到"}),
            "baseline": forms.TextInput(attrs={"placeholder": "现在是什么情况，例如：去年听课28节"}),
            "target": forms.TextInput(attrs={"placeholder": "怎样才算兑现，例如：40节，有评课记录"}),
            "due_on": day_input(),
        }
        error_messages = {
            "content": {"required": "请写承诺内容；不要这一项就勾选删除。"},
            "due_on": {"required": "请填完成时限。", "invalid": "日期请写成 2011-06-30 的样子。"},
        }

    def __init__(
        self, *args: Any, standards: Sequence[Standard], members: Sequence[Member], pledge: Pledge, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pledge = pledge
        _choices(self, "standard", standards, "（不对应某一条）")
        if pledge.is_personal:
            del self.fields["responsible"], self.fields["responsible_member"]
        else:
            _choices(self, "responsible_member", members, "（不选）")
        cycle = pledge.cycle
        self.fields["due_on"].widget.attrs |= {"min": f"{cycle.starts_on}", "max": f"{cycle.ends_on}"}

    def clean_due_on(self) -> date:
        """Refuse a day outside the cycle."""
        day: date = self.cleaned_data["due_on"]
        cycle = self.pledge.cycle
        if not cycle.starts_on <= day <= cycle.ends_on:
            raise ValidationError(f"完成时限要在 {cycle.starts_on:%Y-%m-%d} 到 {cycle.ends_on:%Y-%m-%d} 之间。")
        return day


def _choices(form: forms.ModelForm, name: str, rows: Sequence[Any], nothing: str) -> None:
    """Offer rows that were fetched once for all forms of the set; a value from elsewhere is refused by them."""
    field: Any = form.fields[name]
    known = {row.pk for row in rows}
    if (chosen := getattr(form.instance, f"{name}_id", None)) is not None and chosen not in known:
        rows = [*rows, getattr(form.instance, name)]
    form.fields[name] = ChosenRow(
        rows={str(row.pk): row for row in rows}, nothing=nothing, label=field.label, help_text=field.help_text
    )
    form.initial[name] = chosen or ""


class ChosenRow(forms.ChoiceField):
    """A choice among rows already fetched: cleans to the row, or None."""

    def __init__(self, *, rows: Mapping[str, Any], nothing: str, **options: Any) -> None:
        self.rows = rows
        choices = [("", nothing), *((key, str(row)) for key, row in rows.items())]
        super().__init__(choices=choices, required=False, **options)

    def clean(self, value: Any) -> Any:
        """Return the row itself."""
        key = super().clean(value)
        return self.rows[key] if key else None


class ItemsBase(BaseInlineFormSet):
    """The items of one pledge."""

    def texts(self) -> list[ItemText]:
        """Return the items as typed, in their order, without the removed and the empty ones."""
        found = []
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            if form.instance.pk is None and not form.has_changed():
                continue
            found.append(
                ItemText(fields={n: form.cleaned_data[n] for n in form.fields if n in ITEM_TEXTS}, pk=form.instance.pk)
            )
        return found


def items_form(
    pledge: Pledge,
    data: Mapping[str, Any] | None,
    *,
    standards: Sequence[Standard],
    members: Sequence[Member],
    extra: int = EMPTY_ROWS,
) -> ItemsBase:
    """Return the formset of a pledge's items, bound when there is data."""
    factory: Any = forms.inlineformset_factory(
        Pledge,
        PledgeItem,
        form=ItemForm,
        formset=ItemsBase,
        extra=extra,
        max_num=ITEMS_MOST,
        validate_max=True,
        can_delete=True,
    )
    given = {"standards": standards, "members": members, "pledge": pledge}
    formset: ItemsBase = factory(data, instance=pledge, prefix=PREFIX, form_kwargs=given)
    return formset


def with_more_rows(data: QueryDict, more: int = EMPTY_ROWS) -> QueryDict:
    """Return the data with more empty rows: for browsers without script."""
    # else the browser chooses the first kind, and a row nobody touched counts as begun
    return with_rows(data, PREFIX, more, ITEMS_MOST, kind=ItemKind.POST)
