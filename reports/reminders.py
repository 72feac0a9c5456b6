"""Who must know of a handover: both sides and the level above."""

from datetime import date

from branches.hearing import Event, listen
from branches.models import Organization
from branches.queries import holding, offices_over, posts_at
from branches.states import LEADERS
from reports.handover import acts
from reports.models import Handover
from schedule.letters import Letter, Person, read_with
from schedule.letters import register as register_letter


def people(handover: Handover, on: date) -> list[Person]:
    """Both sides, the leaders of the organisation above, and the office over it."""
    place: Organization = handover.organization
    both = [handover.outgoing.holder, handover.incoming.holder]
    above = holding(posts_at([place.parent_id], on), place.parent_id, LEADERS) if place.parent_id else []
    return list(dict.fromkeys([*both, *above, *offices_over([place.path], on)[place.path]]))


register_letter(Letter("handover_drawn_up", "职务交接：有事项要移交", Handover.get_absolute_url, people))
register_letter(Letter("handover_done", "职务交接：已移交，请确认", Handover.get_absolute_url, people))
read_with(
    Handover,
    lambda rows: rows.select_related(
        "organization", "outgoing__member", "outgoing__user", "incoming__member", "incoming__user"
    ),
)


listen(Event.GIVEN, acts.draw_up)
