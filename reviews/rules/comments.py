"""Who comments on whom, signs for it, and sees it closed. Nobody comments on himself, and whoever commented does not sign for the subject.

Unlike other rules these ask the database: a comment stands on the posts of the day it was made, not of today.
"""

from datetime import date

from branches.models import Member
from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from reviews.models import CommentRound, LeaderComment
from reviews.queries.comment_ladder import Target, entitled, is_outside, target_on
from reviews.queries.comments import items_raised_by
from reviews.rules.rounds import is_running, may_run_round
from reviews.states import CommentState, SubjectKind
from schedule.states.items import FINALS as ITEM_FINALS
from schedule.states.items import ItemState


def may_comment(
    round_: CommentRound, target: Target, commentator: Member | None, by: Viewer, on: date, *, day: date
) -> Verdict:
    """Answer for one subject: may ``commentator`` comment on it by his posts of ``day``, and may ``by`` write it down.

    Without a commentator the words are those of somebody above the unit. One query besides those of the standing.
    """
    writes = may_write_for(round_, commentator, by, on)
    if not writes:
        return writes
    if _is_oneself(target, standing_of(by, on)):
        return no("不能点评自己，也不能登记对自己的点评。")
    if commentator is None:
        if is_outside(target, round_.path):
            return YES
        return no("上级领导的点评，只登记在本单位最上一级组织和它的书记名下。")
    if target.member is not None and target.member.pk == commentator.pk:
        return no("不能点评自己。")
    if any(row.member_id == commentator.pk for row in entitled(target, round_.path, day)):
        return YES
    return no(
        f"{commentator}在 {day:%Y-%m-%d} 不能点评{target}：点评由上一级组织的书记、副书记作出，"
        "党员也由所在支部的书记、副书记和本党小组的组长点评。"
    )


def may_write_for(round_: CommentRound, commentator: Member | None, by: Viewer, on: date) -> Verdict:
    """Write down what a leader says: he himself, or the unit's office on his behalf."""
    me = standing_of(by, on)
    if me.holds_at({Post.OFFICE_STAFF}, round_.organization_id):
        return YES
    if commentator is not None and me.member is not None and me.member.pk == commentator.pk:
        return YES
    return stranger("点评由点评人自己写；代为登记的，只能是本单位的创先争优办公室。")


def may_register(round_: CommentRound, by: Viewer, on: date) -> Verdict:
    """Register what others say, while the round runs: the unit's office."""
    if not standing_of(by, on).holds_at({Post.OFFICE_STAFF}, round_.organization_id):
        return no("代为登记点评，由本单位的创先争优办公室办理。")
    return is_running(round_, by, on)


