"""Letters and reminders of honours and stories."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings

from awards.models import Honour, ModelStory
from awards.queries import honours as queries
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def honour_url(honour: Honour) -> str:
    """Return the honour's page."""
    return honour.get_absolute_url()


def story_url(story: ModelStory) -> str:
    """Return the story's page, where it is also answered for."""
    return story.get_absolute_url()


register_letter(Letter("honour_entered", "荣誉已登记", honour_url, queries.holders))
register_letter(Letter("honour_revoked", "荣誉被撤销", honour_url, queries.holders))
register_letter(Letter("story_consent", "征求意见：您的事迹是否公开", story_url, queries.subjects_of_story))
register_letter(Letter("story_agreed", "本人同意公开事迹", story_url, queries.writers_of_story))
register_letter(Letter("story_declined", "本人不同意公开事迹", story_url, queries.writers_of_story))
register_letter(Letter("story_published", "典型事迹已发布", story_url, queries.everybody_of_story))
register_letter(Letter("story_withdrawn", "典型事迹已撤下", story_url, queries.everybody_of_story))
register_letter(Letter("story_waits", "您的事迹还在等您答复", story_url))
read_with(Honour, queries.for_work)
read_with(ModelStory, queries.story_for_work)


def stories_waiting(on: date, until: date) -> Iterator[Due]:
    """Stories whose person was asked and has not answered; the day he was asked counts."""
    asked = ModelStory.objects.asking().filter(asked_on__lte=until).select_related("organization", "member", "by")
    for batch in in_batches(asked.order_by("pk")):
        for story in batch:
            yield Due(story, [story.member], story.asked_on, story.asked_on)


def is_unanswered(story: ModelStory, on: date) -> bool:
    """Answer whether the person has still not said anything."""
    return ModelStory.objects.asking().filter(pk=story.pk).exists()


WAITED = tuple(-days for days in settings.ACKNOWLEDGE_WAITING_DAYS)
register_reminder(
    Reminder("story_waits", "典型事迹等待本人答复", "story_waits", WAITED, stories_waiting, is_unanswered)
)
