"""What people type about tasks, and how they narrow the lists."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from branches.models import Organization
from branches.scope import Standing
from chuangxian.fields import FilesField, day_input
from schedule import calendar, recurrence
from schedule.forms.items import last_day
from schedule.models import Assignment, Meeting, Phase, Semester, Task
from schedule.models.plan import LINE_MAX
from schedule.queries import series as series_queries
from schedule.rules import tasks as rules
from schedule.scope.items import MeetingQuerySet
from schedule.scope.tasks import AssignmentQuerySet, TaskQuerySet
from schedule.states.plan import Precision, Target
from schedule.states.tasks import TaskState

DAY_ERRORS = {"required": "请填日期。", "invalid": "日期请写成 2011-06-30 的样子。"}
OPEN, EVERY = "", "all"
MINE, SET = "mine", "set"


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class WrittenDayField(forms.CharField):
    """A day as a plan writes it; cleans to a `calendar.Stretch`, whose last day is the one that counts."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {
            "max_length": 30,
            "help_text": "可以写 2011-06-30，也可以照方案写 2011年6月下旬、2012年6月底；按最后一天算。",
            "error_messages": {"required": "请填完成时限。"},
        }
        super().__init__(**(given | options))

    def clean(self, value: Any) -> Any:
        """Read it; refuse what is no date."""
        written = unicodedata.normalize("NFKC", super().clean(value)).strip()
        try:
            return calendar.stretch(date.fromisoformat(written), Precision.DAY)
        except ValueError:
            pass
        try:
            return calendar.read_written(written)
        except ValueError as wrong:
            raise ValidationError(f"{wrong}。") from None


def written(task: Task) -> str:
    """Return a task's day as somebody would type it."""
    return f"{task.due_on}" if task.due_precision == Precision.DAY else task.spoken_due


