"""What a row of the table says, and how a cell is tried.

A row names a URL, makes the object it is about and says what each actor finds. `test_access.py` tries every cell: GET, POST, PUT,
PATCH, DELETE. To add a URL, add rows in the file of its app: one row a relation (own, another branch's, …).

    Row(url="pledges:pledge_page", case="草稿", args=a_draft_of(dangyuan1), get=signed_in(404, dangyuan1=200))

`get=None` or `post=None` means that the method is not taken (405). An object outside one's scope is 404; inside scope but not allowed
is 403, and the page must say why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from tests.conftest import Cast

SIGN_IN = "sign in"  # sent to the sign-in page
Code = int | str
Codes = Mapping[str, Code]

# disabled: the secretary of the general branch, whose account was shut while he was signed in
ACTORS = (
    "anonymous",
    "dangyuan1",
    "dangyuan2",
    "shuji1",
    "shuji2",
    "zongzhi",
    "ganshi",
    "guanli",
    "stranger",
    "disabled",
)
METHODS = ("get", "post", "put", "patch", "delete")


def everybody(code: Code, **but: Code) -> Codes:
    """Same for all, but for those named."""
    assert set(but) <= set(ACTORS), but
    return dict.fromkeys(ACTORS, code) | but


def signed_in(code: Code, **but: Code) -> Codes:
    """Same for all who are signed in, but for those named; others are sent to sign in."""
    return everybody(code, **({"anonymous": SIGN_IN, "disabled": SIGN_IN} | but))


def only(code: Code, *actors: str, others: Code = 403, **but: Code) -> Codes:
    """For these, and ``others`` for everybody else who is signed in."""
    return signed_in(others, **(dict.fromkeys(actors, code) | but))


def nothing(cast: Cast) -> dict[str, Any]:
    """No part of the address varies."""
    return {}


def empty(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Post nothing."""
    return {}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A URL with one relation to its object.

    ``args`` makes what is needed and returns the URL's arguments; ``data`` returns what is posted. ``writes`` are the tables a GET may
    write to, ``told`` names it may tell across trees, each with the reason beside it in the table of the app.
    """

    url: str
    case: str = ""
    args: Callable[[Cast], dict[str, Any]] = nothing
    query: str = ""
    get: Codes | None = None
    post: Codes | None = None
    data: Callable[[Cast, dict[str, Any]], dict[str, Any]] = empty
    writes: frozenset[str] = field(default=frozenset())
    told: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.url} {self.case}".strip()


class InlineCode(HTMLParser):
    """Collects what a strict content security policy would block: handlers, styles and scripts inside the page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at every element."""
        names = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in names if name.startswith("on") or name == "style"]
        self.found += [f"<{tag} {name}>" for name in names if (names[name] or "").strip().startswith("javascript:")]
        if tag == "style" or (tag == "script" and "src" not in names and names.get("type") != "application/json"):
            self.found.append(f"<{tag}>")


def inline_code(html: str) -> list[str]:
    """Return what the policy would block in a page."""
    parser = InlineCode()
    parser.feed(html)
    return parser.found
