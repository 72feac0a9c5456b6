"""What people type about a nomination: whom to recommend, votes and deeds, why a rule is passed over, and how lists are narrowed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from awards.models import AwardCategory, AwardRound, Nomination, NominationFile
from awards.queries.eligibility import Bar
from awards.queries.rounds import UNDECIDED
from awards.scope.nominations import NominationQuerySet
from awards.states import RUNNING, NominationState, RoundState
from branches.models import Organization
from branches.scope import Standing
from chuangxian.fields import FilesField, day_input
from schedule.models import Meeting

COUNTED = ("votes_due", "votes_present", "votes_for")
# several states at once: handed up and in the running, and of these what still waits for a decision
ALIKE: dict[str, dict[str, Any]] = {
    "running": {"state__in": RUNNING},
    "undecided": {"state__in": UNDECIDED, "round__state": RoundState.ANNOUNCED},
}
CHOICES = [("", "全部状态"), ("running", "正在办理"), ("undecided", "等待审议"), *NominationState.choices]


class NominationFilter(forms.Form):
    """Narrow the list of nominations; what cannot be read is left out."""

    round = forms.ModelChoiceField(AwardRound.objects.none(), label="批次", required=False, empty_label="全部批次")
    category = forms.ChoiceField(label="类别", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=CHOICES)
    whose = forms.ChoiceField(
        label="范围",
        required=False,
        choices=[("", "全部"), ("made", "本党组织推荐的"), ("decide", "由我审议的")],
    )
    q = forms.CharField(label="姓名或名称", max_length=40, required=False)

    def __init__(
        self, *args: Any, rounds: "QuerySet[AwardRound]", categories: Sequence[AwardCategory], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["round"].queryset = rounds
        titles = {one.key: one.title for one in categories}
        chosen["category"].choices = [("", "全部类别"), *titles.items()]

    def narrow(self, nominations: NominationQuerySet, standing: Standing, on: date) -> NominationQuerySet:
        """Return those of these nominations that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if round_ := asked.get("round"):
            nominations = nominations.filter(round=round_)
        if key := asked.get("category"):
            nominations = nominations.filter(category__key=key)
        if state := asked.get("state"):
            nominations = nominations.filter(**ALIKE.get(state, {"state": state}))
        if asked.get("whose") == "made":
            nominations = nominations.made_at(standing, on)
        elif asked.get("whose") == "decide":
            nominations = nominations.to_decide(standing, on)
        if text := asked.get("q"):
            nominations = nominations.filter(
                Q(member__name__icontains=text)
                | Q(member__search_key__icontains=text)
                | Q(organization__name__icontains=text)
            )
        return nominations


