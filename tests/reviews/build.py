"""Builders of rounds: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Organization
from reviews.actions import closing, rounds
from reviews.models import CommentRound
from reviews.queries import coverage
from schedule.models import SchoolYear, Semester
from tests.pledges.build import campaign

ON = date(2011, 6, 20)
OPENED = date(2011, 5, 3)


def semester(
    key: str = "2011-spring", starts_on: date = date(2011, 2, 14), ends_on: date = date(2011, 6, 30)
) -> Semester:
    """A semester of the campaign; the spring of 2011 without more."""
    year, _ = SchoolYear.objects.get_or_create(campaign=campaign(), key="year", defaults={"label": "2010—2011学年"})
    found, _ = Semester.objects.get_or_create(
        campaign=campaign(),
        key=key,
        defaults={
            "school_year": year,
            "label": f"{key} 学期",
            "short_label": key,
            "starts_on": starts_on,
            "ends_on": ends_on,
        },
    )
    return found


def round_of(
    organization: Organization, in_semester: Semester | None = None, on: date = OPENED, **fields: Any
) -> CommentRound:
    """The round of spring 2011: self-reviews by 10 June, comments by 25 June, put right by 30 September."""
    dates = {
        "name": "2011年上半年点评",
        "opens_on": on,
        "self_review_by": date(2011, 6, 10),
        "closes_on": date(2011, 6, 25),
        "rectify_by": date(2011, 9, 30),
    }
    return rounds.open_round(
        organization=organization, semester=in_semester or semester(), by=None, on=on, **dates | fields
    )


def ended(round_: CommentRound, by: User, on: date = ON) -> CommentRound:
    """The round ended by whoever runs it, each gap with its reason."""
    reasons = {one.name: "长期抽调在外" for one in coverage.missing_in(round_, on=on)}
    fresh = CommentRound.objects.select_related("organization", "semester").get(pk=round_.pk)
    closing.close_round(round_=fresh, reasons=reasons, version=fresh.version, by=by, on=on)
    return fresh
