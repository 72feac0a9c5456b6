"""The tables of the reviews' room: self-reviews, comments, what is put right, coverage, and the results of evaluation."""

from dataclasses import replace

from django.db.models import Q

from reports.catalogue.base import Asked, Tab, held, wide
from reviews.models import EvaluationRound, LeaderComment, SelfReview
from reviews.queries import coverage as review_coverage
from reviews.sheets import comments as comment_sheets
from reviews.sheets import coverage as coverage_sheets
from reviews.sheets import evaluations as evaluation_sheets
from reviews.sheets import scores as score_sheets
from reviews.sheets import self_reviews as review_sheets
from reviews.states import CommentState, ReviewState
from reviews.tally.results import results_of
from schedule.models import ActionItem
from schedule.queries.plan import current_campaign
from schedule.sheets import items as item_sheets


def self_reviews(asked: Asked) -> list[Tab]:
    """对照检查汇总, a standard a row; with the points where points are given."""
    found = SelfReview.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    found = found.exclude(state=ReviewState.LAPSED).filter(round__opens_on__lte=asked.on)
    if asked.semester:
        found = found.filter(round__semester=asked.semester)
    scored = score_sheets.scores_kept(found)
    sheet = review_sheets.SCORED_SUMMARY if scored else review_sheets.SUMMARY
    rows = review_sheets.summary_lines(found, asked.on)
    tabs = [Tab(sheet, rows, found.count, wide(asked, "对照检查汇总", groups=review_sheets.SUMMARY_GROUPS))]
    if scored:
        tabs.append(Tab(score_sheets.SCORES, score_sheets.score_lines(found), found.count, wide(asked, "对照检查计分")))
    return tabs


def comments(asked: Asked) -> list[Tab]:
    """领导点评台账, a problem a row."""
    found = LeaderComment.objects.visible_to(asked.standing, asked.on).within(*asked.paths)
    found = found.exclude(state=CommentState.DRAFT).filter(issued_on__lte=asked.on)
    if asked.semester:
        found = found.filter(round__semester=asked.semester)
    rows = comment_sheets.ledger_lines(found, asked.on)
    options = wide(asked, "领导点评台账", groups=comment_sheets.LEDGER_GROUPS)
    return [Tab(comment_sheets.LEDGER, rows, found.count, options)]


def items(asked: Asked) -> list[Tab]:
    """整改台账: what was raised in the time asked for, and what was still open when it began."""
    found = (
        ActionItem.objects.visible_to(asked.standing, asked.on).within(*asked.paths).filter(raised_on__lte=asked.last)
    )
    if asked.first:
        found = found.filter(raised_on__gte=asked.first) | found.unfinished(asked.first)
    rows = item_sheets.ledger_lines(found, asked.on)
    options = wide(asked, "整改台账", groups=item_sheets.LEDGER_GROUPS)
    return [Tab(item_sheets.LEDGER, rows, found.count, options)]


def coverage(asked: Asked) -> list[Tab]:
    """覆盖情况 of every semester, and the names of who is missing."""
    unit, campaign = review_coverage.unit_of(asked.standing), current_campaign(asked.on)
    if unit is None or campaign is None:
        return []
    board = review_coverage.board(unit, campaign, paths=asked.paths, on=asked.on)
    return [held(*part) for part in coverage_sheets.coverage_parts(board, on=asked.on)]


def evaluations(asked: Asked) -> list[Tab]:
    """群众评议结果, two sheets a round: what `results_of` gives the reader of the subjects in his trees, and the turnout.

    Only what had been published; no remarks, and no committee's own ballot: these stay on the pages of their round.
    """
    found = EvaluationRound.objects.visible_to(asked.standing, asked.on).published().told_to_all()
    found = found.filter(published_on__lte=asked.on)
    if asked.semester:
        whole_year = Q(semester__isnull=True, closes_on__range=(asked.first, asked.last))
        found = found.filter(Q(semester=asked.semester) | whole_year)
    tabs = []
    for round_ in found.select_related("organization", "semester").order_by("closes_on", "pk"):
        results = results_of(round_, asked.standing, asked.on)
        mine = [one for one in results.subjects if one.subject.path.startswith(tuple(asked.paths))]
        if mine:
            kept = replace(results, subjects=tuple(mine), remarks=())
            figures, _, turnout = evaluation_sheets.result_parts(kept, on=asked.on)
            tabs += [held(*figures), held(*turnout)]
    return tabs
