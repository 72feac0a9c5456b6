"""No address answers junk with an error of ours: whatever stands in the query or the form, there is a page that says what is wrong."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.access.cells import Row
from tests.access.table import ACCESS
from tests.conftest import Cast

TODAY = date(2011, 6, 20)
ACTORS = ("zongzhi", "ganshi", "dangyuan1", "guanli", None)
NAMES = (
    "page", "sort", "q", "on", "day", "cycle", "organization", "state", "standard", "waiting", "who", "what", "since", "until",
    "category", "words", "next", "verb", "version", "note", "pledge", "subject", "seen", "found", "leaving", "file", "name",
    "items-TOTAL_FORMS", "items-INITIAL_FORMS", "items-0-due_on", "items-0-id", "post", "holder", "reason", "outcome", "kind",
    "for", "who", "round", "form", "semester", "held_on", "meeting", "walk", "issue", "save", "add_row",
    "problems-TOTAL_FORMS", "problems-INITIAL_FORMS", "problems-0-due_on", "problems-0-text", "problems-0-id",
    "round", "review", "subject_kind", "add_row", "s1-answer", "s1-measures-TOTAL_FORMS", "s1-measures-0-due_on", "s1-measures-0-text",
    "s1-self_score", "assessed-s1", "enabled", "label_0", "from_0",
    "template", "base", "period", "opens_on", "closes_on", "unit_choice", "subject", "tick_all", "least_group", "items-0-text",
    "grades-TOTAL_FORMS", "grades-INITIAL_FORMS", "grades-0-score", "categories-TOTAL_FORMS", "categories-INITIAL_FORMS",
    "categories-0-pk", "categories-0-eligible",
    "show", "phase", "target", "title", "due", "every", "weekday", "after", "starts_on", "ends_on", "lead_days", "confirmed", "done_on",
    "result", "assignment",
    "starts_on", "interval_days", "starts_at", "hours", "lecturer", "topic", "materials", "documents", "discussion", "day", "other",
    "days", "until", "digest", "quiet_from", "quiet_until", "flavour", "url", "secret", "letters", "channel", "is_active",
    "resolutions-TOTAL_FORMS", "resolutions-INITIAL_FORMS", "resolutions-0-text", "resolutions-0-votes_for", "drop",
    "side", "stand", "heard", "given_by", "given_on", "pending", "check", "only",
    "at", "mine", "content", "starts_on", "ends_on", "took_part", "standards", "schools", "hours", "served",
    "categories-0-pk", "categories-0-eligible", "month", "year", "first", "last",
    "categories-0-pk", "categories-0-eligible", "code", "digits", "ticket", "seen", "status-1", "reason-1", "answer", "day", "how", "notes", "mine",
    "commend_on", "node", "copied", "nominate_by", "decide_by", "evidence_from", "notice_workdays", "deeds_most", "level",
    "categories-0-key", "categories-0-title", "categories-0-value", "categories-0-nominee_kind", "categories-0-each_value",
    "categories-0-fulfilment_on", "categories-0-fulfilment_number", "categories-0-not_commended_since_day",
    "own-TOTAL_FORMS", "own-INITIAL_FORMS", "own-0-category", "own-0-organization", "own-0-number",
    "nominator", "nominee", "whose", "voted_on", "votes_due", "votes_present", "votes_for", "deeds", "papers", "rule", "forget",
    "text-ahead", "text-study", "replace", "figures", "forget", "done",
    "member", "duty", "promise", "kept", "assess_by", "text", "slogan", "meaning", "goal", "measures", "carriers", "carrier", "shown", "picked",
    "level", "document", "citation", "shown", "awarded_on", "nominee", "honour", "as_of", "purpose", "before", "agreed_on", "caption0", "photo0", "text", "lead", "dropping", "only_good",
)  # fmt: skip
HARD = (
    "", "0", "-1", "1e9", "99999999999999999999", "２０", "abc", "2011-02-30", "9999-12-31", "0001-01-01", "\x00", "' OR 1=1 --",
    "<script>alert(1)</script>", "%", "\\", "../../etc/passwd", "\u202e", "💥", "None", "NaN", "[]", "{}", "x" * 5000,
)  # fmt: skip
junk = st.dictionaries(st.sampled_from(NAMES), st.one_of(st.sampled_from(HARD), st.text(max_size=30)), max_size=6)


@pytest.mark.parametrize("row", ACCESS, ids=str)
def test_junk_is_answered_with_a_page(row: Row, cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    url = reverse(row.url, kwargs=row.args(cast))
    clients = []
    for actor in ACTORS:
        client = Client(raise_request_exception=False)
        if actor:
            client.force_login(cast.users()[actor])
        clients.append((client, {name: cookie.value for name, cookie in client.cookies.items()}))
    answers = tries(url, clients, post=row.post is not None)
    assert not answers


def tries(url: str, clients: list[tuple[Client, dict[str, str]]], *, post: bool) -> list[str]:
    """Return the requests that broke."""
    broken: list[str] = []

    @settings(max_examples=8, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(data=junk, chosen=st.sampled_from(range(len(clients))))
    def one_try(data: dict[str, str], chosen: int) -> None:
        client, cookies = clients[chosen]
        for method in ("get", "post") if post else ("get",):
            client.cookies.load(cookies)
            with transaction.atomic():
                response = getattr(client, method)(url, data)
                if response.streaming:
                    b"".join(response.streaming_content)
                transaction.set_rollback(True)
            if response.status_code >= 500:
                broken.append(f"{method} {url} {data!r}: {response.status_code}")

    one_try()
    return broken
