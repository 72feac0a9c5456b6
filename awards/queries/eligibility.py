"""Whom a rule bars, with the sentence that says so. The figures come from the records; the limits and the rules themselves are the round's data."""

from calendar import monthrange
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from awards.models import AwardCategory, EligibilityRule, Nomination
from awards.queries import evidence
from awards.queries.evidence import Rate
from awards.states import RUNNING, NominationState, NomineeKind, RuleKind
from branches.models import Member, Membership, Organization, PostAssignment
from branches.states import MemberType

SENTENCE_MOST = 200


@dataclass(frozen=True)
class Takes:
    """What a kind of rule asks to be filled in: ``unit`` of its number, a first day, another category; and whether it is about persons only."""

    unit: str = ""
    least: int = 1
    most: int = 100
    day: bool = False
    other: bool = False
    persons_only: bool = False


TAKES: Mapping[str, Takes] = {
    RuleKind.FULL_MEMBER: Takes(persons_only=True),
    RuleKind.BELONGS_FOR: Takes("个月", most=600, persons_only=True),
    RuleKind.HOLDS_POST: Takes(persons_only=True),
    RuleKind.EXCLUSIVE: Takes(other=True),
    RuleKind.NOT_COMMENDED_SINCE: Takes(day=True),
    RuleKind.PLEDGED: Takes(),
    RuleKind.FULFILMENT: Takes("%"),
    RuleKind.COMMENTED: Takes(),
    RuleKind.NO_OVERDUE_ITEM: Takes(),
    RuleKind.ATTENDANCE: Takes("%"),
    RuleKind.SATISFACTION: Takes("%"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A rule that bars somebody, and what it says to him."""

    rule: EligibilityRule
    sentence: str


Nominees = Sequence[Member | Organization]  # all members, or all organisations
Barred = dict[int, str]  # the rule's own sentence, by the number of the nominee it bars


def bars(
    category: AwardCategory, nominee: Member | Organization, *, on: date, nomination: Nomination | None = None
) -> list[Bar]:
    """Return the rules that bar a nominee on that day; those overridden for this nomination are left out."""
    found = bars_of(category, [nominee], on=on)[nominee.pk]
    if not found or nomination is None or nomination.pk is None:
        return found
    return not_passed_over(found, set(nomination.overrides.values_list("rule_id", flat=True)))


def not_passed_over(found: Sequence[Bar], rules: Collection[int]) -> list[Bar]:
    """Return these without the rules that were overridden and may be. No query."""
    return [bar for bar in found if not (bar.rule.may_override and bar.rule.pk in rules)]


def bars_of(category: AwardCategory, nominees: Nominees, *, on: date) -> dict[int, list[Bar]]:
    """Return the same for each of many nominees of one kind, by their number; as many queries a rule, however many they are."""
    found: dict[int, list[Bar]] = {nominee.pk: [] for nominee in nominees}
    if not nominees:
        return found
    persons = isinstance(nominees[0], Member)
    for rule in category.rules.select_related("other").order_by("place", "pk"):
        if TAKES[rule.kind].persons_only and not persons:
            continue
        for number, sentence in ASKED[rule.kind](rule, category, nominees, on).items():
            found[number].append(Bar(rule, (rule.sentence or sentence)[:SENTENCE_MOST]))
    return found


def asked_for(rule: EligibilityRule) -> str:
    """Say what a rule demands, with its limit, as a list of conditions has it."""
    match rule.kind:
        case RuleKind.BELONGS_FOR:
            return f"到表彰当日在本单位满 {rule.number} 个月"
        case RuleKind.EXCLUSIVE:
            return f"同一批没有推荐到“{rule.other}”" if rule.other is not None else "同一批没有推荐到其他类别"
        case RuleKind.NOT_COMMENDED_SINCE:
            return f"{rule.day:%Y-%m-%d} 以来没有受过同级同类表彰"
        case RuleKind.FULFILMENT | RuleKind.ATTENDANCE | RuleKind.SATISFACTION:
            return f"{rule.get_kind_display()} {rule.number}%"
    return str(rule.get_kind_display())


# ---- one function a kind: whom it bars, and what it says ----


def _not_full(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    day = category.round.commend_on
    found: Barred = {}
    for one in nominees:
        assert isinstance(one, Member)
        if one.confirmed_on is not None and one.confirmed_on > day:
            found[one.pk] = f"转正时间是 {one.confirmed_on:%Y-%m-%d}，到表彰日期 {day:%Y-%m-%d} 还不是正式党员。"
        elif one.confirmed_on is None and one.member_type == MemberType.PROBATIONARY:
            found[one.pk] = f"现在是预备党员，没有在表彰日期 {day:%Y-%m-%d} 以前转正的记录。"
    return found


def _too_new(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    months, day = rule.number or 0, category.round.commend_on
    rows = Membership.objects.filter(member__in=_numbers(nominees), starts_on__lte=on).within(category.round.path)
    stays: dict[int, list[Membership]] = {}
    for row in rows.order_by("-starts_on", "-pk"):
        stays.setdefault(row.member_id, []).append(row)
    found: Barred = {}
    for one in nominees:
        since = _since(stays.get(one.pk, []), on)
        if since is None:
            found[one.pk] = f"现在不在本单位，不能算作满 {months} 个月。"
        elif months_after(since, months) > day:
            found[one.pk] = f"{since:%Y-%m-%d} 起在本单位，到表彰日期 {day:%Y-%m-%d} 不满 {months} 个月。"
    return found


def _since(stays: Sequence[Membership], on: date) -> date | None:
    """Return the day since when somebody has belonged without a gap; moving from branch to branch inside the unit is none. Latest first."""
    since: date | None = None
    for stay in stays:
        reaches = stay.ends_on is None or stay.ends_on >= (on if since is None else since - timedelta(days=1))
        if not reaches:
            break
        since = stay.starts_on if since is None else min(since, stay.starts_on)
    return since


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _without_post(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    posts = PostAssignment.objects.own().filter(member__in=_numbers(nominees)).current(on)
    inside = [(row.member_id, row.organization.path) for row in posts.select_related("organization")]
    holding = {member for member, path in inside if path.startswith(category.round.path)}
    return {one.pk: "现在没有担任党内职务。" for one in nominees if one.pk not in holding}


def _named_elsewhere(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    standing = [*RUNNING, NominationState.COMMENDED]
    elsewhere = Nomination.objects.filter(round=category.round_id, state__in=standing).exclude(category=category.pk)
    if rule.other_id is not None:
        elsewhere = elsewhere.filter(category=rule.other_id)
    column = "member_id" if isinstance(nominees[0], Member) else "organization_id"
    rows = elsewhere.filter(**{f"{column}__in": _numbers(nominees)}).select_related("category")
    return {
        getattr(row, column): f"这一批已经推荐为“{row.category}”，不再推荐到另一类别。" for row in rows.order_by("-pk")
    }


def _commended_already(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    first, level = rule.day or date.min, category.round.level
    found: Barred = {}
    for number, honours in evidence.honours_of(nominees, on).items():
        same = (one for one in honours if one.level == level and one.key == category.key and one.awarded_on >= first)
        if (honour := next(same, None)) is not None:
            told = f"{honour.awarded_on:%Y-%m-%d} 已经获得{honour.get_level_display()}“{honour.title}”"
            found[number] = f"{told}，{first:%Y-%m-%d} 以来受过同级同类表彰的不再推荐。"
    return found


def _not_pledged(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    pledged = evidence.pledged_of(nominees, on)
    return {one.pk: "没有已公示的承诺。" for one in nominees if one.pk not in pledged}


def _unfulfilled(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    """Whoever had nothing due yet is not below the limit; that there is a pledge at all is another rule."""
    rates = evidence.fulfilment_of(nominees, category.round.evidence_from, on)
    return _below(rule, rates, "承诺兑现率是")


def _uncommented(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    first = category.round.evidence_from
    counts = evidence.comments_of(nominees, first, on)
    return {one.pk: f"{first:%Y-%m-%d} 以来没有受过领导点评。" for one in nominees if not counts.get(one.pk)}


def _overdue(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    counts = evidence.overdue_items_of(nominees, on)
    return {number: f"有 {count} 项整改逾期没有完成。" for number, count in counts.items() if count}


def _absent(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    """Where no study was due there is no share, and nobody is below it."""
    return _below(rule, evidence.attendance_of(nominees, category.round.evidence_from, on), "学习出勤率是")


def _unsatisfying(rule: EligibilityRule, category: AwardCategory, nominees: Nominees, on: date) -> Barred:
    """The latest evaluation that may be shown counts; what was not asked, or may not be shown, bars nobody."""
    rated = evidence.satisfaction_of(nominees, category.round.evidence_from, on)
    rates = {number: next((one.rate for one in rows if one.rate is not None), None) for number, rows in rated.items()}
    return _below(rule, rates, "最近一次群众评议满意率是")


def _below(rule: EligibilityRule, rates: Mapping[int, Rate | None], told: str) -> Barred:
    limit = rule.number or 0
    return {
        number: f"{told} {rate.number / rate.of:.1%}（{rate.number}/{rate.of}），低于 {limit}%。"
        for number, rate in rates.items()
        if rate is not None and rate.of and not rate.reaches(limit)
    }


def _numbers(nominees: Nominees) -> list[int]:
    return [one.pk for one in nominees]


ASKED: Mapping[str, Callable[[EligibilityRule, AwardCategory, Nominees, date], Barred]] = {
    RuleKind.FULL_MEMBER: _not_full,
    RuleKind.BELONGS_FOR: _too_new,
    RuleKind.HOLDS_POST: _without_post,
    RuleKind.EXCLUSIVE: _named_elsewhere,
    RuleKind.NOT_COMMENDED_SINCE: _commended_already,
    RuleKind.PLEDGED: _not_pledged,
    RuleKind.FULFILMENT: _unfulfilled,
    RuleKind.COMMENTED: _uncommented,
    RuleKind.NO_OVERDUE_ITEM: _overdue,
    RuleKind.ATTENDANCE: _absent,
    RuleKind.SATISFACTION: _unsatisfying,
}


def applies(kind: str, nominee_kind: str) -> bool:
    """Answer whether a rule of that kind can be asked of such nominees."""
    return nominee_kind == NomineeKind.MEMBER or not TAKES[kind].persons_only
