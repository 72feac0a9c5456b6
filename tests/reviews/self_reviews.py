"""Builders of self-reviews, and what a browser posts of one: each makes one real thing through the product's own actions."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from reviews.actions import self_reviews as actions
from reviews.actions.self_reviews import LineText, MeasureText
from reviews.models import CommentRound, SelfReview, SelfReviewLine
from reviews.queries import self_reviews as queries
from schedule.models import Standard, StandardSet
from tests.pledges.build import campaign
from tests.reviews.build import round_of, semester

BEGUN, SUBMITTED, ACCEPTED, ON = date(2011, 5, 20), date(2011, 6, 1), date(2011, 6, 8), date(2011, 6, 20)
DUE = date(2011, 8, 31)
PRACTICE = "本学期听评课四十二节，写出评课记录，并在教研活动中交流"
GAP = "到农村学校听课还不够"


def second_standard(target: str = "member") -> Standard:
    """A second standard beside the one the campaign of the tests has."""
    campaign()
    group = StandardSet.objects.get(target=target)
    made, _ = Standard.objects.get_or_create(
        set=group, key=f"{group.key}_two", defaults={"title": f"{group.title}之二", "order": 2}
    )
    return made


def last_round(organization: Organization) -> CommentRound:
    """The round of autumn 2010."""
    autumn = semester("2010-autumn", date(2010, 9, 1), date(2011, 1, 20))
    return round_of(
        organization,
        autumn,
        on=date(2010, 11, 1),
        name="2010年下半年点评",
        self_review_by=date(2010, 12, 10),
        closes_on=date(2010, 12, 25),
        rectify_by=date(2011, 3, 31),
    )


def begun(
    round_: CommentRound,
    by: User,
    member: Member | None = None,
    organization: Organization | None = None,
    on: date = BEGUN,
) -> SelfReview:
    """A draft as the system makes it; a member's unless only an organisation is given."""
    if member is None and organization is None:
        member = by.member
    place = organization or queries.branch_of(member, on)  # type: ignore[arg-type]
    assert place is not None
    return again(actions.begin(round_=round_, member=member, organization=place, by=by, on=on))


def answered(
    line: SelfReviewLine,
    answer: str = "partly",
    gap: str = GAP,
    cause: str = "下乡安排得少",
    practice: str = PRACTICE,
    measures: Sequence[MeasureText] = (MeasureText("每月下乡听课一次", DUE),),
) -> LineText:
    """A standard as a form gives it: with a gap and one measure; none of them when the answer is "met"."""
    if answer == "met":
        gap, cause, measures = "", "", ()
    fields = {"answer": answer, "practice": practice, "gap": gap, "cause": cause}
    return LineText(pk=line.pk, fields=fields, measures=list(measures))


def written(review: SelfReview, by: User, on: date = BEGUN, confirmed: bool = False, **given: Any) -> SelfReview:
    """Every standard answered alike."""
    lines = [answered(line, **given) for line in review.lines.all()]
    actions.save_text(
        review=again(review), lines=lines, confirmed_no_gap=confirmed, version=again(review).version, by=by, on=on
    )
    return again(review)


def submitted(
    round_: CommentRound,
    by: User,
    member: Member | None = None,
    organization: Organization | None = None,
    on: date = SUBMITTED,
    **given: Any,
) -> SelfReview:
    """A self-review handed in."""
    review = written(begun(round_, by, member, organization, on=on), by, on=on, **given)
    actions.act(review=review, verb="submit", version=review.version, by=by, on=on)
    return again(review)


def accepted(round_: CommentRound, by: User, reader: User, on: date = ACCEPTED, **given: Any) -> SelfReview:
    """A self-review accepted; what is read above the unit by what the office registers."""
    review = submitted(round_, by, **given)
    verb, note = ("register", "同意") if review.goes_outside else ("accept", "")
    actions.act(review=review, verb=verb, note=note, version=review.version, by=reader, on=on)
    return again(review)


def again(review: SelfReview) -> SelfReview:
    """The self-review as it stands in the database, fetched as the views fetch it."""
    found: SelfReview = queries.with_lines(SelfReview.objects.all()).get(pk=review.pk)
    return found


def posted(review: SelfReview, *measures: dict[str, Any], version: int | None = None, **fields: Any) -> dict[str, Any]:
    """What the browser posts: the same for every standard; ``measures`` are its rows."""
    data: dict[str, Any] = {"version": review.version if version is None else version}
    given = {"answer": "partly", "practice": PRACTICE, "gap": GAP, "cause": "下乡安排得少", **fields}
    confirmed = given.pop("confirmed_no_gap", None)
    for line in review.lines.all():
        prefix = f"s{line.standard_id}"
        data |= {f"{prefix}-{name}": value for name, value in given.items()}
        data |= {
            f"{prefix}-measures-TOTAL_FORMS": len(measures),
            f"{prefix}-measures-INITIAL_FORMS": 0,
            f"{prefix}-measures-MIN_NUM_FORMS": 0,
            f"{prefix}-measures-MAX_NUM_FORMS": 20,
        }
        for number, row in enumerate(measures):
            data |= {f"{prefix}-measures-{number}-{name}": value for name, value in row.items()}
    return data | ({"confirmed_no_gap": "on"} if confirmed else {})


ROW = {"text": "每月下乡听课一次", "due_on": f"{DUE}"}
