"""Lines of the log, as far as they are open to the reader."""

from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from accounts.models import LogEntry, User
from branches.models import Membership, PostAssignment
from branches.scope import Standing, within

ACCOUNT = LogEntry.Category.ACCOUNT


def open_lines(standing: Standing, *, accounts_only: bool = False) -> QuerySet[LogEntry]:
    """Return what the reader may see: what people of his unit did, and what the system and administrators did there.

    Who once belonged to the unit or served it counts to it, because the log is about what was. ``accounts_only`` for administrators.
    """
    if accounts_only:
        return LogEntry.objects.filter(category=ACCOUNT)
    units = [seat.unit_path for seat in standing.seats if seat.path == seat.unit_path]
    belonged = Membership.objects.filter(within("path", units)).values("member__user")
    served = PostAssignment.objects.filter(within("organization__path", units)).values("user")
    own = User.objects.filter(Q(pk__in=belonged) | Q(pk__in=served))
    placed = User.objects.filter(Q(member__memberships__isnull=False) | Q(posts__isnull=False))
    elsewhere = placed.exclude(pk__in=own.values("pk"))
    about_accounts = Q(target_type="accounts.user") & ~Q(target_id__in=_keys(elsewhere, "pk"))
    nobodys = Q(actor__isnull=True) | Q(actor__is_staff=True)
    return LogEntry.objects.filter(Q(actor__in=own) | nobodys & (about_accounts | _about(units)))


def _about(units: list[str]) -> Q:
    """Return the condition that a line is about a record of these units, or about none in particular."""
    members = Membership.objects.filter(within("path", units))
    condition = Q(target_type="") | Q(target_type="branches.member", target_id__in=_keys(members, "member_id"))
    for model in apps.get_models():
        fields = {field.name for field in model._meta.concrete_fields}
        place = "path" if "path" in fields else "organization__path" if "organization" in fields else ""
        if place:
            rows = model._default_manager.filter(within(place, units))
            condition |= Q(target_type=model._meta.label_lower, target_id__in=_keys(rows, "pk"))
    return condition


def _keys(rows: QuerySet[Any], field: str) -> QuerySet[Any]:
    return rows.order_by().annotate(key_text=Cast(field, CharField())).values("key_text")


def narrowed(
    lines: QuerySet[LogEntry],
    *,
    who: str = "",
    what: str = "",
    category: str = "",
    about: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[LogEntry]:
    """Narrow by part of the actor's name, verb's label, category, part of the object's name, and campaign days, both included."""
    conditions = {
        "actor_name__icontains": who,
        "label__icontains": what,
        "category": category,
        "target_name__icontains": about,
        "on__gte": since,
        "on__lte": until,
    }
    return lines.filter(**{name: value for name, value in conditions.items() if value})
