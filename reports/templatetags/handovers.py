"""Where an organisation's own page finds the handovers of its posts."""

from collections.abc import Sequence

from django import template
from django.template import Context

from branches.models import Organization
from reports.handover import desk
from reports.models import Handover

register = template.Library()


@register.simple_tag(takes_context=True)
def handovers_of(context: Context, organization: Organization) -> Sequence[Handover]:
    """Return the unfinished handovers that the reader sees. One query."""
    request = context["request"]
    return desk.of_organization(organization, request.standing, request.on)
