"""Codes made, revoked, kept back and opened; raters drawn from a list.

A code exists in clear only in what `make_batch` returns. The log says who printed how many of which batch, never a code.
"""

import secrets
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models.query import QuerySet
from django.views.decorators.debug import sensitive_variables

from accounts import log
from accounts.models import User
from chuangxian.verdicts import no, require
from chuangxian.workflow import Overtaken
from reviews import codes
from reviews.actions.mixing import alone, together
from reviews.models import Code, CodeBatch, EvaluationRound, RaterCategory, RaterDraw, ReserveConsent
from reviews.queries.batches import presented
from reviews.rules import batches as rules
from reviews.tally.draw import drawn

ROWS_A_STATEMENT = 1_000
SEED_BYTES = 8
UNKNOWN = "没有这个评议码，请对照纸条再看一遍。"
SPENT = "这个评议码已经用过了。"
REVOKED = "这个评议码已经作废了。"


# ---- codes ----


@sensitive_variables()
@transaction.atomic
def make_batch(
    *, category: RaterCategory, size: int, label: str, is_reserve: bool = False, by: User, on: date
) -> tuple[CodeBatch, list[str]]:
    """Make a batch and return it with its codes in random order: the only moment they exist in clear.

    A label serves once, so a page sent twice makes no second batch. Raises Refused, Overtaken.
    """
    alone(category.round_id)
    round_ = held(category.round_id)
    category = RaterCategory.objects.get(pk=category.pk, round=round_)
    category.round = round_
    if CodeBatch.objects.filter(round=round_, label=label).exists():
        raise Overtaken(
            f"“{label}”已经制作过了。评议码只在制作时出现一次，不能再打开；没有打印好的，请作废这一批再重新制作。"
        )
    require(rules.may_make_batch(category, size, by, on, is_reserve=is_reserve))
    batch = CodeBatch.objects.create(
        round=round_, category=category, label=label, size=size, is_reserve=is_reserve, is_open=not is_reserve
    )
    plain = [codes.new_code() for _ in range(size)]
    # by their digests, so that the rows lie in no order of the slips
    Code.objects.bulk_create(
        sorted((Code(digest=codes.digest(round_.pk, code), batch=batch) for code in plain), key=lambda row: row.digest),
        batch_size=ROWS_A_STATEMENT,
    )
    secrets.SystemRandom().shuffle(plain)
    kept = "（备用，封存保管）" if is_reserve else ""
    note = f"{category}{label}{kept}，{size} 张，由{by}打印"
    log.record(verb="make_codes", label="制作并打印评议码", obj=round_, note=note, by=by, on=on)
    return batch, plain


def held(round_id: int) -> EvaluationRound:
    """Return the round, which nobody moves before this transaction ends. Ballots are not kept waiting by it."""
    rounds = EvaluationRound.objects.select_related("organization")
    return rounds.select_for_update(of=("self",), no_key=True).get(pk=round_id)


@transaction.atomic
def revoke_batch(*, batch: CodeBatch, reason: str, by: User, on: date) -> int:
    """Revoke what is unused of a batch; what has been used stays counted. Returns how many. Raises Refused."""
    alone(batch.round_id)
    round_ = held(batch.round_id)
    batch = CodeBatch.objects.select_related("category").get(pk=batch.pk)
    batch.round = round_
    require(rules.may_revoke_batch(batch, by, on))
    number = _revoked(CodeBatch.objects.filter(pk=batch.pk))
    note = f"{batch.category}{batch}，作废未用的 {number} 张：{reason}"
    log.record(verb="revoke_batch", label="作废一批评议码", obj=round_, note=note, by=by, on=on)
    return number


