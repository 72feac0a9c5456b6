"""The dashboard, the log, the burden, and looking at a past day."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import log
from accounts.models import LogEntry, User
from branches.middleware import Request
from branches.models import Organization
from branches.scope import standing_of
from chuangxian import clock, uploads
from chuangxian.middleware import PAST_DAY, works_on_past_days
from chuangxian.verdicts import require
from pledges.queries.reading import current_cycle, cycles_for
from reports import rules
from reports.forms import BurdenForm, LogFilterForm, PastDayForm
from reports.handover.desk import handover_tasks
from reports.queries import commended, evaluating, living, progress, reviewing, waiting
from reports.queries.burden import Burden, burden
from reports.queries.log import narrowed, open_lines
from reports.queries.overview import overview as overview_of
from reports.sheets import LOG, burden_sheet
from schedule.models import Semester, ThemeGoal
from schedule.queries.plan import current_campaign, milestones_ahead, phases_on, semester_on

FRONT_PAGE_DAYS = 400

# ---- the first page ----


@login_not_required
@require_safe
def dashboard(request: Request) -> HttpResponse:
    """What waits for the person; for everybody else the campaign in short."""
    if not request.user.is_authenticated:
        return front_page(request)
    standing, on = request.standing, request.on
    cycle = current_cycle(standing, on)
    campaign = cycle.campaign if cycle else current_campaign(on)
    context = {"standing": standing, "on": on, "cycle": cycle, "dates": progress.next_dates(campaign, cycle, on)}
    tasks: list[waiting.Task] = []
    # on a past day nothing can be done, and what waited then is not known: a record keeps its days, not its queue
    acts = request.past_day is None
    if cycle is not None:
        compared = progress.comparison(standing, cycle, on) if standing.reading_paths() else None
        if acts:
            context["own"] = own = waiting.own_pledges(standing, cycle, on)
            tasks += waiting.pledge_tasks(standing, cycle, own, compared.board if compared else None, on)
        context |= {
            "stage": cycle.stage(on),
            "comparison": compared,
            "standards": progress.standards(cycle, standing.reading_paths() or [standing.branch_path], on),
        }
    if acts:
        tasks += [*reviewing.review_tasks(standing, on), *evaluating.evaluation_tasks(standing, on)]
        tasks += living.living_tasks(standing, on)
        tasks += handover_tasks(standing, on)
        tasks += [*waiting.roster_tasks(standing, on), *waiting.mail_tasks(standing, on)]
    if acts and standing.is_administrator:
        tasks += waiting.administrator_tasks(clock.wall())
    return render(request, "reports/dashboard.html", context | {"tasks": tasks})


def front_page(request: Request) -> HttpResponse:
    """The campaign in short, for whoever has not signed in."""
    on = request.on
    campaign = current_campaign(on)
    context = {
        "campaign": campaign,
        "goals": ThemeGoal.objects.in_plan().filter(campaign=campaign),
        "phases": phases_on(on),
        "milestones": milestones_ahead(on, FRONT_PAGE_DAYS),
        "wall": progress.wall_figures(on),
        "commended": commended.figures(on),
    }
    return render(request, "reports/front_page.html", context)


# ---- how it stands, in pictures ----


@require_safe
def overview(request: Request) -> HttpResponse:
    """How the campaign stands: coverage, fulfilment, study, grades, what is overdue, what comes next."""
    require(rules.may_see_ledgers(request.standing))
    context = {"overview": overview_of(request.standing, request.on), "on": request.on}
    return render(request, "reports/overview.html", context)


@require_safe
def overview_print(request: Request) -> HttpResponse:
    """The same on one sheet of A4."""
    require(rules.may_see_ledgers(request.standing))
    context = {"overview": overview_of(request.standing, request.on), "on": request.on}
    return render(request, "reports/overview_print.html", context | {"back_url": reverse("reports:overview")})


# ---- the log ----


@require_safe
def log_list(request: Request) -> HttpResponse:
    """Who did what, newest first."""
    require(rules.may_read_log(request.standing))
    form = LogFilterForm(request.GET)
    lines = narrowed(_lines(request), **form.cleaned_data) if form.is_valid() else _lines(request)
    page = Paginator(lines, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "account_lines_only": rules.reads_account_lines_only(request.standing)}
    return render(request, "reports/log_list.html", context)


@require_safe
def log_export(request: Request) -> HttpResponseBase:
    """The narrowed log as a workbook; a wrong filter leads back to the page that says so."""
    require(rules.may_read_log(request.standing))
    form = LogFilterForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('reports:log_list')}?{request.GET.urlencode()}")
    lines = narrowed(_lines(request), **form.cleaned_data)
    me, on = request.user, request.on
    assert isinstance(me, User)
    book = BytesIO()
    LOG.write(book, lines.iterator(), heading=["操作日志"], who=str(me), at=clock.now(), as_of=on)
    log.record(verb="export", label="导出操作日志", category=LogEntry.Category.EXPORT, by=me, on=on)
    book.seek(0)
    return uploads.serve(book, name=f"操作日志-{on:%Y%m%d}.xlsx", content_type=uploads.TYPES["xlsx"])


def _lines(request: Request) -> QuerySet[LogEntry]:
    return open_lines(request.standing, accounts_only=rules.reads_account_lines_only(request.standing))


# ---- what is asked of people ----


@dataclass(frozen=True)
class Asked:
    """The part of the campaign the reader chose."""

    form: BurdenForm
    first: date
    last: date
    burden: Burden


def _asked(request: Request) -> Asked:
    standing, on = request.standing, request.on
    campaign = current_campaign(on)
    semesters = Semester.objects.in_plan().filter(campaign=campaign, starts_on__lte=on)
    places = Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on)
    now = semester_on(on)
    given = request.GET if "semester" in request.GET else {"semester": now.pk if now else ""}
    form = BurdenForm(given, semesters=semesters, organizations=places.order_by("path"))
    chosen = form.cleaned_data if form.is_valid() else {}
    semester, place = chosen.get("semester"), chosen.get("organization")
    first = semester.starts_on if semester else campaign.starts_on if campaign else on
    last = min(semester.reporting_until if semester else on, on)
    paths = [place.path] if place else standing.reading_paths()
    return Asked(form, first, last, burden(paths, first, max(first, last)))


@require_safe
def burden_page(request: Request) -> HttpResponse:
    """How many papers and notices fell on people, month by month, person by person, letter by letter."""
    require(rules.may_see_burden(request.standing))
    asked = _asked(request)
    page = Paginator(asked.burden.people, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(person, [(kind, person.papers.get(kind, 0)) for kind in asked.burden.kinds]) for person in page]
    return render(request, "reports/burden.html", {"asked": asked, "page": page, "rows": rows})


@require_safe
def burden_export(request: Request) -> HttpResponseBase:
    """The same, a person a row, as a workbook."""
    require(rules.may_see_burden(request.standing))
    asked = _asked(request)
    me, on = request.user, request.on
    assert isinstance(me, User)
    book = BytesIO()
    said = f"{asked.first:%Y-%m-%d} 至 {asked.last:%Y-%m-%d}"
    sheet = burden_sheet(asked.burden.kinds)
    sheet.write(book, asked.burden.people, heading=["填报负担", said], who=str(me), at=clock.now(), as_of=on)
    log.record(verb="export", label="导出填报负担", note=said, category=LogEntry.Category.EXPORT, by=me, on=on)
    book.seek(0)
    return uploads.serve(book, name=f"填报负担-{on:%Y%m%d}.xlsx", content_type=uploads.TYPES["xlsx"])


# ---- looking at a past day ----


@require_http_methods(["GET", "HEAD", "POST"])
@works_on_past_days
def past_day(request: Request) -> HttpResponse:
    """Choose a past day and see the portal as it stood on it; nothing can be written until one is back."""
    today = clock.today()
    require(rules.may_look_back(standing_of(request.user, today)))
    campaign = current_campaign(today)
    first = campaign.starts_on if campaign else today
    posted = request.POST if request.method == "POST" else None
    form = PastDayForm(posted, first=first, today=today, initial={"day": request.past_day})
    if form.is_valid():
        request.session[PAST_DAY] = form.cleaned_data["day"].isoformat()
        return redirect("reports:dashboard")
    cycles = list(cycles_for(standing_of(request.user, today), today))
    context = {"form": form, "days": progress.days_worth_looking_at(campaign, cycles, first, today)}
    return render(request, "reports/past_day_form.html", context)


@require_POST
@works_on_past_days
def past_day_leave(request: Request) -> HttpResponse:
    """Come back to today."""
    if request.session.pop(PAST_DAY, None):
        messages.info(request, "已回到今天，可以继续办理。")
    return redirect("reports:dashboard")
