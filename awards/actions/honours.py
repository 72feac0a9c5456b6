"""A round is commended in one act; honours given by others are entered with their document; both are corrected, and revoked with a reason."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from awards.models import AwardRound, Honour, Nomination
from awards.queries import honours as queries
from awards.rules import honours as rules
from awards.workflow.nominations import NOMINATION
from awards.workflow.rounds import ROUND
from branches.models import Member, Membership, Organization
from branches.queries import home_of
from branches.scope import remembering, standing_of, within
from branches.states import Kind
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule import outbox

GIVEN = ("title", "level", "year", "awarded_on", "awarded_by", "key")
SAID = ("document", "citation", "is_public")


# ---- a round is commended ----


@transaction.atomic
def commend(
    *,
    round_: AwardRound,
    awarded_on: date,
    document: str = "",
    version: int | None = None,
    by: User,
    on: date,
) -> list[Honour]:
    """Commend everybody decided in a round: their nominations, an honour with its certificate number each, and the round itself.

    All or none. ``awarded_on`` is the day on the certificates: the round's day of commendation or later. Raises Refused with the
    sentence of whatever stands against it, Overtaken when somebody was faster, ValidationError.
    """
    require(ROUND.verdict(round_, "commend", by=by, on=on))
    if not round_.commend_on <= awarded_on <= on:
        raise ValidationError({"awarded_on": f"表彰日期应当在 {round_.commend_on:%Y-%m-%d} 到今天之间。"})
    _count_alone()
    numbers = queries.numbers_after(round_.year, round_.level)
    honours = []
    with remembering():
        # read before the round moves: their own rule asks whether it was still running
        decided = queries.decided_in(round_)
        ROUND.move(round_, "commend", version=version, by=by, on=on)
        for nomination in decided:
            NOMINATION.move(nomination, "commend", by=by, on=on)
            honours.append(_given(nomination, next(numbers), awarded_on, document.strip(), by))
    return honours


def _count_alone() -> None:
    """Nobody else numbers certificates until this transaction ends. (SQLite's transactions stand in line anyway.)"""
    roots = Organization.objects.filter(parent__isnull=True).order_by("pk").select_for_update(no_key=True)
    list(roots.values_list("pk"))


def _given(nomination: Nomination, number: str, awarded_on: date, document: str, by: User) -> Honour:
    round_, member = nomination.round, nomination.member
    honour = Honour(
        nominee_kind=queries.kind_of(member),
        organization=nomination.organization or place_of(nomination.nominee, nomination.nominator, awarded_on),
        member=member,
        nomination=nomination,
        key=nomination.category.key,
        title=nomination.category.title,
        level=round_.level,
        year=round_.year,
        awarded_on=awarded_on,
        awarded_by=round_.organization.name,
        document=document,
        number=number,
        by=by,
    )
    honour.full_clean(exclude=["path"], validate_constraints=False)
    honour.save()
    return honour


def place_of(nominee: Member | Organization, otherwise: Organization, day: date) -> Organization:
    """Return the organisation itself, or the branch the member belonged to that day; for one who has left, ``otherwise``. One query at most."""
    if isinstance(nominee, Organization):
        return nominee
    home = home_of(nominee, day)
    return otherwise if home is None else _branch(home.organization)


def _branch(place: Organization) -> Organization:
    """Return the branch of a group, any other organisation itself: a roll names branches. Fetched with ``parent``."""
    return place.parent if place.kind == Kind.GROUP and place.parent is not None else place


# ---- entered by hand ----


@transaction.atomic
def enter_honour(
    *, place: Organization, member: Member | None, fields: Mapping[str, Any], by: User, on: date
) -> Honour:
    """Enter what an organisation, or a member below it, was given by others. ``fields`` are columns (GIVEN and SAID).

    Raises Refused, ValidationError: without a document, of a day to come, of somebody who belonged elsewhere, entered already.
    """
    require(rules.may_keep(place, by, on))
    require(rules.is_somebody_elses(member.pk if member is not None else None, by, on))
    honour = Honour(organization=place, member=member, nominee_kind=queries.kind_of(member), by=by, **fields)
    if member is not None and isinstance(honour.awarded_on, date):
        honour.organization = _home_below(place, member, {honour.awarded_on, on})
    _checked(honour, on)
    honour.save()
    log.record(
        verb="enter_honour",
        label="登记荣誉",
        obj=honour,
        note=honour.document,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    _tell(honour, "honour_entered", by, on)
    return honour


def _home_below(place: Organization, member: Member, days: set[date]) -> Organization:
    """Return the branch the member belonged to on the first of these days that found him below the organisation."""
    below = Membership.objects.filter(within("path", [place.path]), member=member)
    below = below.select_related("organization__parent")
    for day in sorted(days):
        found = below.current(day).first()
        if found is not None:
            return _branch(found.organization)
    raise ValidationError({"nominee": f"{member}不是{place}的党员。"})


def _checked(honour: Honour, on: date) -> None:
    if not honour.document.strip():
        raise ValidationError({"document": "请填表彰文件的文号或者名称，以便查对。"})
    honour.full_clean(exclude=["path"], validate_constraints=False)
    if honour.awarded_on > on:
        raise ValidationError({"awarded_on": "表彰日期不能晚于今天。"})
    if honour.year not in (honour.awarded_on.year, honour.awarded_on.year - 1):
        raise ValidationError({"year": "年度应当是表彰当年或者前一年。"})
    same = queries.same_honour(honour)
    if same is not None:
        raise ValidationError(f"{same.holder}的{same.year}年度“{same.title}”已经登记过，不用再登记。")


@transaction.atomic
def change_honour(*, honour: Honour, fields: Mapping[str, Any], version: int, by: User, on: date) -> None:
    """Correct an honour: of a round's only what SAID names, for the rest was decided there. Raises Refused, Conflict, ValidationError."""
    require(rules.may_change(honour, by, on))
    names = SAID if honour.nomination_id is not None else (*GIVEN, *SAID)
    if fields.get("is_public", honour.is_public) != honour.is_public:
        require(rules.may_show(honour, by, on))
    before = _told(honour, names)
    for name in names:
        if name in fields:
            setattr(honour, name, fields[name])
    if honour.nomination_id is None:
        _checked(honour, on)
    else:
        honour.full_clean(exclude=["path"], validate_constraints=False)
    save_version(honour, names, version=version)
    _logged("change_honour", "修改荣誉", honour, before, _told(honour, names), by, on)


@transaction.atomic
def show_honour(*, honour: Honour, is_public: bool, version: int, by: User, on: date) -> None:
    """Put an honour on the public roll, or take it off; what the person himself took off only he puts back. Raises Refused, Conflict."""
    require(rules.may_show(honour, by, on))
    is_own = standing_of(by, on).member == honour.member if honour.member is not None else False
    declined_on = on if is_own and not is_public else None
    if honour.is_public == is_public and honour.declined_on == declined_on:
        return
    before = _told(honour, ["is_public"])
    honour.is_public, honour.declined_on = is_public, declined_on
    save_version(honour, ["is_public", "declined_on"], version=version)
    label = "列入公开的光荣榜" if is_public else "不列入公开的光荣榜"
    _logged("show_honour", label, honour, before, _told(honour, ["is_public"]), by, on)


@transaction.atomic
def revoke_honour(*, honour: Honour, reason: str, version: int, by: User, on: date) -> None:
    """Take an honour back, with the reason; it stays in the records. Raises Refused, Conflict, ValidationError."""
    require(rules.may_change(honour, by, on))
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的原因和依据。"})
    honour.revoked_on, honour.revoke_reason = on, reason.strip()
    honour.full_clean(exclude=["path"], validate_constraints=False)
    save_version(honour, ["revoked_on", "revoke_reason"], version=version)
    log.record(verb="revoke_honour", label="撤销荣誉", obj=honour, note=honour.revoke_reason, by=by, on=on)
    _tell(honour, "honour_revoked", by, on, note=honour.revoke_reason)


def _tell(honour: Honour, letter: str, by: User, on: date, note: str = "") -> None:
    to = queries.holders(honour, on)
    outbox.post(letter=letter, obj=honour, to=to, slot=f"v{honour.version}", due_on=None, note=note, by=by, on=on)


def _told(honour: Honour, names: Any) -> dict[str, Any]:
    found = {name: getattr(honour, name) for name in names}
    return {name: value if isinstance(value, bool | int) else str(value) for name, value in found.items()}


def _logged(
    verb: str, label: str, honour: Honour, before: dict[str, Any], after: dict[str, Any], by: User, on: date
) -> None:
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    log.record(verb=verb, label=label, obj=honour, changes=changes, category=LogEntry.Category.CHANGE, by=by, on=on)
