"""The list of self-reviews, its workbook, and beginning one."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import log
from accounts.models import LogEntry
from branches.models import Member, Organization
from branches.states import LEADERS
from chuangxian import clock
from chuangxian.downloads import workbook
from chuangxian.verdicts import no, require
from reviews.actions import self_reviews as actions
from reviews.forms.self_reviews import SelfReviewFilter
from reviews.models import CommentRound, SelfReview
from reviews.queries import self_reviews as queries
from reviews.queries.subjects import Key
from reviews.sheets import scores
from reviews.sheets import self_reviews as sheets
from reviews.states import ReviewState
from reviews.views import Request

ORDER = ("path", "organization_id", "-subject_kind", "member__sort_key", "member_id", "pk")


def filtered(request: Request, data: QueryDict) -> SelfReviewFilter:
    """Return the list inside, narrowed as asked."""
    standing, on = request.standing, request.on
    if not {"round", "waiting"} & set(data) and (current := queries.current_round(standing, on)) is not None:
        # a list shows this semester unless all are asked for; what waits waits in whatever semester
        data = data.copy()
        data["round"] = str(current.pk)
    return SelfReviewFilter(
        data,
        queryset=SelfReview.objects.visible_to(standing, on).exclude(state=ReviewState.LAPSED),
        rounds=queries.rounds_for(standing, on),
        organizations=Organization.objects.visible_to(standing, on).pledging(),
        standing=standing,
    )


@require_safe
def self_review_list(request: Request) -> HttpResponse:
    """Mine, what waits for me, and all I may see."""
    standing, on = request.standing, request.on
    narrowed = filtered(request, request.GET)
    # within one round the order begins with the path, as the index does
    order = ORDER if narrowed.form["round"].value() else ("-round__opens_on", *ORDER)
    numbers = narrowed.qs.order_by(*order).values_list("pk", flat=True)
    page = Paginator(numbers, settings.PAGE_SIZE).get_page(request.GET.get("page"))
    shown = queries.for_lists(SelfReview.objects.filter(pk__in=list(page.object_list))).order_by(*order)
    reviews = list(shown)
    context = {
        "filter": narrowed,
        "page": page,
        "rows": queries.with_counts(reviews, on),
        "mine": queries.own(standing),
        "waiting": queries.waiting_lines(standing, on),
        "may_start": standing.member is not None or standing.is_leader or standing.is_office,
        "filtered": any(request.GET.get(name) for name in narrowed.form.fields),
        "on": on,
    }
    return render(request, "reviews/self_review_list.html", context)


@require_safe
def self_review_export(request: Request) -> FileResponse:
    """The summary of what the list shows, a standard a row."""
    narrowed = filtered(request, request.GET)
    lines = sheets.summary_lines(narrowed.qs, request.on)
    scored = scores.scores_kept(narrowed.qs)
    log.record(
        verb="export",
        label="导出对照检查汇总",
        note=request.GET.urlencode(),
        category=LogEntry.Category.EXPORT,
        by=request.user,
        on=request.on,
    )
    shape = {"heading": ["对照检查汇总"], "groups": sheets.SUMMARY_GROUPS, "as_of": request.on, "landscape": True}
    points = {"heading": ["对照检查计分"], "as_of": request.on, "landscape": True}
    return workbook(
        f"对照检查汇总_{request.on:%Y%m%d}.xlsx",
        [
            (sheets.SCORED_SUMMARY if scored else sheets.SUMMARY, lines, shape),
            *([(scores.SCORES, scores.score_lines(narrowed.qs), points)] if scored else []),
        ],
        who=str(request.user),
        at=clock.now(),
    )


# ---- beginning ----


@dataclass(frozen=True, slots=True)
class StartOption:
    """Something this person may begin: his own, an organisation's he leads, or for a member without an account."""

    key: str
    label: str
    round: CommentRound
    organization: Organization
    member: Member | None
    note: str
    on_behalf: bool = False


def start_options(request: Request) -> list[StartOption]:
    """Return what the person may begin today in the rounds that run. A fixed number of queries for each running round."""
    rounds = list(queries.rounds_for(request.standing, request.on).running(request.on))
    begun = queries.begun(rounds)
    options = []
    for round_ in rounds:
        for organization, member, note in _subjects(request, round_):
            key: Key = ("member", member.pk) if member is not None else ("organization", organization.pk)
            if (round_.pk, key) not in begun:
                name = f"{round_.pk}-{key[0][0]}{key[1]}"
                label = str(member or organization)
                options.append(StartOption(name, label, round_, organization, member, note, note == ON_BEHALF))
    return options


ON_BEHALF = "代为登记"


def _subjects(request: Request, round_: CommentRound) -> list[tuple[Organization, Member | None, str]]:
    standing, on = request.standing, request.on
    found: list[tuple[Organization, Member | None, str]] = []
    if standing.member is not None and standing.branch_path.startswith(round_.path):
        place = queries.branch_of(standing.member, on)
        if place is not None:
            found.append((place, standing.member, "本人"))
    led = {seat.organization_id for seat in standing.seats if seat.post in LEADERS}
    for place in Organization.objects.within(round_.path).pledging().existing(on).filter(pk__in=led):
        found.append((place, None, "党组织"))
    if standing.administers(round_.path):
        found += [(place, member, ON_BEHALF) for place, member in queries.members_without_account(round_.path, on)]
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def self_review_start(request: Request) -> HttpResponse:
    """Choose what to begin; begin it."""
    options = start_options(request)
    if request.method == "POST":
        chosen = next((o for o in options if o.key == request.POST.get("subject")), None)
        if chosen is None:
            require(no("这份对照检查已经有人起草，或者不归您填写。请返回列表查看。"))
        assert chosen is not None
        review = actions.begin(
            round_=chosen.round,
            member=chosen.member,
            organization=chosen.organization,
            by=request.user,
            on=request.on,
        )
        if chosen.on_behalf:
            messages.info(request, f"您正在代{chosen.label}登记，日志里会记下是您登记的。")
        return redirect("reviews:self_review_edit", review.pk)
    context: dict[str, Any] = {
        "own": [o for o in options if not o.on_behalf],
        "others": [o for o in options if o.on_behalf],
        "mine": queries.own(request.standing),
        "on": request.on,
        "optional": request.standing.member is not None
        and request.standing.member.member_type in settings.REVIEW_OPTIONAL_MEMBER_TYPES,
    }
    return render(request, "reviews/self_review_start.html", context)
