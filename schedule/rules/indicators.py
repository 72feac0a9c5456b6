"""Who says what a standard means: the unit's office and leaders for everybody, a branch's committee for its branch."""

from datetime import date

from branches.models import Organization
from branches.scope import Viewer, standing_of
from branches.states import COMMITTEE
from chuangxian.verdicts import YES, Verdict, first_no, no
from schedule.models import Indicator


def may_keep(organization: Organization | None, by: Viewer, on: date) -> Verdict:
    """Add, change and end indicators of a branch; without one, the general ones."""
    me = standing_of(by, on)
    if organization is None:
        return YES if me.managing_paths() else no("通用指标由本单位的书记、副书记或者创先争优办公室管理。")
    if me.holds_at(COMMITTEE, organization.pk):
        return YES
    return no("支部的指标由这个支部的支部委员会管理。")


def may_keep_scoring(by: Viewer, on: date) -> Verdict:
    """Switch scoring on or off and say what the bands are: whoever keeps the general indicators."""
    if standing_of(by, on).managing_paths():
        return YES
    return no("计分办法由本单位的书记、副书记或者创先争优办公室管理。")


def may_keep_some(by: Viewer, on: date) -> Verdict:
    """Add an indicator somewhere."""
    me = standing_of(by, on)
    if me.managing_paths() or any(seat.post in COMMITTEE for seat in me.seats):
        return YES
    return no("指标由创先争优办公室、总支负责人和支部委员会管理。")


def may_change(indicator: Indicator, by: Viewer, on: date) -> Verdict:
    """Change or end one that is in force."""
    return first_no(may_keep(indicator.organization, by, on), is_in_force(indicator, on))


def is_in_force(indicator: Indicator, on: date) -> Verdict:
    """A past version stays as it was."""
    if indicator.holds_on(on):
        return YES
    if indicator.ended_on is not None and indicator.ended_on <= on:
        return no(f"这条指标已在 {indicator.ended_on:%Y-%m-%d} 停用或者换了新的说法，以前的说法不能再改。")
    return no(f"这条指标从 {indicator.starts_on:%Y-%m-%d} 起才启用。")
