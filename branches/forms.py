"""Forms of organisations, members, posts and roster files."""

import re
from datetime import date
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from accounts.models import User
from branches import queries, rules
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import Standing, within
from branches.states import ACCOUNT_POSTS, LADDER, Kind, MemberType, Post
from chuangxian.sheets import BadCell, PartialDate
from chuangxian.sheets.parse import date_from_text, tidy

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
SHEET_TYPE = ".xlsx"


def day(label: str, initial: date | None = None, **options: Any) -> forms.DateField:
    """Return a field for one day."""
    return forms.DateField(label=label, initial=initial, widget=DAY, **options)


class PartialDateField(forms.CharField):
    """A date as exactly as it is known: 1983-10-05, 1983-10 or 1983. Cleans to PartialDate or None."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"required": False, "max_length": 20, "help_text": "如 1983-10-05；只知道年月时写 1983-10", **options}
        )

    def prepare_value(self, value: Any) -> Any:
        """Show a stored date as it would be typed."""
        if isinstance(value, PartialDate):
            return value.date.isoformat()[: {"day": 10, "month": 7, "year": 4}[value.precision]]
        return value

    def clean(self, value: Any) -> PartialDate | None:
        """Read what was typed."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return date_from_text(text)
        except BadCell as error:
            raise ValidationError(f"{error.message}。") from error


class DayForm(forms.Form):
    """The day a page is looked at for."""

    on = day("日期", required=False)


# ---- organisations ----


class OrganizationForm(forms.ModelForm):
    """An organisation: founded under a parent, or changed."""

    class Meta:
        model = Organization
        fields = ["kind", "name", "short_name", "duty", "established_on", "dissolved_on"]
        widgets = {"established_on": DAY, "dissolved_on": DAY, "duty": forms.Textarea(attrs={"rows": 2})}
        help_texts = {
            "short_name": "页面上显示的名称，也用来识别名册里的简称。",
            "dissolved_on": "撤销当天起不再列出；党员和任职须先办结。",
        }

    def __init__(self, *args: Any, parent: Organization | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.instance.pk:
            del self.fields["kind"]
            return
        del self.fields["dissolved_on"]
        below = LADDER[LADDER.index(Kind(parent.kind)) + 1 :] if parent else LADDER
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one.value, one.label) for one in below]
        if len(below) == 1 or (parent and parent.kind == Kind.GENERAL_BRANCH):
            kind.initial = below[0].value


# ---- members ----

WORDS = re.compile(r"[A-Za-z]+")


