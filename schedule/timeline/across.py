"""From left to right, for desks and paper."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from schedule import calendar
from schedule.models import Milestone, Phase
from schedule.timeline.shapes import GAP, Box, Line, Mark, Picture, Scale, Story, Word, lanes, reach, text_width

WIDTH = 1160.0
PLOT_AT, PLOT_LENGTH = 70.0, 1080.0
SIZE, SMALL = 16.0, 13.0
YEARS_AT, YEAR_HEIGHT, MONTHS_AT = 36.0, 30.0, 84.0
SEMESTERS_AT, SEMESTER_HEIGHT = 104.0, 40.0
PHASES_AT, PHASE_HEIGHT, PHASE_STEP = 172.0, 46.0, 60.0


def across(story: Story, on: date) -> Picture:
    """Lay the campaign out from left to right."""
    scale = Scale(*story.span(), PLOT_AT, PLOT_LENGTH)
    phases, phases_end = _phases_across(story.phases, scale, on)
    milestones_at = phases_end + 26
    marks, bottom = _milestones_across(story.milestones, scale, milestones_at, on)
    picture = Picture(WIDTH, bottom + 14)
    picture.years, picture.months, picture.ticks = _axis_across(scale, bottom)
    picture.heads = [
        Word("学期", 0, SEMESTERS_AT + SEMESTER_HEIGHT / 2),
        Word("阶段", 0, PHASES_AT + PHASE_HEIGHT / 2),
        Word("节点", 0, milestones_at),
    ]
    picture.semesters = _semesters_across(story, scale, on)
    picture.phases, picture.milestones = phases, marks
    if scale.shows(on):
        x = scale.start(on)
        picture.today = Line(x, 26, x, milestones_at - 14)
        picture.today_flag = _today_flag(f"今天 {on.year}年{on.month}月{on.day}日", x)
    return picture


def _today_flag(text: str, x: float) -> Box:
    wide = text_width(text, SIZE) + GAP * 2
    left = round(min(max(x - wide / 2, 0), WIDTH - wide), 1)
    return Box(left, 0, round(wide, 1), 26, words=(Word(text, round(left + wide / 2, 1), 13, "middle"),))


def _axis_across(scale: Scale, bottom: float) -> tuple[list[Box], list[Word], list[Line]]:
    months = list(calendar.months(scale.first, scale.last))
    years = []
    for year, group in groupby(months, key=lambda month: month.year):
        first, *rest = list(group)
        x, end = scale.start(first), scale.start(calendar.after_month((rest or [first])[-1]))
        name = Word(f"{year}年", x + GAP, YEARS_AT + YEAR_HEIGHT / 2)
        years.append(Box(x, YEARS_AT, round(end - x, 1), YEAR_HEIGHT, words=(name,)))
    words = [
        Word(
            str(month.month),
            scale.middle(month, calendar.after_month(month) - timedelta(days=1)),
            MONTHS_AT - 6,
            "middle",
        )
        for month in months
    ]
    ticks = [Line(box.x, YEARS_AT, box.x, bottom) for box in years[1:]]
    return years, words, ticks


def _semesters_across(story: Story, scale: Scale, on: date) -> list[Box]:
    boxes = []
    for semester in story.semesters:
        x, end, until = (
            scale.start(semester.starts_on),
            scale.end(semester.ends_on),
            scale.end(semester.reporting_until),
        )
        standing = semester.standing(on)
        word = Word(semester.short_label, (x + end) / 2, SEMESTERS_AT + SEMESTER_HEIGHT / 2, "middle")
        if until > end:
            boxes.append(Box(end, SEMESTERS_AT, round(until - end, 1), SEMESTER_HEIGHT, "vacation", standing))
        boxes.append(Box(x, SEMESTERS_AT, round(end - x, 1), SEMESTER_HEIGHT, "term", standing, words=(word,)))
    return boxes


def _phases_across(phases: Sequence[Phase], scale: Scale, on: date) -> tuple[list[Box], float]:
    """Return the bars and where the lowest ends; a lane is free where neither a bar nor its title is."""
    bars = [(scale.start(phase.starts_on), scale.end(phase.ends_on)) for phase in phases]
    titles = [_title_of(phase, bar, scale) for phase, bar in zip(phases, bars, strict=True)]
    rows = lanes([(min(x, first), max(end, last)) for (x, end), (*_, first, last) in zip(bars, titles, strict=True)])
    boxes = []
    for phase, (x, end), (at, anchor, *_), row in zip(phases, bars, titles, rows, strict=True):
        y = PHASES_AT + row * PHASE_STEP
        words = (Word(phase.title, at, y + 18, anchor, strong=True), Word(phase.label, at, y + 36, anchor))
        boxes.append(Box(x, y, round(end - x, 1), PHASE_HEIGHT, "phase", phase.standing(on), words, x <= at < end))
    return boxes, PHASES_AT + max(rows, default=0) * PHASE_STEP + PHASE_HEIGHT


def _title_of(phase: Phase, bar: tuple[float, float], scale: Scale) -> tuple[float, str, float, float]:
    """Return where the title stands, its anchor, and its reach: in the bar if it fits, else after it, else before it."""
    x, end = bar
    wide = max(text_width(phase.title, SIZE), text_width(phase.label, SMALL)) + GAP * 2
    if wide <= end - x:
        return x + GAP * 1.5, "start", x, end
    if end + wide <= scale.at + scale.length:
        return end + GAP, "start", end, end + wide
    return x - GAP, "end", x - wide, x


def _milestones_across(milestones: Sequence[Milestone], scale: Scale, at: float, on: date) -> tuple[list[Mark], float]:
    shown = [milestone for milestone in milestones if scale.shows(milestone.date)]
    points = [scale.middle(one.date, one.last_day) for one in shown]
    titles = [_kept_inside(Word(one.title, x, at, "middle"), SIZE) for one, x in zip(shown, points, strict=True)]
    rows = lanes([_reach_of(title, milestone) for title, milestone in zip(titles, shown, strict=True)])
    marks = []
    for milestone, x, title, row in zip(shown, points, titles, rows, strict=True):
        y = at + 28 + row * 46
        words = (
            Word(title.text, title.x, y, title.anchor, strong=True),
            Word(milestone.spoken_date, title.x, y + 19, title.anchor),
        )
        marks.append(Mark(x, at, Line(x, YEARS_AT + YEAR_HEIGHT, x, at), milestone.standing(on), words))
    return marks, at + (28 + max(rows) * 46 + 24 if rows else 0)


def _reach_of(title: Word, milestone: Milestone) -> tuple[float, float]:
    (first, last), (left, right) = (
        reach(title, SIZE),
        reach(Word(milestone.spoken_date, title.x, 0, title.anchor), SMALL),
    )
    return min(first, left), max(last, right)


def _kept_inside(word: Word, size: float) -> Word:
    """Turn a centred word so that it does not run off the picture."""
    start, end = reach(word, size)
    if start < 0:
        return Word(word.text, 0, word.y, "start")
    if end > WIDTH:
        return Word(word.text, WIDTH, word.y, "end")
    return word
