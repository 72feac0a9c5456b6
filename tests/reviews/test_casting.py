"""One code, one ballot, and no trace from one to the other."""

import os
import random
import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from reviews import codes
from reviews.actions.casting import ACCEPTED, ALREADY, SPENT, UNKNOWN, Kind, cast
from reviews.actions.mixing import alone, mix, mix_if_due, not_before, vacuum
from reviews.models import Ballot, Code, EvaluationRound, Mixed, Remark
from reviews.queries.casting import CodeState, state_of_code, usable_code
from reviews.states import EvaluationState
from reviews.tally.answers import written
from tests.reviews.voting import ON, Vote, vote

CODES = int(os.environ.get("VOTING_CODES", "1000"))  # sent twice each, at once
CLOSINGS = int(os.environ.get("VOTING_CLOSINGS", "2"))
POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.fixture(autouse=True)
def _fresh_process() -> None:
    not_before.clear()


def put(made: Vote, number: int, *, nonce: str = "", on: date = ON, **fields: Any) -> Any:
    """Cast the ballot of that number with the code of that number."""
    fields = {"grades": made.grades(number), "remark": "", **fields}
    return cast(round_=made.round, code=made.codes[number], nonce=nonce or f"page {number}", on=on, **fields)


@pytest.mark.usefixtures("db")
class TestOneBallot:
    def test_a_code_is_spent_and_the_ballot_counted_in_its_category(self) -> None:
        made = vote(3, subjects=2)
        guests = made.batch(1, kind="service_recipient")
        assert put(made, 3, remark="  希望多到学校来。 ") == ACCEPTED
        ballot = Ballot.objects.get()
        assert (ballot.round, ballot.category) == (made.round, guests.category)
        assert ballot.answers == written(made.grades(3), subjects=2, items=5)
        assert Remark.objects.get().text == "希望多到学校来。"
        assert Code.objects.filter(is_used=True).count() == 1

    def test_a_code_is_good_however_it_is_typed(self) -> None:
        made = vote(1)
        made.codes[0] = f" {codes.shown(made.codes[0]).lower()} "
        assert usable_code(made.round, made.codes[0]) is not None
        assert put(made, 0) == ACCEPTED

    def test_the_same_page_sent_twice_is_counted_once_and_told_so(self) -> None:
        made = vote(1)
        assert [put(made, 0), put(made, 0), put(made, 0, nonce="another page")] == [ACCEPTED, ALREADY, SPENT]
        assert Ballot.objects.count() == 1

    def test_after_a_mix_nobody_knows_which_page_spent_a_code(self) -> None:
        made = vote(1)
        put(made, 0)
        mix(made.round.pk)
        assert put(made, 0) == SPENT
        assert not Code.objects.exclude(receipt="").exists()

    def test_what_is_not_in_this_round_is_unknown(self) -> None:
        made, other = vote(1), vote(1)
        assert put(Vote(made.round, other.codes), 0) == UNKNOWN
        assert put(Vote(made.round, [codes.new_code()]), 0) == UNKNOWN
        assert put(Vote(made.round, ["这不是评议码"]), 0) == UNKNOWN
        assert not Ballot.objects.exists()

    @pytest.mark.parametrize("batch", [{"is_revoked": True}, {"is_reserve": True, "is_open": False}])
    def test_a_batch_revoked_or_not_yet_open_is_unknown(self, batch: dict[str, Any]) -> None:
        made = vote()
        made.batch(1, **batch)
        assert put(made, 0) == UNKNOWN
        assert state_of_code(made.round, made.codes[0]) is CodeState.UNKNOWN
        assert usable_code(made.round, made.codes[0]) is None

    def test_a_revoked_slip_is_unknown(self) -> None:
        made = vote(1)
        Code.objects.update(is_revoked=True)
        assert put(made, 0) == UNKNOWN

    def test_one_learns_of_a_code_only_whether_it_is_used(self) -> None:
        made = vote(1)
        assert state_of_code(made.round, made.codes[0]) is CodeState.USABLE
        put(made, 0)
        assert state_of_code(made.round, made.codes[0]) is CodeState.USED
        assert usable_code(made.round, made.codes[0]) is None
        assert state_of_code(made.round, "nothing") is CodeState.UNKNOWN

    @pytest.mark.parametrize(
        ("fields", "on", "sentence"),
        [
            ({}, date(2011, 6, 9), "从 2011-06-10 开始"),
            ({}, date(2011, 7, 1), "已经截止"),
            ({"state": EvaluationState.SEALED, "sealed_on": ON}, ON, "已经截止"),
            ({"state": EvaluationState.VOID}, ON, "已经作废"),
            ({"state": EvaluationState.DRAFT}, ON, "还不能评议"),
        ],
    )
    def test_a_round_that_takes_none_says_why_and_spends_nothing(
        self, fields: dict[str, Any], on: date, sentence: str
    ) -> None:
        made = vote(1)
        EvaluationRound.objects.filter(pk=made.round.pk).update(**fields)  # after the rater's page was made
        outcome = put(made, 0, on=on)
        assert outcome.kind is Kind.CLOSED
        assert sentence in outcome.reason
        assert not Code.objects.filter(is_used=True).exists()

    def test_a_round_without_remarks_keeps_none(self) -> None:
        made = vote(1, with_remarks=False)
        assert put(made, 0, remark="我想说") == ACCEPTED
        assert not Remark.objects.exists()

    @pytest.mark.parametrize("grades", [{(0, 6): 1}, {(1, 1): 1}, {(0, 0): 1}, {(0, 1): 6}, {(0, 1): 0}])
    def test_an_answer_to_what_is_not_asked_is_a_programming_error(self, grades: dict[tuple[int, int], int]) -> None:
        with pytest.raises(ValueError, match="does not ask"):
            put(vote(1), 0, grades=grades)
        assert not Code.objects.filter(is_used=True).exists()


