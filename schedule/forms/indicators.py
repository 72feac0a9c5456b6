"""Forms of indicators. Points and how they are taken off are asked for only where the campaign keeps scores."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from branches.models import Organization
from schedule.models import Indicator, Standard
from schedule.states.indicators import EvidenceKind

SCORING_FIELDS = ("points", "rule")


class StandardField(forms.ModelChoiceField):
    """A standard, named with its set."""

    def label_from_instance(self, obj: Any) -> str:
        """Name it as a list shows it."""
        return f"{obj.set.title}：{obj.title}"


class IndicatorForm(forms.ModelForm):
    """What an indicator says."""

    class Meta:
        model = Indicator
        fields = ["text", "post", "evidence_kind", "points", "rule"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "rule": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "text": "写一件看得见、查得到的事，比如“每学期听课不少于60节，有记录”。",
            "post": "只对某个岗位适用的，写明岗位，比如“学科教研员”；不写就是都适用。",
            "evidence_kind": "检查的时候看什么。",
            "points": "同一条标准的通用指标，分值加起来要正好是这条标准的分值。",
        }

    def __init__(self, *args: Any, scoring: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        evidence = self.fields["evidence_kind"]
        assert isinstance(evidence, forms.ChoiceField)
        evidence.choices = [("", "不限"), *EvidenceKind.choices]
        if not scoring:
            for name in SCORING_FIELDS:
                del self.fields[name]


class NewIndicatorForm(IndicatorForm):
    """A new one: under which standard, and for whom."""

    standard = StandardField(Standard.objects.none(), label="标准")
    organization = forms.ModelChoiceField(Organization.objects.none(), label="适用范围")

    field_order = ["standard", "organization", *IndicatorForm.Meta.fields]

    def __init__(
        self,
        *args: Any,
        standards: "QuerySet[Standard]",
        organizations: "QuerySet[Organization]",
        general: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        standard, organization = self.fields["standard"], self.fields["organization"]
        assert isinstance(standard, forms.ModelChoiceField) and isinstance(organization, forms.ModelChoiceField)
        standard.queryset, organization.queryset = standards, organizations
        if general:
            organization.required = False
            organization.empty_label = "全单位通用"


class EndForm(forms.Form):
    """Why it holds no longer."""

    reason = forms.CharField(
        label="停用原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="以前用它对照过的材料不受影响，说法和停用日期都留着。",
    )


class IndicatorFilter(forms.Form):
    """Narrow the page; what cannot be read is left out."""

    organization = forms.ChoiceField(label="适用范围", required=False)

    def __init__(self, *args: Any, organizations: Sequence[Organization], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organization = self.fields["organization"]
        assert isinstance(organization, forms.ChoiceField)
        organization.choices = [
            ("", "通用的和各支部的"),
            ("general", "只看通用的"),
            *[(str(place.pk), f"通用的和{place}的") for place in organizations],
        ]

    @property
    def chosen(self) -> str:
        """What was chosen and can be used."""
        return self.cleaned_data.get("organization", "") if self.is_valid() else ""
