"""When codes may be made, revoked and opened, and raters drawn."""

from datetime import date

from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no
from reviews.models import CodeBatch, EvaluationRound, RaterCategory, ReserveConsent
from reviews.queries.batches import room_for
from reviews.rules.evaluations import may_make_codes, runs
from reviews.states import EvaluationState

CONSENTS = 2  # people who must agree before a reserve batch is opened


def may_make_batch(category: RaterCategory, size: int, by: Viewer, on: date, *, is_reserve: bool) -> Verdict:
    """Make so many codes: not more than there are raters, for who holds two codes rates twice."""
    room = room_for(category, is_reserve=is_reserve)
    return first_no(may_make_codes(category.round, by, on), _fits(category, size, room, is_reserve=is_reserve))


def _fits(category: RaterCategory, size: int, room: int, *, is_reserve: bool) -> Verdict:
    if size < 1:
        return no("至少制作 1 张。")
    if size > room:
        limit = "备用评议码按应评人数的百分之五准备" if is_reserve else f"“{category}”应评 {category.eligible} 人"
        return no(f"{limit}，现在最多还能制作 {room} 张。没打印好的，先作废那一批再重新制作。")
    return YES


def is_running(round_: EvaluationRound) -> Verdict:
    """Announced and not yet sealed: codes and paper may still be handled."""
    if round_.state == EvaluationState.ANNOUNCED:
        return YES
    return no("只有在评议公布以后、封存以前才能办理。")


def may_revoke(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Revoke a batch, or a slip somebody holds in his hand."""
    return first_no(runs(round_, by, on), is_running(round_))


def may_revoke_batch(batch: CodeBatch, by: Viewer, on: date) -> Verdict:
    """Revoke what is unused of a batch, once."""
    if batch.is_revoked:
        return first_no(may_revoke(batch.round, by, on), no("这一批已经作废了。"))
    return may_revoke(batch.round, by, on)


def may_consent(batch: CodeBatch, by: Viewer, on: date) -> Verdict:
    """Agree to the opening of a reserve batch: two different people who run the round."""
    round_ = batch.round
    if not batch.is_reserve:
        refusal = no("这一批不是备用评议码，不用启用。")
    elif batch.is_revoked:
        refusal = no("这一批已经作废，不能启用。")
    elif batch.is_open:
        refusal = no("这一批已经启用了。")
    elif on > round_.closes_on:
        refusal = no("评议已经截止，不能再启用备用评议码。")
    elif ReserveConsent.objects.filter(batch=batch, by=standing_of(by, on).user.pk).exists():
        refusal = no("您已经同意过了，还要另外一个人同意。")
    else:
        refusal = YES
    return first_no(runs(round_, by, on), is_running(round_), refusal)


def may_draw(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Draw raters from a list, until the last day."""
    if round_.state not in (EvaluationState.DRAFT, EvaluationState.ANNOUNCED) or on > round_.closes_on:
        return first_no(runs(round_, by, on), no("评议已经截止，不再抽取评议人。"))
    return runs(round_, by, on)


def may_forget_draw(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Delete the list of names: only when nobody can ask any more whether the draw was right."""
    if round_.state not in (EvaluationState.PUBLISHED, EvaluationState.VOID):
        return first_no(runs(round_, by, on), no("结果公布以后才能删除名单，公布以前要留着备查。"))
    return runs(round_, by, on)