def snapshot() -> dict[str, dict[Any, tuple[Any, ...]]]:
    """Return every row of every table the portal has, by table and key."""
    rows = {}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            fields = [field.attname for field in model._meta.concrete_fields]
            rows[model._meta.label] = {row[0]: row[1:] for row in model._base_manager.values_list("pk", *fields)}
    return rows


def changed(
    before: dict[str, dict[Any, tuple[Any, ...]]], after: dict[str, dict[Any, tuple[Any, ...]]]
) -> dict[str, int]:
    """Return in which tables how many rows differ."""
    differ = {
        table: sum(
            before[table].get(key) != after[table].get(key) for key in before[table].keys() | after[table].keys()
        )
        for table in after
    }
    return {table: rows for table, rows in differ.items() if rows}


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize(
    ("remark", "rows"),
    [
        ("", {"reviews.Code": 1, "reviews.Ballot": 1}),
        ("有话说", {"reviews.Code": 1, "reviews.Ballot": 1, "reviews.Remark": 1}),
    ],
)
def test_one_ballot_changes_exactly_its_own_rows(remark: str, rows: dict[str, int]) -> None:
    made = vote(2)
    put(made, 0)
    before = snapshot()
    assert put(made, 1, remark=remark) == ACCEPTED
    assert changed(before, snapshot()) == rows


