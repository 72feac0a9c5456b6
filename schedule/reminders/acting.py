"""Who must know that somebody stands in for somebody, and that it ends soon: both of them."""

from collections.abc import Iterator
from datetime import date

from accounts.models import User
from branches.hearing import Event, listen
from branches.models import PostAssignment
from branches.scope import PostQuerySet
from schedule import outbox
from schedule.letters import Letter, Person, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder

# a week ahead there is time to find somebody else, a day ahead to hand over
LEADS = (7, 1)


def place_url(assignment: PostAssignment) -> str:
    """Return where it stands who holds which post."""
    return assignment.organization.get_absolute_url()


def both(acting: PostAssignment, on: date) -> list[Person]:
    """Whoever stands in, and whoever he stands in for."""
    return [acting.holder, *([acting.acting_for.holder] if acting.acting_for is not None else [])]


def for_letters(rows: PostQuerySet) -> PostQuerySet:
    """Fetch with everything a letter says: one query."""
    return rows.select_related("organization", "member", "user", "acting_for__member", "acting_for__user")


def ending(on: date, until: date) -> Iterator[Due]:
    """Yield what ends by ``until``, with both people."""
    rows = PostAssignment.objects.filter(acting_for__isnull=False, ends_on__lte=until).current(on)
    for batch in in_batches(for_letters(rows).order_by("pk")):
        for acting in batch:
            yield Due(acting, both(acting, on), acting.ends_on, acting.starts_on)


def runs_still(acting: PostAssignment, on: date) -> bool:
    """Answer whether it has not ended."""
    return acting.acting_for_id is not None and acting.runs_on(on)


def lent(acting: PostAssignment, by: User | None, on: date) -> None:
    """Tell both that it begins."""
    outbox.announce("acting_lent", obj=acting, by=by, on=on)


def returned(acting: PostAssignment, by: User | None, on: date) -> None:
    """Tell both that it ends early. The letter is about the holder's own post: the other row may be gone."""
    if acting.acting_for is not None:
        note = f"{acting.holder}代理到 {acting.ends_on:%Y-%m-%d} 为止"
        slot = f"acting{acting.pk}-{acting.ends_on}"
        to = both(acting, on)
        outbox.post(
            letter="acting_returned", obj=acting.acting_for, to=to, slot=slot, due_on=None, note=note, by=by, on=on
        )


register_letter(Letter("acting_lent", "委托代理", place_url, both))
register_letter(Letter("acting_returned", "代理提前结束", place_url))
register_letter(Letter("acting_ends", "代理快到期了", place_url))
read_with(PostAssignment, for_letters)
register_reminder(Reminder("acting_ends", "代理到期", "acting_ends", LEADS, ending, runs_still))
listen(Event.LENT, lent)
listen(Event.RETURNED, returned)
