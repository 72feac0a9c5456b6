"""A round of evaluation: begun in one small form, then written in parts that are saved together."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.forms.formsets import BaseFormSet
from django.http import QueryDict

from branches.models import Member, Organization
from chuangxian.drafts import with_rows
from chuangxian.fields import day_input
from pledges.forms.text import ChosenRow
from reviews.actions.evaluations import CategoryText, GradeText, ItemText
from reviews.models import EvaluationRound, EvaluationTemplate, RaterCategory, RoundGrade, RoundItem
from reviews.models.evaluations import GRADES_MOST
from reviews.queries.evaluations import Offered, Shelf, period_key
from reviews.rules.evaluations import names_no_answer
from reviews.states import Choosing, EvaluationKind, RaterKind, SubjectKind
from schedule.models import Semester, Standard

ITEMS_MOST = 30
CATEGORIES_MOST = 8
EMPTY_ROWS = 2
OPENS_AFTER, LASTS = 7, 7  # days proposed: from now to the first, from the first to the last
OWN = {SubjectKind.ORGANIZATION: "自己定项目，评议党组织", SubjectKind.MEMBER: "自己定项目，评议党员"}
DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}

Period = Semester | int


def period_field(periods: Mapping[str, Period]) -> forms.ChoiceField:
    """Return the choice of what a round is about: a semester, or a whole year."""
    semesters = [(key, str(one)) for key, one in periods.items() if isinstance(one, Semester)]
    years = [(key, f"{one} 年") for key, one in periods.items() if not isinstance(one, Semester)]
    return forms.ChoiceField(
        label="评议的学期或者年度",
        choices=[("", "（请选择）"), ("学期", semesters), ("年度", years)],
        error_messages={"required": "请选择评议哪个学期，或者哪一年。"},
    )


def period_values(period: Period) -> dict[str, Any]:
    """Return the columns of a round that say what it is about."""
    return {"semester": period, "year": None} if isinstance(period, Semester) else {"semester": None, "year": period}


def check_days(form: forms.BaseForm, cleaned: Mapping[str, Any]) -> None:
    """The last day is not before the first."""
    if cleaned.get("opens_on") and cleaned.get("closes_on") and cleaned["opens_on"] > cleaned["closes_on"]:
        form.add_error("closes_on", "截止不能早于开始。")


class StartForm(forms.Form):
    """What a draft needs to begin: whose, by which template, about what, when."""

    base = forms.ChoiceField(
        label="测评表", widget=forms.RadioSelect, error_messages={"required": "请选择用哪一张测评表。"}
    )
    period = forms.ChoiceField()
    name = forms.CharField(label="名称", max_length=60, required=False, help_text="不填，就用学期加测评表的名称。")
    opens_on = forms.DateField(label="开始", widget=day_input(), error_messages=DAY_ERRORS)
    closes_on = forms.DateField(label="截止", widget=day_input(), error_messages=DAY_ERRORS, help_text="当天仍可评议。")

    def __init__(
        self,
        *args: Any,
        units: Sequence[Organization],
        templates: Sequence[EvaluationTemplate],
        periods: Mapping[str, Period],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(unit.pk): unit for unit in units}
        self.templates = {str(template.pk): template for template in templates}
        self.periods = periods
        self.fields["period"] = period_field(periods)
        base: Any = self.fields["base"]
        base.choices = [*((key, _described(one)) for key, one in self.templates.items()), *OWN.items()]
        if len(units) > 1:
            choices = [(key, str(unit)) for key, unit in self.units.items()]
            self.fields["unit_choice"] = forms.ChoiceField(label="组织评议的党组织", choices=choices)
            self.order_fields(["unit_choice"])

    @staticmethod
    def proposed(period: str, base: str, on: date) -> dict[str, Any]:
        """Return what an empty form begins with."""
        opens_on = on + timedelta(days=OPENS_AFTER)
        return {"period": period, "base": base, "opens_on": opens_on, "closes_on": opens_on + timedelta(days=LASTS)}

    def clean(self) -> dict[str, Any]:
        """The days come in their order."""
        cleaned = super().clean() or {}
        check_days(self, cleaned)
        return cleaned

    @property
    def unit(self) -> Organization:
        """Whose round it is."""
        return self.units[self.cleaned_data.get("unit_choice") or next(iter(self.units))]

    @property
    def template(self) -> EvaluationTemplate | None:
        """The template chosen; None for items of one's own."""
        return self.templates.get(self.cleaned_data["base"])

    def values(self) -> dict[str, Any]:
        """Return the columns of the draft."""
        period = self.periods[self.cleaned_data["period"]]
        template = self.template
        said = template.name if template is not None else EvaluationKind.MASS.label
        spoken = period.short_label if isinstance(period, Semester) else f"{period}年"
        kinds = {} if template is not None else {"subject_kind": self.cleaned_data["base"]}
        return {
            **kinds,
            **period_values(period),
            "name": self.cleaned_data["name"] or f"{spoken}{said}",
            "opens_on": self.cleaned_data["opens_on"],
            "closes_on": self.cleaned_data["closes_on"],
        }


