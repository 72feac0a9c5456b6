"""What those who decide do: register what the sides said, pass on or reject, keep a decision for later, announce all that was kept."""

from datetime import date

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from awards.actions.turns import in_turn, take_turn
from awards.models import AuditOpinion, AwardCategory, AwardRound, Nomination
from awards.queries.pending import pending_in
from awards.rules import deciding as rules
from awards.states import Pending
from awards.workflow.nominations import NOMINATION
from chuangxian.edits import Conflict, save_version
from chuangxian.verdicts import Refused, require
from chuangxian.workflow import Overtaken

NOTE_MOST = 500
# a decision that only rejects must say why, now or later
WITH_REASON = (Pending.REJECT,)


@transaction.atomic
def hear(
    *,
    nomination: Nomination,
    side: str,
    stand: str,
    text: str,
    heard: int | None,
    given_by: str,
    given_on: date,
    by: User,
    on: date,
) -> AuditOpinion:
    """Register what a side said, asked of ``heard`` people. A later word of the same side counts, the earlier ones stay. Raises Refused, ValidationError."""
    require(rules.may_hear(nomination, by, on))
    opinion = AuditOpinion(
        nomination=nomination,
        side=side,
        stand=stand,
        text=text,
        heard=heard,
        given_by=given_by,
        given_on=given_on,
        by=by,
    )
    opinion.full_clean()
    opinion.save()
    log.record(
        verb="hear_opinion", label="登记审核意见", obj=nomination, category=LogEntry.Category.CHANGE, by=by, on=on
    )
    return opinion


@transaction.atomic
def act(*, nomination: Nomination, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Move a nomination on, back or out; others who decide in the same category wait meanwhile, so that no place is given twice. Raises Refused, Overtaken."""
    take_turn(nomination)
    NOMINATION.move(nomination, verb, note=note, version=version, by=by, on=on)


@transaction.atomic
def hold(*, nomination: Nomination, pending: str, note: str = "", version: int, by: User, on: date) -> None:
    """Keep a decision the meeting has taken until it is announced: only what could be done that day. Raises Refused, Overtaken."""
    take_turn(nomination)
    note = note.strip()
    require(NOMINATION.verdict(nomination, pending, by=by, on=on))
    require(rules.may_hold(nomination, pending, by, on))
    if pending in WITH_REASON and not note:
        raise Refused("拟不通过必须写明理由，宣布时一并告知推荐单位。")
    nomination.pending, nomination.pending_note = pending, note
    _keep(nomination, version)
    # what was decided is not in the log before it is announced: the log of a nomination is read by others, too
    log.record(verb="hold_decision", label="登记待宣布的决定", obj=nomination, by=by, on=on)


@transaction.atomic
def release(*, nomination: Nomination, version: int, by: User, on: date) -> None:
    """Take back a decision that was not announced. Raises Refused, Overtaken."""
    require(rules.may_decide(nomination, by, on))
    if not nomination.pending:
        raise Refused("没有待宣布的决定。")
    nomination.pending, nomination.pending_note = "", ""
    _keep(nomination, version)
    log.record(verb="release_decision", label="撤销待宣布的决定", obj=nomination, by=by, on=on)


@transaction.atomic
def announce_pending(*, round_: AwardRound, by: User, on: date) -> list[Nomination]:
    """Announce every decision kept in the round but those about oneself: all of them, or none when one cannot be done any more.

    Raises Refused, Overtaken with the nomination that stopped it.
    """
    in_turn(AwardCategory.objects.filter(round=round_))
    require(rules.may_announce(round_, by, on))
    waiting = pending_in(round_, by, on)
    if not waiting:
        raise Refused("没有待宣布的决定。")
    for nomination in waiting:
        try:
            NOMINATION.move(
                nomination,
                nomination.pending,
                note=nomination.pending_note,
                version=nomination.version,
                by=by,
                on=on,
            )
        except Refused as refused:
            raise type(refused)(f"{nomination}：{refused.reason}这一次一件也没有宣布。") from refused
    log.record(verb="announce_decisions", label="宣布决定", obj=round_, note=f"{len(waiting)} 件", by=by, on=on)
    return waiting


def _keep(nomination: Nomination, version: int) -> None:
    try:
        save_version(nomination, ["pending", "pending_note"], version=version)
    except Conflict as conflict:
        raise Overtaken("有人先一步处理了这份推荐，请刷新页面后再看。") from conflict
