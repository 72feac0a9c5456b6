"""What people type about activities, all on one page, and how they narrow the lists."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from branches.models import Organization
from branches.scope import Standing
from chuangxian.fields import FilesField, ManyFiles, day_input
from schedule.actions.activities import Entry
from schedule.models import Activity, ActivityFile, Meeting, Semester, Standard
from schedule.queries.activities import Candidate, Content, grouped, key_of, standing_at
from schedule.scope.activities import ActivityQuerySet
from schedule.states.activities import Role

SCHOOLS_MOST, SCHOOL_MAX = 40, 60
PICTURES = ".jpg,.jpeg,.png,.webp"
ACTIVITY_TEXTS = (
    "title",
    "starts_on",
    "ends_on",
    "place",
    "text",
    "result",
    "hours",
    "served",
    "meeting",
    "is_public",
)
DAY_ERRORS = {"required": "请填开始日期。", "invalid": "日期请写成 2011-06-30 的样子。"}


class ActivityFilter(forms.Form):
    """Narrow the list of activities, its ledger too; what cannot be read is left out."""

    at = forms.ChoiceField(label="载体", required=False)
    semester = forms.ModelChoiceField(Semester.objects.none(), label="学期", required=False, empty_label="全部学期")
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    mine = forms.ChoiceField(label="参加人", required=False, choices=[("", "所有人"), ("1", "我参加的")])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "有效"), ("withdrawn", "已撤回")])
    q = forms.CharField(label="名称", max_length=50, required=False)

    def __init__(
        self,
        *args: Any,
        organizations: "QuerySet[Organization]",
        semesters: "QuerySet[Semester]",
        contents: Sequence[Content],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.contents = {content.key: content for content in contents}
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations
        chosen["semester"].queryset = semesters
        every = [(title, [(key, "全部内容" if key[0] == "c" else label) for key, label in rows])
                 for title, rows in grouped(contents)]  # fmt: skip
        chosen["at"].choices = [("", "全部载体"), *every]

    def narrow(self, activities: ActivityQuerySet, standing: Standing, on: date) -> ActivityQuerySet:
        """Return those of these activities that were asked for, as they stood on that day."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("state") == "withdrawn":
            activities = activities.filter(withdrawn_on__lte=on)
        else:
            activities = activities.kept_on(on)
        if content := self.contents.get(asked.get("at") or ""):
            activities = standing_at(activities, content)
        if semester := asked.get("semester"):
            activities = activities.between(semester.starts_on, semester.reporting_until)
        if place := asked.get("organization"):
            activities = activities.within(place.path)
        if asked.get("mine"):
            activities = activities.taken_part_in(*([standing.member.pk] if standing.member is not None else []))
        if words := asked.get("q"):
            activities = activities.filter(title__icontains=words)
        return activities


