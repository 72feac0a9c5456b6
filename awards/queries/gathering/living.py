"""学习与主讲, 活动载体 and 任务完成, from what was held, recorded and done."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, F, Q, Sum
from django.template.defaultfilters import floatformat

from awards.queries.gathering.shapes import Asked, Draft, Figure, listed, quotation, quoted
from schedule.models import Activity, Assignment, Attendance, Carrier, Meeting, StudySession, Task
from schedule.queries.carriers import Figures, statistics_of
from schedule.queries.hours import Hours, hours_of
from schedule.scope.activities import ActivityQuerySet
from schedule.states.items import MeetingKind
from schedule.states.plan import Target
from schedule.states.tasks import TaskState

TASKS_QUOTED = 5


def study(asked: Asked) -> Draft:
    """Say how often was studied, who lectured, who came, and which meetings were held."""
    draft = Draft("study", "学习与主讲")
    until, url = asked.until, asked.here("schedule:study_ledger")
    held = StudySession.objects.within(asked.path).held().filter(on__gte=asked.first, on__lte=until)
    number = held.count()
    if number:
        whole = draft.count("学习次数", number, "次", "已举行并有记录的学习活动", url=url)
        lecturers = held.filter(lecturer__isnull=False).order_by().values("lecturer").distinct().count()
        lectures = held.filter(lecturer__isnull=False).count()
        turns = draft.count("轮流主讲", lectures, "次", "其中有主讲人的", url=url)
        people = draft.count("主讲人", lecturers, "名", "主讲过的党员，每人只算一次", url=url, records=lectures)
        hours = held.aggregate(sum=Sum("hours"))["sum"]
        told = f"{floatformat(hours)}学时"
        draft.figures.append(Figure("学习学时", told, "各次学习的学时相加", number, url))
        topics = quoted(held.exclude(topic="").order_by("-on", "-pk").values_list("topic", flat=True), 4)
        draft.say(
            f"共组织学习{whole}、{told}，轮流主讲{turns}，主讲人{people}。",
            f"主要学习了{topics}。" if topics else "",
        )
        _attendance(draft, asked, hours_of(paths=[asked.path], first=asked.first, last=until))
        notes = Attendance.objects.filter(session__in=held.order_by().values("pk")).exclude(notes="").count()
        if notes:
            written = draft.count("学习心得", notes, "篇", "这些学习里写了心得的出勤记录", url=url)
            draft.say(f"党员撰写学习心得{written}。")
    _meetings(draft, asked)
    if not draft.paragraphs:
        draft.say("这一时期没有学习和会议的记录。")
    return draft


def _attendance(draft: Draft, asked: Asked, rows: Iterable[Hours]) -> None:
    total: Counter[str] = Counter()
    for row in rows:
        total.update({name: getattr(row, name) for name in ("due", "present", "leave", "absent", "made_up", "unsaid")})
    if not total["due"]:
        return
    url = asked.here("schedule:study_hours")
    due = draft.count("应出勤", total["due"], "人次", "党员在册期间本组织和上级举行的学习，每人每次算一次", url=url)
    present = draft.count("出席", total["present"], "人次", "其中登记为出席的", url=url)
    rate = draft.rate("出勤率", total["present"], total["due"], "出席人次÷应出勤人次，补学不算出席", url=url)
    others = listed(
        [
            f"{label}{draft.count(label, total[name], '人次', f'其中{meaning}', url=url)}"
            for name, label, meaning in (
                ("made_up", "补学", "缺席以后补学的"),
                ("leave", "请假", "准假而没有补学的"),
                ("absent", "缺席", "没有请假而缺席的"),
                ("unsaid", "没有登记出勤", "没有登记是否出席的"),
            )
            if total[name]
        ]
    )
    draft.say(f"应出勤{due}，出席{present}，出勤率{rate}{'；' + others if others else ''}。")


def _meetings(draft: Draft, asked: Asked) -> None:
    url = asked.here("schedule:meeting_list")
    held = Meeting.objects.within(asked.path).filter(held_on__gte=asked.first, held_on__lte=asked.until)
    kinds = dict(held.order_by().values_list("kind").annotate(count=Count("pk")))
    if not kinds:
        return
    whole = draft.count("会议", sum(kinds.values()), "次", "这一时期有记录的会议", url=url)
    draft.say(
        f"召开会议{whole}，其中{draft.split(MeetingKind, kinds, '次', '其中会议类别为{}的', before='会议：', url=url)}。"
    )


# ---- 活动载体 ----


def carriers(asked: Asked) -> Draft:
    """Say what was done for each carrier of the plan, and name a few activities."""
    draft = Draft("carriers", "活动载体")
    held = Activity.objects.within(asked.path).kept_on(asked.until).between(asked.first, asked.until)
    found = statistics_of(held, [], [])
    # what was done for a carrier that has left the plan was done all the same
    named = Q(campaign=asked.campaign, withdrawn_on__isnull=True) | Q(pk__in=held.order_by().values("carrier"))
    tables = [(one, found.of(one)) for one in Carrier.objects.filter(named).order_by("campaign", "order", "pk")]
    done = [(carrier, figures) for carrier, figures in tables if figures.activities]
    if not done:
        draft.say("这一时期没有活动记录。")
        return draft
    number = sum(figures.activities for _, figures in done)
    url = asked.here("schedule:activity_list")
    whole = draft.count("活动", number, "次", "这一时期开始、没有撤回的活动记录", url=url)
    draft.say(f"围绕活动载体共开展活动{whole}。")
    for carrier, figures in done:
        _carrier(draft, asked, held.filter(carrier=carrier), carrier, figures)
    without = [carrier.title for carrier, figures in tables if not figures.activities]
    draft.say(f"{quoted(without, len(without))}还没有活动记录。" if without else "")
    return draft


def _carrier(draft: Draft, asked: Asked, held: ActivityQuerySet, carrier: Carrier, figures: Figures) -> None:
    name = carrier.title
    # the list of activities narrows to carriers of the plan only
    url = asked.here("schedule:activity_list", at=f"c{carrier.pk}") if carrier.withdrawn_on is None else ""
    records = figures.activities
    parts = [
        f"活动{draft.count(f'{name}活动', records, '次', '记在这个载体下的活动', url=url)}",
        f"党员参加{draft.count(f'{name}参加', figures.participations, '人次', '每次活动每人算一次', url=url, records=records)}",
    ]
    for label, count, unit, meaning in (
        ("服务学校", figures.schools, "所", "同名的学校只算一所"),
        ("服务", figures.served, "人次", "各次活动填写的服务人次相加"),
    ):
        if count:
            parts.append(f"{label}{draft.count(f'{name}{label}', count, unit, meaning, url=url, records=records)}")
    latest = list(held.order_by("-starts_on", "-pk").values_list("title", "result"))
    results = quoted([result for _, result in latest], 1).removesuffix("等")
    draft.say(
        f"{quotation(name)}：{'，'.join(parts)}，有{quoted([title for title, _ in latest])}。",
        f"活动记录写明的成效有：{results}。" if results else "",
    )


# ---- 任务完成 ----


def tasks(asked: Asked) -> Draft:
    """Say how many tasks fell due and were done, by organisations and by members."""
    draft = Draft("tasks", "任务完成")
    until, url = asked.until, asked.here("schedule:task_ledger")
    due = Assignment.objects.within(asked.path).filter(
        task__cancelled_on__isnull=True, task__due_on__gte=asked.first, task__due_on__lte=until
    )
    asked_of = due.exclude(state=TaskState.EXCUSED)
    done = Q(state=TaskState.DONE, done_on__lte=until)
    by_target = {
        row["task__target"]: row
        for row in asked_of.order_by()
        .values("task__target")
        .annotate(
            number=Count("pk"),
            titles=Count("task", distinct=True),
            done=Count("pk", filter=done),
            in_time=Count("pk", filter=done & Q(done_on__lte=F("task__due_on"))),
        )
    }
    for target, who in ((Target.ORGANIZATION, "党组织"), (Target.MEMBER, "党员")):
        if target not in by_target:
            continue
        row = by_target[target]
        titles = draft.count(f"布置给{who}的任务", row["titles"], "项", "时限在这一时期、没有撤销的任务", url=url)
        number = draft.count(f"{who}应完成任务", row["number"], "项次", "这些任务落到的对象，免除的不算", url=url)
        finished = draft.count(f"{who}完成任务", row["done"], "项次", "其中已完成的", url=url)
        in_time = draft.count(f"{who}按时完成任务", row["in_time"], "项次", "其中完成日期不晚于时限的", url=url)
        rate = draft.rate(f"{who}任务完成率", row["done"], row["number"], "已完成÷应完成", url=url)
        draft.say(
            f"布置给{who}、已到时限的任务有{titles}，应完成{number}，已完成{finished}，完成率{rate}，其中按时完成{in_time}。"
        )
    if not by_target:
        draft.say("这一时期没有到时限的任务。")
        return draft
    names = Task.objects.filter(pk__in=asked_of.order_by().values("task")).order_by("-due_on", "-pk")
    draft.say(f"其中有{quoted(names.values_list('title', flat=True), TASKS_QUOTED)}。")
    return draft
