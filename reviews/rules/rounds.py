"""Who runs the rounds of a unit, and who sees how far they have come."""

from datetime import date

from branches.models import Organization
from branches.scope import Viewer, standing_of
from branches.states import LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no
from reviews.models import CommentRound


def may_run_round(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Open, change and close a round: the unit's leaders and its office."""
    if standing_of(by, on).holds_at(LEADERS | {Post.OFFICE_STAFF}, organization.pk):
        return YES
    return no("点评轮次由本单位的书记、副书记或者创先争优办公室管理。")


def may_change_round(round_: CommentRound, by: Viewer, on: date) -> Verdict:
    """Change dates or close, while it is open."""
    if round_.is_closed:
        return first_no(may_run_round(round_.organization, by, on), no("这一轮已经结束，不能再改。"))
    return may_run_round(round_.organization, by, on)


def may_see_coverage(by: Viewer, on: date) -> Verdict:
    """Who has been left out is for committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("覆盖情况由支部委员会、总支和创先争优办公室查看。")


def may_remind(round_: CommentRound, by: Viewer, on: date) -> Verdict:
    """Remind those who are missing: committees and the office, while the round runs."""
    return first_no(may_see_coverage(by, on), is_running(round_, by, on))


def is_running(round_: CommentRound, by: Viewer, on: date) -> Verdict:
    """The round has begun and has not been closed."""
    if round_.is_closed:
        return no(f"{round_}已经结束，不能再办理。")
    if on < round_.opens_on:
        return no(f"{round_}从 {round_.opens_on:%Y-%m-%d} 开始。")
    return YES
