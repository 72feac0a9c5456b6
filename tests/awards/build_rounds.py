"""Builders of award rounds: real rounds through the product's own actions."""

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from awards.actions import rounds as actions
from awards.models import AwardCategory, AwardQuota, AwardRound, EligibilityRule, Nomination
from awards.parts import OUTSTANDING, CategoryText, QuotaText, RuleText, usual_categories
from awards.states import NominationState
from branches.models import Member, Organization
from branches.states import Post
from tests import build
from tests.pledges.build import campaign

DRAFTED, ANNOUNCED = date(2011, 5, 3), date(2011, 5, 5)
NOMINATE_BY, DECIDE_BY, COMMEND_ON = date(2011, 6, 1), date(2011, 6, 24), date(2011, 7, 1)
MEETING = date(2011, 5, 20)  # a day on which nominations are taken


def runner(unit: Organization) -> User:
    """Somebody of the unit's office; who is there already, else one more."""
    found = User.objects.filter(posts__organization=unit, posts__post=Post.OFFICE_STAFF).first()
    if found is None:
        found = build.user(f"office{unit.pk}", "办公室")
        build.appoint(found, unit, Post.OFFICE_STAFF)
    return found


def draft(
    unit: Organization,
    by: User | None = None,
    categories: list[CategoryText] | None = None,
    on: date = DRAFTED,
    **fields: Any,
) -> AwardRound:
    """A draft for 七一 2011 by the unit's office with the usual three categories, or with these."""
    by = by or runner(unit)
    given = {
        "name": "2011年“七一”评选表彰",
        "year": 2011,
        "level": "general_branch",
        "commend_on": COMMEND_ON,
        **fields,
    }
    round_ = actions.draft_round(organization=unit, campaign=campaign(), by=by, on=on, **given)
    if categories is not None:
        change(round_, by, categories=categories)
    return again(round_)


def change(round_: AwardRound, by: User, on: date = DRAFTED, **parts: Any) -> AwardRound:
    """The draft changed as its form does it."""
    fresh = again(round_)
    actions.change_round(round_=fresh, version=fresh.version, by=by, on=on, **parts)
    return again(round_)


def announced(unit: Organization, by: User | None = None, on: date = ANNOUNCED, **given: Any) -> AwardRound:
    """A round announced; it takes nominations until NOMINATE_BY. Takes what `draft` takes."""
    by = by or runner(unit)
    round_ = draft(unit, by, **given)
    actions.act(round_=round_, verb="announce", version=round_.version, by=by, on=on)
    return again(round_)


def again(round_: AwardRound) -> AwardRound:
    """The round as it stands now."""
    return AwardRound.objects.select_related("organization", "campaign").get(pk=round_.pk)


def usual(**replaced: Any) -> list[CategoryText]:
    """The usual categories without their rules; ``replaced`` changes the one of members."""
    texts = []
    for text in usual_categories(campaign().starts_on):
        fields = {**vars(text), "rules": ()} | (replaced if text.key == OUTSTANDING else {})
        texts.append(CategoryText(**fields))
    return texts


def places(number: int) -> list[CategoryText]:
    """The usual categories with so many places for members, and no limit for a branch."""
    return usual(whole=QuotaText(Decimal(number)), each=None)


def category(round_: AwardRound, key: str = OUTSTANDING) -> AwardCategory:
    """One category, the one of members unless said otherwise."""
    return AwardCategory.objects.select_related("round__organization").get(round=round_, key=key)


def with_rule(unit: Organization, kind: str, key: str = OUTSTANDING, **fields: Any) -> EligibilityRule:
    """An announced round in which one category has this rule and no other."""
    texts = [
        CategoryText(**{**vars(text), "rules": [RuleText(kind, **fields)] if text.key == key else ()})
        for text in usual()
    ]
    return category(announced(unit, categories=texts), key).rules.get()


def nomination(
    round_: AwardRound,
    nominee: Member | Organization,
    nominator: Organization,
    key: str = OUTSTANDING,
    state: str = NominationState.RECOMMENDED,
) -> Nomination:
    """A nomination as a row in a state: how it comes there is the nominations' own matter, tried in their tests."""
    about = {"member": nominee} if isinstance(nominee, Member) else {"organization": nominee}
    kept: Nomination = Nomination.objects.create(
        round=round_,
        category=category(round_, key),
        nominator=nominator,
        state=state,
        author=runner(round_.organization),
        recommended_on=None if state == NominationState.DRAFT else MEETING,
        **about,
    )
    return kept


def quota(round_: AwardRound, **fields: Any) -> AwardQuota:
    """The whole quota of the members' category with these columns changed."""
    found: AwardQuota = AwardQuota.objects.get(
        category__round=round_, category__key=OUTSTANDING, each=False, organization=None
    )
    for name, value in fields.items():
        setattr(found, name, value)
    found.save()
    return found
