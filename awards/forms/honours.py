"""What people type about honours, and how they narrow the roll."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from awards.models import AwardRound, Honour
from awards.scope.honours import HonourQuerySet
from awards.states import Level
from branches.models import Member, Organization
from chuangxian.fields import day_input
from schedule.queries.activities import Candidate

DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
ITSELF = "organization"


class RollFilter(forms.Form):
    """Narrow the roll; what cannot be read is left out."""

    year = forms.ChoiceField(label="年度", required=False)
    level = forms.ChoiceField(label="级别", required=False, choices=[("", "全部级别"), *Level.choices])
    title = forms.ChoiceField(label="荣誉称号", required=False)
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "有效"), ("revoked", "已撤销")])
    q = forms.CharField(label="姓名或名称", max_length=50, required=False)

    def __init__(
        self,
        *args: Any,
        years: Sequence[int],
        titles: Sequence[str],
        organizations: "QuerySet[Organization]",
        public: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["year"].choices = [("", "全部年度"), *((str(year), f"{year}年") for year in years)]
        chosen["title"].choices = [("", "全部称号"), *((title, title) for title in titles)]
        chosen["organization"].queryset = organizations
        if public:
            del self.fields["state"]

    def narrow(self, honours: HonourQuerySet, on: date) -> HonourQuerySet:
        """Return those of these honours that were asked for, as they stood on that day."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("state") == "revoked":
            honours = honours.filter(revoked_on__lte=on)
        else:
            honours = honours.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on))
        for name, column in (("year", "year"), ("level", "level"), ("title", "title")):
            if asked.get(name):
                honours = honours.filter(**{column: asked[name]})
        if place := asked.get("organization"):
            honours = honours.within(place.path)
        if words := asked.get("q"):
            honours = honours.filter(
                Q(member__name__icontains=words) | Q(member=None, organization__name__icontains=words)
            )
        return honours


class _HonourForm(forms.ModelForm):
    """What both forms of an honour have."""

    level = forms.ChoiceField(
        label="级别", choices=[("", "请选择"), *Level.choices], error_messages={"required": "请选级别。"}
    )

    class Meta:
        model = Honour
        fields = ["title", "level", "key", "year", "awarded_on", "awarded_by", "document", "citation", "is_public"]
        widgets = {
            "awarded_on": day_input(),
            "citation": forms.Textarea(attrs={"rows": 3}),
            "title": forms.TextInput(attrs={"placeholder": "例如：优秀共产党员"}),
            "awarded_by": forms.TextInput(attrs={"placeholder": "例如：中共常州市委教育工作委员会"}),
        }
        error_messages = {
            "title": {"required": "请写荣誉称号。"},
            "year": {"required": "请填年度。", "invalid": "年度请写四位数字，例如 2011。"},
            "awarded_on": DAY_ERRORS,
            "awarded_by": {"required": "请写由谁表彰。"},
        }
        help_texts = {
            "document": "表彰文件的文号或者名称，以便查对。",
            "citation": "一两句话写清楚为什么受表彰，会写在证书和光荣榜上。",
            "is_public": "公开的光荣榜不登录也能看，只写姓名、所在党组织、荣誉称号和颁奖词；本人可以随时取消。",
        }

    def _categories(self, categories: Sequence[tuple[str, str]]) -> None:
        chosen: dict[str, Any] = self.fields
        chosen["key"] = forms.ChoiceField(
            label="同类评选",
            required=False,
            choices=[("", "不属于本单位评选的类别"), *categories],
            help_text="和本单位评选的哪一类相同；“近年没有受过同类表彰”的条件按它计算。",
        )


class HonourEntryForm(_HonourForm):
    """An honour given by somebody else, entered with its document."""

    nominee = forms.ChoiceField(label="表彰对象", error_messages={"required": "请选表彰的是谁。"})
    field_order = (
        "nominee",
        "title",
        "level",
        "year",
        "awarded_on",
        "awarded_by",
        "document",
        "key",
        "citation",
        "is_public",
    )

    def __init__(
        self,
        *args: Any,
        place: Organization,
        candidates: Sequence[Candidate],
        categories: Sequence[tuple[str, str]],
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.members: dict[str, Member] = {str(one.member.pk): one.member for one in candidates}
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in candidates:
            groups.setdefault(one.place, []).append((str(one.member.pk), one.member.name))
        chosen: dict[str, Any] = self.fields
        chosen["nominee"].choices = [("", "请选择"), (ITSELF, f"{place}（党组织）"), *groups.items()]
        self._categories(categories)
        chosen["document"].required = True
        chosen["document"].error_messages["required"] = "请填表彰文件的文号或者名称，以便查对。"
        chosen["awarded_on"].widget.attrs["max"] = f"{on}"
        self.order_fields(self.field_order)

    @property
    def member(self) -> Member | None:
        """Who was honoured; None for the organisation itself."""
        return self.members.get(self.cleaned_data["nominee"])

    def columns(self) -> dict[str, Any]:
        """Return what was typed, for the action."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or ()}


class HonourChangeForm(_HonourForm):
    """What may be corrected: everything where it was entered by hand, of a round's honour only what was not decided there."""

    def __init__(self, *args: Any, categories: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.nomination_id is not None:
            for name in ("title", "level", "key", "year", "awarded_on", "awarded_by"):
                del self.fields[name]
        else:
            own = self.instance.key
            known = dict(categories)
            self._categories(list((known | ({own: known.get(own, own)} if own else {})).items()))
            self.fields["document"].required = True
            self.order_fields(HonourEntryForm.field_order)
        if self.instance.declined_on is not None:
            del self.fields["is_public"]  # he took it off himself, and puts it back himself

    def columns(self) -> dict[str, Any]:
        """Return what was typed, for the action."""
        return {name: self.cleaned_data[name] for name in self.fields}


class RevokeForm(forms.Form):
    """Why an honour is taken back."""

    reason = forms.CharField(
        label="撤销的原因和依据",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "例如：某年某月某日受到党纪处分，依据某号文件撤销"}),
        error_messages={"required": "请写明撤销的原因和依据。"},
    )


class CommendForm(forms.Form):
    """The last words before a round is commended."""

    awarded_on = forms.DateField(
        label="表彰日期",
        widget=day_input(),
        error_messages=DAY_ERRORS,
        help_text="写在证书上的日期：表彰大会开的那一天。",
    )
    document = forms.CharField(label="表彰文号", max_length=80, required=False, help_text="表彰决定的文号，有就填。")

    def __init__(self, *args: Any, round_: AwardRound, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first, self.last = round_.commend_on, on
        self.fields["awarded_on"].widget.attrs |= {"min": f"{self.first}", "max": f"{self.last}"}

    def clean_awarded_on(self) -> date:
        """The day lies between the one appointed and today."""
        day: date = self.cleaned_data["awarded_on"]
        if not self.first <= day <= self.last:
            raise ValidationError(f"表彰日期应当在 {self.first:%Y-%m-%d} 到今天之间。")
        return day
