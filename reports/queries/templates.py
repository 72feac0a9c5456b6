"""Which form of an office stands in the place of the built-in one."""

from accounts.models import LogEntry
from branches.models import Organization
from branches.scope import PATH_STEP
from reports.models import OfficeTemplate


def in_force_for(form: str, organization: Organization) -> OfficeTemplate | None:
    """Return the form in force at an organisation, the nearest up its tree but not beyond its unit. One query."""
    path, unit = organization.path, organization.unit_path or organization.path
    steps = range(len(unit), len(path) + 1, PATH_STEP)
    found = OfficeTemplate.objects.in_force().filter(form=form, path__in=[path[:end] for end in steps])
    nearest: OfficeTemplate | None = found.select_related("organization").order_by("-path").first()
    return nearest


def is_any_in_force(forms: list[str]) -> bool:
    """Answer whether any office replaced one of these forms. One query."""
    return OfficeTemplate.objects.in_force().filter(form__in=forms).exists()


def log_of(template: OfficeTemplate) -> list[LogEntry]:
    """Return all that was done to a form, the newest first. One query."""
    return list(LogEntry.objects.of(template).order_by("-pk"))
