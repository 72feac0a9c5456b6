"""What a picture consists of, and the scale its days lie on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from schedule import calendar
from schedule.models import Campaign, Milestone, Phase, Semester

GAP = 8.0  # the least room between two things beside each other


@dataclass(frozen=True)
class Word:
    """A word, anchored at its start, middle or end; ``strong`` is a title."""

    text: str
    x: float
    y: float
    anchor: str = "start"
    strong: bool = False


@dataclass(frozen=True)
class Box:
    """A rectangle with its standing (ahead, running, over) and the words that belong to it."""

    x: float
    y: float
    width: float
    height: float
    kind: str = ""
    standing: str = ""
    words: tuple[Word, ...] = ()
    inside: bool = True


@dataclass(frozen=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Mark:
    """A milestone: a point, the line through the picture, and its words."""

    x: float
    y: float
    line: Line
    standing: str
    words: tuple[Word, ...]


@dataclass
class Picture:
    """Everything to draw, in order from back to front."""

    width: float
    height: float
    years: list[Box] = field(default_factory=list)
    months: list[Word] = field(default_factory=list)
    ticks: list[Line] = field(default_factory=list)
    heads: list[Word] = field(default_factory=list)
    semesters: list[Box] = field(default_factory=list)
    phases: list[Box] = field(default_factory=list)
    leaders: list[Line] = field(default_factory=list)
    milestones: list[Mark] = field(default_factory=list)
    today: Line | None = None
    today_flag: Box | None = None


@dataclass(frozen=True)
class Scale:
    """Days on a line of ``length`` that begins ``at``."""

    first: date
    last: date
    at: float
    length: float

    def start(self, day: date) -> float:
        """Where the day begins."""
        days = calendar.days_between(self.first, self.last)
        inside = min(max((day - self.first).days, 0), days)
        return round(self.at + self.length * inside / days, 1)

    def end(self, day: date) -> float:
        """Where the day ends."""
        return self.start(day + timedelta(days=1))

    def middle(self, first: date, last: date) -> float:
        """Where the middle of some days lies."""
        return round((self.start(first) + self.end(last)) / 2, 1)

    def shows(self, day: date) -> bool:
        """Whether the day lies on the line."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Story:
    """What the picture tells."""

    campaign: Campaign
    phases: Sequence[Phase]
    semesters: Sequence[Semester]
    milestones: Sequence[Milestone]

    def span(self) -> tuple[date, date]:
        """Return the first and the last day shown: whole months around the campaign and its semesters."""
        first = min([self.campaign.starts_on, *(semester.starts_on for semester in self.semesters)])
        last = max([self.campaign.ends_on, *(milestone.last_day for milestone in self.milestones)])
        return calendar.first_of_month(first), calendar.after_month(last) - timedelta(days=1)


def text_width(text: str, size: float) -> float:
    """Estimate how wide a text is: a Chinese character is square, others about half as wide."""
    return sum(size if ord(letter) > 0x2E7F else size * 0.56 for letter in text)


def lanes(stretches: Sequence[tuple[float, float]]) -> list[int]:
    """Give each stretch the first lane where it touches nothing placed before it."""
    ends: list[float] = []
    given = []
    for start, end in stretches:
        lane = next((number for number, until in enumerate(ends) if until + GAP <= start), len(ends))
        ends[lane:] = [end, *ends[lane + 1 :]]
        given.append(lane)
    return given


def reach(word: Word, size: float) -> tuple[float, float]:
    """Return where a word begins and ends."""
    wide = text_width(word.text, size)
    start = {"start": word.x, "middle": word.x - wide / 2, "end": word.x - wide}[word.anchor]
    return start, start + wide


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines that fit; Chinese breaks anywhere, but a line does not begin with a closing mark."""
    lines = [""]
    for letter in text:
        if text_width(lines[-1] + letter, size) > width and lines[-1] and letter not in "，。；：、！？”’）》":
            lines.append("")
        lines[-1] += letter
    return lines
