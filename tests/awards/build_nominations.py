"""Builders of nominations: each makes one real thing through the product's own actions."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from awards.actions import nominations as actions
from awards.models import AwardCategory, AwardRound, Nomination
from awards.parts import ORGANIZATION, OUTSTANDING, CategoryText, QuotaText, RuleText
from awards.queries.nominations import with_papers
from branches.models import Member, Organization
from tests.awards import build_rounds as rounds

ON = date(2011, 6, 20)
VOTED = date(2011, 6, 14)
COMMEND_ON = date(2011, 7, 15)
DEEDS = "两年来坚持每周到农村初中听课评课，当面反馈，听课记录都在。" * 2
VOTES: dict[str, Any] = {
    "meeting": None,
    "voted_on": VOTED,
    "votes_due": 9,
    "votes_present": 8,
    "votes_for": 7,
    "deeds": DEEDS,
}


def round_of(
    unit: Organization,
    by: User,
    rules: Sequence[RuleText] = (),
    whole: int | None = None,
    each: int | None = None,
    **fields: Any,
) -> AwardRound:
    """A round announced on 1 June 2011 that takes nominations until the 25th; members by these rules, with so many places."""
    quotas = {"whole": whole, "each": each}
    said = {name: QuotaText(Decimal(number)) if number is not None else None for name, number in quotas.items()}
    texts = [
        CategoryText(**{**vars(text), "each": None, **(said | {"rules": rules} if text.key == OUTSTANDING else {})})
        for text in rounds.usual()
    ]
    given: dict[str, Any] = {
        "evidence_from": date(2010, 9, 1),
        "nominate_by": date(2011, 6, 25),
        "decide_by": date(2011, 7, 8),
        "commend_on": COMMEND_ON,
        "deeds_least": 20,
        "deeds_most": 200,
    }
    days: dict[str, Any] = {"on": date(2011, 6, 1), "categories": texts}
    return rounds.announced(unit, by, **days, **given | fields)


def members(round_: AwardRound) -> AwardCategory:
    """优秀共产党员."""
    return rounds.category(round_)


def organizations(round_: AwardRound) -> AwardCategory:
    """先进基层党组织."""
    return rounds.category(round_, ORGANIZATION)


def begun(
    of: AwardCategory, nominator: Organization, nominee: Member | Organization, by: User, on: date = ON
) -> Nomination:
    """A draft without a word in it."""
    return again(actions.begin(category=of, nominator=nominator, nominee=nominee, by=by, on=on))


def written(
    of: AwardCategory,
    nominator: Organization,
    nominee: Member | Organization,
    by: User,
    on: date = ON,
    papers: Sequence[Any] = (),
    **fields: Any,
) -> Nomination:
    """A draft with votes and deeds."""
    made = begun(of, nominator, nominee, by, on)
    actions.save_text(nomination=made, fields=VOTES | fields, papers=papers, version=made.version, by=by, on=on)
    return again(made)


def recommended(
    of: AwardCategory, nominator: Organization, nominee: Member | Organization, by: User, on: date = ON, **fields: Any
) -> Nomination:
    """Handed up."""
    made = written(of, nominator, nominee, by, on, **fields)
    actions.act(nomination=made, verb="recommend", version=made.version, by=by, on=on)
    return again(made)


def moved(nomination: Nomination, verb: str, by: User, note: str = "", on: date = ON) -> Nomination:
    """One move further."""
    actions.act(nomination=nomination, verb=verb, note=note, version=nomination.version, by=by, on=on)
    return again(nomination)


def again(nomination: Nomination) -> Nomination:
    """The nomination as it stands in the database, fetched as the views fetch it."""
    found: Nomination = with_papers(Nomination.objects.all()).get(pk=nomination.pk)
    return found


def typed(**fields: Any) -> dict[str, Any]:
    """What the form posts."""
    return {name: "" if value is None else str(value) for name, value in (VOTES | fields).items()}
