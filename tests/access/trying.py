"""Trying a cell of the table: one actor, one method, and everything that is wrong with the answer."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from html import unescape
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse
from django.utils.html import escape

from accounts.models import User
from tests.access.cells import SIGN_IN, Code, Row, inline_code
from tests.access.downloads import DOWNLOADS
from tests.conftest import Cast

TODAY = date(2011, 6, 20)
SESSION = "django_session"  # a sign-in, a message shown, a day chosen
SIGN_IN_PATH = reverse("accounts:sign_in")
WRITE = re.compile(r'\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# names of the cast that nobody of the other tree may meet on a page inside
OF_THE_TREE = ("党员甲", "党员乙", "书记一", "书记二", "第一党支部", "第二党支部")
OF_THE_OTHER_TREE = ("外单位党",)


def client_of(actor: str, cast: Cast, **options: Any) -> Client:
    """Return a browser in which the actor is signed in."""
    client = Client(**options)
    if actor == "disabled":
        client.force_login(cast.zongzhi)
        User.objects.filter(pk=cast.zongzhi.pk).update(is_active=False)
    elif actor != "anonymous":
        client.force_login(cast.users()[actor])
    return client


@contextmanager
def undone() -> Iterator[None]:
    """Let a request happen and take back what it wrote."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def written_tables() -> Iterator[set[str]]:
    """Collect the tables that statements inside the block write to."""
    tables: set[str] = set()

    def watch(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if found := WRITE.match(sql):
            tables.add(found[1])
        return execute(sql, *rest)

    with connection.execute_wrapper(watch):
        yield tables


@dataclass(frozen=True)
class Trial:
    """A row with its object made: where to send what. ``is_open``: no sign-in is asked for there."""

    row: Row
    url: str
    data: dict[str, Any]
    is_open: bool

    @classmethod
    def of(cls, row: Row, cast: Cast) -> "Trial":
        """Make the row's object."""
        kwargs = row.args(cast)
        path = reverse(row.url, kwargs=kwargs)
        is_open = not getattr(resolve(path).func, "login_required", True)
        return cls(row, path + row.query, row.data(cast, kwargs), is_open)

    def expected(self, actor: str, method: str) -> Code:
        """Return what the table says."""
        codes = {"get": self.row.get, "post": self.row.post}.get(method)
        if codes is not None:
            return codes[actor]
        return SIGN_IN if actor in ("anonymous", "disabled") and not self.is_open else 405

    def wrong(self, client: Client, cookies: dict[str, str], actor: str, method: str) -> list[str]:
        """Send the request, take back what it did, and return everything that is not as it should be."""
        client.cookies = SimpleCookie(cookies)
        with undone(), written_tables() as written:
            response = getattr(client, method)(self.url, self.data if method == "post" else None)
            body = b"".join(response.streaming_content) if response.streaming else response.content
        found, expected = code_of(response), self.expected(actor, method)
        wrong = [f"{found}, not {expected}"] if found != expected else []
        wrong += faults(response, body, actor)
        if not self.is_open:
            wrong += [leak for leak in leaks(response, body, actor) if not leak.endswith(self.row.told or "\0")]
        if "Content-Disposition" in response and self.row.url not in DOWNLOADS:
            wrong.append("a download that tests/access/downloads.py does not know")
        if method == "get" and written - self.row.writes - {SESSION}:
            wrong.append(f"writes to {written - self.row.writes - {SESSION}}")
        return [f"{actor} {method.upper()}: {each}" for each in wrong]


def code_of(response: Any) -> Code:
    """Return the status, or that one was sent to sign in."""
    sent_to_sign_in = response.status_code == 302 and response["Location"].startswith(SIGN_IN_PATH)
    return SIGN_IN if sent_to_sign_in else int(response.status_code)


def faults(response: Any, body: bytes, actor: str) -> Iterator[str]:
    """Yield what no answer may be: without its headers, with code in the page, or a refusal without a sentence."""
    headers = response.headers
    policy = headers.get("Content-Security-Policy", "")
    if "sandbox" in policy:  # a file: nothing in it runs, and it may not even say where it came from
        right = "default-src 'none'" in policy and "script-src" not in policy
    else:
        right = "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    if not right:
        yield f"policy {policy!r}"
    for name, values in (
        ("X-Frame-Options", ("DENY",)),
        ("X-Content-Type-Options", ("nosniff",)),
        ("Referrer-Policy", ("same-origin", "no-referrer")),
        ("Cross-Origin-Opener-Policy", ("same-origin",)),
    ):
        if headers.get(name) not in values:
            yield f"{name}: {headers.get(name)!r}"
    if "Access-Control-Allow-Origin" in headers:
        yield "open to other origins"
    signed_in = actor not in ("anonymous", "disabled") and code_of(response) != SIGN_IN
    if signed_in and not re.search("no-store|private", headers.get("Cache-Control", "")):
        yield f"may be kept by a cache: {headers.get('Cache-Control')!r}"
    kind = headers.get("Content-Type", "")
    if body and kind.startswith("text/") and "charset=utf-8" not in kind:
        yield f"{kind!r} without charset"
    if body and kind.startswith("text/html"):
        yield from (f"inline {code}" for code in inline_code(body.decode()))
    if response.status_code == 403 and not says_why(response, body.decode()):
        yield "refused without a sentence"


def says_why(response: Any, page: str) -> bool:
    """Answer whether the page shows the refusal's own sentence: on the page of refusals, or on the page one came from."""
    context = response.context or {}
    sentences = [str(context.get(name) or "") for name in ("exception", "error")]
    return any(sentence.endswith("。") and escape(sentence) in page for sentence in sentences)


def leaks(response: Any, body: bytes, actor: str) -> Iterator[str]:
    """Yield names from the other tree; the administrator, who keeps everybody's account, sees all names."""
    foreign = {"stranger": OF_THE_TREE, "guanli": ()}.get(actor, OF_THE_OTHER_TREE)
    text = words_of(response, body)
    yield from (f"names {name}" for name in foreign if name in text)


def words_of(response: Any, body: bytes) -> str:
    """Return the text of a page or of a workbook."""
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as book:
            parts = (book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
            return unescape("".join(parts))  # the writer may spell every Chinese character as a number
    return body.decode(errors="replace")
