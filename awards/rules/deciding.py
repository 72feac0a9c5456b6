"""Who decides about a nomination, and what must be there before he may."""

from datetime import date

from awards.models import AwardCategory, AwardRound, Nomination
from awards.queries.ballots import LEAST, candidates_of, voters_of
from awards.queries.desk import Line
from awards.queries.eligibility import bars
from awards.queries.pending import is_limited, promised
from awards.queries.places import places_left
from awards.rules.rounds import decides, is_under_way, runs
from awards.states import NominationState, Pending, Side, Stand
from branches.models import Member, Organization
from branches.scope import Viewer, standing_of
from branches.states import LEADERS
from chuangxian.verdicts import YES, Verdict, first_no, no
from reviews.states import EvaluationState

# the sides are heard before the audit is passed, never afterwards
HEARD_IN = (NominationState.RECOMMENDED, NominationState.PRESELECTED)


def is_somebody_else(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Nobody decides about himself, about whom he stands in for, or about the organisation he leads: what `scope.nominations.own` says of rows, asked of one. No query."""
    standing = standing_of(by, on)
    himself = standing.is_partial_to(nomination.member_id)
    if himself or standing.holds_at(LEADERS, nomination.organization_id):
        return no("涉及本人或者本人负责的党组织，应当回避。")
    return YES


def may_decide(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Sit in judgement on this nomination."""
    return first_no(decides(nomination.round, by, on), is_somebody_else(nomination, by, on))


def may_still_go_on(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """The round has not ended."""
    return is_under_way(nomination.round)


def is_eligible(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """No rule bars the nominee, but those that were overridden with a reason."""
    found = bars(nomination.category, nomination.nominee, on=on, nomination=nomination)
    return no(found[0].sentence) if found else YES


def has_place(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """The category still has a place for it."""
    left = places_left(nomination.category, but=nomination, on=on)
    return YES if left.number > 0 else no(left.sentence)


def may_pass(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Pass it on: he still belongs to the unit, there is a place, and nothing bars him."""
    return first_no(
        may_still_go_on(nomination, by, on),
        is_still_here(nomination, on),
        has_place(nomination, by, on),
        is_eligible(nomination, by, on),
    )


def is_still_here(nomination: Nomination, on: date) -> Verdict:
    """The member still belongs to the unit, in whatever branch; the organisation still exists. One query for a member."""
    nominee, unit = nomination.nominee, nomination.round.organization
    if isinstance(nominee, Organization):
        gone = nominee.dissolved_on is not None and nominee.dissolved_on <= on
        return no(f"{nominee}已经撤销，不能再通过。") if gone else YES
    if Member.objects.belonging(on, unit.path).filter(pk=nominee.pk).exists():
        return YES
    return no(f"{nominee}已经不是{unit}的党员，不能再通过。")


def is_audited(nomination: Nomination, by: Viewer | None, on: date) -> Verdict:
    """Members, masses and the discipline side have been asked, and the last word of none is against it."""
    last = {opinion.side: opinion for opinion in nomination.opinions.all()}
    missing = [side.label for side in Side if side not in last]
    if missing:
        return no(f"还没有听取{'、'.join(missing)}。")
    against = [side.label for side in Side if last[side].stand == Stand.OPPOSES]
    if against:
        return no(f"{'、'.join(against)}是“不同意”，不能通过审核；核实以后可以再登记一次意见。")
    return is_under_way(nomination.round)


def in_the_way(line: Line, left: int | None, on: date) -> str:
    """Say in a few words what a nomination on the desk waits for, from what lies there: no query. The rules of eligibility are asked apart."""
    nomination, posted = line.nomination, line.posted
    match nomination.state:
        case NominationState.RECOMMENDED:
            return "没有名额了" if left is not None and left <= 0 else ""
        case NominationState.PRESELECTED:
            return is_audited(nomination, None, on).reason
        case NominationState.AUDITED:
            return "等待列入公示"
        case NominationState.IN_NOTICE | NominationState.OBJECTED:
            if posted is None or posted.notice.ends_on is None:
                return "没有找到公示"
            if posted.unanswered:
                return f"还有 {posted.unanswered} 件异议没有答复"
            ends = posted.notice.ends_on
            return "" if posted.notice.has_passed(on) else f"公示到 {ends:%Y-%m-%d} 为止"
        case NominationState.DECIDED:
            day = nomination.round.commend_on
            return f"{day:%Y-%m-%d} 表彰" if on < day else "等待表彰"
    return ""


def may_hear(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Register what a side said: who decides, as long as the audit has not been passed."""
    if nomination.state not in HEARD_IN:
        return first_no(
            may_decide(nomination, by, on),
            no(f"审核意见在审核通过以前登记，现在是“{nomination.get_state_display()}”。"),
        )
    return first_no(may_decide(nomination, by, on), may_still_go_on(nomination, by, on))


def has_place_beside_pending(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Places promised by decisions not yet announced count as taken; those they set free do not."""
    if not is_limited(nomination.category):
        return YES
    left = places_left(nomination.category, but=nomination, on=on)
    taken, freed = promised(nomination.category, but=nomination, viewer=by, on=on)
    if left.number > 0 and left.number - taken + freed <= 0:
        return no(f"“{nomination.category}”还剩 {left.number} 个名额，已经拟初评通过 {taken} 个，没有名额了。")
    return YES


def may_hold(nomination: Nomination, pending: str, by: Viewer, on: date) -> Verdict:
    """Keep a decision for later: besides what the move itself asks, a place nobody has been promised."""
    return has_place_beside_pending(nomination, by, on) if pending == Pending.PRESELECT else YES


def may_announce(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Announce what was decided and kept."""
    return first_no(decides(round_, by, on), is_under_way(round_))


def may_ballot(category: AwardCategory, by: Viewer, on: date) -> Verdict:
    """Have the committee vote by secret ballot about a category's candidates: only where so many vote that nobody is known by his vote."""
    ballot = category.ballot
    if ballot is not None and ballot.state != EvaluationState.VOID:
        return first_no(runs(category.round, by, on), no(f"“{category}”已经发起过票决。"))
    candidates = candidates_of(category)
    if not candidates:
        return first_no(runs(category.round, by, on), no(f"“{category}”还没有可以票决的推荐。"))
    return first_no(
        runs(category.round, by, on),
        is_under_way(category.round),
        *(is_somebody_else(candidate, by, on) for candidate in candidates),
        _enough_vote(category, candidates, on),
    )


def _enough_vote(category: AwardCategory, candidates: list[Nomination], on: date) -> Verdict:
    voters = len(voters_of(category, candidates, on))
    if voters >= LEAST:
        return YES
    return no(
        f"委员会除去应当回避的只有 {voters} 名委员，不到 {LEAST} 人，做不到不记名，不能用评议码票决；请在会议上举手或者书面表决。"
    )


def may_be_returned(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Sent back to be completed: only while nominations are still taken."""
    if nomination.round.takes_nominations(on):
        return YES
    return no("推荐已经截止，不能再退回补充。")


def may_commend(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Announce the commendation: those who run the round, for everybody decided at once, themselves included."""
    return runs(nomination.round, by, on)


def may_be_commended(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """The day of the commendation has come."""
    day = nomination.round.commend_on
    if on < day:
        return no(f"表彰日期是 {day:%Y-%m-%d}，还没有到。")
    return may_still_go_on(nomination, by, on)