def _described(template: Any) -> str:
    source = template.source or (f"{template.organization}自定" if template.organization else "")
    told = [template.get_subject_kind_display(), f"{template.asks} 项", template.scale.name, source]
    return f"{template.name}（{'；'.join(one for one in told if one)}）"


class RoundForm(forms.ModelForm):
    """Name, days, words to the raters, and the rules that are printed with the results."""

    period = forms.ChoiceField()

    class Meta:
        model = EvaluationRound
        fields = [
            "name",
            "opens_on",
            "closes_on",
            "invitation",
            "with_remarks",
            "least_group",
            "rectify_below",
            "rectify_days",
            "make_up",
            "publicity",
        ]
        widgets = {
            "opens_on": day_input(),
            "closes_on": day_input(),
            "invitation": forms.Textarea(attrs={"rows": 3, "placeholder": "为什么评议、怎样评议；不要提示选哪一档"}),
        }
        error_messages = {"opens_on": DAY_ERRORS, "closes_on": DAY_ERRORS}
        help_texts = {"closes_on": "当天仍可评议。", "invitation": "显示在评议页面和评议票的开头。"}

    def __init__(self, *args: Any, periods: Mapping[str, Period], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.periods = periods
        self.fields["period"] = period_field(periods)
        self.initial.setdefault("period", period_key(self.instance))
        if self.instance.subject_kind == SubjectKind.MEMBER or self.instance.kind == EvaluationKind.BALLOT:
            del self.fields["publicity"]  # what is said of persons stays inside

    def clean_invitation(self) -> str:
        """Refuse words that tell raters what to answer."""
        text: str = self.cleaned_data["invitation"]
        said = names_no_answer(text)
        if not said:
            raise ValidationError(said.reason)
        return text

    def clean(self) -> dict[str, Any]:
        """The days come in their order; the period becomes semester or year."""
        cleaned = super().clean() or {}
        check_days(self, cleaned)
        if cleaned.get("period"):
            for name, value in period_values(self.periods[cleaned["period"]]).items():
                setattr(self.instance, name, value)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return the columns as typed."""
        plain = {name: value for name, value in self.cleaned_data.items() if name != "period"}
        return {**plain, **period_values(self.periods[self.cleaned_data["period"]])}


# ---- the parts ----


class RowsBase(BaseFormSet):
    """Rows of which those removed and those left empty do not count."""

    def kept(self) -> list[dict[str, Any]]:
        """Return the rows as typed, in their order."""
        return [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and (form.has_changed() or form.initial.get("saved"))
        ]


class ItemForm(forms.Form):
    """One item."""

    text = forms.CharField(
        label="测评项目", max_length=100, error_messages={"required": "请写项目；不要就删除这一行。"}
    )

    def __init__(self, *args: Any, standards: Sequence[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = {str(standard.pk): standard for standard in standards}
        self.fields["standard"] = ChosenRow(rows=rows, nothing="（不对应）", label="对应标准")


class GradeForm(forms.Form):
    """One grade."""

    label = forms.CharField(label="等次", max_length=20, error_messages={"required": "请写等次；不要就删除这一行。"})
    score = forms.DecimalField(label="折合分", required=False, max_digits=4, decimal_places=1, min_value=Decimal(0))
    valid = forms.BooleanField(label="计入有效票", required=False, initial=True)
    positive = forms.BooleanField(label="计入满意率", required=False)

    def clean(self) -> dict[str, Any]:
        """What is not valid cannot be positive."""
        cleaned = super().clean() or {}
        if cleaned.get("positive") and not cleaned.get("valid"):
            self.add_error("positive", "不计入有效票的，不能计入满意率。")
        return cleaned


class CategoryForm(forms.Form):
    """One category of raters."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(label="类别", choices=RaterKind.choices, initial=RaterKind.PARTY_MEMBER)
    name = forms.CharField(
        label="名称",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "不填就用类别"}),
    )
    eligible = forms.IntegerField(
        label="应评人数",
        validators=[MinValueValidator(1), MaxValueValidator(100_000)],
        error_messages={"required": "请填这一类一共有多少人可以评议。", "invalid": "请填整数。"},
    )
    choosing = forms.ChoiceField(label="产生办法", choices=Choosing.choices, initial=Choosing.EVERYBODY)
    weight = forms.DecimalField(
        label="权重（%）",
        required=False,
        max_digits=4,
        decimal_places=1,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )

    def clean(self) -> dict[str, Any]:
        """A category without a name is called by its kind."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") and not cleaned.get("name"):
            cleaned["name"] = RaterKind(cleaned["kind"]).label
        return cleaned


class CategoriesBase(RowsBase):
    """Categories: no name twice."""

    def clean(self) -> None:
        """Name the name that stands twice."""
        names = [row["name"] for row in self.kept() if row.get("name")]
        if twice := next((name for name in names if names.count(name) > 1), ""):
            raise ValidationError(f"评议人类别“{twice}”写了两次，请改成不同的名称。")


class Rows:
    """The three formsets of the page."""

    def __init__(self, round_: EvaluationRound, data: QueryDict | None, *, standards: Sequence[Standard]) -> None:
        items, grades, categories = round_.items.all(), round_.grades.all(), round_.categories.all()
        self.items = _formset(
            ItemForm, RowsBase, ITEMS_MOST, data, "items", [_item(one) for one in items], {"standards": standards}
        )
        self.grades = _formset(GradeForm, RowsBase, GRADES_MOST, data, "grades", [_grade(one) for one in grades])
        saved = [_category(one) for one in categories]
        self.categories = _formset(CategoryForm, CategoriesBase, CATEGORIES_MOST, data, "categories", saved)
        self.all = (self.items, self.grades, self.categories)

    def is_valid(self) -> bool:
        """Answer whether all can be saved; each is asked, so that all errors are shown at once."""
        asked = [formset.is_valid() for formset in self.all]
        return all(asked)

    def wrong(self) -> list[tuple[str, str, str]]:
        """Return what has to be corrected: which row and field, the field's id, the sentence."""
        found = []
        for name, formset in zip(("项目", "等次", "评议人"), self.all, strict=True):
            found += [(name, "", str(error)) for error in formset.non_form_errors()]
            for place, form in enumerate(formset.forms, 1):
                for key, errors in form.errors.items():
                    bound = form[key]
                    found += [(f"{name} {place}，{bound.label}", bound.id_for_label or "", str(one)) for one in errors]
        return found

    def item_texts(self) -> list[ItemText]:
        """Return the items as typed."""
        return [ItemText(row["text"], row["standard"]) for row in self.items.kept()]

    def grade_texts(self) -> list[GradeText]:
        """Return the grades as typed."""
        return [GradeText(row["label"], row["score"], row["valid"], row["positive"]) for row in self.grades.kept()]

    def category_texts(self) -> list[CategoryText]:
        """Return the categories as typed."""
        names = ("kind", "name", "eligible", "choosing", "weight", "pk")
        return [CategoryText(**{name: row[name] for name in names}) for row in self.categories.kept()]


