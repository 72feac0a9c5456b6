"""How a part of the plan stands on a day, in words."""

from datetime import date
from typing import Protocol

from django import template
from django.utils.safestring import SafeString

from chuangxian.templatetags.ui import badge
from schedule import calendar, timeline
from schedule.models import Milestone, Phase, Semester
from schedule.states.plan import Standing

register = template.Library()

_TONES = {Standing.AHEAD: "plain", Standing.RUNNING: "info", Standing.OVER: "neutral"}


class Dated(Protocol):
    """A phase, a semester, a milestone, a campaign."""

    def standing(self, on: date) -> Standing:
        """Say whether it is ahead, running or over."""


@register.simple_tag
def standing(thing: Dated, on: date) -> SafeString:
    """Show 尚未开始, 正在进行 or 已经结束."""
    stands = thing.standing(on)
    return badge(stands.label, _TONES[stands])


@register.filter
def away(milestone: Milestone, on: date) -> str:
    """Return 还有11天, 就在今天 or 已过11天."""
    return timeline.distance(milestone, on)


@register.filter
def days(stretch: Phase | Semester) -> int:
    """Return how many days it lasts, both ends included."""
    return calendar.days_between(stretch.starts_on, stretch.ends_on)
