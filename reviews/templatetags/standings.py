"""Where a subject's own page finds its standing; empty for those who may not see it."""

from django import template
from django.template import Context
from django.urls import reverse

from branches.models import Member, Membership, Organization
from branches.states import Kind
from reviews.rules import standings as rules

ACTING = frozenset({Kind.GENERAL_BRANCH, Kind.BRANCH})
register = template.Library()


@register.simple_tag(takes_context=True)
def standing_of_organization(context: Context, organization: Organization) -> str:
    """Return the address of an organisation's standing; groups and committees have none."""
    request = context["request"]
    if organization.kind not in ACTING or not rules.may_see_organization(organization, request.standing, request.on):
        return ""
    return reverse("reviews:standing_organization", args=[organization.pk])


@register.simple_tag(takes_context=True)
def standing_of_member(context: Context, member: Member, home: Membership | None) -> str:
    """Return the address of a member's standing; ``home`` is where he belongs."""
    request = context["request"]
    place = home.organization if home is not None else None
    if not rules.may_see_member(member, place, request.standing, request.on):
        return ""
    return reverse("reviews:standing_member", args=[member.pk])
