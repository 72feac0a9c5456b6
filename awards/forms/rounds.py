"""A round: begun in one small form, then its days, categories, places and rules on one page that are saved together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.formsets import BaseFormSet
from django.http import QueryDict

from awards.models import AwardCategory, AwardQuota, AwardRound
from awards.parts import CATEGORIES_MOST, CategoryText, OwnPlaces, QuotaText, RuleText
from awards.queries.eligibility import TAKES, Takes, applies
from awards.rules.rounds import leaves_time
from awards.scope.rounds import AwardRoundQuerySet
from awards.states import Basis, Level, Node, NomineeKind, Rounding, RuleKind
from branches.models import Organization
from branches.states import Kind
from chuangxian.drafts import with_rows
from chuangxian.fields import day_input

OWN_MOST = 200
EMPTY_ROWS = 1
YEARS = (2000, 2099)
DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
LEVEL_OF = {Kind.BRANCH: Level.BRANCH, Kind.GENERAL_BRANCH: Level.GENERAL_BRANCH}
NOT_TYPED = "（另立一类）"
CLASSES: dict[Any, str] = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select form-select-sm"}


def level_of(unit: Organization) -> str:
    """Return the level at which a unit commends."""
    return LEVEL_OF.get(Kind(unit.kind), Level.EDUCATION_COMMITTEE)


def proposed_commendation(on: date) -> date:
    """Return the next 七一 that leaves time to recommend, decide and post a notice."""
    july = date(on.year, 7, 1)
    return july if (july - on).days >= 14 else date(on.year + 1, 7, 1)


def check_day(day: date | None) -> None:
    """Refuse a day no round can have, before anybody counts from it. Raises ValidationError."""
    if day is not None and not YEARS[0] <= day.year <= YEARS[1]:
        raise ValidationError(f"年份要在 {YEARS[0]} 到 {YEARS[1]} 之间。")


class StartForm(forms.Form):
    """What a draft needs to begin: whose, for which day, and from what."""

    name = forms.CharField(
        label="名称", max_length=80, required=False, help_text="不填，就用年度加节点，例如“2011年建党90周年评选表彰”。"
    )
    commend_on = forms.DateField(
        label="表彰日期",
        widget=day_input(),
        error_messages=DAY_ERRORS,
        help_text="推荐截止、审定截止按这一天往前推算，下一步都可以改。",
        validators=[check_day],
    )
    node = forms.ChoiceField(label="节点", choices=Node.choices, initial=Node.ANNUAL)
    copied = forms.ChoiceField(label="从哪里开始", required=False)

    def __init__(self, *args: Any, units: Sequence[Organization], rounds: Sequence[AwardRound], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.rounds = {str(one.pk): one for one in rounds}
        copied: Any = self.fields["copied"]
        earlier = [(key, f"照抄“{one}”的类别、名额和条件") for key, one in self.rounds.items()]
        copied.choices = [("", "通常的三类：先进基层党组织、优秀共产党员、优秀党务工作者"), *earlier]
        if len(units) > 1:
            choices = [(key, str(unit)) for key, unit in self.units.items()]
            self.fields["unit_choice"] = forms.ChoiceField(label="组织评选的党组织", choices=choices)
            self.order_fields(["unit_choice"])

    @property
    def unit(self) -> Organization:
        """Whose round it is."""
        return self.units[self.cleaned_data.get("unit_choice") or next(iter(self.units))]

    def values(self) -> dict[str, Any]:
        """Return what the draft begins with."""
        day, node = self.cleaned_data["commend_on"], Node(self.cleaned_data["node"])
        return {
            "commend_on": day,
            "copied": self.rounds.get(self.cleaned_data["copied"]),
            "name": self.cleaned_data["name"]
            or f"{day.year}年{node.label if node != Node.ANNUAL else '“七一”'}评选表彰",
            "year": day.year,
            "level": level_of(self.unit),
            "node": node,
        }


class RoundForm(forms.ModelForm):
    """Name, days, and the length of deeds and notice."""

    class Meta:
        model = AwardRound
        fields = [
            "name",
            "year",
            "level",
            "node",
            "basis_document",
            "evidence_from",
            "nominate_by",
            "decide_by",
            "commend_on",
            "notice_workdays",
            "deeds_least",
            "deeds_most",
        ]
        days = ("evidence_from", "nominate_by", "decide_by", "commend_on")
        widgets = {name: day_input() for name in days}
        error_messages = dict.fromkeys(days, DAY_ERRORS)
        help_texts = {
            "nominate_by": "当天仍可上报。",
            "decide_by": "要在公示期满以后。",
            "basis_document": "例如：常教党〔2011〕12号。",
        }

    def clean(self) -> dict[str, Any]:
        """Days and lengths come in their order."""
        cleaned = super().clean() or {}
        for name in self.Meta.days:
            try:
                check_day(cleaned.get(name))
            except ValidationError as error:
                self.add_error(name, error)
        year = cleaned.get("year")
        if year is not None and not YEARS[0] <= year <= YEARS[1]:
            self.add_error("year", f"年度要在 {YEARS[0]} 到 {YEARS[1]} 之间。")
        self._in_order("evidence_from", "nominate_by", "推荐截止不能早于业绩起算。")
        self._in_order("nominate_by", "decide_by", "审定截止不能早于推荐截止。")
        self._in_order("decide_by", "commend_on", "表彰日期不能早于审定截止。")
        self._in_order("deeds_least", "deeds_most", "最多字数不能少于最少字数。")
        return cleaned

    def _post_clean(self) -> None:
        """Ask whether there is time for the notice, once days and numbers are known to be sound."""
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            said = leaves_time(self.instance)
            if not said:
                self.add_error("decide_by", said.reason)

    def _in_order(self, first: str, last: str, sentence: str) -> None:
        one, other = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if one is not None and other is not None and one > other:
            self.add_error(last, sentence)


# ---- categories ----


@dataclass(frozen=True)
class RuleRow:
    """The fields of one rule in the form, side by side; None where the kind has no such thing."""

    label: str
    takes: Takes
    on: forms.BoundField
    number: forms.BoundField | None
    day: forms.BoundField | None
    other: forms.BoundField | None
    sentence: forms.BoundField
    override: forms.BoundField

    @property
    def errors(self) -> list[str]:
        """What is wrong in it."""
        fields = [self.on, self.number, self.day, self.other, self.sentence, self.override]
        return [str(error) for field in fields if field is not None for error in field.errors]


class CategoryForm(forms.Form):
    """One category: what it is called, how many places it has, and who may have one."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.ChoiceField(label="类别", required=False, help_text="同一类别，历年名称可以不同。")
    title = forms.CharField(
        label="荣誉称号", max_length=60, error_messages={"required": "请写荣誉称号；不要这一类就删除。"}
    )
    nominee_kind = forms.ChoiceField(label="表彰对象", choices=NomineeKind.choices, initial=NomineeKind.MEMBER)
    conditions = forms.CharField(
        label="评选条件",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "给推荐单位看的文字；由系统核对的条件在下面勾选"}),
    )
    basis = forms.ChoiceField(label="全批名额", choices=Basis.choices, initial=Basis.COUNT)
    value = forms.DecimalField(label="个数或百分比", required=False, max_digits=5, decimal_places=1)
    rounding = forms.ChoiceField(label="不足一个的", choices=Rounding.choices, initial=Rounding.DOWN)
    minimum = forms.IntegerField(label="至少", required=False, initial=1)
    each_basis = forms.ChoiceField(
        label="每个支部可推荐",
        choices=[(Basis.COUNT, Basis.COUNT.label), (Basis.PERCENT_OF_MEMBERS, Basis.PERCENT_OF_MEMBERS.label)],
        initial=Basis.COUNT,
    )
    each_value = forms.DecimalField(label="个数或百分比", required=False, max_digits=5, decimal_places=1)
    each_rounding = forms.ChoiceField(label="不足一个的", choices=Rounding.choices, initial=Rounding.DOWN)
    each_minimum = forms.IntegerField(label="至少", required=False, initial=1)

    def __init__(
        self, *args: Any, keys: Mapping[str, str], others: Mapping[str, str], since: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys = keys
        key: Any = self.fields["key"]
        key.choices = [*keys.items(), ("", NOT_TYPED)]
        for name in ("value", "each_value"):
            self.fields[name].validators += [MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(9999))]
        for name in ("minimum", "each_minimum"):
            self.fields[name].validators += [MinValueValidator(0), MaxValueValidator(9999)]
        for kind in RuleKind:
            self._add_rule(kind, others, since)

    def _add_rule(self, kind: RuleKind, others: Mapping[str, str], since: date) -> None:
        takes = TAKES[kind]
        self.fields[f"{kind}_on"] = forms.BooleanField(label=kind.label, required=False)
        if takes.unit:
            self.fields[f"{kind}_number"] = forms.IntegerField(
                label=f"{kind.label}：{takes.unit}",
                required=False,
                validators=[MinValueValidator(takes.least), MaxValueValidator(takes.most)],
            )
        if takes.day:
            self.fields[f"{kind}_day"] = forms.DateField(
                label=f"{kind.label}：起算日",
                required=False,
                initial=since,
                widget=day_input(),
                validators=[check_day],
                error_messages=DAY_ERRORS,
            )
        if takes.other:
            choices = [("", "任一其他类别"), *others.items()]
            self.fields[f"{kind}_other"] = forms.ChoiceField(
                label=f"{kind.label}：另一类别", choices=choices, required=False
            )
        self.fields[f"{kind}_sentence"] = forms.CharField(
            label=f"{kind.label}：不符合时的说明",
            max_length=200,
            required=False,
            widget=forms.TextInput(attrs={"placeholder": "不填就用通常的说明，写明实际数字"}),
        )
        self.fields[f"{kind}_override"] = forms.BooleanField(label=f"{kind.label}：可以破例", required=False)
        for name, field in self.fields.items():
            if name.startswith(f"{kind}_"):  # the page sets these fields side by side by itself
                field.widget.attrs["class"] = CLASSES.get(type(field.widget), "form-control form-control-sm")

    def rule_rows(self) -> Iterator[RuleRow]:
        """Walk the rules as the page shows them; those about persons are left out where the category is known to be about organisations."""
        kind_of = self["nominee_kind"].value() or NomineeKind.MEMBER
        for kind in RuleKind:
            ticked = bool(self[f"{kind}_on"].value())
            if not (applies(kind, kind_of) or ticked or self["pk"].value() in (None, "")):
                continue
            parts = {
                part: self[f"{kind}_{part}"] if f"{kind}_{part}" in self.fields else None
                for part in ("number", "day", "other")
            }
            yield RuleRow(
                kind.label,
                TAKES[kind],
                self[f"{kind}_on"],
                sentence=self[f"{kind}_sentence"],
                override=self[f"{kind}_override"],
                **parts,
            )

    def clean(self) -> dict[str, Any]:
        """Numbers of places are whole, percentages stay below a hundred, and a ticked rule has what it needs."""
        cleaned = super().clean() or {}
        for prefix in ("", "each_"):
            basis, value = cleaned.get(f"{prefix}basis"), cleaned.get(f"{prefix}value")
            if value is None:
                continue
            if basis == Basis.COUNT and value != int(value):
                self.add_error(f"{prefix}value", "固定名额要填整数。")
            if basis != Basis.COUNT and value > 100:
                self.add_error(f"{prefix}value", "百分比不能超过 100。")
        for kind in RuleKind:
            if cleaned.get(f"{kind}_on"):
                self._check_rule(kind, cleaned)
        return cleaned

    def _check_rule(self, kind: RuleKind, cleaned: Mapping[str, Any]) -> None:
        takes = TAKES[kind]
        if not applies(kind, cleaned.get("nominee_kind") or NomineeKind.MEMBER):
            self.add_error(f"{kind}_on", "这一条只对党员，表彰对象是党组织的类别不能用，请去掉勾选。")
        for part, wanted in (("number", bool(takes.unit)), ("day", takes.day)):
            name = f"{kind}_{part}"
            if wanted and cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, "请填数值。" if part == "number" else "请填起算日。")

    def text(self) -> CategoryText:
        """Return the category as typed."""
        row = self.cleaned_data
        return CategoryText(
            row["title"],
            key=row["key"],
            nominee_kind=row["nominee_kind"],
            conditions=row["conditions"],
            whole=self._quota(""),
            each=self._quota("each_"),
            rules=[
                RuleText(
                    kind,
                    number=row.get(f"{kind}_number"),
                    day=row.get(f"{kind}_day"),
                    other=row.get(f"{kind}_other") or "",
                    sentence=row[f"{kind}_sentence"],
                    may_override=row[f"{kind}_override"],
                )
                for kind in RuleKind
                if row[f"{kind}_on"]
            ],
            pk=row["pk"],
        )

    def _quota(self, prefix: str) -> QuotaText | None:
        row = self.cleaned_data
        if row[f"{prefix}value"] is None:
            return None
        minimum = row[f"{prefix}minimum"]
        return QuotaText(
            row[f"{prefix}value"], row[f"{prefix}basis"], row[f"{prefix}rounding"], 1 if minimum is None else minimum
        )


