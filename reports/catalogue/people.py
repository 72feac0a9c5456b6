"""The members themselves as a table."""

from branches import queries
from branches.sheets import ROSTER
from reports.catalogue.base import Asked, Tab, wide


def roster(asked: Asked) -> list[Tab]:
    """党员名册 of the day, by organisation, in the columns the import reads."""
    found = queries.roster(asked.standing, asked.on, *asked.paths)
    rows = queries.streamed_lines(found.order_by("path", "member__sort_key", "member_id"), asked.on)
    return [Tab(ROSTER, rows, found.count, wide(asked, "党员名册"))]
