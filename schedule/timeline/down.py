"""From top to bottom, for phones."""

from datetime import date, timedelta
from itertools import groupby

from schedule import calendar
from schedule.models import Milestone, Phase
from schedule.timeline.shapes import Box, Line, Mark, Picture, Scale, Story, Word, lanes, wrapped

WIDTH = 358.0
YEARS_AT, MONTHS_END, TODAY_AT, TODAY_WIDTH = 0.0, 60.0, 30.0, 34.0
TERMS_AT, TERM_WIDTH = 66.0, 58.0
MARKS_AT, LANES_AT, LANE_WIDTH, LANE_STEP = 132.0, 141.0, 13.0, 18.0
TOP, MONTH_HEIGHT = 34.0, 26.0
SIZE, SMALL, LINE = 14.0, 12.0, 17.0


def down(story: Story, on: date) -> Picture:
    """Lay the campaign out from top to bottom, the words in a column at the right."""
    first, last = story.span()
    months = list(calendar.months(first, last))
    scale = Scale(first, last, TOP, MONTH_HEIGHT * len(months))
    bottom = TOP + scale.length
    rows = lanes([(scale.start(phase.starts_on), scale.end(phase.ends_on)) for phase in story.phases])
    words_at = LANES_AT + (max(rows, default=0) + 1) * LANE_STEP + 4
    picture = Picture(WIDTH, bottom + 10)
    picture.heads = [Word("学期", TERMS_AT + TERM_WIDTH / 2, 16, "middle"), Word("阶段与节点", MARKS_AT - 7, 16)]
    picture.years = _years_down(months, scale)
    picture.months = [
        Word(
            f"{month.month}月", MONTHS_END, scale.middle(month, calendar.after_month(month) - timedelta(days=1)), "end"
        )
        for month in months
    ]
    picture.ticks = [Line(0, box.y, WIDTH, box.y) for box in picture.years]
    picture.semesters = _semesters_down(story, scale, on)
    _events_down(picture, story, scale, rows, words_at, on)
    if scale.shows(on):
        y = scale.start(on)
        picture.today = Line(TODAY_AT, y, words_at, y)
        word = Word("今天", TODAY_AT + TODAY_WIDTH / 2, y, "middle")
        picture.today_flag = Box(TODAY_AT, y - 9, TODAY_WIDTH, 18, words=(word,))
    return picture


def _years_down(months: list[date], scale: Scale) -> list[Box]:
    boxes = []
    for year, group in groupby(months, key=lambda month: month.year):
        listed = list(group)
        y = scale.start(listed[0])
        height = round(scale.start(calendar.after_month(listed[-1])) - y, 1)
        boxes.append(Box(0, y, WIDTH, height, words=(Word(f"{year}", YEARS_AT, y + MONTH_HEIGHT / 2),)))
    return boxes


def _semesters_down(story: Story, scale: Scale, on: date) -> list[Box]:
    boxes = []
    for semester in story.semesters:
        y, end, until = (
            scale.start(semester.starts_on),
            scale.end(semester.ends_on),
            scale.end(semester.reporting_until),
        )
        standing = semester.standing(on)
        word = Word(semester.short_label, TERMS_AT + TERM_WIDTH / 2, (y + end) / 2, "middle")
        if until > end:
            boxes.append(Box(TERMS_AT, end, TERM_WIDTH, round(until - end, 1), "vacation", standing))
        boxes.append(Box(TERMS_AT, y, TERM_WIDTH, round(end - y, 1), "term", standing, words=(word,)))
    return boxes


def _events_down(picture: Picture, story: Story, scale: Scale, rows: list[int], words_at: float, on: date) -> None:
    """Place phases and milestones by time; words that would touch move down, a thin line leads back to their thing."""
    free_from = TOP
    for event, number in _by_time(story, scale):
        if isinstance(event, Phase):
            x, y = LANES_AT + rows[number - 1] * LANE_STEP, scale.start(event.starts_on)
            when, leader_x, leader_y = event.label, x + LANE_WIDTH, y + 1
        else:
            x, y = MARKS_AT, scale.middle(event.date, event.last_day)
            when, leader_x, leader_y = event.spoken_date, x, y
        top = round(max(y, free_from), 1)
        words, free_from = _words_down(event.title, when, words_at, top)
        picture.leaders.append(Line(leader_x, leader_y, words_at, top + 8))
        if isinstance(event, Phase):
            height = round(scale.end(event.ends_on) - y, 1)
            picture.phases.append(Box(x, y, LANE_WIDTH, height, "phase", event.standing(on), words))
        else:
            picture.milestones.append(Mark(x, y, Line(TERMS_AT, y, MARKS_AT, y), event.standing(on), words))
    picture.height = max(picture.height, free_from)


def _words_down(title: str, when: str, at: float, top: float) -> tuple[tuple[Word, ...], float]:
    """Return title and time as lines of words that fit, and where the next ones may begin."""
    x, room = at + 6, WIDTH - at - 6
    lines = [(line, True) for line in wrapped(title, room, SIZE)] + [
        (line, False) for line in wrapped(when, room, SMALL)
    ]
    words = tuple(
        Word(line, x, round(top + 12 + number * LINE, 1), strong=strong) for number, (line, strong) in enumerate(lines)
    )
    return words, top + len(lines) * LINE + 6


def _by_time(story: Story, scale: Scale) -> list[tuple[Phase | Milestone, int]]:
    """Phases with their numbers and milestones with 0, in the order of their days."""
    events: list[tuple[date, int, Phase | Milestone]] = [
        *((phase.starts_on, number, phase) for number, phase in enumerate(story.phases, start=1)),
        *((one.date, 0, one) for one in story.milestones if scale.shows(one.date)),
    ]
    return [(event, number) for _, number, event in sorted(events, key=lambda event: event[:2])]
