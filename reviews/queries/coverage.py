"""Nobody left out: every organisation and member, semester by semester, with pledge, self-review and comment.

What was not asked (no cycle, no round, not yet a member) is no gap; what was asked and is not there is one, by name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min

from branches.models import Membership, Organization
from branches.scope import Standing
from pledges.models import Pledge, PledgeCycle
from pledges.states import State
from reviews.models import CommentRound, LeaderComment, RoundGap, SelfReview
from reviews.queries.subjects import Key, Subject, key_of, narrowed, subjects_under
from reviews.states import GIVEN, Duty, ReviewState
from schedule.models import Campaign, Semester
from schedule.queries.plan import semesters_of

PLEDGE = "pledge"
DUTIES: tuple[tuple[str, str], ...] = (
    (PLEDGE, "承诺"),
    (Duty.SELF_REVIEW.value, "对照检查"),
    (Duty.COMMENT.value, "点评"),
)
Done = dict[tuple[int, Key], int]  # (round or cycle, subject): the number of the record


@dataclass(frozen=True, slots=True)
class Cell:
    """One duty of one subject in one semester. ``asked`` False: nothing was asked; ``reason`` says why a closed round left him out."""

    duty: str
    label: str
    asked: bool = False
    record: int | None = None
    optional: bool = False
    reason: str = ""

    @property
    def done(self) -> bool:
        """It is there."""
        return self.record is not None

    @property
    def missing(self) -> bool:
        """It ought to be there and is not."""
        return self.asked and not self.done and not self.optional

    @property
    def word(self) -> str:
        """Say it in a word."""
        if self.done:
            return "有"
        if not self.asked:
            return "—"
        return "自愿" if self.optional else "缺"


@dataclass(frozen=True, slots=True)
class Line:
    """A subject and its cells, three a semester."""

    subject: Subject
    terms: list["Term"]
    semesters: list[list[Cell]]

    @property
    def columns(self) -> list[tuple["Term", list[Cell]]]:
        """The cells with the semester they belong to."""
        return list(zip(self.terms, self.semesters, strict=True))

    @property
    def gaps(self) -> int:
        """How many are missing."""
        return sum(cell.missing for cells in self.semesters for cell in cells)


@dataclass
class Count:
    """``done`` of those ``asked``: voluntary ones count on both sides, or on neither."""

    asked: int = 0
    done: int = 0

    def add(self, cell: Cell) -> None:
        """Count a cell."""
        if cell.asked and (cell.done or not cell.optional):
            self.asked += 1
            self.done += cell.done


@dataclass(frozen=True)
class Term:
    """A semester on the board, with what was asked in it."""

    semester: Semester
    round: CommentRound | None
    cycle: PledgeCycle | None
    counts: dict[str, Count] = field(default_factory=lambda: {duty: Count() for duty, _ in DUTIES})

    @property
    def totals(self) -> list[tuple[str, Count]]:
        """The three counts with their labels."""
        return [(label, self.counts[duty]) for duty, label in DUTIES]

    @property
    def is_empty(self) -> bool:
        """Nothing was asked of anybody."""
        return not any(count.asked for count in self.counts.values())


@dataclass(frozen=True)
class Board:
    """The whole board of a unit on a day."""

    unit: Organization
    terms: list[Term]
    lines: list[Line]

    def organizations(self) -> list[tuple[Organization, list[Line]]]:
        """The lines of each organisation, its own first."""
        found: dict[int, tuple[Organization, list[Line]]] = {}
        for line in self.lines:
            place = line.subject.organization
            found.setdefault(place.pk, (place, []))[1].append(line)
        return list(found.values())

    @property
    def gaps(self) -> int:
        """How many are missing in all."""
        return sum(line.gaps for line in self.lines)


def unit_of(standing: Standing) -> Organization | None:
    """Return the unit whose board the person reads: that of his first post with a right to read. One query."""
    paths = standing.reading_paths()
    units = [seat.unit_path for seat in standing.seats if any(seat.path.startswith(path) for path in paths)]
    return Organization.objects.filter(path=units[0]).first() if units else None


def board(unit: Organization, campaign: Campaign, *, paths: Sequence[str], on: date) -> Board:
    """Return the board of a unit under ``paths``, by the roster of that day. Ten queries, whatever the number of people and semesters."""
    scope = narrowed(unit.path, paths)
    subjects = subjects_under(scope, on)
    since = _members_since(unit.path)
    rounds = {one.semester_id: one for one in rounds_of(unit)}
    cycles = {one.year: one for one in PledgeCycle.objects.filter(organization=unit)}
    terms = [Term(one, rounds.get(one.pk), _cycle_of(one, cycles)) for one in semesters_of(campaign)]
    pledged, reviewed = pledges_handed_in(cycles.values(), on), self_reviews_handed_in(rounds.values(), on)
    commented, reasons = comments_given(rounds.values(), on), _reasons(rounds.values())
    lines = []
    for subject in subjects:
        row = []
        for term in terms:
            cells = [
                _pledge_cell(subject, term, pledged, since, on),
                _round_cell(Duty.SELF_REVIEW, subject, term, reviewed, reasons, since, on),
                _round_cell(Duty.COMMENT, subject, term, commented, reasons, since, on),
            ]
            for cell in cells:
                term.counts[cell.duty].add(cell)
            row.append(cells)
        lines.append(Line(subject, terms, row))
    return Board(unit, terms, lines)


def _cycle_of(semester: Semester, cycles: dict[int, PledgeCycle]) -> PledgeCycle | None:
    """Return the year's cycle, where it was to be handed in before the semester ended."""
    cycle = cycles.get(semester.starts_on.year)
    return cycle if cycle is not None and cycle.submit_by <= semester.reporting_until else None


