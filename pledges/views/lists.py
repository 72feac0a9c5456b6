"""The list of pledges, and beginning one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.models import Member, Organization
from branches.states import LEADERS, MemberType
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import no, require
from pledges import sheets
from pledges.actions import writing
from pledges.forms.filters import PledgeFilter
from pledges.models import Pledge, PledgeCycle
from pledges.queries import coverage, reading, waiting
from pledges.states import IN_FORCE, IN_WORK, State
from pledges.views import Request
from schedule.models import Standard


def filtered(request: Request, data: QueryDict) -> PledgeFilter:
    """Return the list inside, narrowed as asked."""
    standing, on = request.standing, request.on
    cycles = reading.cycles_for(standing, on)
    if not {"cycle", "waiting"} & set(data) and (cycle := reading.current_cycle(standing, on)) is not None:
        # a list shows this year unless all years are asked for; what waits waits in whatever year
        data = data.copy()
        data["cycle"] = str(cycle.pk)
    return PledgeFilter(
        data,
        queryset=Pledge.objects.visible_to(standing, on).exclude(state=State.LAPSED),
        cycles=cycles,
        organizations=Organization.objects.visible_to(standing, on).pledging(),
        standards=Standard.objects.in_plan().select_related("set"),
        standing=standing,
    )


@require_safe
def pledge_list(request: Request) -> HttpResponse:
    """Mine, what waits for me, and all I may see."""
    standing, on = request.standing, request.on
    narrowed = filtered(request, request.GET)
    # within one cycle the order begins with the path, as the index does
    order = ORDER if narrowed.form["cycle"].value() else ("-cycle__year", *ORDER)
    numbers = narrowed.qs.order_by(*order).values_list("pk", flat=True)
    page = Paginator(numbers, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    # sums and joins only for what is on the page
    shown = reading.for_lists(Pledge.objects.filter(pk__in=list(page.object_list))).order_by(*order)
    pledges = list(shown.with_overdue(on).annotate(item_count=Count("items")))
    rates = coverage.rates_by_pledge(pledges, on)
    context = {
        "filter": narrowed,
        "page": page,
        "rows": [(pledge, rates.get(pledge.pk)) for pledge in pledges],
        "mine": reading.for_lists(own_pledges(request)),
        "waiting": waiting.waiting_lines(standing, on),
        "may_start": standing.member is not None or standing.is_leader or standing.is_office,
        "may_keep_table": standing.is_leader or standing.is_office,
        "may_see_coverage": bool(standing.reading_paths()),
        "filtered": any(request.GET.get(name) for name in narrowed.form.fields),
        "on": on,
    }
    return render(request, "pledges/pledge_list.html", context)


ORDER = ("path", "organization_id", "-subject_kind", "member__sort_key", "member_id", "-edition")


def own_pledges(request: Request) -> Any:
    """The person's own, and those of the organisations he leads, of the cycles that are not over; newest first."""
    standing = request.standing
    mine = Pledge.objects.filter(member=standing.member) if standing.member else Pledge.objects.none()
    led = [seat.organization_id for seat in standing.seats if seat.post in LEADERS]
    mine = mine | Pledge.objects.filter(member__isnull=True, organization__in=led)
    return mine.filter(state__in=[*IN_WORK, *IN_FORCE], cycle__closed_on__isnull=True).order_by(
        "-cycle__year", "subject_kind", "-edition"
    )


@require_safe
def pledge_export(request: Request) -> FileResponse:
    """The ledger of what the list shows, an item a row."""
    narrowed = filtered(request, request.GET)
    lines = sheets.ledger_lines(narrowed.qs, request.on)
    who, at = str(request.user), clock.now()
    name = f"承诺台账_{request.on:%Y%m%d}.xlsx"
    log.record(
        verb="export",
        label="导出承诺台账",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    return workbook(
        name,
        [
            (
                sheets.LEDGER,
                lines,
                {"heading": ["承诺台账"], "groups": sheets.LEDGER_GROUPS, "as_of": request.on, "landscape": True},
            )
        ],
        who=who,
        at=at,
    )


# ---- beginning ----


@dataclass(frozen=True, slots=True)
class StartOption:
    """Something this person may begin: a pledge of his own, of an organisation he leads, or for a member without an account."""

    key: str
    label: str
    cycle: PledgeCycle
    organization: Organization
    member: Member | None
    note: str = ""


def start_options(request: Request) -> list[StartOption]:
    """Return what the person may begin today. A fixed number of queries."""
    standing, on = request.standing, request.on
    cycles = [c for c in reading.cycles_for(standing, on) if not c.is_closed]
    begun = _begun(cycles)
    options = []
    for cycle in cycles:
        for organization, member, note in _subjects(request, cycle, on):
            key = f"{cycle.pk}-m{member.pk}" if member else f"{cycle.pk}-o{organization.pk}"
            taken = ("m", member.pk) if member else ("o", organization.pk)
            if (cycle.pk, *taken) not in begun:
                options.append(StartOption(key, str(member or organization), cycle, organization, member, note))
    return options


def _begun(cycles: list[PledgeCycle]) -> set[tuple[int, str, int]]:
    rows = Pledge.objects.filter(cycle__in=cycles).exclude(state=State.LAPSED)
    return {
        (cycle, "m", member) if member else (cycle, "o", place)
        for cycle, member, place in rows.values_list("cycle_id", "member_id", "organization_id")
    }


def _subjects(request: Request, cycle: PledgeCycle, on: date) -> list[tuple[Organization, Member | None, str]]:
    standing = request.standing
    found: list[tuple[Organization, Member | None, str]] = []
    if standing.member is not None and standing.branch_path.startswith(cycle.path):
        place = reading.branch_of(standing.member, on)
        if place is not None:
            found.append((place, standing.member, "本人"))
    led = {seat.organization_id for seat in standing.seats if seat.post in LEADERS}
    for place in Organization.objects.within(cycle.path).pledging().existing(on).filter(pk__in=led):
        found.append((place, None, "党组织"))
    if standing.administers(cycle.path):
        found += [(place, member, "代为登记") for place, member in members_without_account(cycle, on)]
    return found


def members_without_account(cycle: PledgeCycle, on: date) -> list[tuple[Organization, Member]]:
    """Return members who cannot write for themselves, with where they pledge. One query."""
    rows = coverage.roster(cycle, on).filter(member__user__isnull=True).select_related("organization__parent")
    return [(coverage.home_of(row.organization), row.member) for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def pledge_start(request: Request) -> HttpResponse:
    """Choose what to begin; begin it."""
    options = start_options(request)
    if request.method == "POST":
        chosen = next((o for o in options if o.key == request.POST.get("subject")), None)
        if chosen is None:
            require(no("这份承诺已经有人起草，或者不归您填写。请返回承诺列表查看。"))
        assert chosen is not None
        pledge = writing.begin(
            cycle=chosen.cycle, member=chosen.member, organization=chosen.organization, by=request.user, on=request.on
        )
        if chosen.note == "代为登记":
            messages.info(request, f"您正在代{chosen.label}登记，日志里会记下是您登记的。")
        return redirect("pledges:pledge_edit", pledge.pk)
    context = {
        "own": [o for o in options if o.note != "代为登记"],
        "others": [o for o in options if o.note == "代为登记"],
        "mine": reading.for_lists(own_pledges(request)),
        "on": request.on,
        "optional": request.standing.member is not None and _is_optional(request.standing.member),
    }
    return render(request, "pledges/pledge_start.html", context)


def _is_optional(member: Member) -> bool:
    return MemberType(member.member_type) in settings.PLEDGE_OPTIONAL_MEMBER_TYPES
