"""The seal: the box is closed, counted, mixed and written down; whatever moves afterwards is found by recounting."""

import json
import random
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from chuangxian.verdicts import Refused
from reviews.actions.evaluations import act
from reviews.actions.sealing import seal
from reviews.models import (
    Ballot,
    ClosingRecord,
    Code,
    CodeBatch,
    EvaluationRound,
    EvaluationSubject,
    Mixed,
    PaperPile,
    RaterCategory,
    Remark,
    RoundGrade,
    RoundItem,
)
from reviews.states import EvaluationState
from reviews.tally.sealed import differences, warnings_of
from tests.conftest import Cast
from tests.reviews.evaluations import CLOSES, OPEN_DAY, SEALED, announced, ballots, categories_of, make_codes, remarks

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_(cast: Cast) -> EvaluationRound:
    """A round of the general branch with votes of all kinds: 12 members, 11 others, 6 slips left over, 2 revoked."""
    made = announced(cast.general, by=cast.ganshi, subjects=[cast.one, cast.two])
    dice = random.Random(5)
    party, staff = categories_of(made)
    for category, number in ((party, 12), (staff, 11)):
        for _ in range(number):
            grades = {(s, i): dice.choice([0, 1, 1, 2, 3, 5]) for s in (0, 1) for i in range(1, 6)}
            ballots(category, grades=grades)
    make_codes(party, 4, "余")
    make_codes(staff, 2, "再余")
    make_codes(staff, 2, "废")
    CodeBatch.objects.filter(label="废").update(is_revoked=True)
    remarks(made, *(f"意见{number}" for number in range(12)))
    return made


def sealed(round_: EvaluationRound, cast: Cast, **fields: Any) -> ClosingRecord:
    return seal(round_=round_, by=cast.ganshi, on=SEALED, **{"unused_counted": 6, **fields})


def test_the_record_says_what_lay_in_the_box(round_: EvaluationRound, cast: Cast) -> None:
    record = sealed(round_, cast, remark=" 现场监票两人 ")
    party, staff = (record.totals[str(category.pk)] for category in categories_of(round_))
    assert party == {
        "name": "党员", "size": 16, "issued": 16, "used": 12, "revoked": 0, "unused": 4, "ballots": 12,
    }  # fmt: skip
    assert staff == {
        "name": "党外群众", "size": 15, "issued": 15, "used": 11, "revoked": 2, "unused": 2, "ballots": 11,
    }  # fmt: skip
    assert (record.remark, record.by, record.on) == ("现场监票两人", cast.ganshi, SEALED)
    assert not warnings_of(record.totals, record.unused_counted)
    round_.refresh_from_db()
    assert (round_.state, round_.sealed_on) == (EvaluationState.SEALED, SEALED)
    assert Mixed.objects.filter(round=round_).exists()
    assert not differences(record)


def test_receipts_are_gone_after_the_seal(round_: EvaluationRound, cast: Cast) -> None:
    Code.objects.filter(is_used=True).update(receipt="f" * 64)
    sealed(round_, cast)
    assert not Code.objects.exclude(receipt="").exists()


def test_the_fingerprint_does_not_depend_on_the_order_of_rows(round_: EvaluationRound, cast: Cast) -> None:
    record = sealed(round_, cast)
    rows = list(Ballot.objects.all())
    Ballot.objects.all().delete()
    Ballot.objects.bulk_create(reversed(rows))
    assert not differences(record)


def test_nobody_seals_before_the_last_day_nor_with_paper_waiting(round_: EvaluationRound, cast: Cast) -> None:
    with pytest.raises(Refused, match="截止以前不能封存"):
        seal(round_=round_, unused_counted=6, by=cast.ganshi, on=OPEN_DAY)
    pile = PaperPile.objects.create(round=round_, category=categories_of(round_)[0], label="甲叠", stubs=1)
    with pytest.raises(Refused, match="甲叠"):
        sealed(round_, cast)
    PaperPile.objects.filter(pk=pile.pk).update(committed_on=CLOSES, committed=0)
    assert sealed(round_, cast)


