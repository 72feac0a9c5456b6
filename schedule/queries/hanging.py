"""What of plan, rectification, tasks and study hangs on a person or follows his post, and what is in nobody's hands."""

from collections.abc import Iterable, Iterator
from datetime import date

from branches.models import Member, Membership, PostAssignment
from branches.queries.hanging import Hanging, Ownerless, gone, out_of_post, standing_of_post
from branches.scope import within
from schedule.models import ActionItem, Assignment, StudySession, Task, TaskSeries
from schedule.queries.attendance import for_work as leave_for_work
from schedule.queries.attendance import to_answer
from schedule.queries.items import for_work
from schedule.scope.study import StudySessionQuerySet
from schedule.states.study import SessionState

ITEM, TURN = "schedule.actionitem", "schedule.studysession"


def hanging_on(post: PostAssignment, on: date) -> Iterator[Hanging]:
    """Yield action items he answers for and turns he leaves behind, which move; then what follows the post. Eight queries."""
    place, me = post.organization, standing_of_post(post, on)
    if post.member is not None:
        yield from _of_member(post.member, place.path, on)
    for item in for_work(ActionItem.objects.to_verify(me, on)).order_by("due_on", "pk"):
        yield Hanging("等验收的整改", str(item), item.get_absolute_url(), item.due_on)
    for one in Assignment.objects.to_do(me, on).select_related("task", "organization", "member").order_by("pk"):
        yield Hanging("要完成的任务", str(one), one.get_absolute_url(), one.task.due_on)
    for task in Task.objects.filter(organization=place).running(on).unfinished(on).order_by("due_on", "pk"):
        yield Hanging("布置的任务", task.title, task.get_absolute_url(), task.due_on)
    for series in TaskSeries.objects.filter(organization=place, ended_on__isnull=True, ends_on__gte=on).order_by("pk"):
        yield Hanging("周期任务", series.title, series.get_absolute_url(), series.ends_on)
    for session in StudySession.objects.filter(organization=place, on__gte=on).planned().order_by("on"):
        yield Hanging("安排的学习", str(session), session.get_absolute_url(), session.on)
    for row in leave_for_work(to_answer(me, on)).order_by("pk"):
        yield Hanging("等答复的请假", f"{row.member}：{row.session}", row.session.get_absolute_url(), row.session.on)


def _of_member(member: Member, path: str, on: date) -> Iterator[Hanging]:
    for item in for_work(ActionItem.objects.within(path).unfinished(on).filter(responsible=member)).order_by("pk"):
        if item.member_id == member.pk:
            remark = "本人的，不移交"
            yield Hanging("本人的整改", str(item), item.get_absolute_url(), item.due_on, remark=remark)
        else:
            yield _of_item(item)
    for session in _turns([path], on).filter(lecturer=member):
        if not Membership.objects.within(session.path).current(on).filter(member=member).exists():
            yield _of_turn(session)


def _of_item(item: ActionItem) -> Hanging:
    return Hanging("整改事项", str(item), item.get_absolute_url(), item.due_on, ITEM, item.pk)


def _of_turn(session: StudySession) -> Hanging:
    text = f"{session.organization}学习主讲：{session}"
    return Hanging("学习主讲", text, session.get_absolute_url(), session.on, TURN, session.pk)


def _turns(paths: Iterable[str], on: date) -> StudySessionQuerySet:
    rows = StudySession.objects.filter(within("path", paths), on__gte=on, state=SessionState.PLANNED)
    return rows.select_related("organization", "lecturer").order_by("on", "pk")


def ownerless(paths: Iterable[str], on: date) -> list[Ownerless]:
    """Return open items and turns under these nodes in the hands of one who left; items about an organisation also of one whose post ended."""
    roots = list(paths)
    items = list(for_work(ActionItem.objects.within(*roots).unfinished(on)).order_by("due_on", "pk"))
    turns = list(_turns(roots, on).filter(lecturer__isnull=False))
    left = gone({item.responsible_id for item in items} | {turn.lecturer_id for turn in turns}, on)
    ended = out_of_post({(one.responsible_id, one.organization_id) for one in items if one.member_id is None}, on)
    found = []
    for item in items:
        if item.responsible_id in left:
            found.append(Ownerless(_of_item(item), item.responsible, item.organization_id, "已经转出"))
        elif item.member_id is None and (item.responsible_id, item.organization_id) in ended:
            found.append(Ownerless(_of_item(item), item.responsible, item.organization_id, "已经不担任职务"))
    found += [
        Ownerless(_of_turn(one), one.lecturer, one.organization_id, "已经转出")
        for one in turns
        if one.lecturer_id in left
    ]
    return found