class CandidateFilter(forms.Form):
    """Say for which category and in whose name one recommends, and look for a name."""

    category = forms.ChoiceField(label="荣誉称号")
    nominator = forms.ChoiceField(label="推荐单位", required=False)
    q = forms.CharField(label="姓名或名称", max_length=40, required=False)

    def __init__(
        self, *args: Any, categories: Sequence[AwardCategory], nominators: Sequence[Organization], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in categories:
            label = f"{one.round.name}（{one.round.nominate_by:%Y-%m-%d} 截止）"
            groups.setdefault(label, []).append((str(one.pk), one.title))
        chosen["category"].choices = list(groups.items())
        if len(nominators) > 1:
            chosen["nominator"].choices = [(str(one.pk), str(one)) for one in nominators]
        else:
            del self.fields["nominator"]


class NominationForm(forms.ModelForm):
    """Votes, deeds and papers. A meeting fills in its day and who was there."""

    papers = FilesField(label="添加附件")
    drop = forms.ModelMultipleChoiceField(
        NominationFile.objects.none(), label="删去", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Nomination
        fields = ["meeting", "voted_on", *COUNTED, "deeds"]
        widgets = {
            "voted_on": day_input(),
            "votes_due": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "votes_present": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "votes_for": forms.NumberInput(attrs={"inputmode": "numeric"}),
            "deeds": forms.Textarea(
                attrs={"rows": 18, "placeholder": "写具体的事：什么时候、做了什么、做到什么程度、群众怎么看"}
            ),
        }
        help_texts = {
            "meeting": "推荐在哪次会议上进行的。选了会议，日期、应到和实到人数就用会议记录里的。",
            "votes_due": "有表决权、应当到会的人数。",
            "votes_for": "赞成票要超过应到人数的半数。",
        }
        error_messages = {
            "voted_on": {"invalid": "日期请写成 2011-06-20 的样子。"},
            "votes_due": {"invalid": "请填一个整数。"},
            "votes_present": {"invalid": "请填一个整数。"},
            "votes_for": {"invalid": "请填一个整数。"},
        }

    def __init__(self, *args: Any, meetings: "QuerySet[Meeting]", on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on
        nomination: Nomination = self.instance
        chosen: dict[str, Any] = dict(self.fields)
        chosen["meeting"].queryset = meetings
        chosen["meeting"].empty_label = "（没有登记会议，在下面填写）"
        chosen["voted_on"].widget.attrs["max"] = f"{on}"
        round_ = nomination.round
        chosen["deeds"].help_text = f"要求 {round_.deeds_least} 到 {round_.deeds_most} 字，不算空格和换行。"
        chosen["deeds"].widget.attrs |= {
            "data-least": str(round_.deeds_least),
            "data-most": str(round_.deeds_most),
            "data-length": "deeds-length",
            "aria-describedby": "deeds-length",
        }
        chosen["drop"].queryset = nomination.evidence.all()

    def clean(self) -> dict[str, Any]:
        """What is typed must agree with the meeting, and the numbers with each other."""
        cleaned = super().clean() or {}
        meeting: Meeting | None = cleaned.get("meeting")
        if meeting is not None:
            self._agree(cleaned, meeting)
        day = cleaned.get("voted_on")
        if day is not None and day > self.day:
            self.add_error("voted_on", "推荐日期不能晚于今天。")
        due, present, votes = (cleaned.get(name) for name in COUNTED)
        if due is not None and present is not None and present > due:
            self.add_error("votes_present", f"实到 {present} 人，不能多于应到的 {due} 人。")
        if present is not None and votes is not None and votes > present:
            self.add_error("votes_for", f"赞成 {votes} 票，不能多于实到的 {present} 人。")
        return cleaned

    def _agree(self, cleaned: dict[str, Any], meeting: Meeting) -> None:
        """What the meeting says is taken over; what was typed anew and differs is an error, not silently lost."""
        said = {"voted_on": meeting.held_on, "votes_due": meeting.due_count, "votes_present": meeting.present_count}
        for name, value in said.items():
            if value is None:
                continue
            typed = cleaned.get(name)
            if typed is not None and typed != value and name in self.changed_data:
                self.add_error(name, f"会议记录里是 {value}，和填写的不一致；请改正，或者不选这次会议。")
            else:
                cleaned[name] = value

    def texts(self) -> dict[str, Any]:
        """Return what was typed, for the action."""
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class OverrideForm(forms.Form):
    """Which rule is passed over, and why."""

    rule = forms.ChoiceField(
        label="破例的条件", widget=forms.RadioSelect, error_messages={"required": "请选一项条件。"}
    )
    reason = forms.CharField(
        label="破例理由",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "为什么这一条件可以不适用，由谁在什么会上同意"}),
        help_text="理由会印在推荐登记表上。",
        error_messages={"required": "破例必须写明理由。"},
    )

    def __init__(self, *args: Any, bars: Sequence[Bar], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bars = {str(bar.rule.pk): bar for bar in bars}
        field: Any = self.fields["rule"]
        field.choices = [(key, bar.sentence) for key, bar in self.bars.items()]
        if len(self.bars) == 1:
            self.initial.setdefault("rule", next(iter(self.bars)))

    def clean_rule(self) -> Any:
        """Return the rule itself."""
        bar = self.bars.get(self.cleaned_data["rule"])
        if bar is None:
            raise ValidationError("请选一项条件。")
        return bar.rule
