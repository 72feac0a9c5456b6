"""党员示范岗: who applies, who reviews, who grants, looks again and takes away. Nobody decides about his own."""

from datetime import date

from awards.models import ModelPost
from awards.queries.posts import applicants_for, belongs_still
from awards.scope.posts import applies_at
from awards.scope.rounds import DECIDERS
from awards.states import HELD, PostState
from branches.models import Member
from branches.scope import Viewer, standing_of
from branches.states import COMMITTEE
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

WRITERS = "示范岗由党员本人申请，或者由本支部的书记、副书记代为申请。"
OWN = "这是您本人的示范岗，评议和决定时应当回避，由其他同志办理。"


def may_apply_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is anybody in whose name he may apply."""
    return YES if applicants_for(standing_of(by, on), on).exists() else no(WRITERS)


def may_apply_for(member: Member, by: Viewer, on: date) -> Verdict:
    """Fill an application in: the member himself, or a leader of his branch."""
    if applicants_for(standing_of(by, on), on).filter(pk=member.pk).exists():
        return YES
    return stranger(WRITERS)


def may_write(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Work on the application, or take it back: the member himself, or a leader of the branch it was made in."""
    me = standing_of(by, on)
    if _is_own(post, by, on) or post.organization_id in applies_at(me):
        return YES
    return stranger(WRITERS)


def may_edit(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Change its words: only before the branch has reviewed it."""
    if post.state != PostState.APPLIED:
        return first_no(may_write(post, by, on), no("支部已经评议，内容不能再改。"))
    return may_write(post, by, on)


def may_review(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Review it in the branch's committee; where nobody but the applicant sits on it, the unit's does."""
    if type(post).objects.reviewed_by(standing_of(by, on), on).filter(pk=post.pk).exists():
        return YES
    if _is_own(post, by, on) and standing_of(by, on).holds_at(COMMITTEE, post.organization_id):
        return no(OWN)
    return stranger("示范岗由支部委员会评议。")


def may_grant(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Give the plate, look at it again and take it away: the unit's committee; its office enters what was decided."""
    if type(post).objects.granted_by(standing_of(by, on), on).filter(pk=post.pk).exists():
        return YES
    if _is_own(post, by, on) and standing_of(by, on).holds(DECIDERS, post.organization.unit_path):
        return no(OWN)
    return stranger("示范岗由上一级党组织的委员会审定授牌和复评，由委员会成员或者创先争优办公室登记。")


def may_refuse(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Say no: the branch to an application, the unit to what the branch passed on."""
    return may_review(post, by, on) if post.state == PostState.APPLIED else may_grant(post, by, on)


def is_still_there(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """The member still belongs to the branch: a plate hangs where its bearer works."""
    if belongs_still(post, on):
        return YES
    return no(f"{post.member}已经不在{post.organization}，不能再评议或者授牌。")


def may_assess(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Open the page of assessment: only for a plate that hangs."""
    if post.state not in HELD:
        return first_no(may_grant(post, by, on), no("没有授牌的示范岗不需要复评。"))
    return may_grant(post, by, on)


def has_plate(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """There is a plate to print."""
    return YES if post.state in HELD else no("这个示范岗没有在挂牌，没有桌牌可以打印。")


def may_follow(post: ModelPost, by: Viewer, on: date) -> Verdict:
    """Read its opinions and its course: the member himself, and those to whom the branch's internal records are open."""
    if _is_own(post, by, on) or standing_of(by, on).may_read(post.path):
        return YES
    return stranger("评议和复评的意见由本人和有关党组织查看。")


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """The ledger is for committees and the office."""
    return YES if standing_of(by, on).reading_paths() else no("示范岗台账由支部委员会、党总支和创先争优办公室查看。")


def _is_own(post: ModelPost, by: Viewer, on: date) -> bool:
    member = standing_of(by, on).member
    return member is not None and member.pk == post.member_id