def _formset(
    form: type[forms.Form],
    base: type[RowsBase],
    most: int,
    data: QueryDict | None,
    prefix: str,
    initial: list[dict[str, Any]],
    given: dict[str, Any] | None = None,
) -> RowsBase:
    factory: Any = forms.formset_factory(
        form, formset=base, extra=EMPTY_ROWS, max_num=most, validate_max=True, can_delete=True
    )
    formset: RowsBase = factory(data, prefix=prefix, initial=initial, form_kwargs=given or {})
    return formset


def _item(item: RoundItem) -> dict[str, Any]:
    return {"saved": True, "text": item.text, "standard": str(item.standard_id or "")}


def _grade(grade: RoundGrade) -> dict[str, Any]:
    given = {"label": grade.label, "score": grade.score, "valid": grade.is_valid, "positive": grade.is_positive}
    return {"saved": True, **given}


def _category(category: RaterCategory) -> dict[str, Any]:
    names = ("pk", "kind", "name", "eligible", "choosing", "weight")
    return {"saved": True, **{name: getattr(category, name) for name in names}}


def with_more_rows(data: QueryDict, prefix: str) -> QueryDict:
    """Return the data with more empty rows of one part: for browsers without script."""
    match prefix:
        case "grades":
            return with_rows(data, prefix, EMPTY_ROWS, GRADES_MOST, valid="on")
        case "categories":
            first = {"kind": RaterKind.PARTY_MEMBER, "choosing": Choosing.EVERYBODY}
            return with_rows(data, prefix, EMPTY_ROWS, CATEGORIES_MOST, **first)
    return with_rows(data, "items", EMPTY_ROWS, ITEMS_MOST)


def chosen(data: QueryDict, shelves: Sequence[Shelf]) -> list[Organization | Member]:
    """Return the subjects ticked, in the order they are offered; what is not offered is left out."""
    ticked = set(data.getlist("subject"))
    rows: list[Offered] = [row for shelf in shelves for row in shelf.rows]
    return [row.subject for row in rows if row.key in ticked]
