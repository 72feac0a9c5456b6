"""Self and others on one page: how a subject stands before each standard, by its own words and by others', semester by semester.

Nothing here compares one person with another. The levels only place a word on an axis; where no scores are kept they are never shown
as numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from branches.models import Member, Organization
from branches.scope import Standing
from reviews.models import CommentProblem, LeaderComment, SelfReview, SelfReviewLine
from reviews.queries.scores import Total, of_lines
from reviews.states import HANDED_IN, Answer
from schedule.models import ActionItem, Campaign, ScoringScheme, Semester, Standard
from schedule.queries.plan import semesters_of
from schedule.states.items import ItemState
from schedule.states.plan import Target

WORDS = [Answer.GAP.label, Answer.PARTLY.label, Answer.MET.label]  # of the levels 1, 2, 3
GAP, PARTLY, MET = 1, 2, 3
TONES = {GAP: "wait", PARTLY: "info", MET: "good"}
LEVELS = {Answer.GAP: GAP, Answer.PARTLY: PARTLY, Answer.MET: MET}
COMMENT, PROBLEM = LeaderComment._meta.label_lower, CommentProblem._meta.label_lower

Source = tuple[str, int, int]  # what raised an item: model, number, place


class Voice(Enum):
    """Whose view a series is."""

    SELF = "自查"
    LEADER = "领导点评"
    MASSES = "群众评议"


@dataclass(frozen=True, slots=True)
class Named:
    """A problem a leader named, and how far it has come."""

    problem: CommentProblem
    comment: LeaderComment
    item: ActionItem | None
    is_settled: bool

    @property
    def word(self) -> str:
        """How far it has come, as a badge says it."""
        return "已整改" if self.is_settled else "待整改"


@dataclass
class Row:
    """One standard in one semester. ``named`` is None while nobody has commented."""

    standard: Standard
    line: SelfReviewLine | None = None
    named: list[Named] | None = None
    open_items: list[ActionItem] = field(default_factory=list)
    masses: int | None = None

    @property
    def self_level(self) -> int | None:
        """Where one sees oneself."""
        return LEVELS.get(Answer(self.line.answer)) if self.line is not None and self.line.answer else None

    @property
    def leader_level(self) -> int | None:
        """No problem named; all that were named put right; something still open."""
        if self.named is None:
            return None
        if not self.named:
            return MET
        return PARTLY if all(one.is_settled for one in self.named) else GAP

    @property
    def leader_word(self) -> str:
        """The leader's view in words of its own; nothing without a comment."""
        level = self.leader_level
        return {MET: "没有指出问题", PARTLY: "问题已整改", GAP: "问题待整改"}[level] if level is not None else ""

    @property
    def masses_word(self) -> str:
        """The masses' view in the words of the levels; nothing where nobody was asked."""
        return WORDS[self.masses - 1] if self.masses is not None else ""

    @property
    def masses_tone(self) -> str:
        """The colour of the masses' view."""
        return TONES.get(self.masses or 0, "neutral")

    @property
    def self_tone(self) -> str:
        """The colour of one's own answer."""
        return TONES.get(self.self_level or 0, "neutral")

    @property
    def leader_tone(self) -> str:
        """The colour of the leader's view."""
        return TONES.get(self.leader_level or 0, "neutral")

    @property
    def differs(self) -> bool:
        """One says "met" where a leader named a problem."""
        return self.self_level == MET and bool(self.named)

    def level(self, voice: Voice) -> int | None:
        """Return one voice's level."""
        return {Voice.SELF: self.self_level, Voice.LEADER: self.leader_level, Voice.MASSES: self.masses}[voice]

    def points(self, voice: Voice) -> Decimal | None:
        """Return the points of one voice, where scores are kept."""
        if self.line is None:
            return None
        return {Voice.SELF: self.line.self_score, Voice.LEADER: self.line.assessed_score}.get(voice)


