"""典型事迹: written, shown to whom they are about, agreed to by him, corrected. Whatever changes the words takes his yes away."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from awards.models import Honour, ModelStory, StoryPicture
from awards.rules import honours as rules
from awards.workflow.stories import STORY
from branches.models import Member, Organization
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from schedule import outbox
from schedule.actions.evidence import attach, detach
from schedule.queries.activities import candidates_for

COLUMNS = ("member", "honour", "title", "lead", "text")
WORDS = ("member", "title", "lead", "text", "pictures")  # what a person agrees to
PICTURES_MOST = 9


@dataclass(frozen=True)
class Entry:
    """A story as the form gives it. ``captions`` map the number of a picture already there to what it says, ``drop`` are those to go;
    ``pictures`` are new ones: the form's field, the file, what it says."""

    member: Member | None
    honour: Honour | None
    title: str
    lead: str
    text: str
    captions: Mapping[int, str] = field(default_factory=dict)
    drop: Collection[int] = ()
    pictures: Sequence[tuple[str, Accepted, str]] = ()


def new_form(place: Organization) -> FormKey:
    """Name the form in which a new story of the organisation is written."""
    return FormKey("awards.story.new", place.pk)


def edit_form(story: ModelStory) -> FormKey:
    """Name the form in which it is changed."""
    return FormKey("awards.story", story.pk)


@transaction.atomic
def write_story(*, place: Organization, entry: Entry, by: User, on: date) -> ModelStory:
    """Write a story of the organisation or of one of its members. Raises Refused, ValidationError."""
    require(rules.may_write(place, by, on))
    story = ModelStory(organization=place, by=by)
    _take_over(story, entry, on)
    story.save()
    _hang_on(story, entry, by)
    drafts.forget(form=new_form(place), by=by)
    log.record(verb="write_story", label="撰写典型事迹", obj=story, category=LogEntry.Category.CHANGE, by=by, on=on)
    return story


@transaction.atomic
def change_story(*, story: ModelStory, entry: Entry, version: int, by: User, on: date) -> None:
    """Change a draft. Where words or pictures change, the person is asked anew. Raises Refused, Conflict, ValidationError."""
    require(rules.may_edit(story, by, on))
    before = _told(story)
    _take_over(story, entry, on)
    save_version(story, COLUMNS, version=version)
    _hang_on(story, entry, by)
    after = _told(ModelStory.objects.get(pk=story.pk))
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if changes.keys() & set(WORDS) and (story.agreed_on or story.asked_on):
        story.asked_on = story.agreed_on = None
        ModelStory.objects.filter(pk=story.pk).update(asked_on=None, agreed_on=None)
    drafts.forget(form=edit_form(story), by=by)
    log.record(
        verb="change_story",
        label="修改典型事迹",
        obj=story,
        changes=changes,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


def move_story(*, story: ModelStory, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Publish, take down, leave off or begin anew. Raises Refused; Overtaken when it has changed since, be it only the person's answer."""
    STORY.move(story, verb, note=note, version=story.version if version is None else version, by=by, on=on)


# ---- the person's consent ----


@transaction.atomic
def ask_consent(*, story: ModelStory, version: int, by: User, on: date) -> None:
    """Ask the person whether this may be read by everybody; a letter goes to him. Raises Refused, Conflict."""
    require(rules.may_ask(story, by, on))
    story.asked_on = on
    save_version(story, ["asked_on"], version=version)
    log.record(verb="ask_consent", label="征求本人意见", obj=story, by=by, on=on)
    to = [story.member] if story.member is not None else []
    outbox.post(letter="story_consent", obj=story, to=to, slot=f"v{story.version}", due_on=None, by=by, on=on)


@transaction.atomic
def agree(*, story: ModelStory, version: int, by: User, on: date) -> None:
    """The person agrees to the words and pictures as he read them. Raises Refused; Conflict when they have changed since."""
    require(rules.may_answer(story, by, on))
    story.agreed_on = on
    save_version(story, ["agreed_on"], version=version)
    log.record(verb="agree", label="本人同意公开", obj=story, by=by, on=on)
    outbox.post(letter="story_agreed", obj=story, to=[story.by], slot=f"v{story.version}", due_on=None, by=by, on=on)


@transaction.atomic
def decline(*, story: ModelStory, note: str, version: int, by: User, on: date) -> None:
    """The person does not agree, or no more, and may say what should be different; the writer is told. Raises Refused, Conflict."""
    require(rules.may_decline(story, by, on))
    label = "本人不同意公开" if story.agreed_on is None else "本人收回同意"
    story.asked_on = story.agreed_on = None
    save_version(story, ["asked_on", "agreed_on"], version=version)
    note = note.strip()
    log.record(verb="decline", label=label, obj=story, note=note, by=by, on=on)
    outbox.post(
        letter="story_declined",
        obj=story,
        to=[story.by],
        slot=f"v{story.version}",
        due_on=None,
        note=note,
        by=by,
        on=on,
    )


@transaction.atomic
def note_consent(*, story: ModelStory, agreed_on: date, version: int, by: User, on: date) -> None:
    """Note on what day somebody without an account agreed. Raises Refused, Conflict, ValidationError."""
    require(rules.may_note_consent(story, by, on))
    if agreed_on > on:
        raise ValidationError({"agreed_on": "同意的日期不能晚于今天。"})
    story.agreed_on = agreed_on
    save_version(story, ["agreed_on"], version=version)
    log.record(verb="note_consent", label="登记本人同意公开", obj=story, note=f"{agreed_on:%Y-%m-%d}", by=by, on=on)


# ---- what was typed ----


def _take_over(story: ModelStory, entry: Entry, on: date) -> None:
    for name in COLUMNS:
        setattr(story, name, getattr(entry, name))
    story.full_clean(exclude=["path"], validate_constraints=False)
    if entry.member is not None:
        known = [one.member.pk for one in candidates_for(story.organization, {on})]
        before = ModelStory.objects.filter(pk=story.pk, member=entry.member) if story.pk else ModelStory.objects.none()
        if entry.member.pk not in known and not before.exists():
            raise ValidationError({"subject": f"{entry.member}不是{story.organization}的党员。"})
    honour = entry.honour
    if honour is not None and honour.holder != story.subject:
        raise ValidationError({"honour": f"“{honour.title}”不是{story.subject}的荣誉。"})


def _hang_on(story: ModelStory, entry: Entry, by: User) -> None:
    detach(entry=story, numbers=entry.drop)
    there = StoryPicture.objects.filter(
        entry=story
    )  # afresh: the story may have been fetched with those that just went
    for picture in there:
        caption = entry.captions.get(picture.pk, picture.caption).strip()
        if not caption:
            raise ValidationError(f"照片“{picture.name}”要写一句说明。")
        if caption != picture.caption:
            picture.caption = caption
            picture.full_clean(exclude=["file"], validate_constraints=False)
            picture.save(update_fields=["caption"])
    if there.count() + len(entry.pictures) > PICTURES_MOST:
        raise ValidationError(f"一篇事迹最多放 {PICTURES_MOST} 张照片。")
    for name, file, caption in entry.pictures:
        if not caption.strip():
            raise ValidationError({name: "请给照片写一句说明。"})
        attach(
            entry=story, files=[file], organization=story.organization_id, by=by, field=name, caption=caption.strip()
        )


def _told(story: ModelStory) -> dict[str, Any]:
    """Return the story in JSON terms."""
    told: dict[str, Any] = {name: str(getattr(story, name) or "") for name in COLUMNS}
    told["pictures"] = [f"{one.pk} {one.caption}" for one in story.evidence.order_by("pk")]
    return told
