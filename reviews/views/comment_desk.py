"""A leader's desk in a round: for whom one writes, about whom, by the posts of which day; and where one sits down at it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.drafts import FormKey
from branches.models import Member
from chuangxian.verdicts import Verdict, no, require
from reviews.actions.comments import form_for
from reviews.models import CommentRound, LeaderComment
from reviews.queries import comment_desk
from reviews.queries.comment_pile import Line, Pile, pile_of, piles_of
from reviews.queries.comments import with_problems
from reviews.rules import comments as rules
from reviews.rules.rounds import is_running
from reviews.states import SubjectKind
from reviews.views import Request

ABOVE = "above"  # ?for=above: what somebody above the unit said


@dataclass
class Desk:
    """A round, for whom one writes in it, and by the posts of which day."""

    request: Request
    round: CommentRound
    commentator: Member | None
    day: date

    @cached_property
    def pile(self) -> Pile:
        """All the commentator may comment on."""
        return pile_of(self.round, self.commentator, self.day)

    @property
    def is_own(self) -> bool:
        """One writes for oneself."""
        return self.commentator is not None and self.commentator == self.request.standing.member

    @property
    def runs(self) -> Verdict:
        """Whether anything can still be written."""
        return is_running(self.round, self.request.standing, self.request.on)

    @property
    def query(self) -> str:
        """What the addresses of this walk carry along."""
        asked: dict[str, str] = {}
        if not self.is_own:
            asked["for"] = str(self.commentator.pk) if self.commentator is not None else ABOVE
        if self.day != self.request.on:
            asked["day"] = f"{self.day}"
        return f"?{urlencode(asked)}" if asked else ""

    def url(self, line: Line | None = None, view: str = "comment_write") -> str:
        """Return the page of a sheet, or without a line of the pile."""
        subject = [line.target.address] if line is not None else []
        return reverse(f"reviews:{view}", args=[self.round.pk, *subject]) + self.query


def desk_at(request: Request, pk: int) -> Desk:
    """Return the desk the address names. Refused to whom it is not; whether the round still runs is asked apart (`Desk.runs`)."""
    rounds = CommentRound.objects.visible_to(request.standing, request.on)
    round_: CommentRound = get_object_or_404(rounds.select_related("organization", "semester"), pk=pk)
    asked = request.GET.get("for", "")
    commentator = request.standing.member
    if asked:
        commentator = None if asked == ABOVE else comment_desk.commentator_named(asked, round_)
        if commentator is None and asked != ABOVE:
            raise Http404
    elif commentator is None:
        require(no("点评由书记、副书记和党小组长作出；代为登记，请从“代为登记点评”进入。"))
    require(rules.may_write_for(round_, commentator, request.standing, request.on))
    return Desk(request, round_, commentator, _day(request, round_))


def _day(request: Request, round_: CommentRound) -> date:
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:
        day = None
    return day if day is not None and round_.opens_on <= day <= request.on else request.on


def line_at(at: Desk, subject: str) -> Line:
    """Return the line of the pile an address names, as in ``member-12``."""
    line = at.pile.find(subject)
    if line is None:
        kind, _, number = subject.partition("-")
        if kind not in SubjectKind.values or not (number.isdecimal() and len(number) < 10):
            raise Http404
        require(
            no("这一位不归您点评：点评由上一级组织的书记、副书记作出，党员也由本支部的书记、副书记和本组的组长点评。")
        )
    assert line is not None
    return line


def form_at(at: Desk, line: Line) -> FormKey:
    """Return under what the words typed for a line are kept."""
    return form_for(at.round, at.commentator, line.target.address)


def mine_at(at: Desk, line: Line) -> LeaderComment | None:
    """Return the sheet as it lies in the database, when this person may see it."""
    if line.mine is None:
        return None
    visible = LeaderComment.objects.visible_to(at.request.standing, at.request.on)
    found: LeaderComment | None = with_problems(visible).filter(pk=line.mine.pk).first()
    if found is None:
        require(no("这张点评表已经有人在起草（点评人本人或者办公室），请先联系，避免写重。"))
    return found


def rows_of(at: Desk, lines: Iterable[Line]) -> list[tuple[Line, str]]:
    """Return lines of the pile with the page of each sheet."""
    return [(line, at.url(line)) for line in lines]


# ---- the pages ----


@require_safe
def comment_pile(request: Request, pk: int) -> HttpResponse:
    """All one may comment on in a round, and how each sheet stands."""
    at = desk_at(request, pk)
    require(at.runs)
    if not at.pile.lines:
        require(no("这一轮没有归您点评的组织和党员。"))
    next_open = at.pile.next_open()
    context = {
        "at": at,
        "round": at.round,
        "pile": at.pile,
        "rows": rows_of(at, at.pile.duty),
        "besides": rows_of(at, at.pile.besides),
        "next_url": at.url(next_open) if next_open is not None else "",
        "on": request.on,
    }
    return render(request, "reviews/comment_pile.html", context)


@require_safe
def comment_register(request: Request, pk: int) -> HttpResponse:
    """Choose for whom to write: each leader with what his level owes, and what somebody above the unit said."""
    rounds = CommentRound.objects.visible_to(request.standing, request.on).select_related("organization", "semester")
    round_: CommentRound = get_object_or_404(rounds, pk=pk)
    require(rules.may_register(round_, request.standing, request.on))
    day = _day(request, round_)
    rows = [
        (leader, pile, Desk(request, round_, leader, day).url(view="comment_pile"))
        for leader, pile in piles_of(round_, day).items()
    ]
    above = Desk(request, round_, None, day)
    context = {
        "round": round_,
        "day": day,
        "rows": rows,
        "above": above.pile,
        "above_url": above.url(view="comment_pile"),
    }
    return render(request, "reviews/comment_register.html", context)