@pytest.mark.usefixtures("db")
class TestMixing:
    def test_it_waits_for_enough_ballots_and_for_its_time(self, settings: Any) -> None:
        settings.MIX_FROM_BALLOTS = 5
        made = vote(30)
        waiting = Code.objects.exclude(receipt="")
        for number in range(4):
            put(made, number)
        assert waiting.count() == 4
        put(made, 4)
        assert waiting.count() == 0
        for number in range(5, 15):
            put(made, number)
        assert waiting.count() == 10  # enough, but too soon
        long_ago(settings.MIX_EVERY)
        put(made, 15)
        assert waiting.count() == 0
        assert Ballot.objects.count() == 16

    def test_a_large_round_is_mixed_more_seldom(self, settings: Any) -> None:
        settings.MIX_FROM_BALLOTS = 1
        made = vote(3)
        put(made, 0)
        put(made, 1)
        made.round.batches.update(size=50_000)
        long_ago(2 * settings.MIX_EVERY)
        assert not mix_if_due(made.round.pk)
        long_ago(10 * settings.MIX_EVERY)
        assert mix_if_due(made.round.pk)

    def test_nothing_is_lost_or_changed_and_other_rounds_stay_as_they_lie(self) -> None:
        made, other = vote(40, subjects=2), vote(3)
        for number in range(30):
            put(made, number, remark="话" * (number % 3))
        put(other, 0, remark="别处的话")

        def rows(round_: EvaluationRound) -> list[Any]:
            return [
                *Code.objects.filter(batch__round=round_)
                .order_by("pk")
                .values_list("pk", "batch", "is_used", "is_revoked"),
                *Ballot.objects.filter(round=round_).order_by("pk").values(),
                *Remark.objects.filter(round=round_).order_by("pk").values(),
            ]

        before, elsewhere = rows(made.round), places(Ballot, other.round.pk)
        mix(made.round.pk)
        assert rows(made.round) == before
        assert places(Ballot, other.round.pk) == elsewhere
        assert Code.objects.exclude(receipt="").count() == 1

    def test_a_mixed_round_takes_more_ballots(self) -> None:
        made = vote(4)
        for number in range(4):
            put(made, number)
            mix(made.round.pk)
        assert Ballot.objects.count() == 4


def long_ago(pause: timedelta) -> None:
    """Let so much time have passed since the last mix."""
    Mixed.objects.update(at=Mixed.objects.get().at - pause)
    not_before.clear()


def places(model: Any, round_id: int) -> dict[Any, Any]:
    """Return where each row lies, in the order of storage: its number from 0, by key."""
    where = "batch_id IN (SELECT id FROM reviews_codebatch WHERE round_id = %s)" if model is Code else "round_id = %s"
    place = "ctid" if POSTGRESQL else "rowid"
    with connection.cursor() as cursor:
        order = f"SELECT {model._meta.pk.column} FROM {model._meta.db_table} WHERE {where} ORDER BY {place}"  # noqa: S608
        cursor.execute(order, [round_id])
        return {str(key).replace("-", ""): number for number, (key,) in enumerate(cursor.fetchall())}


def transactions(model: Any) -> dict[str, str]:
    """Return the number of the transaction that wrote each row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {model._meta.pk.column}, xmin::text FROM {model._meta.db_table}")  # noqa: S608
        return {str(key).replace("-", ""): xmin for key, xmin in cursor.fetchall()}


def rho(one: list[int], two: list[int]) -> float:
    """Return Spearman's rank correlation of two orders of the same things."""
    number = len(one)
    return 1 - 6 * sum((a - b) ** 2 for a, b in zip(one, two, strict=True)) / (number * (number**2 - 1))


def cast_fast(made: Vote, numbers: range) -> list[str]:
    """Cast so many ballots one by one, each in a transaction as `cast` does; returns the ballots' keys in that order."""
    keys = []
    answers = written(made.grades(0), subjects=1, items=5)
    category = made.round.categories.get()
    for number in numbers:
        digest = codes.digest(made.round.pk, made.codes[number])
        with transaction.atomic():
            Code.objects.filter(pk=digest).update(is_used=True, receipt=codes.receipt(made.round.pk, str(number)))
            ballot = Ballot.objects.create(round=made.round, category=category, answers=answers)
            Remark.objects.create(round=made.round, text=f"第 {number} 句")
        keys.append(ballot.pk.hex)
    return keys


