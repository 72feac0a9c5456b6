"""What the office types about notices and objections, how visitors object, and how lists are narrowed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from awards import numbers
from awards.models import ENTRY_DEEDS_MOST, OBJECTION_MOST, AwardRound, Nomination, NoticeEntry, PublicNotice
from awards.queries.notices import abridged
from awards.scope.notices import ObjectionQuerySet, PublicNoticeQuerySet
from awards.states import Consequence, Finding, NoticeState, ObjectionState
from chuangxian.fields import day_input

TEXT_LEAST = 10


class NoticeFilter(forms.Form):
    """Narrow the list of notices."""

    round = forms.ModelChoiceField(AwardRound.objects.none(), label="评选批次", required=False, empty_label="全部批次")
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *NoticeState.choices])

    def __init__(self, *args: Any, rounds: "QuerySet[AwardRound]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["round"]
        chosen.queryset = rounds

    def narrow(self, notices: PublicNoticeQuerySet) -> PublicNoticeQuerySet:
        """Return what the filter leaves; a condition that makes no sense leaves everything."""
        asked = self.cleaned_data if self.is_valid() else {}
        return notices.filter(**{name: asked[name] for name in ("round", "state") if asked.get(name)})


class ObjectionFilter(forms.Form):
    """Narrow the list of objections."""

    notice = forms.ModelChoiceField(PublicNotice.objects.none(), label="公示", required=False, empty_label="全部公示")
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *ObjectionState.choices])

    def __init__(self, *args: Any, notices: "QuerySet[PublicNotice]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["notice"]
        chosen.queryset = notices
        chosen.label_from_instance = edition_of

    def narrow(self, objections: ObjectionQuerySet) -> ObjectionQuerySet:
        """Return what the filter leaves; a condition that makes no sense leaves everything."""
        asked = self.cleaned_data if self.is_valid() else {}
        return objections.filter(**{name: asked[name] for name in ("notice", "state") if asked.get(name)})


def edition_of(notice: PublicNotice) -> str:
    """Name a notice with its edition, from the second on."""
    return f"{notice}（第 {notice.edition} 版）" if notice.edition > 1 else str(notice)


# ---- the notice ----


def proposed(round_: AwardRound, replaces: PublicNotice | None, contact: str) -> dict[str, Any]:
    """Return the words a new notice begins with: those of the edition before, or the usual ones."""
    if replaces is not None:
        return {name: getattr(replaces, name) for name in NoticeForm.Meta.fields}
    basis = f"根据{round_.basis_document}，" if round_.basis_document else ""
    return {
        "title": f"{round_.organization}{round_.name}拟表彰对象公示"[:100],
        "text": f"{basis}经民主推荐、初评和审核，{round_.organization}拟对下列党组织和党员予以表彰。为充分发扬民主，"
        "广泛听取党员、群众意见，现予公示。\n公示期间，如有异议，可以在网上的公示页提出，也可以通过来信、来电、来访向受理部门反映。"
        "反映情况要客观真实，可以署名，也可以不署名；署名的予以保密。",
        "contact": contact,
        "workdays": round_.notice_workdays,
    }


class NoticeForm(forms.ModelForm):
    """The words of a notice and how long it hangs."""

    class Meta:
        model = PublicNotice
        fields = ["title", "text", "contact", "workdays"]
        widgets = {
            "text": forms.Textarea(attrs={"rows": 6}),
            "contact": forms.TextInput(
                attrs={"placeholder": "例如：党总支组织委员，电话 0519-00000000，办公楼 305 室"}
            ),
            "workdays": forms.NumberInput(attrs={"min": 1, "max": 30}),
        }
        help_texts = {
            "text": "公示日期和截止日期由系统写明，这里不用写。",
            "contact": "部门、电话、地点，公示页上所有人都能看到。",
            "workdays": "从发布的第二天算起，按国务院公布的放假和调休安排计算。",
        }
        error_messages = {
            "title": {"required": "请写公示标题。"},
            "text": {"required": "请写公示正文。"},
            "contact": {"required": "请写明异议由谁受理、怎样联系。"},
            "workdays": {"required": "请填公示几个工作日。", "invalid": "公示工作日请填整数。"},
        }

    def __init__(self, *args: Any, least: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least = least

    def clean_workdays(self) -> int:
        """Not fewer than the round says, and not endless."""
        number: int = self.cleaned_data["workdays"]
        if number < self.least:
            raise ValidationError(f"这一批评选规定公示不少于 {self.least} 个工作日。")
        if number > 30:
            raise ValidationError("公示最多 30 个工作日。")
        return number


class EntriesForm(forms.Form):
    """Whom a notice lists, a tick and the abridged deeds for each candidate."""

    def __init__(
        self, *args: Any, candidates: Sequence[Nomination], entries: Mapping[int, NoticeEntry] | None, **kwargs: Any
    ) -> None:
        """``entries`` are what the draft or the edition before says, by the nomination's number; None for a first draft, which lists all."""
        super().__init__(*args, **kwargs)
        self.candidates = list(candidates)
        for one in self.candidates:
            entry = entries.get(one.pk) if entries is not None else None
            self.fields[f"listed_{one.pk}"] = forms.BooleanField(
                label=f"列入{one.nominee}", required=False, initial=entries is None or entry is not None
            )
            self.fields[f"deeds_{one.pk}"] = forms.CharField(
                label=f"{one.nominee}的主要事迹（摘要）",
                required=False,
                max_length=ENTRY_DEEDS_MOST,
                initial=entry.deeds if entry is not None else abridged(one.deeds),
                widget=forms.Textarea(attrs={"rows": 4}),
                error_messages={"max_length": f"主要事迹摘要最多 {ENTRY_DEEDS_MOST} 字，现在是 %(show_value)d 字。"},
            )

    def clean(self) -> dict[str, Any]:
        """Somebody is listed, and of everybody listed there are deeds to read."""
        cleaned = super().clean() or {}
        chosen = [one for one in self.candidates if cleaned.get(f"listed_{one.pk}")]
        if not chosen:
            raise ValidationError("请至少列入一个人选。")
        for one in chosen:
            if f"deeds_{one.pk}" in cleaned and not cleaned[f"deeds_{one.pk}"].strip():
                self.add_error(f"deeds_{one.pk}", f"请写{one.nominee}的主要事迹。")
        return cleaned

    def listed(self) -> dict[int, str]:
        """Return what the action takes: numbers and deeds."""
        return {
            one.pk: self.cleaned_data[f"deeds_{one.pk}"]
            for one in self.candidates
            if self.cleaned_data[f"listed_{one.pk}"]
        }

    @property
    def rows(self) -> list[tuple[Nomination, Any, Any]]:
        """The candidates with their two fields."""
        return [(one, self[f"listed_{one.pk}"], self[f"deeds_{one.pk}"]) for one in self.candidates]


