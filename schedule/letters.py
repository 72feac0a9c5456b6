"""The letters the portal writes. Each app registers its own in its ``reminders`` module, found at start-up.

A template is plain text: the first line is the subject, then a blank line, then the body. It sees ``obj``, ``note``, ``by``, ``on``,
``due_on`` and ``site_url``. The link to the record and the portal's signature are added to every mail by ``mail/base.txt``; the inbox
links by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Model, QuerySet
from django.template import Context
from django.template.loader import get_template

from accounts.models import User
from branches.models import Member
from schedule.states.notices import Policy

Person = Member | User
Recipients = Callable[[Any, date], Iterable[Person]]
SUBJECT_MAX = 200


@dataclass(frozen=True)
class Letter:
    """A kind of letter.

    ``recipients(obj, on)`` names who is to be told. It is asked when the letter is announced, and again just before each mail leaves: who
    is no longer among them gets none. Reminders name their people themselves and may leave it None; then only the person's own standing
    is checked again. ``url(obj)`` is the page to go to, a path of this site. ``policy`` decides about mails of unknown outcome.
    ``urgent`` letters wait for neither the end of quiet hours nor the day's digest. ``group``: may also go to a group's robot; only for
    letters whose subject names no person and no person's shortcoming, for a group reads nothing but subject, due day and link. What is about
    one organisation only that organisation's own groups hear, and what is about one person none (`schedule.outbox`).
    """

    kind: str
    label: str
    url: Callable[[Any], str]
    recipients: Recipients | None = None
    template: str = ""
    policy: str = Policy.RESEND
    urgent: bool = False
    group: bool = False

    @property
    def template_name(self) -> str:
        """Return the template's name: ``mail/<kind>.txt`` unless another is given."""
        return self.template or f"mail/{self.kind}.txt"


_letters: dict[str, Letter] = {}


def register(letter: Letter) -> Letter:
    """Make the letter known. Raises ValueError when another one has that kind."""
    if _letters.setdefault(letter.kind, letter) is not letter:
        raise ValueError(f"a letter of kind {letter.kind!r} is registered already")
    return letter


def get(kind: str) -> Letter:
    """Return the letter of that kind; KeyError when nobody registered one."""
    return _letters[kind]


def find(kind: str) -> Letter | None:
    """Return the letter of that kind, or None when it has gone from the program since the notice was written."""
    return _letters.get(kind)


def every() -> list[Letter]:
    """Return all letters, in the order of their registration."""
    return list(_letters.values())


def for_groups() -> list[Letter]:
    """Return those that may go to a group's robot."""
    return [letter for letter in every() if letter.group]


Fetch = Callable[[Any], "QuerySet[Any]"]
_fetching: dict[str, Fetch] = {}


def read_with(model: type[Model], fetch: Fetch) -> None:
    """Say how records of this kind are read again before their mails leave: with everything their letters and reminders ask for."""
    _fetching[model._meta.label_lower] = fetch


def read_again(model: type[Model], numbers: Iterable[int]) -> dict[int, Any]:
    """Return these records afresh, by their number, as `read_with` says."""
    fetch = _fetching.get(model._meta.label_lower, lambda rows: rows)
    return fetch(model._base_manager.all()).in_bulk(numbers)


@dataclass(frozen=True, slots=True)
class Text:
    """A letter as it was written."""

    subject: str
    body: str


def write(
    letter: Letter, obj: Any, *, note: str = "", due_on: date | None = None, by: User | None = None, on: date
) -> Text:
    """Write the letter. The subject is one line whatever names and titles contain, so no header can be forged through it."""
    template: Any = get_template(letter.template_name).template  # type: ignore[attr-defined]
    seen = {"obj": obj, "note": note, "by": by, "on": on, "due_on": due_on, "site_url": settings.SITE_URL}
    subject, _, body = template.render(Context(seen, autoescape=False)).strip().partition("\n")
    return Text(" ".join(subject.split())[:SUBJECT_MAX], body.strip())
