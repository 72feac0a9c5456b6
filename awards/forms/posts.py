"""What people type about a 党员示范岗: the application, its assessment, and how they narrow the list."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from awards.actions.posts import COLUMNS
from awards.models import ModelPost
from awards.queries.posts import faults_of_assessment
from awards.scope.posts import ModelPostQuerySet
from awards.states import PostState
from branches.models import Member, Organization
from branches.scope import Standing
from chuangxian.fields import day_input

WAITING = [
    ("", "全部"),
    ("mine", "我本人的"),
    ("to_review", "等我支部评议"),
    ("to_grant", "等审定授牌"),
    ("to_assess", "已到复评日期"),
]


class PostFilter(forms.Form):
    """Narrow the list of model posts and its ledger; what cannot be read is left out."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部状态"), ("held", "正在挂牌"), *PostState.choices]
    )
    waiting = forms.ChoiceField(label="办理", required=False, choices=WAITING)
    q = forms.CharField(label="岗位或者姓名", max_length=40, required=False)

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations

    def narrow(self, posts: ModelPostQuerySet, standing: Standing, on: date) -> ModelPostQuerySet:
        """Return those of these posts that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if place := asked.get("organization"):
            posts = posts.within(place.path)
        if state := asked.get("state"):
            posts = posts.held() if state == "held" else posts.filter(state=state)
        match asked.get("waiting"):
            case "mine":
                posts = posts.own(standing, on)
            case "to_review":
                posts = posts.to_review(standing, on)
            case "to_grant":
                posts = posts.to_grant(standing, on)
            case "to_assess":
                posts = posts.to_assess(standing, on)
        if words := asked.get("q"):
            posts = posts.filter(Q(name__icontains=words) | Q(member__name__icontains=words))
        return posts


class PublicPostFilter(forms.Form):
    """Narrow what visitors read; what cannot be read is left out."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations

    @property
    def place(self) -> Organization | None:
        """The organisation asked for."""
        self.is_valid()
        found: Organization | None = self.cleaned_data.get("organization")
        return found


class PostForm(forms.ModelForm):
    """The words of an application."""

    class Meta:
        model = ModelPost
        fields = list(COLUMNS)
        widgets = {
            "name": forms.TextInput(attrs={"placeholder": "例如：初中数学教研示范岗"}),
            "duty": forms.Textarea(attrs={"rows": 3, "placeholder": "这个岗位做什么，负责到哪里"}),
            "promise": forms.Textarea(
                attrs={"rows": 5, "placeholder": "在这个岗位上怎样带头，一条一行，写得出、查得到"}
            ),
        }
        help_texts = {
            "duty": "最多 300 字，印在桌牌上。",
            "promise": "最多 500 字。授牌以后，岗位名称、职责、示范承诺和姓名对外公开。",
        }
        error_messages = {
            "name": {"required": "请写岗位名称。", "max_length": "岗位名称最多 60 个字。"},
            "duty": {"required": "请写岗位职责。", "max_length": "岗位职责最多 300 个字，现在是 %(show_value)s 个字。"},
            "promise": {
                "required": "请写示范承诺。",
                "max_length": "示范承诺最多 500 个字，现在是 %(show_value)s 个字。",
            },
        }


class NewPostForm(PostForm):
    """A new application: for oneself, or for a member of a branch one leads."""

    member = forms.ModelChoiceField(
        Member.objects.none(), label="申请人", empty_label=None, error_messages={"required": "请选申请人。"}
    )

    field_order = ("member", *COLUMNS)

    def __init__(self, *args: Any, members: "QuerySet[Member]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["member"].queryset = members


class AssessForm(forms.Form):
    """复评: what was found, and until when the plate stays."""

    held_on = forms.DateField(
        label="复评日期",
        widget=day_input(),
        error_messages={"required": "请填复评日期。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )
    kept = forms.ChoiceField(
        label="复评结论",
        choices=[("1", "合格，继续授牌"), ("0", "不合格或者不再在岗，撤牌")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选复评结论。"},
    )
    assess_by = forms.DateField(
        label="下一次复评",
        required=False,
        widget=day_input(),
        help_text="不填就是一年以后；要早些复评的填日期，最晚不超过一年。",
        error_messages={"invalid": "日期请写成 2012-06-30 的样子。"},
    )
    text = forms.CharField(
        label="复评意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "承诺做到了没有，依据是什么；撤牌的写明理由"}),
        error_messages={"required": "请写复评意见。"},
    )

    def __init__(self, *args: Any, post: ModelPost, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.post, self.day = post, on
        self.initial.update({"held_on": on, "kept": "1"})
        self.fields["held_on"].widget.attrs["max"] = f"{on}"

    def clean_kept(self) -> bool:
        """Return whether the plate stays."""
        return bool(self.cleaned_data["kept"] == "1")

    def clean(self) -> dict[str, Any]:
        """The days follow each other."""
        cleaned = super().clean() or {}
        if {"held_on", "kept", "assess_by"} <= cleaned.keys():
            for name, sentence in faults_of_assessment(
                self.post,
                held_on=cleaned["held_on"],
                kept=cleaned["kept"],
                assess_by=cleaned["assess_by"],
                on=self.day,
            ).items():
                self.add_error(name, sentence)
        return cleaned
