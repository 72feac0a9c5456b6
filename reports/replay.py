"""Walks the campaign day by day: people do what the story says, then the clock ticks. It is the demo's data and the story's test."""

from collections.abc import Callable
from datetime import date, time, timedelta

from django.db import transaction

from branches.scope import remembering
from chuangxian import clock
from reports.demo.living import LAST_DAY
from reports.demo.story import Story
from schedule import delivery, planner
from schedule.actions.tasks import reach_everybody

# Monday: the machine was not always on, and no reminder was lost by it
OFFICE_DAY = 0


@transaction.atomic
def replay(*, until: date, story: Story | None = None, say: Callable[[date], None] = lambda day: None) -> Story:
    """Live every day from 2010-07-20 to ``until`` or the story's end, both included; mail goes out as it would have. ``say`` hears of each day.

    With ``story``, as an earlier replay returned it, go on where that one ended. One transaction: a story broken off leaves nothing behind.
    """
    story = story or Story()
    day = story.lived_until + timedelta(days=1)
    while day <= min(until, LAST_DAY):
        minutes = 8 * 60 + 30
        for happening in story.on(day):
            minutes = min(minutes + 4, 17 * 60 + 30)
            with clock.standing_on(day, time(*divmod(minutes, 60))), remembering():
                happening(day)
        with clock.standing_on(day, time(8)), remembering():
            if day.weekday() == OFFICE_DAY:
                reach_everybody(day)
                planner.plan(on=day)
                delivery.deliver_all(on=day)
        say(day)
        story.lived_until = day
        day += timedelta(days=1)
    return story