class _Setting(forms.Form):
    """What a task and a series have in common: who sets it, what is asked, of whom."""

    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="布置单位", empty_label=None, error_messages={"required": "请选布置单位。"}
    )
    title = forms.CharField(label="任务名称", max_length=LINE_MAX, error_messages={"required": "请写任务名称。"})
    text = forms.CharField(
        label="要求", max_length=2000, required=False, widget=_text(4, placeholder="做什么、做到什么程度、怎么算完成")
    )
    target = forms.ChoiceField(
        label="布置给",
        choices=[(Target.ORGANIZATION, "下面的每个党组织"), (Target.MEMBER, "下面的每名党员")],
        widget=forms.RadioSelect,
        initial=Target.ORGANIZATION,
        error_messages={"required": "请选布置给谁。"},
    )
    evidence_needed = forms.BooleanField(label="完成时要附材料", required=False)

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = on
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A branch has members below it, no other organisation."""
        cleaned = super().clean() or {}
        place, target = cleaned.get("organization"), cleaned.get("target")
        if place is not None and target:
            fits = rules.fits(place, target)
            if not fits:
                self.add_error("target", fits.reason)
        return cleaned


class TaskForm(_Setting):
    """A task as it is set once."""

    opens_on = forms.DateField(label="下达日期", widget=day_input(), error_messages=DAY_ERRORS)
    due = WrittenDayField(label="完成时限")

    field_order = ("organization", "target", "title", "text", "opens_on", "due", "evidence_needed")

    def clean(self) -> dict[str, Any]:
        """Refuse a day before it opens, and a year that must be a slip."""
        cleaned = super().clean()
        opens_on, due = cleaned.get("opens_on"), cleaned.get("due")
        _check_days(self, opens_on, due, self.today)
        return cleaned

    def for_action(self) -> dict[str, Any]:
        """Return what the action takes."""
        return _spread(self.cleaned_data)


def _check_days(form: forms.Form, opens_on: date | None, due: calendar.Stretch | None, on: date) -> None:
    if opens_on and due and due.last < opens_on:
        form.add_error("due", "完成时限不能早于下达日期。")
    latest = last_day(on)
    if due and due.last > latest:
        form.add_error("due", f"时限最晚到 {latest:%Y-%m-%d}，请看看年份有没有写错。")
    if opens_on and opens_on.year < on.year - 10:
        form.add_error("opens_on", "下达日期太早了，请看看年份有没有写错。")


def _spread(cleaned: dict[str, Any]) -> dict[str, Any]:
    due: calendar.Stretch = cleaned["due"]
    rest = {name: value for name, value in cleaned.items() if name != "due"}
    return rest | {"due_on": due.last, "due_precision": due.precision}


class TaskChangeForm(forms.Form):
    """What may be changed of a task that has been set, with the reason. Whom it was brought to stays."""

    title = forms.CharField(label="任务名称", max_length=LINE_MAX, error_messages={"required": "请写任务名称。"})
    text = forms.CharField(label="要求", max_length=2000, required=False, widget=_text(4))
    opens_on = forms.DateField(label="下达日期", widget=day_input(), error_messages=DAY_ERRORS)
    due = WrittenDayField(label="完成时限")
    evidence_needed = forms.BooleanField(label="完成时要附材料", required=False)
    reason = forms.CharField(
        label="调整原因",
        max_length=LINE_MAX,
        widget=_text(2),
        help_text="会写进办理经过；还没有完成的人会收到通知。",
        error_messages={"required": "请写明为什么调整。"},
    )

    def __init__(self, *args: Any, task: Task, on: date, **kwargs: Any) -> None:
        names = ("title", "text", "opens_on", "evidence_needed")
        kwargs.setdefault("initial", {**{name: getattr(task, name) for name in names}, "due": written(task)})
        super().__init__(*args, **kwargs)
        self.task, self.today = task, on
        if task.opens_on <= on:  # people have it: when it was asked for is a fact
            del self.fields["opens_on"]

    def clean(self) -> dict[str, Any]:
        """Refuse a day before it opens, and a year that must be a slip."""
        cleaned = super().clean() or {}
        _check_days(self, cleaned.get("opens_on", self.task.opens_on), cleaned.get("due"), self.today)
        return cleaned

    def for_action(self) -> dict[str, Any]:
        """Return what the action takes."""
        return _spread(self.cleaned_data)


class MoveForm(forms.Form):
    """Another day for one occurrence of a series."""

    due_on = forms.DateField(label="改到哪一天", widget=day_input(), error_messages=DAY_ERRORS)
    reason = forms.CharField(
        label="原因", max_length=LINE_MAX, widget=_text(2), error_messages={"required": "请写明为什么改期。"}
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = on
        self.fields["due_on"].widget.attrs["min"] = f"{on}"

    def clean_due_on(self) -> date:
        """Refuse a day that has passed, and a year that must be a slip."""
        day: date = self.cleaned_data["due_on"]
        if day < self.today:
            raise ValidationError("新的日期不能早于今天。")
        if day > last_day(self.today):
            raise ValidationError("请看看年份有没有写错。")
        return day


class ReasonForm(forms.Form):
    """Why something is taken back or ended."""

    reason = forms.CharField(
        label="原因", max_length=LINE_MAX, widget=_text(3), error_messages={"required": "请写明原因。"}
    )


class DoneForm(forms.Form):
    """What was done and when, with what shows it."""

    done_on = forms.DateField(label="完成日期", widget=day_input(), error_messages=DAY_ERRORS)
    result = forms.CharField(
        label="完成情况",
        max_length=1000,
        widget=_text(5, placeholder="什么时候、怎么做的、有什么结果"),
        error_messages={"required": "请写一写是怎么完成的。"},
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label="在哪次会议上完成",
        required=False,
        empty_label="（不是在会议上）",
        help_text="会议记录过的，选上就不用重复写。",
    )
    evidence = FilesField(label="材料")

    def __init__(
        self, *args: Any, assignment: Assignment, meetings: MeetingQuerySet, kept: int, on: date, **kwargs: Any
    ) -> None:
        given = {"done_on": on, "result": assignment.result, "meeting": assignment.meeting_id}
        kwargs.setdefault("initial", given)
        super().__init__(*args, **kwargs)
        self.today, self.needs_file = on, assignment.task.evidence_needed and not kept
        chosen: dict[str, Any] = dict(self.fields)
        chosen["meeting"].queryset = meetings
        chosen["done_on"].widget.attrs["max"] = f"{on}"
        chosen["evidence"].label = "材料（必须附）" if self.needs_file else "材料"

    def clean_done_on(self) -> date:
        """Refuse a day that has not come, and a year that must be a slip."""
        day: date = self.cleaned_data["done_on"]
        if day > self.today:
            raise ValidationError("完成日期不能晚于今天。")
        if day.year < self.today.year - 10:
            raise ValidationError("完成日期太早了，请看看年份有没有写错。")
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse what must be proved and is not."""
        cleaned = super().clean() or {}
        if self.needs_file and "evidence" not in self.errors and not cleaned.get("evidence"):
            self.add_error("evidence", "这项任务完成时要附材料，请把材料一起交上来。")
        return cleaned


