"""Who sums up, who says that it stands, and what a summary must hold before that."""

from datetime import date

from awards.models import Summary
from awards.states import SummaryState
from branches.models import Organization
from branches.scope import Viewer, standing_of
from branches.states import COMMITTEE, LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

WRITERS = "总结由本组织的委员会和创先争优办公室起草。"


def may_write(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Draft a summary of the organisation: its committee, and the office over it."""
    me = standing_of(by, on)
    if me.holds_at(COMMITTEE, organization.pk) or me.administers(organization.path):
        return YES
    return stranger(WRITERS)


def may_write_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation for which he sums up."""
    posts = {*COMMITTEE, Post.OFFICE_STAFF}
    return YES if any(seat.post in posts for seat in standing_of(by, on).seats) else no(WRITERS)


def may_work_on(summary: Summary, by: Viewer, on: date) -> Verdict:
    """Work on this one."""
    return may_write(summary.organization, by, on)


def may_edit(summary: Summary, by: Viewer, on: date) -> Verdict:
    """Change its text, or gather it again: only in draft."""
    return first_no(may_work_on(summary, by, on), _is_draft(summary))


def may_finalise(summary: Summary, by: Viewer, on: date) -> Verdict:
    """Say that it stands, or take that back: the organisation's leaders."""
    if standing_of(by, on).holds_at(LEADERS, summary.organization_id):
        return YES
    sentence = "总结由本组织的书记、副书记定稿。"
    return no(sentence) if may_work_on(summary, by, on) else stranger(sentence)


def is_complete(summary: Summary, by: Viewer, on: date) -> Verdict:
    """Every section has a text."""
    empty = [section.heading for section in summary.sections.all() if not section.text.strip()]
    return no(f"“{'”、“'.join(empty)}”还没有写，写好以后才能定稿。") if empty else YES


def _is_draft(summary: Summary) -> Verdict:
    if summary.state == SummaryState.DRAFT:
        return YES
    if summary.state == SummaryState.FINAL:
        return no("总结已经定稿，不能再改；要改请先退回起草。")
    return no("这份总结已经作废，不能再改。")
