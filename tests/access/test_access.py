"""Every URL × actor × method answers as the table says, and every answer is one a stranger may see."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.cells import ACTORS, METHODS, Row
from tests.access.table import ACCESS, EXEMPT
from tests.access.trying import SESSION, TODAY, Trial, client_of, undone, written_tables
from tests.conftest import Cast

ANSWERED = (200, 201, 204, 302, 303)


def url_names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Walk all patterns of the portal but the exempt namespaces."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            assert entry.name, f"{entry.pattern} has no name"
            yield f"{namespace}{entry.name}"
        elif entry.namespace not in EXEMPT:
            yield from url_names(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)


def test_every_url_is_in_the_table_and_every_row_has_its_url() -> None:
    urls, rows = set(url_names(get_resolver())), {row.url for row in ACCESS}
    assert urls - rows == set(), "URLs nobody has said who may do what there (tests/access/)"
    assert rows - urls == set(), "rows without a URL"


def test_no_case_stands_twice_in_the_table() -> None:
    assert len({str(row) for row in ACCESS}) == len(ACCESS)


@pytest.mark.parametrize("row", ACCESS, ids=str)
def test_cells(row: Row, cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    trial = Trial.of(row, cast)
    wrong: list[str] = []
    for actor in ACTORS:
        with undone():
            client = client_of(actor, cast)
            cookies = {name: cookie.value for name, cookie in client.cookies.items()}
            for method in METHODS:
                wrong += trial.wrong(client, cookies, actor, method)
    assert not wrong, "\n".join([str(row), *wrong])


# ballot pages set no cookie, so there is no token: whoever lacks the code can do nothing (docs/decisions/0060)
# neither do the pages where one objects to a public notice: they give nobody a right (docs/decisions/0081)
TOKENLESS = ("voting:", "awards:public_object", "awards:public_reply")


@pytest.mark.parametrize(
    "row", [row for row in ACCESS if row.post is not None and not row.url.startswith(TOKENLESS)], ids=str
)
def test_a_post_without_its_token_is_refused(row: Row, cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    assert row.post is not None
    trial = Trial.of(row, cast)
    actor = next((actor for actor in ACTORS if row.post[actor] in ANSWERED), "zongzhi")
    with written_tables() as written:
        client = client_of(actor, cast, enforce_csrf_checks=True)
        written.clear()
        response = client.post(trial.url, trial.data)
    assert response.status_code == 403
    assert not written - {SESSION}
