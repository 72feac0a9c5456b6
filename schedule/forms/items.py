"""What people type about action items, and how they narrow the lists."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from branches.models import Member, Organization
from branches.scope import Standing
from chuangxian.fields import FilesField, day_input
from schedule.models import ActionItem, ProgressEntry, Standard
from schedule.queries.items import DOORS, LINES
from schedule.scope.items import ActionItemQuerySet
from schedule.states.items import ItemState, Source

UNFINISHED, EVERY = "", "all"


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def last_day(on: date) -> date:
    """Return the latest day that may be set for putting something right: beyond it somebody has mistyped the year, and nobody would ever be reminded."""
    return date(on.year + 2, 12, 31)


def within_reach(day: date, on: date) -> date:
    """Return a day set for putting something right; raises ValidationError when its year must be a slip."""
    if day > last_day(on):
        raise ValidationError(f"时限最晚到 {last_day(on):%Y-%m-%d}，请看看年份有没有写错。")
    return day


class ItemFilter(forms.Form):
    """Narrow the list of action items, its export too. Without a state: what is unfinished. What cannot be read is left out."""

    waiting = forms.ChoiceField(
        label="等我办的", required=False, choices=[("", "全部"), *((key, label) for key, label, _ in LINES)]
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[(UNFINISHED, "未办结"), (EVERY, "全部状态"), *ItemState.choices]
    )
    overdue = forms.ChoiceField(label="时限", required=False, choices=[("", "全部"), ("1", "已逾期")])
    source = forms.ChoiceField(label="来源", required=False, choices=[("", "全部来源"), *Source.choices])
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    responsible = forms.CharField(label="责任人", max_length=40, required=False)

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def narrow(self, items: ActionItemQuerySet, standing: Standing, on: date) -> ActionItemQuerySet:
        """Return those of these items that were asked for, as they stood on that day."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("waiting") in DOORS:
            return getattr(items, asked["waiting"])(standing, on)
        items = items.filter(raised_on__lte=on)
        match asked.get("state") or UNFINISHED:
            case "":
                items = items.unfinished(on)
            case "all":
                pass
            case state:
                items = items.in_states(state)
        if asked.get("overdue"):
            items = items.overdue(on)
        if source := asked.get("source"):
            items = items.filter(source=source)
        if place := asked.get("organization"):
            items = items.within(place.path)
        if name := asked.get("responsible"):
            items = items.filter(responsible__name__icontains=name)
        return items


class PlanForm(forms.ModelForm):
    """Why it fell short, and what will be done."""

    class Meta:
        model = ActionItem
        fields = ["cause", "measure"]
        widgets = {
            "cause": _text(4, placeholder="为什么会出现这个问题，主观上、客观上各是什么"),
            "measure": _text(4, placeholder="准备怎么做，做到什么程度，分几步"),
        }
        error_messages = {"measure": {"required": "请写明准备怎么整改。"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["measure"].required = True


class ProgressForm(forms.ModelForm):
    """What was done, with evidence."""

    evidence = FilesField(label="佐证材料")

    class Meta:
        model = ProgressEntry
        fields = ["on", "text"]
        widgets = {"on": day_input(), "text": _text(5)}
        error_messages = {
            "on": {"required": "请填哪一天做的。", "invalid": "日期请写成 2011-06-30 的样子。"},
            "text": {"required": "请写做了什么。"},
        }

    def __init__(self, *args: Any, item: ActionItem, on: date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"on": on})
        super().__init__(*args, **kwargs)
        self.item, self.day = item, on
        self.fields["on"].widget.attrs |= {"min": f"{item.raised_on}", "max": f"{on}"}

    def clean_on(self) -> date:
        """Refuse a day before the item was raised, and one that has not come."""
        day: date = self.cleaned_data["on"]
        if not self.item.raised_on <= day <= self.day:
            raise ValidationError(f"日期要在提出之日（{self.item.raised_on:%Y-%m-%d}）到今天之间。")
        return day


class PostponeForm(forms.Form):
    """Until when, and why."""

    due_on = forms.DateField(
        label="新的完成时限",
        widget=day_input(),
        error_messages={"required": "请填新的时限。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )
    reason = forms.CharField(
        label="延期理由",
        max_length=500,
        widget=_text(3),
        help_text="理由会写进办理经过，责任人会收到通知。",
        error_messages={"required": "请写明为什么延期。"},
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        self.fields["due_on"].widget.attrs |= {"min": f"{on}", "max": f"{last_day(on)}"}

    def clean_due_on(self) -> date:
        """Refuse a year that must be a slip."""
        return within_reach(self.cleaned_data["due_on"], self.day)


class RaiseForm(forms.Form):
    """A shortcoming found by an inspection or a visit: about the organisation itself or one of its members."""

    member = forms.ModelChoiceField(
        Member.objects.none(), label="对象", required=False, help_text="不选党员，就是党组织自己的问题。"
    )
    problem = forms.CharField(
        label="问题", max_length=500, widget=_text(4), error_messages={"required": "请写明是什么问题。"}
    )
    standard = forms.ModelChoiceField(
        Standard.objects.none(), label="对应标准", required=False, empty_label="（不对应某一条）"
    )
    cause = forms.CharField(
        label="原因", max_length=1000, required=False, widget=_text(2), help_text="可以留给责任人写。"
    )
    measure = forms.CharField(
        label="整改措施", max_length=500, required=False, widget=_text(2), help_text="可以留给责任人写。"
    )
    responsible = forms.ModelChoiceField(
        Member.objects.none(), label="责任人", empty_label="请选择", error_messages={"required": "请选责任人。"}
    )
    due_on = forms.DateField(
        label="完成时限",
        widget=day_input(),
        error_messages={"required": "请填完成时限。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        members: "QuerySet[Member]",
        standards: "QuerySet[Standard]",
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        chosen: dict[str, Any] = dict(self.fields)
        chosen["member"].queryset = chosen["responsible"].queryset = members
        chosen["member"].empty_label = f"{organization}（党组织）"
        chosen["standard"].queryset = standards
        chosen["due_on"].widget.attrs |= {"min": f"{on}", "max": f"{last_day(on)}"}

    def clean_due_on(self) -> date:
        """Refuse a day that has passed, and a year that must be a slip."""
        day: date = self.cleaned_data["due_on"]
        if day < self.day:
            raise ValidationError("完成时限不能早于今天。")
        return within_reach(day, self.day)
