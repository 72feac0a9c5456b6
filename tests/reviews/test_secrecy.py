"""prove_anonymity: passes on what we build, and fails when somebody adds what tells."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts import log
from reviews.management.commands.prove_anonymity import schema_checks
from reviews.models import Ballot, Code, EvaluationRound
from reviews.queries import secrecy
from reviews.queries.secrecy import Schema, Table, looks_shuffled
from tests.conftest import Cast
from tests.reviews.evaluations import SEALED
from tests.reviews.results import sealed, voted

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast: Cast) -> EvaluationRound:
    return sealed(voted(cast.general, cast.ganshi, [(30, 1)], [(25, 4)]), cast.ganshi)


@pytest.fixture
def schema(db: None) -> Schema:
    return secrecy.schema_of_database()


def proof(*arguments: str) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("prove_anonymity", *arguments, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_a_sealed_round_passes_every_check(round_: EvaluationRound) -> None:
    said, code = proof()
    assert code == 0, said
    assert said.count("合格  ") == len(said.splitlines()) >= 10


def failing(schema: Schema) -> list[str]:
    return [line for _, against in schema_checks(schema) for line in against]


@pytest.mark.parametrize("model", secrecy.COLUMNS)
def test_a_new_column_fails_until_somebody_has_thought_about_it(model: type, schema: Schema) -> None:
    name = secrecy.table_of(model)
    table = schema[name]
    told = {**schema, name: replace(table, columns=table.columns | {"cast_at"})}
    assert failing(schema) == []
    assert failing(told) == [f"{name}.cast_at"]


def test_every_listed_column_exists(schema: Schema) -> None:
    for model, allowed in secrecy.COLUMNS.items():
        assert allowed == schema[secrecy.table_of(model)].columns


def test_a_column_added_by_hand_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE reviews_ballot ADD COLUMN seen_from varchar(40)")
    said, code = proof()
    assert code == 1 and "reviews_ballot.seen_from" in said


def test_a_path_to_somebody_is_found_however_long(schema: Schema) -> None:
    table = schema["reviews_evaluationround"]
    told = {**schema, "reviews_evaluationround": replace(table, keys={**table.keys, "drafted_by_id": "accounts_user"})}
    found = secrecy.paths_to_people(told)
    assert any(path.startswith("reviews_code.batch_id → ") and path.endswith("→ accounts_user") for path in found)
    assert any(path.startswith("reviews_ballot") for path in found)


def test_a_table_that_points_at_ballots_is_found(schema: Schema) -> None:
    told = {**schema, "reviews_note": Table(frozenset({"id", "ballot_id"}), {"ballot_id": "reviews_ballot"})}
    assert secrecy.pointing_tables(told) == ["reviews_note.ballot_id → reviews_ballot"]


def test_a_log_line_about_a_ballot_is_found(round_: EvaluationRound, cast: Cast) -> None:
    log.record(verb="vote", label="投票", obj=Ballot.objects.all()[0], by=cast.dangyuan1, on=SEALED)
    said, code = proof(str(round_.pk))
    assert code == 1 and "日志" in said


def test_a_receipt_left_is_found(round_: EvaluationRound) -> None:
    Code.objects.filter(is_used=True).update(receipt="f" * 64)
    said, code = proof(str(round_.pk))
    assert code == 1 and "还有 55 条" in said


def test_rows_as_they_came_in_are_found(cast: Cast) -> None:
    """Sealed without a mix: the transactions, or the numbers of the rows, follow one another."""
    round_ = voted(cast.general, cast.ganshi, [(30, 1)], [(25, 4)])
    EvaluationRound.objects.update(state="sealed", sealed_on=SEALED)
    said, code = proof(str(round_.pk))
    assert code == 1 and "次序不像打乱过" in said


def test_orders_that_are_no_chance() -> None:
    assert not looks_shuffled([True] * 50 + [False] * 50)
    assert not looks_shuffled([True, False] * 50)
    assert looks_shuffled([True] * 50)
