"""What the plan and the official calendar put on a calendar: phases, milestones, semesters, holidays. Open to everybody."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse

from schedule import calendar
from schedule.agenda.entries import Entries, Entry, Public, Source, register
from schedule.models import Milestone, Phase, Semester
from schedule.queries.days import LONGEST, Stretch, stretches
from schedule.states.plan import Precision

Days = Callable[[date, date], Iterable[Entry]]


def _for_all(days: Days) -> tuple[Entries, Public]:
    """Return a reading that asks nobody who he is, as the two kinds of reading a source has."""
    return (
        lambda standing, first, last, on: days(first, last),
        lambda organization, first, last, on: days(first, last),
    )


def phases(first: date, last: date) -> Iterator[Entry]:
    """Yield where phases begin and end; what lies between is no appointment. One query."""
    touching = Q(starts_on__range=(first, last)) | Q(ends_on__range=(first, last))
    for phase in Phase.objects.in_plan().filter(touching):
        url = f"{reverse('schedule:plan_detail')}#phase-{phase.key}"
        ends = (
            ("start", phase.starts_on, phase.start_precision, "开始"),
            ("end", phase.ends_on, phase.end_precision, "结束"),
        )
        for name, day, precision, word in ends:
            if first <= day <= last:
                yield Entry(
                    uid=f"phase-{phase.pk}-{name}",
                    day=day,
                    title=f"{phase.title}{word}",
                    kind="phase",
                    label="阶段",
                    url=url,
                    text=f"方案写明：{phase.label}",
                    note=_inexact(day, precision),
                    tone="bad",
                )


def milestones(first: date, last: date) -> Iterator[Entry]:
    """Yield the milestones; one that is only known to a month takes the month. One query."""
    # at the least exact a milestone reaches to the end of its month
    for one in Milestone.objects.in_plan().filter(date__gte=calendar.first_of_month(first), date__lte=last):
        if one.last_day >= first:
            yield Entry(
                uid=f"milestone-{one.pk}",
                day=one.date,
                until=one.last_day if one.last_day != one.date else None,
                title=one.title,
                kind="milestone",
                label="节点",
                url=reverse("schedule:timeline"),
                text=one.note,
                note=_inexact(one.date, one.precision),
                tone="bad",
            )


def semesters(first: date, last: date) -> Iterator[Entry]:
    """Yield where terms begin and end. One query."""
    touching = Q(starts_on__range=(first, last)) | Q(ends_on__range=(first, last))
    for semester in Semester.objects.in_plan().filter(touching):
        url = f"{reverse('schedule:calendar_semester')}?semester={semester.pk}"
        for name, day, word in (("start", semester.starts_on, "开学"), ("end", semester.ends_on, "放假")):
            if first <= day <= last:
                yield Entry(
                    uid=f"semester-{semester.pk}-{name}",
                    day=day,
                    title=f"{semester.label}{word}",
                    kind="semester",
                    label="学期",
                    url=url,
                    tone="info",
                )


def holidays(first: date, last: date) -> Iterator[Entry]:
    """Yield each holiday as one stretch, also where it began before these days, and the weekends worked in exchange. One query."""
    around = timedelta(days=LONGEST)
    for stretch in stretches(first - around, last + around):
        if stretch.last >= first and stretch.first <= last:
            yield holiday(stretch)


def holiday(stretch: Stretch) -> Entry:
    """Return the entry of some days that are free, or worked, under one name."""
    title = f"{stretch.name}放假" if not stretch.is_work else stretch.name
    return Entry(
        uid=f"day-{stretch.first:%Y%m%d}",
        day=stretch.first,
        until=stretch.last if stretch.last != stretch.first else None,
        title=title,
        kind="holiday",
        label="放假" if not stretch.is_work else "上班",
        tone="good" if not stretch.is_work else "wait",
    )


def _inexact(day: date, precision: str) -> str:
    return "" if precision == Precision.DAY else calendar.spoken(day, precision)


def _open(kind: str, label: str, days: Days) -> Source:
    entries, public = _for_all(days)
    return register(Source(kind, label, entries, own=entries, public=public))


PHASES = _open("phase", "阶段", phases)
MILESTONES = _open("milestone", "节点", milestones)
SEMESTERS = _open("semester", "学期", semesters)
HOLIDAYS = _open("holiday", "放假调休", holidays)