def test_only_those_who_run_it_seal_and_only_once(round_: EvaluationRound, cast: Cast) -> None:
    for user in (cast.dangyuan1, cast.shuji1, cast.guanli, cast.stranger):
        with pytest.raises(Refused):
            seal(round_=round_, unused_counted=6, by=user, on=SEALED)
    sealed(round_, cast)
    with pytest.raises(Refused):
        sealed(round_, cast)
    assert ClosingRecord.objects.count() == 1


def test_a_number_of_slips_below_nothing_seals_nothing(round_: EvaluationRound, cast: Cast) -> None:
    with pytest.raises(ValidationError):
        sealed(round_, cast, unused_counted=-1)
    round_.refresh_from_db()
    assert round_.state == EvaluationState.ANNOUNCED


def test_what_does_not_add_up_is_said_on_the_record(round_: EvaluationRound, cast: Cast) -> None:
    party, staff = categories_of(round_)
    Ballot.objects.filter(category=party)[0].delete()
    Ballot.objects.create(round=round_, category=staff, answers="1" * 10)
    Code.objects.create(digest="0" * 64, batch=party.batches.all()[0])
    said = warnings_of((record := sealed(round_, cast, unused_counted=5)).totals, 5)
    assert [sentence[:4] for sentence in said] == ["党员：批", "党员：已", "党外群众", "清点收回"]
    assert "作废重来" in said[2] and "系统里未用的是 7 张，相差 2 张" in said[3]
    assert not differences(record)


@pytest.mark.parametrize("number", range(100))
def test_a_forged_pair_shows_in_the_slips_counted(number: int) -> None:
    """Whoever spends an unused code with a forged ballot moves no total; only the slips in the envelope are one too many."""
    dice = random.Random(number)
    issued, used = 200, dice.randrange(50, 150)
    honest = {"name": "党员", "size": issued, "issued": issued, "revoked": 0}
    forged = dice.randrange(1, 40)
    row = {**honest, "used": used + forged, "unused": issued - used - forged, "ballots": used + forged}
    said = warnings_of({"1": row}, issued - used)
    assert len(said) == 1 and f"相差 {forged} 张" in said[0]


Tampering = Callable[[random.Random], object]


def one_of(model: Any, dice: random.Random, **where: Any) -> Any:
    return dice.choice(list(model.objects.filter(**where).order_by("pk")))


def other_answers(dice: random.Random) -> None:
    ballot = one_of(Ballot, dice)
    place = dice.randrange(len(ballot.answers))
    digit = dice.choice([d for d in "0123456789" if d != ballot.answers[place]])
    ballot.answers = ballot.answers[:place] + digit + ballot.answers[place + 1 :]
    ballot.save()


def other_category(dice: random.Random) -> None:
    ballot = one_of(Ballot, dice)
    ballot.category = RaterCategory.objects.exclude(pk=ballot.category_id).order_by("pk").first()
    ballot.save()


def ballot_added(dice: random.Random) -> None:
    copied = one_of(Ballot, dice)
    Ballot.objects.create(round=copied.round, category=copied.category, answers=copied.answers)


def code_flipped(dice: random.Random) -> None:
    code = one_of(Code, dice, batch__is_revoked=False)
    Code.objects.filter(pk=code.pk).update(is_used=not code.is_used)


def code_added(dice: random.Random) -> None:
    Code.objects.create(digest=f"{dice.getrandbits(256):064x}", batch=one_of(CodeBatch, dice))


def pair_forged(dice: random.Random) -> None:
    code = one_of(Code, dice, is_used=False, batch__is_revoked=False)
    Code.objects.filter(pk=code.pk).update(is_used=True)
    Ballot.objects.create(round=code.batch.round, category=code.batch.category, answers="1" * 10)


def word(model: Any, name: str) -> Tampering:
    def changed(dice: random.Random) -> None:
        row = one_of(model, dice)
        value = getattr(row, name)
        new: Any = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}改"
        model.objects.filter(pk=row.pk).update(**{name: new})

    return changed


