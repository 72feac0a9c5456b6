"""Which form of an office stands in the place of the built-in one."""

from collections.abc import Iterable

from accounts.models import LogEntry
from branches.models import Organization
from reports.models import OfficeTemplate


def in_force_of(form: str) -> list[OfficeTemplate]:
    """Return the forms in force that replace a form anywhere. One query."""
    return list(OfficeTemplate.objects.in_force().filter(form=form).select_related("organization"))


def nearest(templates: Iterable[OfficeTemplate], organization: Organization) -> OfficeTemplate | None:
    """Return the one that counts at an organisation: the nearest up its tree, but not beyond its unit."""
    path, unit = organization.path, organization.unit_path or organization.path
    found = [one for one in templates if path.startswith(one.path) and one.path.startswith(unit)]
    return max(found, key=lambda one: len(one.path), default=None)


def in_force_for(form: str, organization: Organization) -> OfficeTemplate | None:
    """Return the form in force at an organisation. One query."""
    return nearest(in_force_of(form), organization)


def is_any_in_force(forms: list[str]) -> bool:
    """Answer whether any office replaced one of these forms. One query."""
    return OfficeTemplate.objects.in_force().filter(form__in=forms).exists()


def log_of(template: OfficeTemplate) -> list[LogEntry]:
    """Return all that was done to a form, the newest first. One query."""
    return list(LogEntry.objects.of(template).order_by("-pk"))
