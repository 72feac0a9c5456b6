"""Where the campaign stands, in sentences."""

from datetime import date

from schedule import calendar
from schedule.models import Milestone
from schedule.states.plan import Standing
from schedule.timeline.shapes import Story


def in_words(story: Story, on: date) -> str:
    """Say which day of the campaign it is, what runs, and what comes next."""
    campaign = story.campaign
    match campaign.standing(on):
        case Standing.AHEAD:
            return f"活动将于{_spoken(campaign.starts_on)}开始，还有{(campaign.starts_on - on).days}天。"
        case Standing.OVER:
            return f"活动已于{_spoken(campaign.ends_on)}结束，历时{calendar.days_between(campaign.starts_on, campaign.ends_on)}天。"
    day, days = (
        calendar.days_between(campaign.starts_on, on),
        calendar.days_between(campaign.starts_on, campaign.ends_on),
    )
    return f"{_spoken(on)}是活动的第{day}天（共{days}天）。" + _running(story, on) + _next(story, on)


def distance(milestone: Milestone, on: date) -> str:
    """Say how far off a milestone is."""
    match milestone.standing(on):
        case Standing.AHEAD:
            return f"还有{(milestone.date - on).days}天"
        case Standing.OVER:
            return f"已过{(on - milestone.last_day).days}天"
    return "就在今天" if milestone.date == milestone.last_day else f"就在{milestone.spoken_date}"


def _running(story: Story, on: date) -> str:
    phases = "、".join(f"“{phase.title}”" for phase in story.phases if phase.standing(on) == Standing.RUNNING)
    semester = next((one for one in story.semesters if one.standing(on) == Standing.RUNNING), None)
    said = f"正在进行{phases}" if phases else "两个阶段之间"
    if semester is None:
        return f"{said}。"
    return f"{said}，{semester.label}{'假期' if on > semester.ends_on else ''}。"


def _next(story: Story, on: date) -> str:
    coming = next((one for one in story.milestones if one.standing(on) != Standing.OVER), None)
    if coming is None:
        return ""
    if coming.standing(on) == Standing.RUNNING:
        return f"“{coming.title}”{distance(coming, on)}。"
    return f"距“{coming.title}”{distance(coming, on)}。"


def _spoken(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