# ---- series ----

EVERY_WEEK, EVERY_MONTH, EVERY_SEMESTER = "week", "month", "semester"


class SeriesForm(_Setting):
    """A task that comes again: every so many weeks, every so many months, or once a semester."""

    kind = forms.ChoiceField(
        label="怎样重复",
        choices=[(EVERY_WEEK, "每几周一次"), (EVERY_MONTH, "每几个月一次"), (EVERY_SEMESTER, "每学期开学一次")],
        widget=forms.RadioSelect,
        initial=EVERY_WEEK,
        error_messages={"required": "请选怎样重复。"},
    )
    every = forms.IntegerField(
        label="间隔",
        min_value=1,
        max_value=12,
        initial=2,
        required=False,
        help_text="每 2 周、每 1 个月，填数字；每学期一次的不用填。",
    )
    weekday = forms.ChoiceField(
        label="周几（按周重复）", choices=list(recurrence.WEEKDAYS.items()), initial="FR", required=False
    )
    day = forms.TypedChoiceField(
        label="几日（按月重复）",
        choices=[*((n, f"{n}日") for n in range(1, 32)), (recurrence.LAST_DAY, "最后一天")],
        coerce=int,
        initial=25,
        required=False,
        help_text="没有这一天的月份，按最后一天。",
    )
    after = forms.IntegerField(label="开学第几天（按学期重复）", min_value=1, max_value=120, initial=15, required=False)
    starts_on = forms.DateField(label="从", widget=day_input(), error_messages=DAY_ERRORS)
    ends_on = forms.DateField(label="到", widget=day_input(), error_messages=DAY_ERRORS)
    lead_days = forms.IntegerField(
        label="提前几天下达", min_value=0, max_value=60, initial=7, error_messages={"required": "请填提前几天下达。"}
    )

    field_order = (
        *("organization", "target", "title", "text", "kind", "every", "weekday", "day", "after"),
        *("starts_on", "ends_on", "lead_days", "evidence_needed"),
    )

    def clean(self) -> dict[str, Any]:
        """Turn what was chosen into a rule and its days; the preview shows them."""
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and first < self.today:
            self.add_error("starts_on", "从今天或者今天以后开始；以前的事请单个补录。")
        if first and last and last < first:
            self.add_error("ends_on", "结束不能早于开始。")
        if last and last > last_day(self.today):
            self.add_error("ends_on", f"最晚到 {last_day(self.today):%Y-%m-%d}，请看看年份有没有写错。")
        if not self.errors and first and last:
            self._find_days(first, last)
        return cleaned

    def _find_days(self, first: date, last: date) -> None:
        given = self.cleaned_data
        every = given.get("every") or 1
        try:
            match given["kind"]:
                case "week":
                    rule = recurrence.weekly(every=every, weekday=given.get("weekday") or "FR")
                case "month":
                    rule = recurrence.monthly(every=every, day=given.get("day") or recurrence.LAST_DAY)
                case _:
                    rule = recurrence.on_days(series_queries.semester_days(first, last, given.get("after") or 1))
        except ValueError:
            self.add_error("ends_on", "这段时间里没有学期开学，请看看起止日期。")
            return
        found = series_queries.occurrences(rule, first, last)
        if not found:
            self.add_error("ends_on", "这段时间里一次也轮不到，请看看起止日期。")
        elif len(found) > series_queries.MOST:
            self.add_error("ends_on", f"一次最多排 {series_queries.MOST} 次，请缩短起止日期。")
        given["rule"], given["days"] = rule, found

    def for_action(self) -> dict[str, Any]:
        """Return what the action takes."""
        left_out = {"kind", "every", "weekday", "day", "after", "days"}
        return {name: value for name, value in self.cleaned_data.items() if name not in left_out}


