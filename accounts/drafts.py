"""What people typed into long forms and have not saved. Only he who typed it sees it again."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from accounts.models import Typed, User
from chuangxian import clock


class FormKey(NamedTuple):
    """A form about one record: ``record`` names the kind, as in ``pledges.pledge``, ``number`` is its key, 0 for a record yet to be made."""

    record: str
    number: int = 0


def keep(*, form: FormKey, typed: Mapping[str, Sequence[str]], by: User) -> Typed:
    """Keep what a person has typed into a form and not saved."""
    kept, _ = Typed.objects.update_or_create(
        user=by,
        record=form.record,
        number=form.number,
        defaults={"typed": {key: list(values) for key, values in typed.items()}, "saved_at": clock.now()},
    )
    return kept


def kept_of(*, form: FormKey, by: User) -> Typed | None:
    """Return what the person typed into a form and did not save. One query."""
    return Typed.objects.filter(user=by, record=form.record, number=form.number).first()


def forget(*, form: FormKey, by: User) -> None:
    """Throw away what a person had typed and not saved; whatever saves the form calls it."""
    Typed.objects.filter(user=by, record=form.record, number=form.number).delete()