@dataclass
class Term:
    """One semester: standard by standard, what was said beside the standards, and where it was said."""

    semester: Semester
    rows: list[Row]
    review: SelfReview | None
    comments: list[LeaderComment]
    elsewhere: list[Named]  # problems named under no standard of these
    open_elsewhere: list[ActionItem]
    self_total: Total | None = None
    assessed_total: Total | None = None

    @property
    def is_empty(self) -> bool:
        """Neither reviewed nor commented on nor rated."""
        return self.review is None and not self.comments and not self.has_masses

    @property
    def has_masses(self) -> bool:
        """The masses have been asked, and it may be shown."""
        return any(row.masses is not None for row in self.rows)

    @property
    def differing(self) -> int:
        """How many standards are seen differently."""
        return sum(row.differs for row in self.rows)

    def row_of(self, standard: Standard) -> Row | None:
        """Return the row of a standard."""
        return next((row for row in self.rows if row.standard.pk == standard.pk), None)


@dataclass(frozen=True)
class View:
    """A subject's semesters from first to last, and the scheme where scores are kept."""

    terms: list[Term]
    scheme: ScoringScheme | None

    def term(self, key: str) -> Term | None:
        """Return the semester asked for; else the last one in which something was said, else the last one."""
        asked = [term for term in self.terms if term.semester.key == key]
        spoken = [term for term in self.terms if not term.is_empty]
        return next(iter([*asked, *reversed(spoken), *reversed(self.terms)]), None)

    def table(self) -> list[tuple[Standard, list[Row | None]]]:
        """Return every standard with its row in every semester."""
        standards = {row.standard.pk: row.standard for term in self.terms for row in term.rows}
        ordered = sorted(standards.values(), key=lambda one: (one.set.order, one.set_id, one.order, one.pk))
        return [(standard, [term.row_of(standard) for term in self.terms]) for standard in ordered]

    def chart(self, term: Term) -> dict[str, Any]:
        """Return a semester's radar: a series for each voice that has spoken, in words, or in points where scores are kept."""
        value = Row.level if self.scheme is None else Row.points
        series = [{"label": voice.value, "values": [_plain(value(row, voice)) for row in term.rows]} for voice in Voice]
        data = {
            "type": "radar",
            "labels": [row.standard.title for row in term.rows],
            "series": [one for one in series if any(each is not None for each in one["values"])],
        }
        return data | ({"words": WORDS} if self.scheme is None else {"most": self.scheme.weight})


def _plain(value: int | Decimal | None) -> int | float | None:
    """Return a number as a chart takes it: 17.5, and 18 rather than 18.0."""
    if value is None or value == int(value):
        return None if value is None else int(value)
    return float(value)


def view_of(
    subject: Organization | Member,
    campaign: Campaign,
    scheme: ScoringScheme | None,
    viewer: Standing,
    on: date,
    masses: Mapping[tuple[int, int], int] | None = None,
) -> View:
    """Return what the viewer may read about the subject in the semesters that have begun. Seven queries, however many there are.

    ``masses``: the masses' level by semester and standard.
    """
    semesters = [semester for semester in semesters_of(campaign) if semester.starts_on <= on]
    target = Target.MEMBER if isinstance(subject, Member) else Target.ORGANIZATION
    standards = list(Standard.objects.filter(set__campaign=campaign, set__target=target).select_related("set"))
    reviews = _reviews(subject, viewer, on)
    comments = _comments(subject, viewer, on)
    items = _items(subject, viewer, on)
    raised = {(item.source_type, item.source_id, item.source_place): item for item in items}
    unfinished = [item for item in items if _is_open(item, on)]
    terms = []
    for semester in semesters:
        review = next((one for one in reviews if one.round.semester_id == semester.pk), None)
        told = [one for one in comments if one.round.semester_id == semester.pk]
        waiting = [item for item in unfinished if item.raised_on <= semester.reporting_until]
        term = _term(semester, review, told, waiting, raised, standards, scheme, on)
        for row in term.rows:
            row.masses = (masses or {}).get((semester.pk, row.standard.pk))
        terms.append(term)
    return View(terms, scheme)


