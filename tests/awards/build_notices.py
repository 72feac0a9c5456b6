"""Builders of public notices: a round whose audit is done, its notice, and what people say against it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from awards.actions import notices, objections
from awards.models import AwardCategory, AwardRound, Nomination, Objection, PublicNotice
from awards.numbers import new_nonce
from awards.queries.notices import abridged, candidates_for
from awards.states import Level, Node, NominationState, NomineeKind, RoundState
from branches.models import Member, Organization
from tests.pledges.build import campaign

# a Monday; the five working days after it are 14 to 17 and 20 June 2011
POSTED = date(2011, 6, 13)
ENDS = date(2011, 6, 20)
OVER = date(2011, 6, 21)
DEEDS = "该同志三年来坚持下校听课，每学期不少于四十节。牵头编写了初中物理实验教学案例，供全市使用。" * 20
TEXT = "去年的听课记录有几次是后来补写的，请核实。"


def round_of(organization: Organization, **fields: Any) -> AwardRound:
    """A round of the unit that has been announced: nominations by 10 June, decided by 28 June, commended on 1 July 2011."""
    given: dict[str, Any] = {
        "name": "2011年七一表彰",
        "year": 2011,
        "level": Level.GENERAL_BRANCH,
        "node": Node.ANNIVERSARY_90,
        "evidence_from": date(2010, 7, 1),
        "nominate_by": date(2011, 6, 10),
        "decide_by": date(2011, 6, 28),
        "commend_on": date(2011, 7, 1),
        "deeds_least": 100,
        "state": RoundState.ANNOUNCED,
        "announced_on": date(2011, 5, 10),
    }
    round_ = AwardRound.objects.create(organization=organization, campaign=campaign(), **given | fields)
    for place, (key, title, kind) in enumerate(
        [("branch", "先进基层党组织", NomineeKind.ORGANIZATION), ("member", "优秀共产党员", NomineeKind.MEMBER)], 1
    ):
        AwardCategory.objects.create(round=round_, place=place, key=key, title=title, nominee_kind=kind)
    return round_


def nomination(
    round_: AwardRound, nominee: Member | Organization, nominator: Organization, by: User, **fields: Any
) -> Nomination:
    """A nomination as it stands after the audit; how it comes there is tried in the tests of deciding."""
    personal = isinstance(nominee, Member)
    given: dict[str, Any] = {
        "category": round_.categories.get(key="member" if personal else "branch"),
        "member" if personal else "organization": nominee,
        "deeds": DEEDS,
        "voted_on": date(2011, 6, 1),
        "votes_due": 10,
        "votes_present": 9,
        "votes_for": 8,
        "state": NominationState.AUDITED,
        "recommended_on": date(2011, 6, 8),
    }
    return Nomination.objects.create(round=round_, nominator=nominator, author=by, **given | fields)


def words(**fields: Any) -> dict[str, Any]:
    """The words of a notice."""
    usual = {
        "title": "七一拟表彰对象公示",
        "text": "拟予表彰，现予公示。",
        "contact": "办公室 0519-00000000",
        "workdays": 5,
    }
    return usual | fields


def draft(
    round_: AwardRound, by: User, on: date = POSTED, replaces: PublicNotice | None = None, **fields: Any
) -> PublicNotice:
    """A draft that lists everybody who may be listed."""
    listed = {one.pk: abridged(one.deeds) for one in candidates_for(round_, replaces)}
    return notices.draft_notice(round_=round_, replaces=replaces, listed=listed, by=by, on=on, **words(**fields))


def again(notice: PublicNotice) -> PublicNotice:
    """The notice as it stands now."""
    return PublicNotice.objects.select_related("round__organization", "replaces").get(pk=notice.pk)


def posted(round_: AwardRound, by: User, on: date = POSTED, **fields: Any) -> PublicNotice:
    """A notice that hangs."""
    notice = again(draft(round_, by, on, **fields))
    notices.act(notice=notice, verb="post", version=notice.version, by=by, on=on)
    return again(notice)


def objection(
    notice: PublicNotice, nomination: Nomination | None = None, on: date = POSTED + timedelta(days=2), **fields: Any
) -> Objection:
    """What a visitor says against a notice, or against one nominee."""
    given = {"text": TEXT, "nonce": new_nonce()} | fields
    objections.receive(notice=notice, nomination=nomination, on=on, **given)
    return fresh(Objection.objects.latest("pk"))


def fresh(one: Objection) -> Objection:
    """The objection as it stands now."""
    related: Sequence[str] = ("notice__round__organization", "nomination__round__organization", "nomination__category")
    found: Objection = Objection.objects.select_related(*related).get(pk=one.pk)
    return found


ANSWER = {"inquiry": "查了听课记录和学校的签到，日期相符。", "finding": "dismissed", "reply": "经核实，听课记录属实。"}


def answered(one: Objection, by: User, on: date = POSTED + timedelta(days=3), **fields: Any) -> Objection:
    """The objection answered; dismissed without more."""
    objections.answer(objection=fresh(one), version=one.version, by=by, on=on, **ANSWER | fields)
    return fresh(one)


def state(one: Nomination) -> str:
    """The state a nomination is in now."""
    return Nomination.objects.get(pk=one.pk).state