# ---- narrowing ----


class _Filter(forms.Form):
    """By phase and semester."""

    phase = forms.ModelChoiceField(Phase.objects.in_plan(), label="阶段", required=False, empty_label="全部阶段")

    def asked(self, name: str) -> Any:
        """Return what was asked for, nothing where it cannot be read."""
        self.is_valid()
        return self.cleaned_data.get(name)


class TaskFilter(_Filter):
    """Narrow one's own tasks, or those that were set. Without a state: what is open."""

    state = forms.ChoiceField(
        label="状态", required=False, choices=[(OPEN, "未完成"), ("late", "已逾期"), (EVERY, "全部")]
    )
    show = forms.CharField(required=False, widget=forms.HiddenInput)

    def narrow_mine(self, assignments: AssignmentQuerySet, on: date) -> AssignmentQuerySet:
        """Return those of these assignments that were asked for."""
        if phase := self.asked("phase"):
            assignments = assignments.of_phase(phase)
        state = self.asked("state") or OPEN
        if state != EVERY:
            assignments = assignments.workable()
        if state == "late":
            assignments = assignments.filter(task__due_on__lt=on)
        return assignments

    def narrow_set(self, tasks: TaskQuerySet, on: date) -> TaskQuerySet:
        """Return those of these tasks that were asked for: open are those somebody has not done yet."""
        if phase := self.asked("phase"):
            tasks = tasks.of_phase(phase)
        state = self.asked("state") or OPEN
        if state != EVERY:
            tasks = tasks.unfinished(on)
        if state == "late":
            tasks = tasks.filter(due_on__lt=on)
        return tasks


class LedgerFilter(_Filter):
    """Narrow the ledger of tasks, its Excel and its print. What cannot be read is left out."""

    semester = forms.ModelChoiceField(Semester.objects.in_plan(), label="学期", required=False, empty_label="全部学期")
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部状态"), ("open", "没有完成的"), ("late", "已逾期"), *TaskState.choices],
    )
    organization = forms.ModelChoiceField(
        Organization.objects.none(), label="党组织", required=False, empty_label="全部党组织"
    )

    field_order = ("phase", "semester", "state", "organization")

    def __init__(self, *args: Any, organizations: "QuerySet[Organization]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]

    def narrow(self, assignments: AssignmentQuerySet, standing: Standing, on: date) -> AssignmentQuerySet:
        """Return those of these assignments that were asked for, as they stood on that day."""
        found = assignments.filter(task__opens_on__lte=on)
        if phase := self.asked("phase"):
            found = found.of_phase(phase)
        if semester := self.asked("semester"):
            found = found.of_semester(semester)
        if place := self.asked("organization"):
            found = found.within(place.path)
        match self.asked("state"):
            case "open":
                found = found.workable()
            case "late":
                found = found.workable().filter(task__due_on__lt=on)
            case str() as state if state:
                found = found.filter(state=state)
        # what was taken back is no duty; it stays in the list of tasks
        return found.filter(task__cancelled_on__isnull=True)
