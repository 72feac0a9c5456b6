"""What people type about stories, and how they narrow the lists."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from awards.actions.stories import Entry
from awards.models import Honour, ModelStory, StoryPicture
from awards.scope.honours import HonourQuerySet, StoryQuerySet
from awards.states import StoryState
from branches.models import Member, Organization
from branches.scope import Standing
from chuangxian.fields import FilesField, day_input
from schedule.queries.activities import Candidate

ITSELF = "organization"
PICTURES = ".jpg,.jpeg,.png,.webp"
NEW_PICTURES = 3  # rows for new pictures; who has more saves and goes on
CAPTION_MAX = 100


class StoryFilter(forms.Form):
    """Narrow the list of stories; what cannot be read is left out."""

    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *StoryState.choices])
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )
    waiting = forms.ChoiceField(
        label="征求意见",
        required=False,
        choices=[("", "不限"), ("to_agree", "等我答复"), ("asking", "等本人答复")],
    )
    q = forms.CharField(label="标题或姓名", max_length=50, required=False)

    def __init__(
        self, *args: Any, organizations: "QuerySet[Organization]", public: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = dict(self.fields)
        chosen["organization"].queryset = organizations
        if public:
            del self.fields["state"], self.fields["waiting"]

    def narrow(self, stories: StoryQuerySet, standing: Standing | None, on: date) -> StoryQuerySet:
        """Return those of these stories that were asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("state"):
            stories = stories.filter(state=asked["state"])
        if place := asked.get("organization"):
            stories = stories.within(place.path)
        if asked.get("waiting") == "to_agree" and standing is not None:
            stories = stories.to_agree(standing, on)
        elif asked.get("waiting") == "asking":
            stories = stories.asking()
        if words := asked.get("q"):
            stories = stories.filter(Q(title__icontains=words) | Q(member__name__icontains=words))
        return stories


class StoryForm(forms.ModelForm):
    """A story: whose, which honour, the words, and the pictures with what they show."""

    subject = forms.ChoiceField(label="写的是谁", error_messages={"required": "请选写的是谁。"})
    honour = forms.ModelChoiceField(
        Honour.objects.none(), label="所获荣誉", required=False, empty_label="（不写明荣誉）"
    )
    drop = forms.ModelMultipleChoiceField(
        StoryPicture.objects.none(), label="删去", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ModelStory
        fields = ["title", "lead", "text"]
        widgets = {
            "title": forms.TextInput(attrs={"placeholder": "例如：三十年守一间实验室"}),
            "lead": forms.Textarea(attrs={"rows": 2, "placeholder": "一两句话，列表和开头用"}),
            "text": forms.Textarea(
                attrs={"rows": 16, "placeholder": "做了什么，难在哪里，结果怎样。用事实和数字说话。"}
            ),
        }
        error_messages = {"title": {"required": "请写标题。"}, "text": {"required": "请写正文。"}}
        help_texts = {"text": "最多 6000 字。空一行另起一段。", "lead": "最多 200 字。"}

    def __init__(
        self, *args: Any, place: Organization, candidates: Sequence[Candidate], honours: HonourQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.members: dict[str, Member] = {str(one.member.pk): one.member for one in candidates}
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in candidates:
            groups.setdefault(one.place, []).append((str(one.member.pk), one.member.name))
        chosen: dict[str, Any] = self.fields
        chosen["subject"].choices = [("", "请选择"), (ITSELF, f"{place}（党组织）"), *groups.items()]
        chosen["honour"].queryset = honours
        chosen["honour"].label_from_instance = lambda one: f"{one.holder}：{one.year}年度{one.title}"
        story = self.instance
        if story.pk is not None:
            self.initial["subject"] = ITSELF if story.member_id is None else str(story.member_id)
            self.initial["honour"] = story.honour_id
            chosen["drop"].queryset = story.evidence.all()
        else:
            del chosen["drop"]
        for place_ in range(NEW_PICTURES):
            chosen[f"photo{place_}"] = FilesField(
                label=f"新照片 {place_ + 1}", widget=forms.ClearableFileInput(attrs={"accept": PICTURES}), help_text=""
            )
            chosen[f"caption{place_}"] = forms.CharField(label="照片说明", max_length=CAPTION_MAX, required=False)

    @property
    def member(self) -> Member | None:
        """Whose story it is; None for the organisation's own."""
        return self.members.get(self.cleaned_data["subject"])

    def clean(self) -> dict[str, Any]:
        """A new picture is a picture and says what it shows; an honour is the subject's own."""
        cleaned = super().clean() or {}
        for number in range(NEW_PICTURES):
            files, caption = cleaned.get(f"photo{number}"), (cleaned.get(f"caption{number}") or "").strip()
            if files and not files[0].content_type.startswith("image/"):
                self.add_error(f"photo{number}", f"“{files[0].name}”不是照片。")
            elif files and not caption:
                self.add_error(f"caption{number}", "请给照片写一句说明：谁，在哪里，做什么。照片要重新选一次。")
            elif caption and not files and f"photo{number}" not in self.errors:
                self.add_error(f"photo{number}", "写了说明，还没有选照片。")
        for picture, caption, dropped in self.pictures:
            if not dropped and not caption.strip():
                self.add_error(None, ValidationError(f"照片“{picture.name}”要写一句说明。"))
            elif len(caption) > CAPTION_MAX:
                self.add_error(None, ValidationError(f"照片“{picture.name}”的说明最多 {CAPTION_MAX} 个字。"))
        honour = cleaned.get("honour")
        if honour is not None and "subject" in cleaned and honour.holder != (self.member or self.place):
            self.add_error("honour", f"“{honour.title}”不是{self.member or self.place}的荣誉。")
        return cleaned

    @property
    def pictures(self) -> list[tuple[StoryPicture, str, bool]]:
        """The pictures already there: each with its words as typed, and whether it is to go."""
        if self.instance.pk is None:
            return []
        gone = set(self.data.getlist("drop")) if self.is_bound and hasattr(self.data, "getlist") else set()
        return [
            (
                one,
                self.data.get(f"caption-{one.pk}", one.caption) if self.is_bound else one.caption,
                str(one.pk) in gone,
            )
            for one in self.instance.evidence.all()
        ]

    @property
    def new_pictures(self) -> Iterator[tuple[Any, Any]]:
        """The rows for new pictures: the file, what it shows."""
        return ((self[f"photo{number}"], self[f"caption{number}"]) for number in range(NEW_PICTURES))

    def entry(self) -> Entry:
        """Return what was typed, for the action."""
        cleaned = self.cleaned_data
        return Entry(
            member=self.member,
            honour=cleaned["honour"],
            title=cleaned["title"],
            lead=cleaned["lead"],
            text=cleaned["text"],
            captions={picture.pk: caption.strip() for picture, caption, _ in self.pictures},
            drop=[picture.pk for picture in cleaned.get("drop") or ()],
            pictures=[
                (f"photo{number}", cleaned[f"photo{number}"][0], cleaned[f"caption{number}"])
                for number in range(NEW_PICTURES)
                if cleaned.get(f"photo{number}")
            ],
        )


class AnswerForm(forms.Form):
    """What the person says when he does not agree."""

    note = forms.CharField(
        label="您的意见",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "哪里写得不对，希望怎么改（选填）"}),
    )


class ConsentForm(forms.Form):
    """On what day somebody without an account agreed."""

    agreed_on = forms.DateField(
        label="本人同意的日期",
        widget=day_input(),
        error_messages={"required": "请填本人同意的日期。", "invalid": "日期请写成 2011-06-30 的样子。"},
    )