class ActivityForm(forms.ModelForm):
    """An activity as it was held: what, who took part, whom it served, what shows it."""

    content = forms.ChoiceField(label="活动载体和内容", error_messages={"required": "请选属于哪个活动载体。"})
    schools = forms.CharField(
        label="服务的学校",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "每行写一所"}),
    )
    standards = forms.ModelMultipleChoiceField(
        Standard.objects.none(), label="支撑的标准", required=False, widget=forms.CheckboxSelectMultiple
    )
    took_part = forms.MultipleChoiceField(label="参加人员", required=False, widget=forms.CheckboxSelectMultiple)
    photos = FilesField(
        label="照片",
        widget=ManyFiles(attrs={"accept": PICTURES}),
        help_text="jpg、png、webp，一次最多 9 张；照片里的拍摄位置等信息会自动去掉。",
    )
    papers = FilesField(label="其他材料")
    drop = forms.ModelMultipleChoiceField(
        ActivityFile.objects.none(), label="删去", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Activity
        fields = list(ACTIVITY_TEXTS)
        widgets = {
            "starts_on": day_input(),
            "ends_on": day_input(),
            "text": forms.Textarea(attrs={"rows": 5, "placeholder": "做了什么，怎么做的"}),
            "result": forms.Textarea(attrs={"rows": 3, "placeholder": "有什么成果，解决了什么问题"}),
            "title": forms.TextInput(attrs={"placeholder": "例如：初中数学评优课观摩"}),
        }
        error_messages = {
            "title": {"required": "请写活动名称。"},
            "starts_on": DAY_ERRORS,
            "ends_on": DAY_ERRORS,
        }
        help_texts = {
            "ends_on": "只有一天就不用填。",
            "hours": "大于 0 时，按这个学时给每位参加的党员计入学习学时。",
            "served": "听课、培训等活动服务了多少人次。",
            "meeting": "活动同时也是一次会议的，选那次会议，不用再记一遍。",
            "is_public": "公开的活动，名称、日期、地点、活动载体和党组织可以给单位以外的人看；人员、照片和材料不公开。",
        }

    def __init__(
        self,
        *args: Any,
        contents: Sequence[Content],
        candidates: Sequence[Candidate],
        standards: "QuerySet[Standard]",
        meetings: "QuerySet[Meeting]",
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.day, self.candidates, self.known = on, candidates, list(standards)
        self.contents = {content.key: content for content in contents}
        chosen: dict[str, Any] = dict(self.fields)
        chosen["content"].choices = [("", "请选择"), *grouped(contents)]
        chosen["standards"].queryset = standards
        chosen["took_part"].choices = [(str(one.member.pk), one.member.name) for one in candidates]
        chosen["meeting"].queryset = meetings
        chosen["meeting"].empty_label = "（不是会议）"
        chosen["ends_on"].required = chosen["hours"].required = False
        for name in ("starts_on", "ends_on"):
            chosen[name].widget.attrs["max"] = f"{on}"
        self.roles: dict[int, str] = {}
        if self.instance.pk is None:
            del self.fields["drop"]
        else:
            self._fill()

    def _fill(self) -> None:
        activity: Activity = self.instance
        self.fields["drop"].queryset = activity.evidence.all()  # type: ignore[attr-defined]
        key = key_of(activity)
        if key not in self.contents:
            # it has left the plan since; what was said stays right
            self.contents[key] = Content(activity.carrier, activity.item)
            field: Any = self.fields["content"]
            field.choices = [*field.choices, (activity.carrier.title, [(key, self.contents[key].label)])]
        self.roles = {one.member_id: one.role for one in activity.participants.all()}
        self.initial.update(
            {
                "content": key,
                "schools": "\n".join(one.name for one in activity.schools.all()),
                "standards": [one.pk for one in activity.standards.all()],
                "took_part": [str(pk) for pk in self.roles],
                "ends_on": activity.ends_on if activity.ends_on != activity.starts_on else None,
            }
        )

    def clean_hours(self) -> Decimal:
        """Nothing typed is nothing counted."""
        return self.cleaned_data["hours"] or Decimal(0)

    def clean_schools(self) -> list[str]:
        """Return the schools, a name a line."""
        names = list(dict.fromkeys(line.strip() for line in self.cleaned_data["schools"].splitlines() if line.strip()))
        if len(names) > SCHOOLS_MOST:
            raise ValidationError(f"一次活动最多写 {SCHOOLS_MOST} 所学校。")
        if long := [name for name in names if len(name) > SCHOOL_MAX]:
            raise ValidationError(f"“{long[0][:20]}…”太长，学校名称最多 {SCHOOL_MAX} 个字，每行写一所。")
        return names

    def clean_photos(self) -> Any:
        """Refuse what is no picture."""
        files = self.cleaned_data["photos"]
        if others := [file.name for file in files if not file.content_type.startswith("image/")]:
            raise ValidationError(f"“{others[0]}”不是照片，请放到“其他材料”里。")
        return files

    def clean(self) -> dict[str, Any]:
        """A record is of an activity that was held, and of a meeting within its days."""
        cleaned = super().clean() or {}
        first = cleaned.get("starts_on")
        if first is None:
            return cleaned
        if "ends_on" in cleaned:
            cleaned["ends_on"] = cleaned["ends_on"] or first
        last = cleaned.get("ends_on")
        if first > self.day or (last is not None and last > self.day):
            name = "starts_on" if first > self.day else "ends_on"
            self.add_error(name, "活动记录在活动之后填写，日期不能晚于今天。")
        elif last is not None and last < first:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        meeting = cleaned.get("meeting")
        if meeting is not None and last is not None and not first <= meeting.held_on <= last:
            self.add_error("meeting", f"这次会议是 {meeting.held_on:%Y-%m-%d} 开的，不在活动的日期里。")
        return cleaned

    def role_of(self, member: int) -> str:
        """Return a member's role as it was typed or stands; whatever is none counts as taking part."""
        typed = self.data.get(f"role-{member}") if self.is_bound else self.roles.get(member)
        return typed if typed in Role.values else Role.PARTICIPANT

    def entry(self) -> Entry:
        """Return what was typed, for the action."""
        cleaned = self.cleaned_data
        return Entry(
            content=self.contents[cleaned["content"]],
            fields={name: cleaned[name] for name in ACTIVITY_TEXTS},
            participants={int(pk): self.role_of(int(pk)) for pk in cleaned["took_part"]},
            schools=cleaned["schools"],
            standards=list(cleaned["standards"]),
            photos=cleaned["photos"],
            papers=cleaned["papers"],
            drop=[file.pk for file in cleaned.get("drop") or ()],
        )

    # ---- as the page shows it ----

    @property
    def people(self) -> list[tuple[str, list[tuple[Candidate, bool, str]]]]:
        """The members to tick, organisation by organisation: each with whether he is ticked, and his role."""
        ticked = set(_texts(self["took_part"].value()))
        groups: dict[str, list[tuple[Candidate, bool, str]]] = {}
        for one in self.candidates:
            line = (one, str(one.member.pk) in ticked, self.role_of(one.member.pk))
            groups.setdefault(one.place, []).append(line)
        return list(groups.items())

    @property
    def standard_groups(self) -> list[tuple[str, list[tuple[Standard, bool]]]]:
        """The standards to tick, set by set."""
        ticked = set(_texts(self["standards"].value()))
        groups: dict[str, list[tuple[Standard, bool]]] = {}
        for one in self.known:
            groups.setdefault(one.set.title, []).append((one, str(one.pk) in ticked))
        return list(groups.items())

    @property
    def role_choices(self) -> list[tuple[str, str]]:
        """The roles there are."""
        return [(role.value, role.label) for role in Role]


def _texts(values: Any) -> Collection[str]:
    return [str(value) for value in values or ()]


class WithdrawForm(forms.Form):
    """Why a record is taken back."""

    reason = forms.CharField(
        label="撤回原因",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "例如：和某月某日的记录重复"}),
        error_messages={"required": "请写明为什么撤回。"},
    )


def defaults_by_key(contents: Sequence[Content], by_carrier: Mapping[int, Sequence[int]]) -> dict[str, list[int]]:
    """Return for each content, as forms call it, the standards its carrier supports; the page's script ticks them."""
    return {content.key: list(by_carrier.get(content.carrier.pk, ())) for content in contents}