def _of(rows: Any, subject: Organization | Member) -> Any:
    return rows.of_subject(organization=subject.pk, member=subject.pk if isinstance(subject, Member) else None)


def _reviews(subject: Organization | Member, viewer: Standing, on: date) -> list[SelfReview]:
    rows = _of(SelfReview.objects.visible_to(viewer, on), subject)
    handed_in = rows.filter(state__in=HANDED_IN, first_submitted_on__lte=on)
    return list(handed_in.select_related("round").prefetch_related("lines__standard__set"))


def _comments(subject: Organization | Member, viewer: Standing, on: date) -> list[LeaderComment]:
    rows = _of(LeaderComment.objects.visible_to(viewer, on), subject).given()
    told = rows.filter(issued_on__lte=on).select_related("round").prefetch_related("problems__standard")
    return list(told.order_by("held_on", "pk"))


def _items(subject: Organization | Member, viewer: Standing, on: date) -> list[ActionItem]:
    rows = _of(ActionItem.objects.visible_to(viewer, on), subject).filter(raised_on__lte=on)
    return list(rows.select_related("standard", "responsible").order_by("due_on", "pk"))


def _is_open(item: ActionItem, on: date) -> bool:
    return not any(day is not None and day <= on for day in (item.verified_on, item.cancelled_on))


def sources_of(problem: CommentProblem) -> tuple[Source, Source]:
    """Return how the item that a problem raised points back: to the comment by place, or to the problem itself."""
    return (COMMENT, problem.comment_id, problem.place), (PROBLEM, problem.pk, 0)


def _named(comment: LeaderComment, problem: CommentProblem, raised: dict[Any, ActionItem], on: date) -> Named | None:
    """Return how far a problem has come; None when its item was taken back. A comment put right as a whole settles all of its."""
    item = next((raised[source] for source in sources_of(problem) if source in raised), None)
    if item is not None and item.state == ItemState.CANCELLED:
        return None
    day = item.verified_on if item is not None else comment.verified_on
    return Named(problem, comment, item, is_settled=day is not None and day <= on)


def _term(
    semester: Semester,
    review: SelfReview | None,
    comments: list[LeaderComment],
    waiting: list[ActionItem],
    raised: dict[Any, ActionItem],
    standards: Sequence[Standard],
    scheme: ScoringScheme | None,
    on: date,
) -> Term:
    lines = {line.standard_id: line for line in review.lines.all()} if review is not None else {}
    named = [_named(comment, problem, raised, on) for comment in comments for problem in comment.problems.all()]
    by_standard: dict[int | None, list[Named]] = defaultdict(list)
    for one in named:
        if one is not None:
            by_standard[one.problem.standard_id].append(one)
    rows = [
        Row(
            standard,
            lines.get(standard.pk),
            by_standard.get(standard.pk, []) if comments else None,
            [item for item in waiting if item.standard_id == standard.pk],
        )
        for standard in _measured_by(standards, review, {*lines, *by_standard}, semester)
    ]
    known = {row.standard.pk for row in rows}
    self_total, assessed_total = of_lines(lines.values(), scheme)
    return Term(
        semester,
        rows,
        review,
        comments,
        [one for key, found in by_standard.items() if key not in known for one in found],
        [item for item in waiting if item.standard_id not in known],
        self_total,
        assessed_total,
    )


def _measured_by(
    standards: Iterable[Standard], review: SelfReview | None, used: set[int | None], semester: Semester
) -> list[Standard]:
    """Return the standards of the set a review was made by, else of the one in effect; withdrawn ones only where they were used."""
    rows = list(standards)
    sets = {row.set_id: row.set for row in rows}
    if review is not None:
        chosen = review.set_id
    else:
        in_effect = [one for one in sets.values() if one.effective_from <= semester.reporting_until]
        latest = max(in_effect, key=lambda one: (one.effective_from, one.order), default=None)
        chosen = latest.pk if latest is not None else min(sets, default=0)
    return [row for row in rows if row.pk in used or (row.set_id == chosen and row.withdrawn_on is None)]
