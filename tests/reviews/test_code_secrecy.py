"""Codes stay secret and add up: nothing keeps one in clear, and issued = used + unused + revoked whatever happens."""

import os
import re
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings as site
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from chuangxian.verdicts import Refused
from reviews import codes
from reviews.actions import batches, paper
from reviews.actions.casting import cast as cast_ballot
from reviews.models import Code, CodeBatch
from reviews.queries.batches import code_counts, next_label
from tests.conftest import Cast
from tests.reviews import evaluations as build
from tests.reviews import papers

MANY = 5_000
STEPS = 200
ROUNDS_OF_STEPS = int(os.environ.get("VOTING_STEPS", "1000")) // STEPS  # 10,000 for the full figure
SYMBOL = f"[{codes.ALPHABET}]".encode()
LETTERS = re.compile(rb"%b{4}(?:-%b{4}){3}-%b" % (SYMBOL, SYMBOL, SYMBOL))
PLAIN = re.compile(rb"(?=(%b{17}))" % SYMBOL)
DASHED = re.compile(rb"(?=(%b{4}(?:-%b{4}){3}-%b))" % (SYMBOL, SYMBOL, SYMBOL))


def codes_in(text: bytes, made: set[bytes]) -> set[bytes]:
    """Which of the codes a text holds, with dashes or without, in capitals or not."""
    text = text.upper()
    found = {match[1] for match in PLAIN.finditer(text)} | {
        match[1].replace(b"-", b"") for match in DASHED.finditer(text)
    }
    return found & made


def rows_of_all_tables() -> Iterator[tuple[str, bytes]]:
    """Every row of the database as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            while rows := cursor.fetchmany(1_000):
                yield table, repr(rows).encode()


def test_five_thousand_codes_are_nowhere_but_on_the_slips(
    racing: None, cast: Cast, settings: Any, tmp_path: Path, monkeypatch: Any, caplog: Any, capfd: Any
) -> None:
    settings.CHUANGXIAN_TODAY = build.ANNOUNCED
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    caplog.set_level("DEBUG")
    round_ = build.announced(cast.general, cast.ganshi, categories=[build.category(eligible=MANY)])
    client = Client()
    client.force_login(cast.ganshi)
    url = reverse("reviews:batch_make", args=[round_.pk, build.categories_of(round_)[0].pk])
    response: Any = client.post(url, {"label": next_label(round_), "size": MANY})
    page = b"".join(response.streaming_content)
    made = {letters.replace(b"-", b"") for letters in LETTERS.findall(page)}
    assert len(made) == MANY == Code.objects.count()
    assert codes_in(page, made) == made, "the search itself finds them"

    assert not [table for table, rows in rows_of_all_tables() if codes_in(rows, made)]
    kept = [path for folder in (site.DATA, tmp_path) for path in Path(folder).rglob("*") if path.is_file()]
    assert not [path for path in kept if codes_in(path.read_bytes(), made)]
    if connection.vendor == "sqlite":
        assert any(b"reviews_code" in path.read_bytes() for path in kept), "the database's own file is among them"
    said = capfd.readouterr()
    assert not codes_in(f"{caplog.text}{said.out}{said.err}".encode(), made)


class Slips(RuleBasedStateMachine):
    """Whatever people do with codes, in any order."""

    cast: Cast
    taken = count()

    def __init__(self) -> None:
        super().__init__()
        self.whole = transaction.atomic()
        self.whole.__enter__()

    @initialize()
    def announce(self) -> None:
        """A round of two categories, with slips and a reserve."""
        self.round = build.announced(self.cast.general, self.cast.ganshi)
        self.categories = build.categories_of(self.round)
        self.runners = (self.cast.ganshi, self.cast.zongzhi)
        self.plain: list[str] = []
        for category in self.categories:
            self.plain += papers.batch(category, 5)[1] + papers.batch(category, 1, is_reserve=True)[1]
        self.boxes = [papers.box(category) for category in self.categories]

    def attempt(self, act: Any) -> Any:
        """Do it; a refusal is an answer too."""
        try:
            return act()
        except Refused:
            return None

    @rule(of=st.integers(0, 1), size=st.integers(1, 8), is_reserve=st.booleans())
    def make(self, of: int, size: int, is_reserve: bool) -> None:
        made = self.attempt(lambda: papers.batch(self.categories[of], size, is_reserve=is_reserve))
        self.plain += made[1] if made else []

    @rule(which=st.integers(0, 200))
    def vote(self, which: int) -> None:
        code = self.plain[which % len(self.plain)]
        nonce = f"page {next(self.taken)}"
        cast_ballot(round_=self.round, code=code, nonce=nonce, grades={(0, 1): 1}, on=build.OPEN_DAY)

    @rule(which=st.integers(0, 200), of=st.integers(0, 1))
    def bring_a_stub(self, which: int, of: int) -> None:
        code = self.plain[which % len(self.plain)]
        by, on = self.cast.ganshi, build.OPEN_DAY
        self.attempt(lambda: paper.spend_stub(pile=self.boxes[of], typed=code, by=by, on=on))

    @rule(which=st.integers(0, 200))
    def revoke_a_slip(self, which: int) -> None:
        given: dict[str, Any] = {"reason": "印得看不清", "by": self.cast.ganshi, "on": build.OPEN_DAY}
        code = self.plain[which % len(self.plain)]
        self.attempt(lambda: batches.revoke_slip(round_=self.round, typed=code, **given))

    @rule(which=st.integers(0, 20), rarely=st.integers(0, 9))
    def revoke_a_batch(self, which: int, rarely: int) -> None:
        rows = list(CodeBatch.objects.filter(round=self.round).order_by("pk"))
        given: dict[str, Any] = {"reason": "丢了", "by": self.cast.ganshi, "on": build.OPEN_DAY}
        if rarely == 0:
            self.attempt(lambda: batches.revoke_batch(batch=rows[which % len(rows)], **given))

    @rule(which=st.integers(0, 20), who=st.integers(0, 1))
    def agree_to_a_reserve(self, which: int, who: int) -> None:
        rows = list(CodeBatch.objects.filter(round=self.round, is_reserve=True).order_by("pk"))
        given: dict[str, Any] = {"reason": "补发", "by": self.runners[who], "on": build.OPEN_DAY}
        self.attempt(lambda: batches.consent(batch=rows[which % len(rows)], **given))

    @rule(rarely=st.integers(0, 99))
    def withdraw(self, rarely: int) -> None:
        if rarely == 0:
            batches.revoke_all(round_=self.round, by=self.cast.ganshi, on=build.OPEN_DAY)

    @invariant()
    def they_add_up(self) -> None:
        for row in code_counts(self.round) if hasattr(self, "round") else ():
            for one in (row.counts, *(line.counts for line in row.batches)):
                assert one.issued == one.used + one.unused + one.revoked
            assert all(line.counts.issued == line.batch.size for line in row.batches)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.whole.__exit__(None, None, None)


def test_issued_is_used_and_unused_and_revoked_after_each_of_many_steps(cast: Cast) -> None:
    Slips.cast = cast
    run_state_machine_as_test(
        Slips,
        settings=settings(
            max_examples=ROUNDS_OF_STEPS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