# ---- objections ----


class ObjectForm(forms.Form):
    """What a visitor says against a notice. ``nonce`` makes the page one of a kind, so that sending it twice is one objection."""

    nomination = forms.ChoiceField(label="针对谁", error_messages={"required": "请选择针对谁。"})
    text = forms.CharField(
        label="异议内容",
        min_length=TEXT_LEAST,
        max_length=OBJECTION_MOST,
        widget=forms.Textarea(attrs={"rows": 8, "placeholder": "写明时间、地点、经过，能写多具体就写多具体，便于核实"}),
        error_messages={
            "required": "请写异议内容。",
            "min_length": f"请写得具体一些，至少 {TEXT_LEAST} 个字。",
            "max_length": f"最多 {OBJECTION_MOST} 字，现在是 %(show_value)d 字；其余材料请交受理部门。",
        },
    )
    name = forms.CharField(
        label="姓名",
        max_length=40,
        required=False,
        help_text="可以不写。写了只有核实的人看得到，并且便于进一步了解情况。",
    )
    contact = forms.CharField(label="联系方式", max_length=100, required=False, help_text="可以不写。")
    nonce = forms.CharField(required=False, widget=forms.HiddenInput)

    WHOLE = "0"

    def __init__(self, *args: Any, entries: Sequence[NoticeEntry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = {str(entry.nomination_id): entry for entry in entries}
        chosen: Any = self.fields["nomination"]
        chosen.choices = [
            ("", "请选择"),
            *((key, f"{entry.name}（{entry.unit}，{entry.title}）") for key, entry in self.entries.items()),
            (self.WHOLE, "整个公示（程序、范围等，不针对某一个人选）"),
        ]
        self.fields["nonce"].initial = numbers.new_nonce()

    def clean_nonce(self) -> str:
        """Take a nonce of ours; another page gets a new one."""
        typed: str = self.cleaned_data["nonce"]
        return typed if numbers.NONCE.fullmatch(typed) else numbers.new_nonce()

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        entry = self.entries.get(self.cleaned_data["nomination"])
        told = {name: self.cleaned_data[name] for name in ("text", "name", "contact", "nonce")}
        return {"nomination": entry.nomination if entry is not None else None, **told}


class TakeDownForm(ObjectForm):
    """The same, written down by the office."""

    received_on = forms.DateField(
        label="收到日期",
        widget=day_input(),
        error_messages={"required": "请填收到日期。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )
    field_order = ["nomination", "received_on", "text", "name", "contact"]

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["received_on"].initial = on
        self.fields["received_on"].widget.attrs["max"] = f"{on}"
        self.fields["name"].help_text = "不署名的不写。"
        self.fields["contact"].help_text = ""

    def values(self) -> dict[str, Any]:
        """Return what the action takes."""
        return {**super().values(), "received_on": self.cleaned_data["received_on"]}


class ReplyForm(forms.Form):
    """The number by which somebody asks for the answer."""

    number = forms.CharField(
        label="查询号",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "例如 7K3M-…"}),
        help_text="提出异议时页面上显示的那一串；字母不分大小写，短横线可以不输。",
        error_messages={"required": "请输入查询号。"},
    )


class AnswerForm(forms.Form):
    """What was found out about an objection, and what is replied."""

    inquiry = forms.CharField(
        label="核实情况",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6, "placeholder": "向谁了解、查了什么、事实是什么"}),
        help_text="只有参加评审、不涉及本人的同志看得到。",
        error_messages={"required": "请写核实情况。"},
    )
    finding = forms.ChoiceField(
        label="结论",
        choices=Finding.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择结论。"},
    )
    consequence = forms.ChoiceField(
        label="怎样处理", required=False, widget=forms.RadioSelect, help_text="只在异议成立时填写。"
    )
    consequence_note = forms.CharField(
        label="处理的理由",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "取消推荐的写明理由；继续推荐的写明为什么不影响"}),
    )
    reply = forms.CharField(
        label="答复",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "写给提出异议的人"}),
        help_text="提出异议的人凭查询号看到结论和这段答复。",
        error_messages={"required": "请写答复。"},
    )

    def __init__(self, *args: Any, consequences: Sequence[Consequence], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["consequence"]
        chosen.choices = [(one.value, one.label) for one in consequences]
        if not consequences:
            del self.fields["consequence"], self.fields["consequence_note"]

    def clean(self) -> dict[str, Any]:
        """Where it is right, something is done, and there is a reason."""
        cleaned = super().clean() or {}
        if "consequence" in self.fields and cleaned.get("finding") == Finding.UPHELD:
            if not cleaned.get("consequence") and "consequence" not in self.errors:
                self.add_error("consequence", "异议成立的，要写明怎样处理。")
            if not cleaned.get("consequence_note", "").strip() and "consequence_note" not in self.errors:
                self.add_error("consequence_note", "请写明这样处理的理由。")
        return cleaned
