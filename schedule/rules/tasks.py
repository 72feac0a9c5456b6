"""May I set a task, change it, say it is done, return or excuse it? Nobody returns or excuses his own.

Who somebody is asks no database: fetch an assignment with `queries.tasks.for_work`.
"""

from datetime import date

from branches.models import Organization
from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Kind, Post
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import Assignment, Task, TaskEvidence, TaskSeries
from schedule.states.plan import Target
from schedule.states.tasks import WORKABLE

SETTERS = LEADERS | {Post.OFFICE_STAFF}
WHO_SETS = "任务由党组织的书记、副书记或者创先争优办公室布置。"
WHO_CHANGES = "任务由布置的党组织的书记、副书记或者创先争优办公室调整。"


def may_set(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Set a task to what stands below: the organisation's leaders and its office."""
    if organization.kind != Kind.GROUP and standing_of(by, on).holds_at(SETTERS, organization.pk):
        return YES
    return stranger(WHO_SETS)


def may_set_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation for which he may set tasks."""
    return YES if setting_places(standing_of(by, on)) else no(WHO_SETS)


def setting_places(standing: Standing) -> list[int]:
    """Return the numbers of the organisations for which he sets tasks."""
    return list(dict.fromkeys(seat.organization_id for seat in standing.seats if seat.post in SETTERS))


def fits(organization: Organization, target: str) -> Verdict:
    """Answer whether such an organisation has anybody of that kind below it."""
    if organization.kind == Kind.BRANCH and target == Target.ORGANIZATION:
        return no("党支部的任务只能布置给党员。")
    return YES


def may_manage(task: Task, by: Viewer, on: date) -> Verdict:
    """Belongs to those who set it: its organisation's leaders and office."""
    if standing_of(by, on).holds_at(SETTERS, task.organization_id):
        return YES
    return stranger(WHO_CHANGES)


def may_change(task: Task, by: Viewer, on: date) -> Verdict:
    """Change it, move it, take it back: those who set it, while it stands."""
    return first_no(may_manage(task, by, on), _stands(task))


def may_move(task: Task, by: Viewer, on: date) -> Verdict:
    """Move one occurrence of a series: those who set it, while it stands."""
    return first_no(may_change(task, by, on), YES if task.series_id else no("只有周期任务的某一次可以改期。"))


def may_manage_series(series: TaskSeries, by: Viewer, on: date) -> Verdict:
    """End a series: the leaders and the office of the organisation that set it, once."""
    if not standing_of(by, on).holds_at(SETTERS, series.organization_id):
        return stranger(WHO_CHANGES)
    return YES if series.ended_on is None else no("这项周期任务已经停止。")


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """The ledger of tasks is for committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("任务台账由支部委员会、党总支和创先争优办公室查看。")


def may_do(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Say that it is done: the member, the organisation's leaders; the office for a member without an account."""
    me = standing_of(by, on)
    member = assignment.member
    if member is None:
        if me.holds_at(LEADERS, assignment.organization_id):
            return YES
        return stranger("党组织的任务由它的书记、副书记登记完成。")
    if me.member is not None and me.member.pk == member.pk:
        return YES
    if member.user_id is None and me.administers(assignment.path):
        return YES
    return stranger("任务由本人登记完成；没有账号的党员，由创先争优办公室代为登记。")


def may_report(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Say so now: it is his, it has been asked for, and it is not done yet."""
    return first_no(may_do(assignment, by, on), _is_workable(assignment), is_asked_for(assignment, by, on))


def may_return(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Send it back to be done again: those who set it, the leaders above, never one's own."""
    return _sees_to(assignment, by, on, "自己的任务要由上级退回。", anybody_above=True)


def may_excuse(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Ask no more for it: those who set it, never one's own."""
    return _sees_to(assignment, by, on, "自己的任务不能自己免办。", anybody_above=False)


def may_remind(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Ask once more: who may return it, while it is undone."""
    return first_no(
        _sees_to(assignment, by, on, "不用提醒自己。", anybody_above=True),
        _is_workable(assignment),
        is_asked_for(assignment, by, on),
    )


def is_asked_for(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """Its task stands and has been opened."""
    task = assignment.task
    if task.opens_on > on:
        return no(f"这项任务 {task.opens_on:%Y-%m-%d} 才下达。")
    return _stands(task)


def is_proved(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """What must be proved has a file beside it. One query, where evidence is needed."""
    if not assignment.task.evidence_needed or TaskEvidence.objects.filter(entry=assignment).exists():
        return YES
    return no("这项任务完成时要附材料，请把材料一起交上来。")


def is_complete(assignment: Assignment, by: Viewer, on: date) -> Verdict:
    """It may be called done: asked for, and proved where that is needed."""
    return first_no(is_asked_for(assignment, by, on), is_proved(assignment, by, on))


def _sees_to(assignment: Assignment, by: Viewer, on: date, own: str, *, anybody_above: bool) -> Verdict:
    me = standing_of(by, on)
    task = assignment.task
    allowed = me.holds_at(SETTERS, task.organization_id)
    if anybody_above:
        allowed = allowed or me.leads(task.path) or me.administers(task.path) or me.leads(assignment.path)
    if not allowed:
        return stranger("退回和免办由布置任务的党组织决定。")
    return no(own) if _is_own(assignment, me) else YES


def _is_own(assignment: Assignment, me: Standing) -> bool:
    if assignment.member_id is None:
        return me.holds_at(LEADERS, assignment.organization_id)
    return me.is_partial_to(assignment.member_id)


def _is_workable(assignment: Assignment) -> Verdict:
    if assignment.state in WORKABLE:
        return YES
    return no(f"现在是“{assignment.get_state_display()}”状态，不用再登记。")


def _stands(task: Task) -> Verdict:
    return YES if task.cancelled_on is None else no("这项任务已经撤销。")