@transaction.atomic
def revoke_all(*, round_: EvaluationRound, by: User | None, on: date) -> int:
    """Revoke every unused code of a round whose announcement is withdrawn. Returns how many. Asks no rule: the move has been asked."""
    alone(round_.pk)
    batches = CodeBatch.objects.filter(round=round_, is_revoked=False)
    if not batches.exists():
        return 0
    number = _revoked(batches)
    note = f"评议收回，未用的 {number} 张全部作废"
    log.record(verb="revoke_codes", label="作废评议码", obj=round_, note=note, by=by, on=on)
    return number


def _revoked(batches: QuerySet[CodeBatch]) -> int:
    pks = list(batches.values_list("pk", flat=True))
    number = Code.objects.filter(batch__in=pks, is_used=False, is_revoked=False).update(is_revoked=True)
    CodeBatch.objects.filter(pk__in=pks).update(is_revoked=True)
    return number


@sensitive_variables()
@transaction.atomic
def revoke_slip(*, round_: EvaluationRound, typed: str, reason: str, by: User, on: date) -> CodeBatch:
    """Revoke the one slip somebody has in his hand and return its batch. Raises Refused where it cannot be."""
    together(round_.pk)
    round_ = held(round_.pk)
    require(rules.may_revoke(round_, by, on))
    code = presented(round_, typed)
    if code is None:
        require(no(UNKNOWN))
    assert code is not None
    if Code.objects.filter(pk=code.pk, is_used=False, is_revoked=False).update(is_revoked=True) != 1:
        require(no(SPENT if Code.objects.get(pk=code.pk).is_used else REVOKED))
    note = f"{code.batch.category}{code.batch}，当面作废 1 张：{reason}"
    log.record(verb="revoke_slip", label="作废一张评议码", obj=round_, note=note, by=by, on=on)
    found: CodeBatch = code.batch
    return found


@transaction.atomic
def consent(*, batch: CodeBatch, reason: str, by: User, on: date) -> bool:
    """Agree to the opening of a reserve batch; the second person's consent opens it. Returns whether it is open now. Raises Refused."""
    alone(batch.round_id)
    round_ = held(batch.round_id)
    batch = CodeBatch.objects.select_related("category").get(pk=batch.pk)
    batch.round = round_
    require(rules.may_consent(batch, by, on))
    ReserveConsent.objects.create(batch=batch, by=by, on=on, reason=reason)
    opened = batch.consents.count() >= rules.CONSENTS
    if opened:
        CodeBatch.objects.filter(pk=batch.pk).update(is_open=True)
    label = "启用备用评议码" if opened else "同意启用备用评议码"
    note = f"{batch.category}{batch}，{batch.size} 张：{reason}"
    log.record(verb="open_reserve" if opened else "consent_reserve", label=label, obj=round_, note=note, by=by, on=on)
    return opened


# ---- drawing raters ----


@transaction.atomic
def draw(
    *, category: RaterCategory, names: Sequence[str], wanted: int, seed: str = "", by: User, on: date
) -> RaterDraw:
    """Draw so many of the names; an empty seed is made up. Every draw is kept and logged, so nobody draws until he likes it."""
    round_ = category.round
    require(rules.may_draw(round_, by, on))
    seed = seed or secrets.token_hex(SEED_BYTES)
    row = RaterDraw.objects.create(
        category=category,
        names=list(names),
        wanted=wanted,
        seed=seed,
        drawn=drawn(names, wanted, seed),
        by=by,
        on=on,
    )
    note = f"{category}：{len(names)} 人中抽取 {wanted} 人，种子 {seed}"
    log.record(verb="draw_raters", label="抽取评议人", obj=round_, note=note, by=by, on=on)
    return row


@transaction.atomic
def forget_draw(*, draw: RaterDraw, by: User, on: date) -> None:
    """Delete the list of a draw. Raises Refused before the result is published."""
    round_ = draw.category.round
    require(rules.may_forget_draw(round_, by, on))
    note = f"{draw.category}：{len(draw.names)} 人的名单"
    draw.delete()
    log.record(verb="forget_draw", label="删除抽取名单", obj=round_, note=note, by=by, on=on)
