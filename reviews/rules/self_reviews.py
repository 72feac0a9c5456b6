"""May I write, read, decide on a self-review? Nobody reads what he wrote, submitted, or what is about himself.

Rules ask no database: fetch a self-review with its round, organisation and member (`queries.self_reviews.for_work`, lines with
`with_lines`).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from reviews.models import SelfReview, SelfReviewLine
from reviews.queries.scores import scheme_of
from reviews.rules import rounds
from reviews.states import WRITABLE, Answer, ReviewState


def may_write(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """The member his own; the office for a member without an account; an organisation's leaders theirs."""
    me = standing_of(by, on)
    if review.member is None:
        if me.holds_at(LEADERS, review.organization_id):
            return YES
        return stranger("党组织的对照检查由本组织的书记、副书记填写。")
    if me.member is not None and me.member.pk == review.member_id:
        return YES
    if review.member.user_id is None and me.administers(review.path):
        return YES
    return stranger("党员的对照检查由本人填写；没有账号的党员，由创先争优办公室代为登记。")


def may_edit(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Write, while it is a draft or returned and the round runs."""
    return first_no(may_write(review, by, on), _is_writable(review), is_running(review, by, on))


def may_review(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Accept: the leaders of the organisation that reads it."""
    if review.goes_outside:
        return stranger("这份对照检查由上级党组织审阅，意见由创先争优办公室登记。")
    me = standing_of(by, on)
    if not me.holds_at(LEADERS, review.reviewing_id):
        return stranger("对照检查由所在组织的书记或者上一级组织审阅。")
    return no("不能审阅自己的、自己填写或提交的对照检查。") if is_own(review, me) else YES


def may_register(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Register what was said above the unit: its office, unless it wrote the text itself."""
    if not review.goes_outside:
        return stranger("这份对照检查由本单位的组织审阅，不需要登记上级意见。")
    me = standing_of(by, on)
    own = is_own(review, me)
    if me.holds_at({Post.OFFICE_STAFF}, review.round.organization_id):
        return no("自己填写或提交的对照检查，要由别人登记上级意见。") if own else YES
    sentence = "这份对照检查由上级党组织审阅，意见由创先争优办公室登记。"
    return no(sentence) if own else stranger(sentence)


def may_return(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Send it back: whoever accepts it or registers the acceptance."""
    return may_register(review, by, on) if review.goes_outside else may_review(review, by, on)


def is_own(review: SelfReview, me: Standing) -> bool:
    """Answer whether it is about the person or whoever he stands in for, was written or submitted by one of them, or comes from an organisation he leads."""
    if review.member is None and me.holds_at(LEADERS, review.organization_id):
        return True
    mine = me.is_partial_to(review.member_id)
    return mine or me.is_partial_to_account(review.author_id, review.submitted_by_id)


def may_read_opinions(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Opinions and history: the subject, whoever wrote it, and where internal records are open."""
    me = standing_of(by, on)
    if is_own(review, me) or me.may_read(review.path) or may_write(review, me, on):
        return YES
    return stranger("审阅意见和办理经过只给本人和有关负责人看。")


def may_close(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """What the end of a round does to its self-reviews is done by whoever runs the round."""
    verdict = rounds.may_run_round(review.round.organization, by, on)
    return YES if verdict else stranger(verdict.reason)


# ---- the calendar and the text: conditions that do not ask who ----


def is_running(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """The round has begun and has not been closed."""
    return rounds.is_running(review.round, by, on)


def is_over(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """The round has been closed."""
    return YES if review.round.is_closed else no(f"{review.round}还没有结束。")


def is_ready(review: SelfReview, by: Viewer, on: date) -> Verdict:
    """Complete enough to hand in: every standard answered, every gap with cause and measure; no gap at all only on purpose."""
    lines = list(review.lines.all())
    if not lines:
        return no("这份对照检查没有可以对照的标准，请联系创先争优办公室。")
    wrong = next((sentence for line in lines if (sentence := missing_in(line, on))), "")
    if wrong:
        return no(wrong)
    if scheme_of(review.round.semester.campaign) is not None:
        bare = next((line for line in lines if line.self_score is None), None)
        if bare is not None:
            return no(f"“{bare.standard.title}”还没有打自查分。")
    if all(line.answer == Answer.MET for line in lines) and not review.confirmed_no_gap:
        return no("每一条都选了“做到了”。如果确实没有差距，请勾选“经核对确实没有差距”，再提交一次。")
    return is_running(review, by, on)


def missing_in(line: SelfReviewLine, on: date) -> str:
    """Say what one standard still lacks on that day, or nothing."""
    title = line.standard.title
    measures = list(line.measures.all())
    if not line.answer:
        return f"“{title}”还没有对照：请选“做到了”“基本做到”或“有差距”。"
    if not line.practice.strip():
        return f"“{title}”还没有写做法：请写这学期做了什么。"
    if line.answer == Answer.MET:
        if line.gap.strip() or measures:
            return f"“{title}”选的是“做到了”，又写了差距或措施；请改选“基本做到”“有差距”，或者把差距和措施清空。"
        return ""
    chosen = line.get_answer_display()
    if not line.gap.strip():
        return f"“{title}”选的是“{chosen}”，请写明差距在哪里。"
    if not line.cause.strip():
        return f"“{title}”写了差距，请再写明原因。"
    if not measures:
        return f"“{title}”写了差距，至少要有一条措施，并定下完成时限。"
    past = next((measure for measure in measures if measure.due_on < on), None)
    if past is not None:
        return f"“{title}”有一条措施的完成时限是 {past.due_on:%Y-%m-%d}，已经过了，请改晚一些。"
    return ""


def is_assessed(lines: Iterable[SelfReviewLine], points: Mapping[int, Decimal | None]) -> Verdict:
    """Every standard has been given its points, by line."""
    bare = next((line for line in lines if points.get(line.pk) is None), None)
    if bare is None:
        return YES
    return no(f"这次活动计分，“{bare.standard.title}”还没有打考核分；请打开这一份，逐条打分后认可。")


def _is_writable(review: SelfReview) -> Verdict:
    if review.state in WRITABLE:
        return YES
    if review.state == ReviewState.SUBMITTED:
        return no("已经提交待审，要修改请先撤回。")
    return no(f"现在是“{review.get_state_display()}”状态，不能修改。")
