"""May I work on it, verify it, put it off, take it back? The verifier is never the person responsible, the one concerned, or the one who submitted.

Who somebody is asks no database: fetch an item with `queries.items.for_work`.
"""

from datetime import date

from branches.models import Organization
from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import ActionItem, Meeting
from schedule.states.items import UNFINISHED, WORKABLE


def may_work(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """Plan, enter progress, submit: the responsible member; the office for one without an account."""
    me = standing_of(by, on)
    if me.member is not None and me.member.pk == item.responsible_id:
        return YES
    if item.responsible.user_id is None and me.administers(item.path):
        return YES
    return stranger("整改由责任人办理；没有账号的责任人，由创先争优办公室代为登记。")


def may_edit(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """Change cause and measure, enter progress, while somebody works on it."""
    return first_no(may_work(item, by, on), _is_workable(item))


def may_verify(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """See it closed: the leaders of the verifying organisation; for what lies above the unit, its office."""
    me = standing_of(by, on)
    if not _verifies(item, me):
        return stranger("整改由责任人所在组织的书记或者上一级组织验收。")
    if _is_own(item, me):
        return no("自己的问题要由别人验收销号。")
    return YES


def may_postpone(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """Give it more time: whoever verifies, never the one who is late."""
    return first_no(may_verify(item, by, on), _is_unfinished(item))


def may_cancel(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """Take back what should not have been raised: whoever raised it or verifies it, but nobody his own."""
    me = standing_of(by, on)
    raised = me.user.pk is not None and me.user.pk == item.raised_by_id
    if not raised and not _verifies(item, me):
        return stranger("整改事项由提出的人或者验收的组织撤销。")
    if _concerns(item, me):
        return no("自己的整改事项不能自己撤销。")
    return YES


def may_raise(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Raise an item by hand (an inspection's finding): the leaders above, the organisation's own committee, the office."""
    if standing_of(by, on).may_read(organization.path):
        return YES
    return stranger("整改事项由支部委员会、党总支和创先争优办公室提出。")


def may_raise_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation for which he may raise items."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("整改事项由支部委员会、党总支和创先争优办公室提出。")


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """The rectification ledger is for committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("整改台账由支部委员会、党总支和创先争优办公室查看。")


def may_record_meeting(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Write a meeting down: the organisation's committee and the office above it."""
    me = standing_of(by, on)
    if me.may_read(organization.path):
        return YES
    return stranger("会议由本组织的委员会和创先争优办公室记录。")


def may_record_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose meetings he writes down."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("会议由本组织的委员会和创先争优办公室记录。")


def may_change_meeting(meeting: Meeting, by: Viewer, on: date) -> Verdict:
    """Change what was written down."""
    return may_record_meeting(meeting.organization, by, on)


def may_see_meeting_ledger(by: Viewer, on: date) -> Verdict:
    """The ledger of meetings is for committees and the office; what a committee said among itself stands in it."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("会议台账由支部委员会、党总支和创先争优办公室查看。")


def is_answered(item: ActionItem, by: Viewer, on: date) -> Verdict:
    """What is handed in says what was done: a measure and at least one entry of progress. One query, unless the entries are there."""
    if not item.measure.strip():
        return no("请先写明整改措施，再提交验收。")
    if not item.entries.all():
        return no("还没有整改进展记录，请先记录做了什么。")
    return YES


def _verifies(item: ActionItem, me: Standing) -> bool:
    if item.verifying_id is None:
        return me.holds({Post.OFFICE_STAFF}, item.path)
    return me.holds_at(LEADERS, item.verifying_id)


def _is_own(item: ActionItem, me: Standing) -> bool:
    return _concerns(item, me) or me.is_partial_to_account(item.submitted_by_id)


def _concerns(item: ActionItem, me: Standing) -> bool:
    """Answer whether he, or whoever he stands in for, answers for it, or it is about one of them or an organisation he leads."""
    if item.member_id is None and me.holds_at(LEADERS, item.organization_id):
        return True
    return me.is_partial_to(item.responsible_id, item.member_id)


def _is_workable(item: ActionItem) -> Verdict:
    if item.state in WORKABLE:
        return YES
    return no(f"现在是“{item.get_state_display()}”状态，不能修改。")


def _is_unfinished(item: ActionItem) -> Verdict:
    return YES if item.state in UNFINISHED else no(f"已经是“{item.get_state_display()}”，不需要延期。")
