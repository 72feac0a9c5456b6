"""What hangs on a post or its holder across all rooms, and what nobody has in hand."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from accounts.models import Typed, User
from awards.queries import hanging as of_awards
from branches.models import Member, PostAssignment
from branches.queries import hanging as of_branches
from branches.queries.hanging import Hanging, Ownerless
from pledges.actions import handing as pledges
from pledges.queries import hanging as of_pledges
from reviews.queries import hanging as of_reviews
from schedule.actions import items, turns
from schedule.queries import hanging as of_schedule

ROOMS = (of_branches, of_schedule, of_pledges, of_reviews, of_awards)

# how each kind of record that is tied to a person passes to another: (number, to, reason, by, on)
MOVERS: dict[str, Callable[..., None]] = {
    of_schedule.ITEM: items.reassign,
    of_schedule.TURN: turns.hand_turn,
    of_pledges.ITEM: pledges.reassign,
}


def hanging_on(post: PostAssignment, on: date) -> list[Hanging]:
    """Return all that hangs on the post and its holder: what moves first, then what follows the post, then what stays. About 35 queries."""
    found = [one for room in ROOMS for one in room.hanging_on(post, on)]
    found += _unsaved(post)
    return sorted(found, key=lambda one: (not one.moves, bool(one.remark)))


def _unsaved(post: PostAssignment) -> Iterator[Hanging]:
    holder = post.holder
    user = holder.pk if isinstance(holder, User) else holder.user_id
    count = Typed.objects.filter(user=user).count() if user is not None else 0
    if count:
        yield Hanging("没有提交的草稿", f"{count} 份", remark="只有本人看得到，不移交；要紧的请本人先提交")


def move(record: str, number: int, *, to: Member, reason: str, by: User, on: date) -> None:
    """Let somebody else take one thing over by its room's own action. Raises ValidationError for what has been finished."""
    MOVERS[record](number=number, to=to, reason=reason, by=by, on=on)


def ownerless(paths: Iterable[str], on: date) -> list[Ownerless]:
    """Return what is open under these nodes in the hands of one who left or whose post ended, the most urgent first. Ten queries."""
    roots = list(paths)
    found = [*of_schedule.ownerless(roots, on), *of_pledges.ownerless(roots, on)] if roots else []
    return sorted(found, key=lambda one: one.hanging.due_on or date.max)
