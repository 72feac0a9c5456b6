"""May I? Every answer is a yes or a sentence. Nobody reviews or appraises what he pledged, wrote or submitted himself.

Rules ask no database: fetch a pledge with its cycle, organisation and member (`queries.for_work`).
"""

from datetime import date

from branches.models import Organization
from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.scope import PUBLISHERS
from pledges.states import NEEDS_EXPLANATION, WRITABLE, State

NOT_ONES_OWN = "不能审自己的承诺，也不能审自己填写或提交的承诺。"


def may_write(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The member his own; the office for a member without an account; an organisation's leaders theirs."""
    me = standing_of(by, on)
    if pledge.member is None:
        if me.holds_at(LEADERS, pledge.organization_id):
            return YES
        return stranger("党组织的承诺由本组织的书记、副书记填写。")
    if me.member is not None and me.member.pk == pledge.member_id:
        return YES
    if me.administers(pledge.path) and pledge.member.user_id is None:
        return YES
    return stranger("党员的承诺由本人填写；没有账号的党员，由创先争优办公室代为登记。")


def may_edit(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Write, while it is a draft or returned."""
    return first_no(may_write(pledge, by, on), _is_writable(pledge), cycle_is_open(pledge, by, on))


def may_review(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The leaders of the reviewing organisation; a branch's organisation commissioner where the cycle delegates it."""
    me = standing_of(by, on)
    reader, own = reviews(pledge, me), is_own(pledge, me)
    if own and reader:
        return no(NOT_ONES_OWN)
    if own and _reads_at(pledge, me, pledge.organization_id):
        # his own goes one level up: no button, but the sentence about who reads would name him
        return stranger(NOT_ONES_OWN)
    return YES if reader else stranger("审诺、评诺由承诺人所在组织的书记或者上一级组织负责。")


def may_appraise(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Whoever reviews also appraises; what is appraised above the unit is registered by its office, not by those who pledged."""
    if not pledge.goes_outside:
        return may_review(pledge, by, on)
    me = standing_of(by, on)
    if me.holds_at({Post.OFFICE_STAFF}, pledge.cycle.organization_id):
        return no("不能评自己的承诺。") if is_own(pledge, me) else YES
    if is_own(pledge, me):
        return no("这份承诺由上级评，评诺意见由创先争优办公室登记。")
    return stranger("这份承诺由上级评，评诺意见由创先争优办公室登记。")


def reviews(pledge: Pledge, me: Standing) -> bool:
    """Answer whether the person's post makes him a reader of this pledge."""
    return pledge.reviewing_id is not None and _reads_at(pledge, me, pledge.reviewing_id)


def _reads_at(pledge: Pledge, me: Standing, organization_id: int) -> bool:
    if me.holds_at(LEADERS, organization_id):
        return True
    delegated = pledge.cycle.commissioners_review and pledge.is_personal and organization_id == pledge.organization_id
    return delegated and me.holds_at({Post.ORGANIZATION_COMMISSIONER}, organization_id)


def is_own(pledge: Pledge, me: Standing) -> bool:
    """Answer whether the person, or whoever he stands in for, pledged it, wrote it, submitted it, or leads the organisation that pledged."""
    if pledge.member is None and me.holds_at(LEADERS, pledge.organization_id):
        return True
    mine = me.is_partial_to(pledge.member_id)
    return mine or me.is_partial_to_account(pledge.author_id, pledge.submitted_by_id)


def may_record(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Register the approval given above the unit: the unit's leaders and its office."""
    me = standing_of(by, on)
    if not me.holds_at(LEADERS | {Post.OFFICE_STAFF}, pledge.cycle.organization_id):
        return stranger("上级的批复由本单位的书记、副书记或者创先争优办公室登记。")
    if not pledge.goes_outside:
        return stranger("这份承诺由本单位的组织审，不需要登记上级批复。")
    return YES


def may_publish(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """An organisation publishes its own pledge and, together, those of its members."""
    if standing_of(by, on).holds_at(PUBLISHERS, pledge.organization_id):
        return YES
    return stranger("承诺由所在党组织统一公布。")


def may_revise(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Begin a new edition of what has been published."""
    if pledge.state != State.PUBLISHED:
        return first_no(may_write(pledge, by, on), stranger("公布以后才谈得上修订；没有公布的可以直接修改。"))
    return first_no(may_write(pledge, by, on), cycle_is_open(pledge, by, on))


def may_enter(item: PledgeItem, by: Viewer, on: date) -> Verdict:
    """Write down what was done for an item: whoever writes the pledge, and the member who answers for the item."""
    me = standing_of(by, on)
    pledge = item.pledge
    responsible = me.member is not None and me.member.pk == item.responsible_member_id
    who = YES if responsible else may_write(pledge, by, on)
    if not who:
        return stranger("践诺情况由承诺人或者事项的责任人记录。")
    if pledge.state != State.PUBLISHED:
        return no("公布以后、述诺以前才能记录践诺情况。")
    return cycle_is_open(pledge, by, on)


def may_report(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Say item by item what came of it."""
    if pledge.state != State.PUBLISHED:
        return stranger("公布以后才能述诺。")
    return first_no(may_write(pledge, by, on), cycle_is_open(pledge, by, on), nothing_in_work(pledge, by, on))


def may_read_opinions(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Opinions and history: the subject, whoever wrote it, and where internal records are open."""
    me = standing_of(by, on)
    if is_own(pledge, me) or me.may_read(pledge.path) or may_write(pledge, me, on) or reviews(pledge, me):
        return YES
    return stranger("审诺意见和办理经过只给本人和有关负责人看。")


def may_see_coverage(by: Viewer, on: date) -> Verdict:
    """Who has not yet pledged is for committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("承诺进度由支部委员会、总支和创先争优办公室查看。")


def may_keep_table(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Take the table of pledges out and in: the organisation's leaders, those above them, the office."""
    me = standing_of(by, on)
    if me.leads(organization.path) or me.administers(organization.path):
        return YES
    return stranger("承诺的表格由本组织的书记、副书记和创先争优办公室导出、导入。")


def may_record_history(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Enter a pledge of the past as it was: whoever keeps the table, never his own, and only once its publishing time is over."""
    me = standing_of(by, on)
    keeps = may_keep_table(pledge.organization, me, on)
    if not keeps:
        return keeps
    mine = me.member is not None and me.member.pk == pledge.member_id
    if mine or (pledge.member is None and me.holds_at(LEADERS, pledge.organization_id)):
        return no("自己的承诺、自己负责的党组织的承诺，由创先争优办公室补录。")
    if pledge.cycle.publish_by >= on:
        return no(f"{pledge.cycle}还没有过亮诺截止日期，请按提诺、审诺、亮诺办理，不能补录。")
    if pledge.cycle.is_closed != (pledge.state == State.ARCHIVED):
        return no("已经结束的周期，状态应是“已归档”；没有结束的周期，不能是“已归档”。")
    return YES


def may_run_cycle(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Open, change and close a cycle: the unit's leaders and its office."""
    if standing_of(by, on).holds_at(LEADERS | {Post.OFFICE_STAFF}, organization.pk):
        return YES
    return no("承诺周期由本单位的书记、副书记或者创先争优办公室管理。")


def may_change_cycle(cycle: PledgeCycle, by: Viewer, on: date) -> Verdict:
    """Change dates or close, while it is open."""
    if cycle.is_closed:
        return first_no(may_run_cycle(cycle.organization, by, on), no("这个周期已经结束，不能再改。"))
    return may_run_cycle(cycle.organization, by, on)


# ---- the calendar and the text: conditions that do not ask who ----


def cycle_is_open(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The cycle has not been closed."""
    return no(f"{pledge.cycle}已经结束，不能再办理。") if pledge.cycle.is_closed else YES


def cycle_is_closed(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The cycle has been closed."""
    return YES if pledge.cycle.is_closed else no(f"{pledge.cycle}还没有结束。")


def is_ready(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Complete enough to hand in: at least one item, every date inside the cycle."""
    items = list(pledge.items.all())
    if not items:
        return no("还没有填写承诺事项，至少要有一项。")
    cycle = pledge.cycle
    for number, item in enumerate(items, 1):
        if not cycle.starts_on <= item.due_on <= cycle.ends_on:
            return no(
                f"第 {number} 项的完成时限是 {item.due_on:%Y-%m-%d}，不在{cycle}"
                f"（{cycle.starts_on:%Y-%m-%d} 至 {cycle.ends_on:%Y-%m-%d}）之内，请先修改。"
            )
    return cycle_is_open(pledge, by, on)


def is_documented(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The approving document has a number and a date that has come."""
    if not pledge.external_document or pledge.external_document_on is None:
        return no("请填写上级批复的文号和日期。")
    if pledge.external_document_on > on:
        return no("批复日期不能晚于今天。")
    return cycle_is_open(pledge, by, on)


def is_newest(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """The edition it replaces still stands as published."""
    if pledge.supersedes is not None and pledge.supersedes.state not in (State.PUBLISHED, State.SUPERSEDED):
        return no("原来的一版已经述诺，不能再用新版替换。")
    return cycle_is_open(pledge, by, on)


def is_replaced(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """A later edition stands ready to be published by this person."""
    later = pledge.later_editions.filter(state=State.APPROVED).select_related("cycle", "organization", "member").first()
    if later is None:
        return stranger("没有等待公布的新版。")
    return may_publish(later, by, on)


def nothing_in_work(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """No later edition is being written or reviewed."""
    working = (*WRITABLE, State.SUBMITTED, State.APPROVED)
    if pledge.later_editions.filter(state__in=working).exists():
        return no("正在修订新版，请先把新版办完或者作废，再述诺。")
    return YES


def is_accounted_for(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """Every item has an outcome, and its explanation where one is needed."""
    for number, item in enumerate(pledge.items.all(), 1):
        if not item.outcome:
            return no(f"第 {number} 项还没有说明兑现情况。")
        if item.outcome in NEEDS_EXPLANATION and not item.explanation.strip():
            return no(f"第 {number} 项没有完全兑现，请写明原因。")
    return first_no(nothing_in_work(pledge, by, on), cycle_is_open(pledge, by, on))


def may_close(pledge: Pledge, by: Viewer, on: date) -> Verdict:
    """What the end of a cycle does to its pledges is done by whoever runs the cycle."""
    verdict = may_run_cycle(pledge.cycle.organization, by, on)
    return YES if verdict else stranger(verdict.reason)


def _is_writable(pledge: Pledge) -> Verdict:
    if pledge.state in WRITABLE:
        return YES
    if pledge.state == State.SUBMITTED:
        return no("已经提交待审，要修改请先撤回。")
    return no("已经定诺的文字不能直接改；公布以后可以修订，形成新的一版。")