TAMPERINGS: list[Tampering] = [
    other_answers,
    other_answers,
    other_answers,
    other_category,
    ballot_added,
    code_flipped,
    code_added,
    pair_forged,
    lambda dice: one_of(Ballot, dice).delete(),
    lambda dice: one_of(Code, dice).delete(),
    lambda dice: one_of(Remark, dice).delete(),
    lambda dice: Remark.objects.create(round=EvaluationRound.objects.get(), text="添的"),
    lambda dice: Ballot.objects.filter(pk=one_of(Ballot, dice).pk).update(format=2),
    lambda dice: Code.objects.filter(pk=one_of(Code, dice, is_used=True).pk).update(receipt="a" * 64),
    lambda dice: Code.objects.filter(pk=one_of(Code, dice, is_used=False, batch__is_revoked=False).pk).update(
        is_revoked=True
    ),
    word(Remark, "text"),
    word(CodeBatch, "size"),
    word(RoundItem, "text"),
    word(RoundGrade, "label"),
    word(RoundGrade, "is_positive"),
    word(RoundGrade, "is_valid"),
    word(RaterCategory, "name"),
    word(RaterCategory, "eligible"),
    lambda dice: ClosingRecord.objects.update(fingerprint=f"{dice.getrandbits(256):064x}"),
    lambda dice: EvaluationSubject.objects.filter(place=0).update(place=7),
]


def test_a_thousand_changes_are_all_found(round_: EvaluationRound, cast: Cast) -> None:
    pk = sealed(round_, cast).pk
    missed = []
    for number in range(1000):
        dice = random.Random(number)
        with transaction.atomic():
            TAMPERINGS[number % len(TAMPERINGS)](dice)
            if not differences(ClosingRecord.objects.select_related("round").get(pk=pk)):
                missed.append(number)
            transaction.set_rollback(True)
    assert not missed
    assert not differences(ClosingRecord.objects.get(pk=pk))


def test_verify_round_says_what_differs_and_fails(round_: EvaluationRound, cast: Cast) -> None:
    sealed(round_, cast, unused_counted=9)
    out = StringIO()
    call_command("verify_round", round_.pk, stdout=out)
    assert "和封存记录一致" in out.getvalue() and "相差 3 张" in out.getvalue()
    other_answers(random.Random(1))
    out = StringIO()
    with pytest.raises(CommandError) as failed:
        call_command("verify_round", round_.pk, "--json", stdout=out)
    assert failed.value.returncode == 1
    told = json.loads(out.getvalue())
    assert "校验码" in told["differences"][0] and len(told["warnings"]) == 1


def test_verify_round_of_an_open_round_fails(round_: EvaluationRound) -> None:
    with pytest.raises(CommandError, match="没有"):
        call_command("verify_round", round_.pk)


def test_a_handful_of_ballots_cannot_be_guessed_from_the_record(cast: Cast) -> None:
    round_ = announced(cast.general, by=cast.ganshi, subjects=[cast.one])
    ballots(categories_of(round_)[0], 3)
    written = []
    for _ in range(2):
        with transaction.atomic():
            make_codes(categories_of(round_)[0], 1, "余")
            written.append(sealed(EvaluationRound.objects.get(pk=round_.pk), cast, unused_counted=1).fingerprint)
            transaction.set_rollback(True)
    # the same ballots about the same things, but another slip: what nobody can guess is in it
    assert written[0] != written[1]


def test_a_void_round_keeps_no_trace_of_who_cast_what(round_: EvaluationRound, cast: Cast) -> None:
    Code.objects.filter(is_used=True).update(receipt="f" * 64)
    number = Ballot.objects.count()
    act(round_=round_, verb="void", note="组织有误", version=round_.version, by=cast.ganshi, on=OPEN_DAY)
    assert not Code.objects.exclude(receipt="").exists()
    assert Mixed.objects.filter(round=round_).exists() and Ballot.objects.count() == number
    Code.objects.filter(digest=Code.objects.filter(is_used=True)[0].digest).update(receipt="f" * 64)
    out = StringIO()
    with pytest.raises(CommandError, match="项不合格"):
        call_command("prove_anonymity", round_.pk, stdout=out)
    assert "提交页面的回执已经清空：还有 1 条" in out.getvalue()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="transaction numbers are PostgreSQL's")
def test_one_transaction_wrote_every_ballot_and_code(round_: EvaluationRound, cast: Cast) -> None:
    sealed(round_, cast)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM reviews_ballot UNION ALL SELECT xmin FROM reviews_code) x"
        )
        assert cursor.fetchone() == (1,)
