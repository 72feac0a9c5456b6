"""What is still to be put right, for the pages of members and organisations, which stand below this app."""

from datetime import date

from django import template
from django.conf import settings
from django.template import Context

from branches.models import Member, Organization
from schedule.models import ActionItem
from schedule.queries.items import ItemLine, for_work, lines
from schedule.scope.items import ActionItemQuerySet

register = template.Library()


@register.simple_tag(takes_context=True)
def open_items_of_organization(context: Context, organization: Organization, day: date) -> list[ItemLine]:
    """Return what was unfinished on that day about the organisation itself, as far as the reader sees it, the earliest due first. One query."""
    return _open(context, ActionItem.objects.of_subject(organization=organization.pk, member=None), day)


@register.simple_tag(takes_context=True)
def open_items_of_member(context: Context, member: Member, day: date) -> list[ItemLine]:
    """Return what was unfinished on that day about a member, as far as the reader sees it, the earliest due first. One query."""
    return _open(context, ActionItem.objects.filter(member=member), day)


def _open(context: Context, items: ActionItemQuerySet, day: date) -> list[ItemLine]:
    request = context["request"]
    seen = items.visible_to(request.standing, request.on).unfinished(day)
    return lines(for_work(seen).order_by("due_on", "pk")[: settings.PAGE_SIZE], day)
