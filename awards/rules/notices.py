"""Who drafts, posts and closes a public notice, when it has done its work, and who answers an objection."""

from collections.abc import Iterable
from datetime import date

from awards.models import AwardRound, Nomination, Objection, PublicNotice
from awards.queries import notices as queries
from awards.queries.notices import IN_NOTICE, notice_of, opposing
from awards.queries.objections import answers_somewhere
from awards.rules.rounds import decides, is_under_way
from awards.states import NominationState, NoticeState, ObjectionState
from branches.scope import Viewer
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger

CONCERNED = "名单涉及您本人或者您负责的党组织，应当回避，请由其他同志办理。"

# ---- the nomination ----


def days_have_passed(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Every working day of its notice is over; nothing cuts that short."""
    notice = notice_of(nomination)
    if notice is None or notice.ends_on is None:
        return no("还没有公示，不能审定。")
    if notice.has_passed(on):
        return YES
    return no(f"公示要满 {notice.workdays} 个工作日，到 {notice.ends_on:%Y-%m-%d} 为止，现在还不能审定。")


def is_unopposed(nomination: Nomination, by: Viewer | None, on: date) -> Verdict:
    """No objection to it, or to a notice that listed it, waits for an answer; and no new edition has been promised."""
    notice = notice_of(nomination)
    if notice is None:
        return no("还没有公示，不能审定。")
    if number := opposing(nomination).count():
        return no(f"还有 {number} 件异议没有答复，不能审定。")
    if queries.is_to_be_reposted(notice):
        return no("对公示的异议成立，已经决定重新公示，新版还没有发布，不能审定。")
    return YES


def is_answered(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """What came after the decision, against the whole notice, has been answered, too."""
    return no("还有异议没有答复，不能表彰。") if opposing(nomination).exists() else YES


def notice_is_over(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """The days have passed and every objection is answered."""
    return first_no(days_have_passed(nomination, by, on), is_unopposed(nomination, by, on))


def is_objected_to(nomination: Nomination, by: Viewer | None, on: date) -> Verdict:
    """An objection waits for an answer, whoever brought it: this is a fact, not a right."""
    return YES if opposing(nomination).exists() else no("没有等待答复的异议。")


# ---- the notice ----


def may_draft(round_: AwardRound, candidates: Iterable[Nomination], by: Viewer, on: date) -> Verdict:
    """Draft a notice of these candidates: who decides in the round, and stands in it neither himself nor with an organisation he leads."""
    asked = first_no(decides(round_, by, on), is_under_way(round_))
    if not asked:
        return asked
    found = list(candidates)
    if not found:
        return no("没有审核通过、等待公示的推荐。")
    return no(CONCERNED) if queries.concerns(found, by, on) else YES


def may_replace(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """Draft the next edition of a posted notice."""
    if notice.state != NoticeState.POSTED:
        return first_no(keeps(notice, by, on), no(f"公示现在是“{notice.get_state_display()}”，不能另发新版。"))
    return keeps(notice, by, on)


def keeps(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """Look after this notice."""
    asked = decides(notice.round, by, on)
    if not asked:
        return asked
    return no(CONCERNED) if queries.involves(notice, by, on) else YES


def may_change(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """Change its words and whom it lists: only in draft."""
    if notice.state != NoticeState.DRAFT:
        return first_no(keeps(notice, by, on), no("公示已经发布，内容不能再改；要改请另发新版，公示时间重新计算。"))
    return keeps(notice, by, on)


def is_postable(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """It lists somebody, everybody listed may be posted, and nobody is left behind in the edition it replaces."""
    return first_no(
        is_under_way(notice.round),
        _replaces_what_runs(notice),
        _lists_who_may_be(notice),
        _leaves_nobody(notice),
    )


def _replaces_what_runs(notice: PublicNotice) -> Verdict:
    if notice.replaces is None or notice.replaces.state == NoticeState.POSTED:
        return YES
    return no(f"要替代的公示现在是“{notice.replaces.get_state_display()}”，不能再由新版替代。")


def _lists_who_may_be(notice: PublicNotice) -> Verdict:
    entries = queries.entries_of(notice)
    if not entries:
        return no("公示还没有列入任何人选。")
    again = IN_NOTICE if notice.replaces is not None else ()
    for entry in entries:
        if entry.nomination.state not in (NominationState.AUDITED, *again):
            state = entry.nomination.get_state_display()
            return no(f"{entry.name}的推荐现在是“{state}”，不能列入公示，请修改名单。")
    return YES


def _leaves_nobody(notice: PublicNotice) -> Verdict:
    left = queries.missing_in(notice, notice.entries.values_list("nomination", flat=True))
    if not left:
        return YES
    names = "、".join(str(one.nominee) for one in left[:3])
    return no(f"{names}还在原来的公示里，新版要一起列入；不再推荐的，先办理“不通过”或者“撤回推荐”。")


def is_over(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """Its days have passed and no objection to it waits."""
    if not notice.has_passed(on):
        return no(f"公示要满 {notice.workdays} 个工作日，到 {notice.ends_on:%Y-%m-%d} 为止，现在还不能结束。")
    if number := notice.objections.unanswered().count():
        return no(f"还有 {number} 件异议没有答复，不能结束公示。")
    if queries.is_to_be_reposted(notice):
        return no("对公示的异议成立，已经决定重新公示，请发布新版。")
    return YES


def is_replaced(notice: PublicNotice, by: Viewer | None, on: date) -> Verdict:
    """Its next edition has been posted: this is a fact, not a right."""
    return YES if queries.newer_edition(notice) is not None else no("还没有新版。")


# ---- objections ----


def may_object(notice: PublicNotice, on: date) -> Verdict:
    """Say something against it, as anybody may: from its first day to the end of its last."""
    if notice.takes_objections(on):
        return YES
    if notice.state == NoticeState.REPLACED:
        return no("这一版公示已经由新版替代，请对新版提出。")
    if not notice.hangs:
        return no("这一批评选已经作废，公示不再有效，不用提出异议。")
    return no("公示已经结束，这里不再接受异议；有情况仍可以向受理部门反映。")


def may_take_down(notice: PublicNotice, by: Viewer, on: date) -> Verdict:
    """Enter what came by letter, telephone or visit: who decides, and is not concerned; as long as the notice is not closed."""
    asked = keeps(notice, by, on)
    if not asked or notice.state == NoticeState.POSTED:
        return asked
    return no(f"公示现在是“{notice.get_state_display()}”，不能再登记异议。")


def still_counts(nomination: Nomination | None) -> Verdict:
    """An objection taken down can still hold the nomination up."""
    if nomination is None or nomination.state != NominationState.DECIDED:
        return YES
    return no("这个人选已经审定，异议不再影响公示；情况属实的，请办理“不通过”并写明理由。")


def may_see_objections(by: Viewer, on: date) -> Verdict:
    """Read objections at all: who decides in some unit."""
    if answers_somewhere(by, on):
        return YES
    return stranger("异议由组织评选的委员会成员或者创先争优办公室核实、答复，其他人不能查看。")


def may_answer(objection: Objection, by: Viewer, on: date) -> Verdict:
    """Look into it and answer: who decides, and whom it is not about."""
    if Objection.objects.visible_to(by, on).filter(pk=objection.pk).exists():
        return YES
    return stranger("异议涉及您本人或者您负责的党组织，应当回避。")


def is_waiting(objection: Objection) -> Verdict:
    """Nobody has answered it yet."""
    if objection.state == ObjectionState.RECEIVED:
        return YES
    return no("这件异议已经答复，答复不能再改。")
