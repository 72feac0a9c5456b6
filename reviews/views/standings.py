"""Self and others on one page, for an organisation and, to those who may, for a member."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from branches.models import Member, Organization
from branches.queries import home_of
from chuangxian.verdicts import require
from reviews.queries import standings
from reviews.queries.scores import scheme_of
from reviews.rules import standings as rules
from reviews.tally.masses import masses_of
from reviews.views import Request
from schedule.queries.plan import current_campaign, semesters_of


@require_safe
def standing_organization(request: Request, pk: int) -> HttpResponse:
    """A branch's or general branch's."""
    known = Organization.objects.visible_to(request.standing, request.on).pledging()
    organization: Organization = get_object_or_404(known, pk=pk)
    require(rules.may_see_organization(organization, request.standing, request.on))
    return _page(request, organization, organization)


@require_safe
def standing_member(request: Request, pk: int) -> HttpResponse:
    """A member's; never for those beside him."""
    member: Member = get_object_or_404(Member.objects.visible_to(request.standing, request.on), pk=pk)
    home = home_of(member, request.on)
    place = home.organization if home is not None else None
    require(rules.may_see_member(member, place, request.standing, request.on))
    return _page(request, member, place)


def _page(request: Request, subject: Organization | Member, place: Organization | None) -> HttpResponse:
    campaign = current_campaign(request.on)
    if campaign is None:
        return render(request, "schedule/plan_missing.html")
    scheme = scheme_of(campaign)
    begun = [semester for semester in semesters_of(campaign) if semester.starts_on <= request.on]
    masses = masses_of(subject, begun, request.standing, request.on)
    view = standings.view_of(subject, campaign, scheme, request.standing, request.on, masses)
    term = view.term(request.GET.get("semester", ""))
    context = {
        "subject": subject,
        "place": place,
        "is_personal": isinstance(subject, Member),
        "view": view,
        "term": term,
        "scheme": scheme,
        "chart": view.chart(term) if term is not None else None,
        "day": request.on,
    }
    return render(request, "reviews/standing_page.html", context)
