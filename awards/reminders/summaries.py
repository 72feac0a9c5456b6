"""Letters and reminders of summaries: the level above and its office learn that one stands."""

from datetime import date

from accounts.models import User
from awards.models import Summary
from branches.models import Member
from branches.queries import holding, offices_over, posts_at
from branches.states import LEADERS
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter


def readers_above(summary: Summary, on: date) -> list[Member | User]:
    """Return the leaders of the organisation above, and who serves the office over this one. Two queries."""
    place = summary.organization
    above = holding(posts_at([place.parent_id], on), place.parent_id, LEADERS) if place.parent_id is not None else []
    return list(dict.fromkeys([*above, *offices_over([place.path], on)[place.path]]))


register_letter(Letter("summary_final", "工作总结已定稿", Summary.get_absolute_url, readers_above))
read_with(Summary, lambda rows: rows.select_related("organization"))
