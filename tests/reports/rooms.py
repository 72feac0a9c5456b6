"""Every room of the portal with something in it, and the way to everything that can be taken out of them."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse

from awards.models import EligibilityRule, ModelPost, Nomination, Override, PostAssessment
from awards.states import RuleKind
from pledges.models import PledgeItem
from pledges.states import Outcome
from reports.catalogue import REPORTS, SEMESTER_BOOK
from reviews.models import CommentRound, EvaluationRound, RemarkReading, RoundGap
from reviews.states import Duty
from schedule.models import Activity, ActivitySchool, Meeting, Resolution, StudySession
from tests.access.cells import Row
from tests.access.downloads import EXPORTS
from tests.access.table import ACCESS
from tests.access.trying import TODAY
from tests.conftest import Cast
from tests.reviews import build as reviewing
from tests.reviews import comments, evaluations, self_reviews

Built = dict[str, dict[str, Any]]
TEXT = "甲"
# the rows of the access table that fill the rooms, in an order in which one can live beside the other
ROOMS = (
    "reviews:result_sheet to the unit",
    "pledges:evidence_file",
    "schedule:item_evidence",
    "schedule:task_evidence",
    "schedule:study_file",
    "schedule:hours_export",
    "schedule:meeting_file",
    "schedule:activity_file",
    "awards:nomination_file",
    "awards:honour_export",
    "awards:story_picture published",
    "awards:post_export",
    "awards:brand_export",
    "awards:summary_word",
    "branches:roster_export own branch's",
    "branches:roster_import_bad_rows",
    "reports:snapshot_export",
)


def row_named(name: str) -> Row:
    return next(row for row in ACCESS if str(row) == name)


def fill_rooms(cast: Cast) -> Built:
    """Fill them; returns the arguments of the addresses by the name of the URL."""
    round_ = reviewing.round_of(cast.general)
    self_reviews.accepted(round_, cast.dangyuan1, cast.shuji1)
    comments.issued(round_, "member", cast.member1, cast.shuji1)
    found = {row.url: row.args(cast) for row in map(row_named, ROOMS)}
    what_the_rows_leave_out(cast, round_)
    place = {"pk": cast.general.pk}
    return found | {"branches:roster_template": place, "schedule:table_export": place}


def what_the_rows_leave_out(cast: Cast, round_: CommentRound) -> None:
    """A record of every other kind that exports read."""
    by, text = cast.ganshi, TEXT
    Resolution.objects.create(meeting=Meeting.objects.all()[0], text=text, voters_due=3, votes_for=3)
    ActivitySchool.objects.create(activity=Activity.objects.all()[0], name=text)
    RoundGap.objects.create(
        round=round_, duty=Duty.SELF_REVIEW, organization=cast.two, member=cast.member2, reason=text
    )
    PledgeItem.objects.update(outcome=Outcome.UNFULFILLED, explanation=text, settled_on=TODAY)
    PostAssessment.objects.create(post=ModelPost.objects.all()[0], held_on=TODAY, kept=True, text=text, by=by)
    nomination = Nomination.objects.all()[0]
    rule = EligibilityRule.objects.create(category=nomination.category, kind=RuleKind.FULL_MEMBER, sentence=text)
    Override.objects.create(nomination=nomination, rule=rule, sentence=text, reason=text, by=by, on=TODAY)
    StudySession.objects.filter(evidence__isnull=False).update(on=TODAY)
    for remark in evaluations.remarks(EvaluationRound.objects.all()[0], *[text] * settings.REMARKS_FROM):
        RemarkReading.objects.create(remark=remark, shown=text, first=by, second=cast.zongzhi)


def exports_of(built: Built, whole: bool) -> Iterator[tuple[str, str]]:
    """Every export with its address; ``whole``: also each table of the catalogue for itself, which the semester book holds too."""
    for name in EXPORTS:
        if name == "reports:ledger_export":
            keys = [one.key for one in REPORTS if whole or one is SEMESTER_BOOK]
            yield from ((f"{name} {key}", reverse(name, args=[key])) for key in keys)
        elif name == "schedule:table_export":
            tables = ("study", "activities", "pledges")
            yield from ((f"{name} {table}", reverse(name, args=[table, built[name]["pk"]])) for table in tables)
        elif name == "reports:archive_download" and not whole:
            continue
        elif name != "reports:ledger_run_file":  # made in the background: tests/reports/test_making.py reads it
            yield name, reverse(name, kwargs=built.get(name, {}))