class OwnForm(forms.Form):
    """What one organisation may recommend in a category, in place of what every branch may."""

    category = forms.ChoiceField(label="类别", error_messages={"required": "请选类别。"})
    organization = forms.ChoiceField(label="推荐单位", error_messages={"required": "请选推荐单位；不要就删除这一行。"})
    number = forms.IntegerField(
        label="名额",
        validators=[MinValueValidator(1), MaxValueValidator(999)],
        error_messages={"required": "请填名额。", "invalid": "请填整数。"},
    )

    def __init__(
        self, *args: Any, categories: Mapping[str, str], places: Sequence[Organization], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        # a browser posts the first choice of a list nobody has touched
        category.choices = [("", "（请选择）"), *categories.items()]
        organization: Any = self.fields["organization"]
        organization.choices = [("", "（请选择）"), *((str(place.pk), str(place)) for place in places)]


class RowsBase(BaseFormSet):
    """Rows of which those removed and those left empty do not count."""

    def kept(self) -> list[forms.Form]:
        """Return the forms that count, in their order."""
        return [
            form
            for form in self.forms
            if form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and (form.has_changed() or form.initial.get("saved"))
        ]


class CategoriesBase(RowsBase):
    """Categories: no key and no title twice."""

    def clean(self) -> None:
        """Name what stands twice."""
        rows = [form.cleaned_data for form in self.kept()]
        for name, label in (("key", "类别"), ("title", "荣誉称号")):
            values = [row[name] for row in rows if row.get(name)]
            if twice := next((value for value in values if values.count(value) > 1), ""):
                title = next(row.get("title") or twice for row in rows if row.get(name) == twice)
                raise ValidationError(f"“{title}”的{label}写了两次，一批评选里只能有一个。")


class OwnBase(RowsBase):
    """Own places: no organisation twice in a category."""

    def clean(self) -> None:
        """Say that one stands twice."""
        pairs = [(row.cleaned_data.get("category"), row.cleaned_data.get("organization")) for row in self.kept()]
        if any(pairs.count(pair) > 1 for pair in pairs if all(pair)):
            raise ValidationError("同一个单位、同一个类别写了两次，请删去一个。")


class Rows:
    """The two formsets of the page."""

    def __init__(
        self,
        round_: AwardRound,
        data: QueryDict | None,
        *,
        categories: Sequence[AwardCategory],
        keys: Mapping[str, str],
        places: Sequence[Organization],
    ) -> None:
        others = {one.key: one.title for one in categories}
        given = {"keys": {**keys, **others}, "others": others, "since": round_.campaign.starts_on}
        first = [_initial(one) for one in categories]
        self.categories = _formset(CategoryForm, CategoriesBase, CATEGORIES_MOST, data, "categories", first, given)
        named = {str(one.pk): one.title for one in categories}
        own = [_own_initial(quota) for one in categories for quota in one.quotas.all() if quota.organization_id]
        self.own = _formset(OwnForm, OwnBase, OWN_MOST, data, "own", own, {"categories": named, "places": places})
        self.all = (self.categories, self.own)

    def is_valid(self) -> bool:
        """Answer whether all can be saved; each is asked, so that all errors are shown at once."""
        asked = [formset.is_valid() for formset in self.all]
        return all(asked)

    def wrong(self) -> list[tuple[str, str, str]]:
        """Return what has to be corrected: which row and field, the field's id, the sentence."""
        found = []
        for name, formset in zip(("类别", "另定名额"), self.all, strict=True):
            found += [(name, "", str(error)) for error in formset.non_form_errors()]
            for place, form in enumerate(formset.forms, 1):
                if form.cleaned_data.get("DELETE"):
                    continue
                for key, errors in form.errors.items():
                    bound = form[key]
                    found += [(f"{name} {place}，{bound.label}", bound.id_for_label or "", str(one)) for one in errors]
        return found

    def category_texts(self) -> list[CategoryText]:
        """Return the categories as typed."""
        return [form.text() for form in self.categories.kept() if isinstance(form, CategoryForm)]

    def own_places(self) -> list[OwnPlaces]:
        """Return the own places as typed."""
        rows = [form.cleaned_data for form in self.own.kept()]
        return [OwnPlaces(int(row["category"]), int(row["organization"]), row["number"]) for row in rows]


def _formset(
    form: type[forms.Form],
    base: type[RowsBase],
    most: int,
    data: QueryDict | None,
    prefix: str,
    initial: list[dict[str, Any]],
    given: dict[str, Any],
) -> RowsBase:
    factory: Any = forms.formset_factory(
        form, formset=base, extra=EMPTY_ROWS if prefix == "own" else 0, max_num=most, validate_max=True, can_delete=True
    )
    formset: RowsBase = factory(data, prefix=prefix, initial=initial, form_kwargs=given)
    return formset


def _initial(category: AwardCategory) -> dict[str, Any]:
    found: dict[str, Any] = {"saved": True}
    found |= {name: getattr(category, name) for name in ("pk", "key", "title", "nominee_kind", "conditions")}
    for quota in category.quotas.all():
        if quota.organization_id is None:
            prefix = "each_" if quota.each else ""
            found |= {f"{prefix}{name}": getattr(quota, name) for name in ("basis", "rounding", "minimum")}
            found[f"{prefix}value"] = quota.figure
    for rule in category.rules.all():
        found |= {
            f"{rule.kind}_on": True,
            f"{rule.kind}_number": rule.number,
            f"{rule.kind}_other": rule.other.key if rule.other is not None else "",
            f"{rule.kind}_sentence": rule.sentence,
            f"{rule.kind}_override": rule.may_override,
        }
        if rule.day is not None:
            found[f"{rule.kind}_day"] = rule.day
    return found


def _own_initial(quota: AwardQuota) -> dict[str, Any]:
    given = {"category": str(quota.category_id), "organization": str(quota.organization_id)}
    return {"saved": True, **given, "number": int(quota.value)}


def with_more_rows(data: QueryDict, prefix: str) -> QueryDict:
    """Return the data with one more empty row of one part: for browsers without script."""
    if prefix == "categories":
        first = {
            "nominee_kind": NomineeKind.MEMBER.value,
            "basis": Basis.COUNT.value,
            "each_basis": Basis.COUNT.value,
            "rounding": Rounding.DOWN.value,
            "each_rounding": Rounding.DOWN.value,
        }
        return with_rows(data, prefix, 1, CATEGORIES_MOST, **first)
    return with_rows(data, "own", 3, OWN_MOST)


class RoundFilter(forms.Form):
    """Narrow the list of rounds; what cannot be read is left out."""

    year = forms.IntegerField(label="年度", required=False, min_value=YEARS[0], max_value=YEARS[1])
    level = forms.ChoiceField(label="级别", required=False, choices=[("", "全部级别"), *Level.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), ("announced", "正在办理"), ("commended", "已表彰"), ("draft", "起草")],
    )

    def narrow(self, rounds: AwardRoundQuerySet) -> AwardRoundQuerySet:
        """Return those of these rounds that were asked for."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        return rounds.filter(**asked)
