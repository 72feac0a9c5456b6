"""The plan to read and the campaign at a glance; open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chuangxian.middleware import Request
from schedule import timeline
from schedule.queries import plan as queries


@login_not_required
@require_safe
def plan_detail(request: Request) -> HttpResponse:
    """The plan as a document."""
    campaign = queries.current_campaign(request.on)
    if campaign is None:
        return missing(request)
    return render(
        request, "schedule/plan_detail.html", {"plan": queries.document(campaign, request.on), "on": request.on}
    )


@login_not_required
@require_safe
def timeline_page(request: Request) -> HttpResponse:
    """Phases, semesters and milestones along one line of time, and the same in tables."""
    campaign, on = queries.current_campaign(request.on), request.on
    if campaign is None:
        return missing(request)
    story = timeline.Story(
        campaign=campaign,
        phases=queries.phases_of(campaign),
        semesters=queries.semesters_of(campaign),
        milestones=queries.milestones_of(campaign),
    )
    context = {
        "story": story,
        "across": timeline.across(story, on),
        "down": timeline.down(story, on),
        "lead": timeline.in_words(story, on),
        "on": on,
    }
    return render(request, "schedule/timeline.html", context)


def missing(request: HttpRequest) -> HttpResponse:
    """Say that no plan has been loaded."""
    return render(request, "schedule/plan_missing.html")
