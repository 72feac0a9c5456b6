"""How one wants to be told, what one puts off; for the office how long before a date people are reminded, and what was put off."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.middleware import Request
from chuangxian.edits import Conflict, version_read
from chuangxian.verdicts import Verdict, require
from schedule import reminding
from schedule.actions import preferences as actions
from schedule.forms.reminders import LeadForm, PreferenceForm, SnoozeForm, spoken_hours
from schedule.models import Notice, Snooze
from schedule.queries.leads import LeadLine, SnoozeLimits, lead_lines
from schedule.queries.notices import inbox_of
from schedule.queries.preferences import habit_of, preference_of
from schedule.queries.snoozes import snoozes_known, titles_of
from schedule.rules import notices as notice_rules
from schedule.rules import reminders as rules
from schedule.wanted import closed, read_records


@require_http_methods(["GET", "HEAD", "POST"])
def notice_preference(request: Request) -> HttpResponse:
    """提醒方式 of one's own account."""
    preference = preference_of(request.user)
    form = PreferenceForm(request.POST or None, preference=preference)
    status = 200
    if request.method == "POST":
        version = version_read(request.POST.get("version")) or 0
        status = 422
        if form.is_valid():
            try:
                actions.set_preference(**form.cleaned_data, version=version, by=request.user, on=request.on)
            except Conflict:
                status = 409
                form.add_error(None, "您在别的窗口里改过提醒方式。您填的还在，请核对后再存一次。")
            else:
                messages.success(request, "提醒方式已保存，以后的通知照此发送。")
                return redirect("schedule:notice_inbox")
    context = {
        "form": form,
        "version": preference_of(request.user).version,
        "now": spoken_hours(habit_of(preference).hours),
        "address": request.user.email or getattr(request.standing.member, "email", ""),
    }
    return render(request, "schedule/notice_preference.html", context, status=status)


# ---- later, please ----


@require_http_methods(["GET", "HEAD", "POST"])
def snooze(request: Request, pk: int) -> HttpResponse:
    """Put off what a reminder is about."""
    notice: Notice = get_object_or_404(inbox_of(request.standing, request.on), pk=pk)
    on = request.on
    last = SnoozeLimits().last(notice.reminder, notice.due_on, on)
    target = (notice.target_type, notice.target_id)
    record = read_records([target]).get(target)
    while last > on and rules.may_snooze_record(notice, record, last, on) and closed(notice.reminder, record, last):
        last -= timedelta(days=1)  # what has a day after which it is over is not put off past it
    require(rules.may_snooze_record(notice, record, last, on))
    form = SnoozeForm(request.POST or None, last=last, on=on)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        row = actions.snooze(
            notice=notice, until=said["until"], last=last, reason=said["reason"], by=request.user, on=on
        )
        messages.success(request, f"已推后，{row.until.month}月{row.until.day}日再提醒您。上级该收到的提醒照样会发。")
        return redirect("schedule:notice_inbox")
    status = 422 if request.method == "POST" else 200
    return render(request, "schedule/snooze_form.html", {"notice": notice, "form": form, "last": last}, status=status)


@dataclass(frozen=True, slots=True)
class SnoozeLine:
    """What somebody put off, as the office reads it."""

    snooze: Snooze
    notice: Notice | None
    label: str
    state: str
    tone: str


@require_safe
def snooze_list(request: Request) -> HttpResponse:
    """What was put off, until when and why."""
    require(notice_rules.may_keep_ledger(request.standing))
    rows = snoozes_known(request.standing, request.on)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    told = titles_of(page.object_list)
    records = read_records((row.target_type, row.target_id) for row in page.object_list)
    lines = []
    for row in page.object_list:
        record = records.get((row.target_type, row.target_id))
        state, tone = _state(row, record, request)
        reminder = reminding.find(row.reminder)
        lines.append(SnoozeLine(row, told.get(row.pk), reminder.label if reminder else row.reminder, state, tone))
    return render(request, "schedule/snooze_list.html", {"page": page, "lines": lines})


def _state(row: Snooze, record: object, request: Request) -> tuple[str, str]:
    if closed(row.reminder, record, request.on):
        return "事项已办结", "good"
    if row.until > request.on:
        return "推后中", "wait"
    return "已到期再提醒", "neutral"


# ---- how long before ----


@require_safe
def lead_times(request: Request) -> HttpResponse:
    """Each kind of reminder with its days."""
    require(rules.may_set_leads(request.standing))
    return render(request, "schedule/lead_times.html", {"lines": lead_lines()})


def _line(kind: str) -> LeadLine:
    for line in lead_lines():
        if line.reminder.kind == kind:
            return line
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def lead_times_edit(request: Request, kind: str) -> HttpResponse:
    """Set the days of one kind."""
    require(rules.may_set_leads(request.standing))
    line = _line(kind)
    verdict: Verdict = rules.has_days(line.reminder)
    require(verdict)
    form = LeadForm(request.POST or None, reminder=line.reminder, days=line.days)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        actions.set_leads(reminder=line.reminder, days=days, by=request.user, on=request.on)
        messages.success(request, f"“{line.reminder.label}”的天数已改，从今天起照此提醒。")
        return redirect("schedule:lead_times")
    status = 422 if request.method == "POST" else 200
    return render(request, "schedule/lead_times_form.html", {"line": line, "form": form}, status=status)


@require_POST
def lead_times_restore(request: Request, kind: str) -> HttpResponse:
    """Let one kind remind as the program does."""
    require(rules.may_set_leads(request.standing))
    line = _line(kind)
    actions.set_leads(reminder=line.reminder, days=[], by=request.user, on=request.on)
    messages.success(request, f"“{line.reminder.label}”已恢复默认的天数。")
    return redirect("schedule:lead_times")
