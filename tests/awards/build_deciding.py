"""Builders for those who decide: an announced round with one category, and nominations moved on through the table of moves itself."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from awards.actions import deciding
from awards.models import (
    AwardCategory,
    AwardQuota,
    AwardRound,
    Nomination,
    NoticeEntry,
    Objection,
    PublicNotice,
)
from awards.states import Basis, Finding, Level, NoticeState, ObjectionState, RoundState, Side, Stand
from awards.workflow.nominations import NOMINATION
from branches.models import Member, Organization
from branches.states import Post
from tests import build
from tests.conftest import Cast
from tests.pledges.build import campaign

ON = date(2011, 6, 10)  # the last day of recommending
POSTED, POSTED_TO, AFTER = date(2011, 6, 13), date(2011, 6, 17), date(2011, 6, 20)
COMMEND = date(2011, 7, 1)
WORDS = "带头学习业务，服务学校和教师，承诺的事项按期办完。"


def round_of(unit: Organization, **fields: Any) -> AwardRound:
    """An announced round: recommended by ON, decided by 28 June, commended on 1 July."""
    given = {
        "organization": unit,
        "campaign": campaign(),
        "name": "2011年“七一”表彰",
        "year": 2011,
        "level": Level.GENERAL_BRANCH,
        "evidence_from": date(2010, 7, 21),
        "nominate_by": ON,
        "decide_by": date(2011, 6, 28),
        "commend_on": COMMEND,
        "deeds_least": 10,
        "state": RoundState.ANNOUNCED,
        "announced_on": date(2011, 5, 20),
        **fields,
    }
    return AwardRound.objects.create(**given)


def category_of(round_: AwardRound, places: int | None = 10, **fields: Any) -> AwardCategory:
    """优秀共产党员 with so many places; None for no limit."""
    number = round_.categories.count()
    given = {"key": f"member-{number}", "title": "优秀共产党员", "nominee_kind": "member", "place": number, **fields}
    category = AwardCategory.objects.create(round=round_, **given)
    if places is not None:
        AwardQuota.objects.create(category=category, basis=Basis.COUNT, value=Decimal(places))
    return category


def office(unit: Organization) -> User:
    """Somebody of the unit's office, the same one each time."""
    name = f"award-office{unit.pk}"
    found = User.objects.filter(username=name).first()
    if found is None:
        found = build.user(name, "办公室")
        build.appoint(found, unit, Post.OFFICE_STAFF)
    return found


def draft(
    category: AwardCategory, nominee: Member | Organization, nominator: Organization, **fields: Any
) -> Nomination:
    """A nomination ready to be handed up: 20 due, 18 present, 16 votes."""
    who = {"member": nominee} if isinstance(nominee, Member) else {"organization": nominee}
    given = {
        "voted_on": ON - timedelta(days=2),
        "votes_due": 20,
        "votes_present": 18,
        "votes_for": 16,
        "deeds": WORDS,
        "author": office(nominator),
        **who,
        **fields,
    }
    return Nomination.objects.create(round=category.round, category=category, nominator=nominator, **given)


def again(nomination: Nomination) -> Nomination:
    """The nomination as it stands in the database."""
    related = "round__organization", "category__round", "nominator", "member", "organization"
    found: Nomination = Nomination.objects.select_related(*related).get(pk=nomination.pk)
    return found


def moved(nomination: Nomination, *verbs: str, by: User, on: date = ON) -> Nomination:
    """The nomination after these moves, each by ``by`` but those of the nominator, which its own office makes."""
    for verb in verbs:
        nomination = again(nomination)
        who = office(nomination.nominator) if verb in ("recommend", "recall", "withdraw") else by
        NOMINATION.move(
            nomination, verb, note="会议研究决定" if verb in ("reject", "return", "withdraw") else "", by=who, on=on
        )
    return again(nomination)


def recommended(
    category: AwardCategory, nominee: Member | Organization, nominator: Organization, **fields: Any
) -> Nomination:
    """A nomination handed up."""
    one = draft(category, nominee, nominator, **fields)
    return moved(one, "recommend", by=office(nominator))


def heard(nomination: Nomination, by: User, on: date = ON, **stands: str) -> Nomination:
    """All three sides heard, agreeing unless said otherwise (members, masses, discipline)."""
    for side in Side:
        deciding.hear(
            nomination=again(nomination),
            side=side,
            stand=stands.get(side, Stand.AGREES),
            text="没有不同意见。",
            heard=None if side == Side.DISCIPLINE else 12,
            given_by="纪检委员" if side == Side.DISCIPLINE else "座谈会",
            given_on=on,
            by=by,
            on=on,
        )
    return again(nomination)


def audited(nomination: Nomination, by: User) -> Nomination:
    """A nomination preselected, heard and audited."""
    return moved(heard(moved(nomination, "preselect", by=by), by), "audit", by=by)


def posted(*nominations: Nomination, by: User) -> PublicNotice:
    """A public notice of these, from POSTED to POSTED_TO; they stand in it."""
    notice = PublicNotice.objects.create(
        round=nominations[0].round,
        title="公示",
        text="现将推荐对象公示。",
        contact="办公室",
        workdays=5,
        state=NoticeState.POSTED,
        posted_on=POSTED,
        ends_on=POSTED_TO,
        by=by,
    )
    for place, one in enumerate(nominations):
        NoticeEntry.objects.create(
            notice=notice,
            nomination=one,
            place=place,
            title=one.category.title,
            name=str(one.nominee),
            unit=str(one.nominator),
            deeds=WORDS,
        )
        moved(one, "post", by=by, on=POSTED)
    return notice


def objection(notice: PublicNotice, nomination: Nomination | None = None, **fields: Any) -> Objection:
    """An objection that waits for an answer."""
    number = Objection.objects.count()
    given = {"text": "事迹与实际不符。", "received_on": POSTED, "number_digest": f"{number:064d}", **fields}
    return Objection.objects.create(notice=notice, nomination=nomination, **given)


def answered(one: Objection) -> None:
    """The objection answered as unfounded."""
    Objection.objects.filter(pk=one.pk).update(
        state=ObjectionState.ANSWERED, finding=Finding.DISMISSED, reply="经核实，事迹属实。", answered_on=POSTED_TO
    )


def committee(cast: Cast, number: int) -> list[Member]:
    """So many commissioners of the general branch, besides its secretary."""
    posts = (Post.ORGANIZATION_COMMISSIONER, Post.PUBLICITY_COMMISSIONER, Post.DISCIPLINE_COMMISSIONER)
    found = [build.member(cast.two, f"委员{number}") for number in range(1, number + 1)]
    for place, member in enumerate(found):
        build.appoint(member, cast.general, posts[place] if place < len(posts) else Post.DEPUTY_SECRETARY)
    return found


def dossier(said: str = "到期 10 项，兑现 9 项", number: int = 9, of: int = 10) -> dict[str, Any]:
    """A frozen dossier of two sections."""
    return {
        "on": ON.isoformat(),
        "sections": [
            {
                "key": "pledges",
                "title": "公开承诺",
                "lines": [{"label": "承诺兑现", "text": said, "number": number, "of": of, "url": "/pledges/"}],
            },
            {
                "key": "study",
                "title": "学习",
                "lines": [{"label": "学习出勤", "text": "", "number": 19, "of": 20, "url": ""}],
            },
        ],
    }
