"""Forms of summaries: which stretch of whose work, the text section by section, and the list's filter."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from awards.actions.summaries import field_of
from awards.models import Summary, SummarySection
from awards.models.summaries import SECTION_MOST
from awards.scope.summaries import SummaryQuerySet
from awards.states import SummaryState
from branches.models import Organization

if TYPE_CHECKING:
    from django.db.models import QuerySet

BAD_DAY = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
TITLE_MOST = 100
ROWS_LEAST, ROWS_MOST, ROW_LENGTH = 4, 22, 34


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewSummaryForm(forms.Form):
    """Whose work of which days is summed up."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(),
        label="党组织",
        empty_label="请选择",
        error_messages={"required": "请选择党组织。", "invalid_choice": "这个党组织的总结不由您起草。"},
    )
    first = forms.DateField(label="起", widget=_day(), error_messages=BAD_DAY)
    last = forms.DateField(
        label="止",
        widget=_day(),
        error_messages=BAD_DAY,
        help_text="还没有到的日子，数字算到今天为止；以后可以重新汇集。",
    )
    title = forms.CharField(
        label="标题",
        max_length=TITLE_MOST,
        required=False,
        help_text="可以不填，按党组织和时段自动起一个，以后还能改。",
    )

    def __init__(self, *args: Any, places: "QuerySet[Organization]", on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["organization"].queryset = places  # type: ignore[attr-defined]
        self.fields["first"].widget.attrs["max"] = f"{on}"

    def clean_first(self) -> date:
        """Refuse a stretch that has not begun."""
        first: date = self.cleaned_data["first"]
        if first > self.on:
            raise ValidationError("这一天还没有到，没有可以总结的记录。")
        return first

    def clean(self) -> dict[str, Any]:
        """Days in order; without a title one is made."""
        cleaned = super().clean() or {}
        first, last, place = cleaned.get("first"), cleaned.get("last"), cleaned.get("organization")
        if first is not None and last is not None and last < first:
            self.add_error("last", "止不能早于起。")
        if not cleaned.get("title") and place is not None and first is not None and last is not None:
            cleaned["title"] = made_title(place, first, last)
        return cleaned


def made_title(place: Organization, first: date, last: date) -> str:
    """Return the usual title of a summary, short enough for its column."""
    years = f"{first.year}年" if first.year == last.year else f"{first.year}—{last.year}年"
    tail = f"{years}创先争优活动工作总结"
    return f"{place.name[: TITLE_MOST - len(tail)]}{tail}"


class SummaryTextForm(forms.Form):
    """The title and the text of every section, in fields named ``text-<key>``."""

    title = forms.CharField(label="标题", max_length=TITLE_MOST, error_messages={"required": "请写标题。"})

    def __init__(self, *args: Any, summary: Summary, **kwargs: Any) -> None:
        self.summary = summary
        self.sections: list[SummarySection] = list(summary.sections.all())
        initial = {"title": summary.title} | {name_of(one): one.text for one in self.sections}
        super().__init__(*args, **kwargs | {"initial": initial})
        for section in self.sections:
            rows = min(max(ROWS_LEAST, len(section.text) // ROW_LENGTH + 2), ROWS_MOST)
            self.fields[name_of(section)] = forms.CharField(
                label=section.heading,
                required=False,
                max_length=SECTION_MOST,
                widget=forms.Textarea(attrs={"rows": rows}),
            )

    @property
    def texts(self) -> dict[str, str]:
        """The texts by the sections' keys, once the form is valid."""
        return {one.key: self.cleaned_data[name_of(one)] for one in self.sections}

    @property
    def blocks(self) -> list[tuple[SummarySection, Any]]:
        """Every section with its field."""
        return [(one, self[name_of(one)]) for one in self.sections]


def name_of(section: SummarySection) -> str:
    """Return what the form calls a section's text."""
    return field_of(section.key)


class GatherForm(forms.Form):
    """Which edited sections take the records' sentences instead of what people wrote."""

    replace = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, sections: Sequence[SummarySection], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.key, one.heading) for one in sections]
        self.fields["replace"].choices = choices  # type: ignore[attr-defined]


class SummaryFilter(forms.Form):
    """Narrow the list; what cannot be read is left out. Without a state: all that were not discarded."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "起草和已定稿"), *SummaryState.choices])
    q = forms.CharField(label="标题", max_length=50, required=False)

    def __init__(self, data: Mapping[str, Any], *, organizations: "QuerySet[Organization]") -> None:
        super().__init__(data)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def narrow(self, summaries: SummaryQuerySet) -> SummaryQuerySet:
        """Return those of these that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if state := asked.get("state"):
            summaries = summaries.filter(state=state)
        else:
            summaries = summaries.exclude(state=SummaryState.DISCARDED)
        if place := asked.get("organization"):
            summaries = summaries.within(place.path)
        if words := asked.get("q"):
            summaries = summaries.filter(title__icontains=words)
        return summaries
