"""Narrowing lists: the same filters serve the page and its export."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from branches.models import Organization
from pledges.models import Pledge, PledgeCycle
from pledges.queries.waiting import DOORS, LINES
from pledges.states import State, SubjectKind
from schedule.models import Standard

WALL_STATES = [(s.value, s.label) for s in (State.PUBLISHED, State.REPORTED, State.APPRAISED, State.ARCHIVED)]


class PledgeFilter(django_filters.FilterSet):
    """The list inside."""

    cycle = django_filters.ModelChoiceFilter(queryset=PledgeCycle.objects.none(), label="周期", empty_label="全部周期")
    organization = django_filters.ModelChoiceFilter(
        queryset=Organization.objects.none(), label="党组织", empty_label="全部", method="filter_organization"
    )
    state = django_filters.ChoiceFilter(choices=State.choices, label="状态", empty_label="全部")
    subject_kind = django_filters.ChoiceFilter(choices=SubjectKind.choices, label="主体", empty_label="全部")
    standard = django_filters.ModelChoiceFilter(
        queryset=Standard.objects.none(), label="对应标准", empty_label="全部", method="filter_standard"
    )
    waiting = django_filters.ChoiceFilter(
        choices=[(key, label) for key, label, *_ in LINES],
        label="等我办的",
        empty_label="全部",
        method="filter_waiting",
    )
    q = django_filters.CharFilter(label="姓名或内容", max_length=50, method="filter_words")

    class Meta:
        model = Pledge
        fields: list[str] = []

    def __init__(
        self, *args: Any, cycles: Any, organizations: Any, standards: Any, standing: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.standing = standing
        self.filters["cycle"].queryset = cycles
        self.filters["organization"].queryset = organizations
        self.filters["standard"].queryset = standards

    def filter_organization(self, pledges: Any, name: str, value: Organization) -> Any:
        """Those made there or below."""
        return pledges.within(value.path)

    def filter_standard(self, pledges: "QuerySet[Pledge]", name: str, value: Standard) -> Any:
        """Those with an item under this standard."""
        return holding(pledges, Q(items__standard=value))

    def filter_waiting(self, pledges: Any, name: str, value: str) -> Any:
        """Those that wait for this person in one way."""
        if value not in DOORS or self.standing is None:
            return pledges
        return getattr(pledges, value)(self.standing, self.standing.on)

    def filter_words(self, pledges: "QuerySet[Pledge]", name: str, value: str) -> Any:
        """Those of this name, or with this word in an item."""
        return holding(pledges, words(value))


class WallFilter(PledgeFilter):
    """The wall outside: what is there to choose is public."""

    state = django_filters.ChoiceFilter(choices=WALL_STATES, label="进展", empty_label="全部")
    waiting = None


def holding(pledges: "QuerySet[Pledge]", condition: Q) -> "QuerySet[Pledge]":
    """Return those that meet a condition on their items, with all their items to be counted: a join would leave only the matching ones."""
    return pledges.filter(pk__in=Pledge.objects.filter(condition).order_by().values("pk"))


def words(text: str) -> Q:
    """Return the search by the subject's name or an item's text."""
    named = Q(member__name__icontains=text) | Q(member__isnull=True, organization__name__icontains=text)
    return named | Q(items__content__icontains=text)


class ChosenPledges(forms.Form):
    """Which of a list were ticked, each with the version that was read."""

    pledge = forms.TypedMultipleChoiceField(
        coerce=int,
        required=True,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "还没有勾选任何一份。"},
    )
    note = forms.CharField(label="审诺意见", required=False, max_length=500)

    def __init__(self, *args: Any, pledges: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(pledge.pk, str(pledge)) for pledge in pledges]
        self.fields["pledge"].choices = choices  # type: ignore[attr-defined]

    def versions(self) -> dict[int, int]:
        """Return the version of each as it stood on the person's screen."""
        found = {}
        for pk in self.cleaned_data["pledge"]:
            read = self.data.get(f"version-{pk}", "")
            found[pk] = int(read) if read.isdigit() else 0
        return found