def is_author(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Throw away a draft of one's own, whatever post one holds by now."""
    if standing_of(by, on).user.pk == comment.author_id:
        return YES
    return stranger("点评由起草的人修改、发出和收回。")


def may_write(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Go on with a comment one has begun, give it, take it back."""
    me = standing_of(by, on)
    return first_no(is_author(comment, me, on), may_write_for(comment.round, comment.commentator, me, on))


def may_edit(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Change the text: while it is a draft and the round runs."""
    return first_no(may_write(comment, by, on), _is_draft(comment), is_running(comment.round, by, on))


def may_acknowledge(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Sign for it: the member; an organisation's leaders; the office for a member without an account. Never who commented."""
    me = standing_of(by, on)
    if not _receives(comment, me):
        return stranger("点评由被点评的人签收；没有账号的党员，由创先争优办公室代为登记。")
    if me.is_partial_to(comment.commentator_id):
        return no("自己作的点评，要由被点评的一方签收。")
    return YES


def may_close(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """See it off the list: who commented, or the unit's office."""
    me = standing_of(by, on)
    if me.holds_at({Post.OFFICE_STAFF}, comment.round.organization_id):
        own = _is_about(comment, me) or me.is_partial_to(comment.member_id)
        return no("不能办结对自己的点评。") if own else YES
    if me.member is not None and me.member.pk == comment.commentator_id:
        return YES
    return stranger("点评由点评人或者本单位的创先争优办公室办结。")


def may_follow(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """See how it went on (signature, rectification, history): the subject, who commented, and where internal records are open."""
    me = standing_of(by, on)
    if _is_about(comment, me) or me.user.pk == comment.author_id or me.may_read(comment.path):
        return YES
    if me.member is not None and me.member.pk == comment.commentator_id:
        return YES
    return stranger("签收意见和办理经过只给本人和有关负责人看。")


def may_end(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """What the end of a round does to comments not given is done by whoever runs the round."""
    verdict = may_run_round(comment.round.organization, by, on)
    return YES if verdict else stranger(verdict.reason)


# ---- conditions that do not ask who ----


def round_is_closed(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Its round has been closed."""
    return YES if comment.round.is_closed else no(f"{comment.round}还没有结束。")


def round_runs(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Its round has begun and not been closed."""
    return is_running(comment.round, by, on)


def is_issuable(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Ready to be given: in its round, by the posts of that day, with a problem or a direction, and somebody to put each problem right."""
    return first_no(
        is_running(comment.round, by, on),
        _is_of_the_round(comment, on),
        _is_entitled(comment, by, on),
        _is_named(comment),
        _says_something(comment),
        _is_in_time(comment, on),
        _is_answered_for(comment, on),
        no("这一轮没有要求定等次，请不要填写等次。") if comment.rating and not comment.round.with_rating else YES,
    )


def has_no_problems(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Nothing to put right: signing for it closes it."""
    return stranger("还有问题要整改。") if comment.problems.exists() else YES


def is_in_work(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Somebody has begun to put a problem right."""
    if any(
        item.state not in (ItemState.OPEN, ItemState.CANCELLED) or item.measure for item in items_raised_by(comment)
    ):
        return YES
    return stranger("还没有开始整改。")


def is_put_right(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    """Every problem has been verified, or taken back."""
    items = items_raised_by(comment)
    if items and all(item.state in ITEM_FINALS for item in items):
        return YES
    return stranger("还有问题没有整改完。")


def _is_oneself(target: Target, me: Standing) -> bool:
    if target.member is not None:
        return me.is_partial_to(target.member.pk)
    return me.holds_at(LEADERS, target.organization.pk)


def _is_about(comment: LeaderComment, me: Standing) -> bool:
    if comment.member_id is not None:
        return me.member is not None and me.member.pk == comment.member_id
    return me.holds_at(LEADERS, comment.organization_id)


def _receives(comment: LeaderComment, me: Standing) -> bool:
    if _is_about(comment, me):
        return True
    return comment.member is not None and comment.member.user_id is None and me.administers(comment.path)


def _is_draft(comment: LeaderComment) -> Verdict:
    if comment.state == CommentState.DRAFT:
        return YES
    return no(f"现在是“{comment.get_state_display()}”状态，不能修改；没有签收以前可以先收回。")


def _is_of_the_round(comment: LeaderComment, on: date) -> Verdict:
    if comment.round.opens_on <= comment.held_on <= on:
        return YES
    return no(f"点评日期要在这一轮开始（{comment.round.opens_on:%Y-%m-%d}）以后、今天以前。")


def _is_entitled(comment: LeaderComment, by: Viewer, on: date) -> Verdict:
    target = target_of(comment)
    if target is None or target.organization.pk != comment.organization_id or target.member != comment.member:
        return no(
            f"{comment.held_on:%Y-%m-%d} 这一天，{comment.subject}不在{comment.organization}或者不担任书记，请核对点评日期。"
        )
    return may_comment(comment.round, target, comment.commentator, by, on, day=comment.held_on)


def target_of(comment: LeaderComment) -> Target | None:
    """Return whom a comment is about as he stood on its day. One query, two for a secretary."""
    is_member = comment.subject_kind == SubjectKind.MEMBER and comment.member_id is not None
    number = comment.member_id if is_member else comment.organization_id
    return target_on(comment.subject_kind, number or 0, comment.round.path, comment.held_on)


def _is_named(comment: LeaderComment) -> Verdict:
    if comment.commentator_name.strip() and (comment.commentator_id or comment.commentator_post.strip()):
        return YES
    return no("请写明点评人的姓名和职务。")


def _says_something(comment: LeaderComment) -> Verdict:
    if comment.direction.strip() or comment.problems.exists():
        return YES
    return no("点评不能只讲成绩：请至少写一条存在问题，或者写明努力方向。")


def _is_in_time(comment: LeaderComment, on: date) -> Verdict:
    for number, problem in enumerate(comment.problems.all(), 1):
        if problem.due_on < on:
            return no(f"第 {number} 个问题的整改时限是 {problem.due_on:%Y-%m-%d}，已经过了，请改晚一些。")
    return YES


def _is_answered_for(comment: LeaderComment, on: date) -> Verdict:
    if comment.member is not None or not comment.problems.exists():
        return YES
    if target_on(SubjectKind.SECRETARY, comment.organization_id, comment.round.path, on) is None:
        return no(f"{comment.organization}现在没有书记，指出的问题没有人负责整改，请先任命书记。")
    return YES
