"""May I write an activity down, correct it, take it back? Those who keep the organisation's records may, as with its meetings."""

from datetime import date

from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import Activity

KEEPERS = "活动由本组织的委员会和创先争优办公室记录。"


def may_record(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Write an activity of the organisation down: its committee, those above it, the office."""
    return YES if standing_of(by, on).may_read(organization.path) else stranger(KEEPERS)


def may_record_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose activities he writes down."""
    return YES if standing_of(by, on).reading_paths() else no(KEEPERS)


def may_change(activity: Activity, by: Viewer, on: date) -> Verdict:
    """Correct what was written down, or take it back, while it stands."""
    return first_no(may_record(activity.organization, by, on), _stands(activity))


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """Ledger and statistics are for committees and the office."""
    return (
        YES if standing_of(by, on).reading_paths() else no("活动台账和统计由支部委员会、党总支和创先争优办公室查看。")
    )


def _stands(activity: Activity) -> Verdict:
    return YES if activity.withdrawn_on is None else no("这条活动记录已经撤回，不能再修改。")