class MemberFilter(django_filters.FilterSet):
    """The member list's search."""

    q = django_filters.CharFilter(label="姓名或拼音", method="search")
    organization = django_filters.ModelChoiceFilter(label="党组织", queryset=None, method="inside", empty_label="全部")
    member_type = django_filters.ChoiceFilter(
        label="类别", field_name="member__member_type", choices=MemberType.choices, empty_label="全部"
    )
    on = django_filters.DateFilter(label="日期", method="keep", widget=DAY)

    class Meta:
        model = Membership
        fields: list[str] = []

    def __init__(self, *args: Any, organizations: QuerySet[Organization], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.form.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = organizations
        self.form.fields["q"].widget.attrs["placeholder"] = "张三、zhangsan 或 zs"

    def search(self, rows: QuerySet[Membership], name: str, value: str) -> QuerySet[Membership]:
        """By characters of the name, or by the beginning of its sound or initials."""
        value = tidy(value, spaces="none", fold=True)[:50]
        found = Q(member__name__icontains=value)
        if WORDS.fullmatch(value):
            low = value.lower()
            found |= Q(member__search_key__startswith=low) | Q(member__search_key__contains=f" {low}")
        return rows.filter(found)

    def inside(self, rows: QuerySet[Membership], name: str, value: Organization) -> QuerySet[Membership]:
        """In the organisation or below it."""
        return rows.filter(within("path", [value.path]))

    def keep(self, rows: QuerySet[Membership], name: str, value: date) -> QuerySet[Membership]:
        """The day is taken before the rows are; see the view."""
        return rows


class MemberForm(forms.ModelForm):
    """A member's data; only the fields this person may change are in it."""

    born = PartialDateField(label="出生年月")
    joined = PartialDateField(label="入党时间")
    confirmed = PartialDateField(label="转正时间")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Member
        fields = ["name", "sex", "ethnicity", "education", "member_type", "unit_post", "email"]

    field_order = [
        "name", "sex", "born", "ethnicity", "education", "member_type", "joined", "confirmed", "unit_post", "email", "version",
    ]  # fmt: skip

    def __init__(self, *args: Any, allowed: frozenset[str], **options: Any) -> None:
        super().__init__(*args, **options)
        for name in set(self.fields) - allowed - {"version"}:
            del self.fields[name]
        member = self.instance
        for stem in ("born", "joined", "confirmed"):
            stored = getattr(member, f"{stem}_on")
            if stored and stem in self.fields:
                self.initial[stem] = PartialDate(stored, getattr(member, f"{stem}_precision"))
        self.initial["version"] = member.version

    def clean_name(self) -> str:
        """Take out stray spaces, as they come with two-character names."""
        name = tidy(self.cleaned_data["name"], spaces="one")
        return name if name.isascii() else name.replace(" ", "")

    def clean(self) -> dict[str, Any]:
        """Put the dates with their precision on the member; they must be possible together."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for stem in ("born", "joined", "confirmed"):
            if stem in data:
                partial: PartialDate | None = data[stem]
                setattr(self.instance, f"{stem}_on", partial.date if partial else None)
                setattr(self.instance, f"{stem}_precision", partial.precision if partial else "day")
        born, joined, confirmed = (getattr(self.instance, f"{stem}_on") for stem in ("born", "joined", "confirmed"))
        if born and joined and joined <= born and "joined" in self.fields:
            self.add_error("joined", "入党时间必须晚于出生年月。")
        elif joined and confirmed and confirmed < joined and "confirmed" in self.fields:
            self.add_error("confirmed", "转正时间不能早于入党时间。")
        return data

    @property
    def model_fields(self) -> list[str]:
        """The fields of Member that this form writes."""
        names = [name for name in self.fields if name in self._meta.fields]  # type: ignore[operator]
        for stem in ("born", "joined", "confirmed"):
            if stem in self.fields:
                names += [f"{stem}_on", f"{stem}_precision"]
        return names


class EnrollForm(MemberForm):
    """A new member: his data and the day from which he belongs here."""

    starts_on = day("编入日期", help_text="组织关系从这一天起算")
    reason = forms.CharField(label="说明", required=False, max_length=200, help_text="如：新发展、由某单位转入")
    same_person_checked = forms.BooleanField(label="已核对，不是同一人", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, organization: Organization, **options: Any) -> None:
        super().__init__(*args, allowed=rules.ALL_FIELDS | {"starts_on", "reason", "same_person_checked"}, **options)
        self.organization = organization
        del self.fields["version"]
        self.fields["sex"].required = True

    def clean(self) -> dict[str, Any]:
        """Ask once when somebody of that name is already there."""
        data = super().clean()
        name = data.get("name")
        if name and not data.get("same_person_checked"):
            twins = queries.namesakes(name, self.organization)
            if twins:
                self.fields["same_person_checked"].widget = forms.CheckboxInput()
                listed = "、".join(
                    f"{one.name}（{one.born_on:%Y年%m月}）" if one.born_on else one.name for one in twins
                )
                self.add_error(
                    "same_person_checked", f"本单位已有同名党员：{listed}。请核对；确实不是同一人时勾选此项再提交。"
                )
        return data


class PlaceField(forms.ModelChoiceField):
    """An organisation a member can belong to; a group stands with its branch."""

    def label_from_instance(self, obj: Organization) -> str:
        """Return the name."""
        return f"{obj.parent} · {obj}" if obj.kind == Kind.GROUP else obj.name


class TransferForm(forms.Form):
    """Where to, from when, why."""

    organization = PlaceField(label="转入党组织", queryset=None)
    on = day("转入日期", help_text="前一天是在原支部的最后一天，在原支部的任职同时结束")
    reason = forms.CharField(label="说明", required=False, max_length=200)

    def __init__(self, *args: Any, standing: Standing, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["organization"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.places_kept_by(standing)
        self.fields["on"].initial = standing.on


class LeaveForm(forms.Form):
    """The last day, and where he goes."""

    on = day("最后一天", help_text="从第二天起不再列入名册，任职同时结束；以前的材料都保留")
    reason = forms.CharField(label="去向或原因", max_length=200, help_text="如：转往某单位党支部、去世")


class AccountForm(forms.Form):
    """The name to sign in with."""

    username = forms.CharField(label="用户名", max_length=60, help_text="登录用，一般为姓名拼音；开通后不能更改")

    def clean_username(self) -> str:
        """Refuse a name that cannot be one, or is taken."""
        username: str = self.cleaned_data["username"].strip()
        field = User._meta.get_field("username")
        field.run_validators(username)
        if queries.usernames_like(username, exactly=True):
            raise ValidationError("这个用户名已经有人用了。")
        return username


def suggested_username(member: Member) -> str:
    """Return the sound of the name, with a number where it is taken."""
    sound = re.sub(r"[^a-z]", "", member.search_key.split(" ")[0]) or f"dy{member.pk}"
    taken = queries.usernames_like(sound)
    return next(name for name in (sound, *(f"{sound}{n}" for n in range(2, 10_000))) if name not in taken)


# ---- posts ----


def posts_at(organization: Organization) -> list[Post]:
    """Return the posts an organisation of this kind has."""
    if organization.kind == Kind.GROUP:
        return [Post.GROUP_LEADER]
    without = {Post.GROUP_LEADER, Post.OFFICE_STAFF} if organization.kind == Kind.BRANCH else {Post.GROUP_LEADER}
    return [one for one in Post if one not in without]


class AppointForm(forms.Form):
    """Who gets which post from when."""

    post = forms.ChoiceField(label="职务")
    member: Any = forms.ModelChoiceField(label="党员", queryset=None, required=False)
    username = forms.CharField(
        label="非党员工作人员的用户名",
        required=False,
        max_length=60,
        help_text="只用于任命不是党员的办公室工作人员，此时不选党员",
    )
    on = day("任职日期")

    def __init__(self, *args: Any, organization: Organization, standing: Standing, **options: Any) -> None:
        super().__init__(*args, **options)
        allowed = [
            one for one in posts_at(organization) if rules.may_give_post(organization, one, standing, standing.on)
        ]
        post, member = self.fields["post"], self.fields["member"]
        assert isinstance(post, forms.ChoiceField) and isinstance(member, forms.ModelChoiceField)
        post.choices = [("", "---------"), *((one.value, one.label) for one in allowed)]
        member.queryset = queries.candidates(organization, standing)
        if Post.OFFICE_STAFF not in allowed:
            del self.fields["username"]
        self.fields["on"].initial = standing.on

    def clean(self) -> dict[str, Any]:
        """One holder; an account alone only for the office."""
        data: dict[str, Any] = super().clean() or {}
        member, username = data.get("member"), (data.get("username") or "").strip()
        data["holder"] = member
        if username and member:
            self.add_error("username", "党员和用户名只填一项。")
        elif username:
            if data.get("post") not in ACCOUNT_POSTS:
                self.add_error("username", "党内职务只能由党员担任，请在上面选择党员。")
                return data
            account = queries.account_named(username)
            if account is None:
                self.add_error("username", "没有这个账号，请先由系统管理员开通。")
            elif hasattr(account, "member"):
                self.add_error("username", f"这是{account}的账号，他是党员，请在上面选择。")
            data["holder"] = account
        elif not member and "member" not in self.errors:
            self.add_error("member", "请选择党员。")
        return data


class EndPostForm(forms.Form):
    """The last day of a term."""

    on = day("免职日期", help_text="这一天是任职的最后一天")
    reason = forms.CharField(label="说明", required=False, max_length=200)


class DelegateForm(forms.Form):
    """Who stands in for the holder, from when to when."""

    member: Any = forms.ModelChoiceField(label="代理人", queryset=None, help_text="本组织的党员，要有账号")
    starts_on = day("第一天")
    ends_on = day("最后一天", help_text=f"到期自动结束，第二天起不再有权限；一次最长 {rules.ACTING_DAYS_MOST} 天")
    reason = forms.CharField(label="说明", required=False, max_length=200, help_text="如：出国访学、病假")

    def __init__(self, *args: Any, assignment: PostAssignment, standing: Standing, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["member"]
        assert isinstance(field, forms.ModelChoiceField)
        people = queries.stand_ins(assignment, standing.on)
        field.queryset = people.exclude(pk=standing.member.pk) if standing.member is not None else people
        self.fields["starts_on"].initial = standing.on


class EndActingForm(forms.Form):
    """Take it back at once, or let it end on an earlier day."""

    at_once = forms.BooleanField(label="立即收回，从今天起不再有效", required=False)
    ends_on = day("提前到这一天结束", required=False, help_text="这一天仍然有效；立即收回时不填")
    reason = forms.CharField(label="说明", required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("at_once")) == bool(data.get("ends_on")) and "ends_on" not in self.errors:
            self.add_error("ends_on", "请选择立即收回，或者填写提前结束的日期，两项填一项。")
        return data


# ---- roster files ----


class RosterUploadForm(forms.Form):
    """A file and the day it stands for."""

    file = forms.FileField(
        label="名册文件",
        widget=forms.FileInput(attrs={"accept": SHEET_TYPE}),
        help_text="Excel 工作簿（.xlsx），不超过 10 MB、10000 行",
    )
    roster_on = day("名册日期", help_text="名册反映的是哪一天的情况；新编入的党员从这一天起算")
