"""Builders of evaluation rounds: real rounds through the product's own actions; codes and ballots as rows, quickly and by the thousand."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from branches.models import Member, Organization
from branches.states import Post
from reviews import codes
from reviews.actions import evaluations as actions
from reviews.actions.evaluation_templates import load_templates
from reviews.actions.evaluations import CategoryText
from reviews.models import (
    Ballot,
    Code,
    CodeBatch,
    EvaluationRound,
    EvaluationTemplate,
    RaterCategory,
    Remark,
)
from reviews.states import RaterKind, SubjectKind
from reviews.tally import answers
from tests import build
from tests.pledges.build import campaign

DRAFTED, ANNOUNCED = date(2011, 6, 1), date(2011, 6, 3)
OPENS, CLOSES = date(2011, 6, 10), date(2011, 6, 20)
OPEN_DAY = date(2011, 6, 15)
SEALED = date(2011, 6, 21)
ORGANIZATIONS, MEMBERS, APPRAISAL = "central-organization", "central-member", "member-appraisal"


def template(key: str = ORGANIZATIONS) -> EvaluationTemplate:
    """A central template; the first call loads them."""
    if not EvaluationTemplate.objects.filter(key=key).exists():
        load_templates(by=None, on=DRAFTED)
    return EvaluationTemplate.objects.get(key=key)


def runner(unit: Organization) -> User:
    """Somebody of the unit's office, the same one each time."""
    name = f"office{unit.pk}"
    found = User.objects.filter(username=name).first()
    if found is None:
        found = build.user(name, "办公室")
        build.appoint(found, unit, Post.OFFICE_STAFF)
    return found


def category(kind: str = RaterKind.PARTY_MEMBER, eligible: int = 20, **fields: Any) -> CategoryText:
    """A category as a form gives it, named by its kind."""
    return CategoryText(**{"kind": kind, "name": RaterKind(kind).label, "eligible": eligible, **fields})


def draft(
    unit: Organization,
    by: User | None = None,
    subjects: Sequence[Organization | Member] | None = None,
    categories: Sequence[CategoryText] | None = None,
    key: str = ORGANIZATIONS,
    on: date = DRAFTED,
    **fields: Any,
) -> EvaluationRound:
    """A complete draft by the unit's office: the unit itself is rated by twenty members and twenty others, unless said otherwise.

    ``key`` names the template: ORGANIZATIONS (5 items), MEMBERS (4 items), APPRAISAL. A round of members needs ``subjects``.
    """
    by = by or runner(unit)
    given = {"name": "2011年上半年群众评议", "year": 2011, "opens_on": OPENS, "closes_on": CLOSES, **fields}
    round_ = actions.draft_round(organization=unit, campaign=campaign(), template=template(key), by=by, on=on, **given)
    if subjects is None and round_.subject_kind == SubjectKind.ORGANIZATION:
        subjects = [unit]
    if categories is None:
        categories = [category(), category(RaterKind.NON_PARTY_STAFF)]
        categories = categories[:1] if key == APPRAISAL else categories
    actions.set_subjects(round_=round_, subjects=subjects or [], by=by, on=on)
    actions.set_categories(round_=round_, categories=categories, by=by, on=on)
    return again(round_)


def announced(unit: Organization, by: User | None = None, on: date = ANNOUNCED, **given: Any) -> EvaluationRound:
    """A round announced; it takes ballots from OPENS to CLOSES. Takes what `draft` takes."""
    by = by or runner(unit)
    round_ = draft(unit, by, **given)
    actions.act(round_=round_, verb="announce", version=round_.version, by=by, on=on)
    return again(round_)


def members_of(unit: Organization, number: int = 3) -> list[Member]:
    """So many new members of a branch of the unit, to be rated."""
    place = Organization.objects.within(unit.path).filter(kind="branch").first() or unit
    return [build.member(place) for _ in range(number)]


def about_members(unit: Organization, number: int = 3, **given: Any) -> EvaluationRound:
    """An announced round about so many new members of the unit."""
    return announced(unit, subjects=members_of(unit, number), key=MEMBERS, **given)


def opened_on(on: date, unit: Organization, days: int = 10, **given: Any) -> EvaluationRound:
    """A round that takes ballots on that day, for tests that stand on a day of their own."""
    dates = {"opens_on": on - timedelta(days=1), "closes_on": on + timedelta(days=days)}
    return announced(unit, on=on - timedelta(days=2), **{**dates, **given})


def categories_of(round_: EvaluationRound) -> list[RaterCategory]:
    """The categories in their order."""
    return list(round_.categories.all())


def make_codes(category: RaterCategory, size: int, label: str = "", **fields: Any) -> list[str]:
    """So many codes of a new batch, as rows; return them in clear."""
    label = label or f"{category.place + 1}-{CodeBatch.objects.filter(round=category.round).count() + 1}"
    batch = CodeBatch.objects.create(round=category.round, category=category, label=label, size=size, **fields)
    plain = [codes.new_code() for _ in range(size)]
    Code.objects.bulk_create(Code(digest=codes.digest(category.round_id, one), batch=batch) for one in plain)
    return plain


def ballots(
    category: RaterCategory, number: int = 1, grade: int = 1, grades: Mapping[tuple[int, int], int] | None = None
) -> list[Ballot]:
    """So many ballots with their spent codes, as rows: every answer ``grade``, or ``grades`` as `answers.written` takes them."""
    round_ = category.round
    subjects, items = round_.subjects.count(), round_.items.count()
    if grades is None:
        grades = {(subject, item): grade for subject in range(subjects) for item in range(1, items + 1)}
    text = answers.written(grades, subjects=subjects, items=items)
    spent = make_codes(category, number)
    Code.objects.filter(digest__in=[codes.digest(round_.pk, one) for one in spent]).update(is_used=True)
    return Ballot.objects.bulk_create(Ballot(round=round_, category=category, answers=text) for _ in range(number))


def remarks(round_: EvaluationRound, *texts: str) -> list[Remark]:
    """Remarks, as rows."""
    return Remark.objects.bulk_create(Remark(round=round_, text=text) for text in texts)


def again(round_: EvaluationRound) -> EvaluationRound:
    """The round as it stands in the database, with its unit."""
    found: EvaluationRound = EvaluationRound.objects.select_related("organization", "semester").get(pk=round_.pk)
    return found