def rounds_of(unit: Organization) -> list[CommentRound]:
    """Return the rounds of a unit from first to last. One query."""
    rounds = CommentRound.objects.filter(organization=unit).select_related("semester", "organization")
    return list(rounds.order_by("semester__starts_on"))


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody a round has left out so far."""

    duty: str
    subject: Subject

    @property
    def name(self) -> str:
        """Name it in a form: the duty and the subject."""
        kind, number = self.subject.key
        return f"{self.duty}-{kind}-{number}"

    @property
    def label(self) -> str:
        """What is missing, as people say it."""
        return Duty(self.duty).label


def missing_in(round_: CommentRound, *, paths: Sequence[str] | None = None, on: date) -> list[Missing]:
    """Return who has not handed in a self-review or has not been commented on, duty by duty. Five queries."""
    scope = [round_.path] if paths is None else narrowed(round_.path, paths)
    since = _members_since(round_.path)
    subjects = [one for one in subjects_under(scope, on) if not one.optional and _is_asked(round_, one, since, on)]
    reviewed, commented = self_reviews_handed_in([round_], on), comments_given([round_], on)
    return [
        Missing(duty, subject)
        for duty, done in ((Duty.SELF_REVIEW.value, reviewed), (Duty.COMMENT.value, commented))
        for subject in subjects
        if (round_.pk, subject.key) not in done
    ]


def self_reviews_handed_in(rounds: Iterable[CommentRound], on: date) -> Done:
    """Return the self-reviews handed in by that day, of all these rounds. One query.

    What was handed in and lapsed only with the end of its round had been handed in all the same.
    """
    rows = SelfReview.objects.filter(round__in=[one.pk for one in rounds], first_submitted_on__lte=on)
    rows = rows.exclude(state=ReviewState.DRAFT).exclude(state=ReviewState.LAPSED, round__closed_on__isnull=True)
    rows = rows.order_by("pk")
    return {
        (round_, key_of(member, place)): pk
        for pk, round_, member, place in rows.values_list("pk", "round_id", "member_id", "organization_id")
    }


def comments_given(rounds: Iterable[CommentRound], on: date) -> Done:
    """Return who has been commented on by that day, as member or as secretary, in all these rounds. One query."""
    rows = LeaderComment.objects.filter(round__in=[one.pk for one in rounds], state__in=GIVEN, issued_on__lte=on)
    return {
        (round_, key_of(member, place)): pk
        for pk, round_, member, place in rows.order_by("-pk").values_list(
            "pk", "round_id", "member_id", "organization_id"
        )
    }


def pledges_handed_in(cycles: Iterable[PledgeCycle], on: date) -> Done:
    """Return the pledges handed in by that day, the first edition of each, of all these cycles. One query."""
    rows = Pledge.objects.filter(cycle__in=[one.pk for one in cycles], first_submitted_on__lte=on)
    rows = rows.exclude(state=State.LAPSED).order_by("-edition")
    return {
        (cycle, key_of(member, place)): pk
        for pk, cycle, member, place in rows.values_list("pk", "cycle_id", "member_id", "organization_id")
    }


def _members_since(root: str) -> dict[int, date]:
    """Return since when each has belonged to the unit at ``root``: who only changed branches is not new."""
    rows = Membership.objects.within(root).order_by().values_list("member_id").annotate(first=Min("starts_on"))
    return dict(rows)


def _reasons(rounds: Iterable[CommentRound]) -> dict[tuple[int, str, Key], str]:
    rows = RoundGap.objects.filter(round__in=[one.pk for one in rounds]).order_by()
    return {
        (round_, duty, key_of(member, place)): reason
        for round_, duty, member, place, reason in rows.values_list(
            "round_id", "duty", "member_id", "organization_id", "reason"
        )
    }


def _joined_later(subject: Subject, since: dict[int, date], last: date) -> bool:
    return subject.member is not None and since.get(subject.member.pk, date.max) > last


def _is_asked(round_: CommentRound, subject: Subject, since: dict[int, date], on: date) -> bool:
    """Answer whether a round asks anything of a subject: it has begun, and he did not join only after its last day."""
    return on >= round_.opens_on and not _joined_later(subject, since, round_.closes_on)


def _pledge_cell(subject: Subject, term: Term, done: Done, since: dict[int, date], on: date) -> Cell:
    cycle = term.cycle
    if (
        cycle is None
        or on < max(cycle.starts_on, term.semester.starts_on)
        or _joined_later(subject, since, cycle.ends_on)
    ):
        return Cell(PLEDGE, "承诺")
    return Cell(PLEDGE, "承诺", True, done.get((cycle.pk, subject.key)), subject.optional)


def _round_cell(
    duty: Duty,
    subject: Subject,
    term: Term,
    done: Done,
    reasons: dict[tuple[int, str, Key], str],
    since: dict[int, date],
    on: date,
) -> Cell:
    round_, label = term.round, dict(DUTIES)[duty.value]
    if round_ is None or not _is_asked(round_, subject, since, on):
        return Cell(duty.value, label)
    reason = reasons.get((round_.pk, duty.value, subject.key), "")
    record = None if reason else done.get((round_.pk, subject.key))
    return Cell(duty.value, label, True, record, subject.optional, reason)
