"""Whose work a reader's figures are about."""

from branches.models import Organization
from branches.scope import Standing


def first_read(standing: Standing) -> Organization | None:
    """Return the highest organisation whose internal records are open to him; None when there is none. A paper bears its name, not its unit's."""
    return Organization.objects.filter(path__in=standing.reading_paths()).order_by("path").first()
