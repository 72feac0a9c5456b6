"""What people type about a 党建品牌, which activities they choose for it, and how they narrow the lists."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from awards.actions.brands import COLUMNS, Text
from awards.models import PartyBrand
from awards.scope.posts import BrandQuerySet
from awards.states import BrandState
from branches.models import Organization
from schedule.models import Carrier
from schedule.scope.activities import ActivityQuerySet

CHOICE_IN_BULK = 1000  # numbers of one page posted back; a page shows far fewer


class BrandFilter(forms.Form):
    """Narrow the list of brands and its ledger; what cannot be read is left out."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *BrandState.choices])
    q = forms.CharField(label="名称或者口号", max_length=40, required=False)

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations

    def narrow(self, brands: BrandQuerySet) -> BrandQuerySet:
        """Return those of these brands that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if place := asked.get("organization"):
            brands = brands.within(place.path)
        if state := asked.get("state"):
            brands = brands.filter(state=state)
        if words := asked.get("q"):
            brands = brands.filter(Q(name__icontains=words) | Q(slogan__icontains=words))
        return brands


class BrandForm(forms.ModelForm):
    """The words of a brand, and the carriers it works through."""

    carriers = forms.ModelMultipleChoiceField(
        Carrier.objects.none(),
        label="活动载体",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="品牌通过哪些载体来做。发布以前至少选一个。",
    )

    class Meta:
        model = PartyBrand
        fields = list(COLUMNS)
        widgets = {
            "name": forms.TextInput(attrs={"placeholder": "例如：强素质、树形象"}),
            "slogan": forms.TextInput(attrs={"placeholder": "一句话，选填"}),
            "meaning": forms.Textarea(attrs={"rows": 4, "placeholder": "名称是什么意思，为什么做这个品牌"}),
            "goal": forms.Textarea(attrs={"rows": 4, "placeholder": "要做到什么程度，什么时候做到"}),
            "measures": forms.Textarea(attrs={"rows": 8, "placeholder": "怎么做的，一条一段"}),
            "results": forms.Textarea(attrs={"rows": 8, "placeholder": "做出了什么，有数字的写数字和出处"}),
        }
        help_texts = {
            "measures": "起草时可以先空着，发布以前要写。",
            "results": "可以以后再补，发布以后也能补。",
        }
        error_messages = {
            "name": {"required": "请写品牌名称。"},
            "meaning": {"required": "请写品牌内涵。"},
            "goal": {"required": "请写创建目标。"},
        }

    field_order = ("organization", "name", "slogan", "meaning", "goal", "carriers", "measures", "results")

    def __init__(self, *args: Any, carriers: "QuerySet[Carrier]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["carriers"].queryset = carriers
        if self.instance.pk is not None:
            self.initial["carriers"] = [one.pk for one in self.instance.carriers.all()]

    def text(self) -> Text:
        """Return what was typed, for the action."""
        cleaned = self.cleaned_data
        return Text(fields={name: cleaned[name] for name in COLUMNS}, carriers=list(cleaned["carriers"]))


class NewBrandForm(BrandForm):
    """A new brand of an organisation whose brands one keeps."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", empty_label=None, error_messages={"required": "请选党组织。"}
    )

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations


class ActivityFilter(forms.Form):
    """Narrow the activities to choose from; what cannot be read is left out."""

    carrier = forms.ModelChoiceField(Carrier.objects.none(), label="载体", required=False, empty_label="全部载体")
    show = forms.ChoiceField(label="显示", required=False, choices=[("", "全部活动"), ("chosen", "已经选定的")])
    q = forms.CharField(label="活动名称", max_length=50, required=False)

    def __init__(self, *args: Any, carriers: "QuerySet[Carrier]", brand: PartyBrand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.brand = brand
        chosen: dict[str, Any] = dict(self.fields)
        chosen["carrier"].queryset = carriers

    def narrow(self, activities: ActivityQuerySet, on: date) -> ActivityQuerySet:
        """Return those of these activities that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if carrier := asked.get("carrier"):
            activities = activities.filter(carrier=carrier)
        if asked.get("show") == "chosen":
            activities = activities.filter(brands=self.brand)
        if words := asked.get("q"):
            activities = activities.filter(title__icontains=words)
        return activities


def numbers_in(texts: list[str]) -> set[int]:
    """Return the record numbers among what was posted; anything else is left out."""
    good = (text for text in texts[:CHOICE_IN_BULK] if text.isascii() and text.isdecimal() and len(text) < 10)
    return {int(text) for text in good}
