"""Who hands over, who signs."""

from datetime import date

from branches.models import Member
from branches.scope import Standing
from branches.states import LEADERS
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from reports.models import Handover
from reports.states import HandoverState

OUTGOING, INCOMING, SUPERVISOR = "outgoing", "incoming", "supervisor"
SIDES = {OUTGOING: "移交人", INCOMING: "接交人", SUPERVISOR: "监交人"}


def is_holder(handover: Handover, side: str, standing: Standing) -> bool:
    """Answer whether this account gives over (or takes over), whatever post it holds by now."""
    held = getattr(handover, side)
    account = held.user_id if held.member is None else held.member.user_id
    return account is not None and account == standing.user.pk


def oversees(handover: Handover, standing: Standing) -> bool:
    """Answer whether he stands above both: a leader above the organisation, or the office over it; never one of them, nor standing in for one."""
    if is_holder(handover, OUTGOING, standing) or is_holder(handover, INCOMING, standing):
        return False
    if standing.is_partial_to(handover.outgoing.member_id, handover.incoming.member_id):
        return False
    above = any(
        seat.post in LEADERS and handover.path.startswith(seat.path) and seat.path != handover.path
        for seat in standing.seats
    )
    return above or standing.administers(handover.path)


def may_hand_over(handover: Handover, standing: Standing) -> Verdict:
    """Carry it out: whoever gives over, and the level above, also for one who is gone."""
    if not (is_holder(handover, OUTGOING, standing) or oversees(handover, standing)):
        return stranger("移交由移交人自己办理，或者由上级、创先争优办公室主持办理。")
    return first_no(
        YES if handover.state == HandoverState.DRAFTED else no("已经移交过了。"),
        no("还没有到接任的日期。") if handover.incoming.starts_on > standing.on else YES,
    )


def may_note(handover: Handover, standing: Standing) -> Verdict:
    """Explain a line: whoever gives over, until both have signed."""
    if not is_holder(handover, OUTGOING, standing):
        return stranger("移交说明由移交人写。")
    return no("移交人已经签字，说明不能再改。") if handover.outgoing_signed_on else YES


def may_sign(handover: Handover, side: str, standing: Standing) -> Verdict:
    """Confirm: each only his own part, once all has been moved."""
    mine = oversees(handover, standing) if side == SUPERVISOR else is_holder(handover, side, standing)
    if not mine:
        return stranger(f"{SIDES[side]}的确认只能由本人办理；监交人由上级或者创先争优办公室担任，不能是交接的双方。")
    return first_no(
        no("要先移交，再确认。") if handover.state == HandoverState.DRAFTED else YES,
        no("已经确认过了。") if getattr(handover, f"{side}_signed_on") else YES,
    )


def may_see_ownerless(standing: Standing) -> Verdict:
    """What nobody has in hand is for whoever reads internal records somewhere."""
    return YES if standing.reading_paths() else no("没有人负责的事项由支部委员会、党总支和创先争优办公室查看。")


def may_assign(path: str, standing: Standing) -> Verdict:
    """Give it to somebody: the leaders of the organisation and above, and the office."""
    if standing.leads(path) or standing.administers(path):
        return YES
    return stranger("由本组织或者上级的书记、副书记和创先争优办公室指定。")


def belongs(member: Member, path: str, on: date) -> Verdict:
    """Only a member of the organisation or below it takes it over."""
    return (
        YES
        if Member.objects.belonging(on, path).filter(pk=member.pk).exists()
        else no(f"{member}现在不属于这个党组织。")
    )