@pytest.mark.django_db(transaction=True)
def test_after_the_mix_neither_order_nor_transactions_tell_which_code_cast_which_ballot() -> None:
    made = vote(5_000)
    numbers = range(5_000)
    if POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
    ballots = cast_fast(made, numbers)
    spent = [codes.digest(made.round.pk, code) for code in made.codes]
    said = {int(remark.text.split()[1]): remark.pk.hex for remark in Remark.objects.all()}
    time_order = list(numbers)
    lying = places(Ballot, made.round.pk)
    assert rho(time_order, [lying[key] for key in ballots]) > 0.99  # before it, storage tells everything
    mix(made.round.pk)
    vacuum()
    lying = {model: places(model, made.round.pk) for model in (Code, Ballot, Remark)}
    rows = {Code: spent, Ballot: ballots, Remark: [said[number] for number in numbers]}
    ranks = {model: [lying[model][key] for key in keys] for model, keys in rows.items()}
    for model, rank in ranks.items():
        assert abs(rho(time_order, rank)) <= 0.06, model
    assert abs(rho(ranks[Code], ranks[Ballot])) <= 0.06
    assert abs(rho(ranks[Remark], ranks[Ballot])) <= 0.06
    if POSTGRESQL:
        for model in (Code, Ballot, Remark):
            assert len(set(transactions(model).values())) == 1, model


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(not POSTGRESQL, reason="SQLite keeps no transaction numbers")
def test_before_the_seal_no_more_can_be_paired_than_a_mix_waits_for(settings: Any) -> None:
    settings.MIX_EVERY = timedelta(0)
    made = vote(110)
    for number in range(110):
        put(made, number)
    by_transaction = transactions(Code)
    alone_in_it = [xmin for xmin in transactions(Ballot).values() if list(by_transaction.values()).count(xmin) == 1]
    assert len(alone_in_it) <= settings.MIX_FROM_BALLOTS


def at_once(works: list[Callable[[], Any]], hands: int) -> list[Any]:
    """Do all the works with so many threads, each with a connection of its own; returns what each brought home, in their order."""
    home: list[Any] = [None] * len(works)
    left = iter(enumerate(works))
    taking = threading.Lock()

    def run() -> None:
        try:
            while True:
                with taking:
                    number, work = next(left, (None, None))
                if number is None or work is None:
                    return
                try:
                    home[number] = work()
                except Exception as error:
                    home[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    return home


@pytest.mark.django_db(transaction=True)
def test_every_code_sent_twice_at_once_is_one_ballot(settings: Any) -> None:
    settings.MIX_EVERY = timedelta(seconds=1)
    made = vote(CODES)
    grades = made.grades(3)

    def work(number: int, page: str) -> Callable[[], Any]:
        return lambda: cast(
            round_=made.round, code=made.codes[number], nonce=f"{page} {number}", grades=grades, remark="", on=ON
        )

    home = at_once([work(number, page) for number in range(CODES) for page in ("one", "two")], hands=8)
    kinds = [outcome.kind for outcome in home]
    assert kinds.count(Kind.ACCEPTED) == kinds.count(Kind.SPENT) == CODES
    assert Ballot.objects.count() == Code.objects.filter(is_used=True).count() == CODES


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", range(CLOSINGS))
def test_what_was_accepted_while_the_round_closed_is_what_was_counted(turn: int) -> None:
    made, late = vote(300), 20
    grades = made.grades(1)
    enough = random.Random(turn).randrange(1, 250)
    cast_so_far: list[int] = []
    closed = threading.Event()
    counted = []

    def close() -> None:
        while len(cast_so_far) < enough:
            time.sleep(0.001)
        with transaction.atomic():
            alone(made.round.pk)
            EvaluationRound.objects.filter(pk=made.round.pk).update(state=EvaluationState.SEALED, sealed_on=ON)
            mix(made.round.pk)
            counted.append(Ballot.objects.filter(round=made.round).count())
        closed.set()

    def work(number: int) -> Callable[[], Any]:
        def one() -> Any:
            if number >= 300 - late:  # somebody always comes too late
                assert closed.wait(60)
            outcome = cast(round_=made.round, code=made.codes[number], nonce=str(number), grades=grades, on=ON)
            cast_so_far.append(number)
            return outcome

        return one

    home = at_once([close, *map(work, range(300))], hands=6)
    kinds = [outcome.kind for outcome in home[1:]]
    assert kinds.count(Kind.ACCEPTED) == counted[0] == Ballot.objects.count()
    assert kinds.count(Kind.ACCEPTED) + kinds.count(Kind.CLOSED) == 300
    assert kinds.count(Kind.ACCEPTED) >= enough
    assert kinds.count(Kind.CLOSED) >= late
