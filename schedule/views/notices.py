"""The inbox; for leaders and the office what reminders will go out, and what became of those that did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from branches.middleware import Request
from branches.models import Organization
from chuangxian.middleware import works_on_past_days
from chuangxian.verdicts import Verdict, require
from schedule import letters, planner
from schedule.actions.notices import mark_read, resend
from schedule.forms.notices import LedgerFilter
from schedule.models import Notice, Snooze, WebhookDelivery
from schedule.models.notices import ByMail
from schedule.planner import Ahead, DayAhead
from schedule.queries.channels import groups_told
from schedule.queries.leads import SnoozeLimits
from schedule.queries.notices import GROUPS, NOT_SENT, STUCK, inbox_of, last_tick, ledger, outcomes, unread_count
from schedule.queries.snoozes import own_snoozes
from schedule.rules import channels as channel_rules
from schedule.rules import notices as rules
from schedule.rules import reminders as reminder_rules
from schedule.states.notices import Error, Outcome

NAMES_SHOWN = 12
TONES = {
    Outcome.TOLD: "good",
    Outcome.WAITING: "wait",
    Outcome.FAILED: "bad",
    Outcome.UNKNOWN: "bad",
    Outcome.SKIPPED: "neutral",
    Outcome.CANCELLED: "plain",
}


# ---- one's own ----


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A notice in the inbox: until when it is put off, whether it may be."""

    notice: Notice
    put_off: Snooze | None
    may_snooze: bool


@require_safe
def notice_inbox(request: Request) -> HttpResponse:
    """What one has been told, unread first."""
    rows = inbox_of(request.standing, request.on)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    unread = unread_count(request.standing, request.on)
    put_off, limits = own_snoozes(list(page), request.on), SnoozeLimits()
    lines = [
        InboxLine(
            notice,
            put_off.get(notice.pk),
            bool(
                reminder_rules.may_snooze(notice, limits.last(notice.reminder, notice.due_on, request.on), request.on)
            ),
        )
        for notice in page
    ]
    return render(request, "schedule/notice_inbox.html", {"page": page, "lines": lines, "unread": unread})


@require_POST
@works_on_past_days
def notice_open(request: Request, pk: int) -> HttpResponse:
    """Note that a notice has been read and go to what it is about."""
    mine = inbox_of(request.standing, request.on)
    notice = get_object_or_404(mine, pk=pk)
    mark_read(notices=mine.filter(pk=pk))
    return redirect(notice.url or "schedule:notice_inbox")


@require_POST
@works_on_past_days
def notice_read_all(request: Request) -> HttpResponse:
    """Note that everything has been read."""
    mark_read(notices=inbox_of(request.standing, request.on))
    return redirect("schedule:notice_inbox")


# ---- what will go out ----


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A reminder of the preview: its subject as people will read it, and to whom it goes."""

    label: str
    title: str
    url: str
    due_on: date
    names: list[str]
    more: int
    in_digest: int


@require_safe
def reminder_preview(request: Request) -> HttpResponse:
    """What reminders will go out on each of the next days if nothing changes; one day in detail."""
    require(rules.may_foresee(request.standing))
    days = planner.foresee(request.standing, days=settings.REMINDER_PREVIEW_DAYS, on=request.on)
    chosen = _chosen_day(days, request.GET.get("day", ""))
    page = Paginator(chosen.reminders if chosen else [], settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "days": days,
        "chosen": chosen,
        "page": page,
        "rows": [_foreseen(one, chosen) for one in page] if chosen else [],
        "keeps_ledger": rules.may_keep_ledger(request.standing),
        "sets_leads": reminder_rules.may_set_leads(request.standing),
        "keeps_channels": channel_rules.may_keep_some(request.standing),
    }
    return render(request, "schedule/reminder_preview.html", context)


def _chosen_day(days: list[DayAhead], asked: str) -> DayAhead | None:
    """The day asked for, else the first one with something to tell."""
    busy = [day for day in days if day.reminders]
    return next((day for day in days if str(day.day) == asked), busy[0] if busy else None)


def _foreseen(one: Ahead, day: DayAhead) -> Foreseen:
    letter = letters.get(one.reminder.letter)
    text = letters.write(letter, one.obj, due_on=one.due_on, on=one.day)
    names = [str(person) for person in one.to[:NAMES_SHOWN]]
    more = len(one.to) - len(names)
    label, in_digest = one.reminder.label, day.digested(one)
    return Foreseen(label, text.subject, letter.url(one.obj), one.due_on, names, more, in_digest)


# ---- what went out ----


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the ledger."""

    notice: Notice
    label: str
    outcome: Outcome
    tone: str
    resend: Verdict
    mail: ByMail | None
    later: bool
    left_out: str
    put_off: Snooze | None
    groups: list[WebhookDelivery]


@require_safe
def notice_ledger(request: Request) -> HttpResponse:
    """What was told, skipped and why, waits, failed; with a button for dead letters."""
    require(rules.may_keep_ledger(request.standing))
    known = Organization.objects.visible_to(request.standing, request.on)
    form = LedgerFilter(request.GET, organizations=known.within(*request.standing.reading_paths()))
    rows = ledger(request.standing, request.on, **form.chosen)
    page = Paginator(rows, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    counts = outcomes(request.standing, request.on)
    context = {
        "form": form,
        "page": page,
        "lines": _lines(list(page), request),
        "figures": {
            "told": counts.get(Outcome.TOLD, 0),
            "waiting": counts.get(Outcome.WAITING, 0),
            "stuck": sum(counts.get(outcome, 0) for outcome in GROUPS[STUCK]),
            "not_sent": sum(counts.get(outcome, 0) for outcome in GROUPS[NOT_SENT]),
        },
        "tick": last_tick(),
    }
    return render(request, "schedule/notice_ledger.html", context)


def _lines(notices: Sequence[Notice], request: Request) -> list[Line]:
    put_off, groups = own_snoozes(notices, request.on), groups_told(notices)
    return [_line(one, request, put_off.get(one.pk), groups.get(one.pk, [])) for one in notices]


def _line(notice: Notice, request: Request, put_off: Snooze | None, groups: list[WebhookDelivery]) -> Line:
    letter = letters.find(notice.letter)
    outcome = Outcome(notice.outcome)  # type: ignore[attr-defined]
    verdict = rules.may_resend(notice, request.standing, request.on)
    mail = notice.letter_out
    # due later though nobody has tried yet: quiet hours
    later = mail is not None and not mail.attempt and mail.due_at - mail.created_at > timedelta(minutes=1)
    left_out = Error(notice.digest_dropped).label if notice.digest_dropped in Error.values else ""
    label = letter.label if letter else notice.letter
    return Line(notice, label, outcome, TONES[outcome], verdict, mail, later, left_out, put_off, groups)


@require_POST
def notice_resend(request: Request, pk: int) -> HttpResponse:
    """Send a dead letter again."""
    notice = get_object_or_404(ledger(request.standing, request.on), pk=pk)
    require(rules.may_resend(notice, request.standing, request.on))
    resend(notice=notice, by=request.user, on=request.on)
    whole = "的当天汇总" if notice.digest_id else ""
    messages.success(request, f"已重新排队发送给{notice.person}{whole}，一般一分钟内发出。")
    return redirect("schedule:notice_ledger")
