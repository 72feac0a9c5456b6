"""The life of a public notice and of an objection, each as one table. Buttons, refusals, log, diagrams and tests come from them."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import Objection, PublicNotice
from awards.queries.notices import last_day
from awards.rules import notices as rules
from awards.states import NOTICE_FINALS, NoticeState, ObjectionState
from chuangxian.verdicts import Verdict
from chuangxian.workflow import Move, Offer, Workflow
from schedule import outbox

N = NoticeState


def _days(notice: PublicNotice, by: Any, on: date) -> dict[str, Any]:
    return {"posted_on": on, "ends_on": last_day(on, notice.workdays)}


NOTICE = Workflow(
    "公示",
    states=NoticeState,
    initial=N.DRAFT,
    finals=NOTICE_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="post",
            label="发布公示",
            sources=[N.DRAFT],
            target=N.POSTED,
            who=rules.keeps,
            when=rules.is_postable,
            sets=_days,
            tone="primary",
        ),
        Move(
            verb="replace",
            label="由新版替代",
            sources=[N.POSTED],
            target=N.REPLACED,
            who=rules.is_replaced,
        ),
        Move(
            verb="close",
            label="结束公示",
            sources=[N.POSTED],
            target=N.CLOSED,
            who=rules.keeps,
            when=rules.is_over,
            sets=lambda notice, by, on: {"closed_on": on},
            tone="primary",
        ),
    ],
)

# Done by another act (the new edition is posted): in the table, never a button.
FOLLOWING = frozenset({"replace"})


def offers(notice: PublicNotice, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the notice's page."""
    return [offer for offer in NOTICE.available(notice, by=by, on=on) if offer.move.verb not in FOLLOWING]


WRITTEN = ("inquiry", "finding", "consequence", "consequence_note", "reply")


def _answer(objection: Objection, by: Any, on: date) -> dict[str, Any]:
    # the action has put what was written into the record; it is kept with the state, in one statement
    return {"answered_on": on, **{name: getattr(objection, name) for name in WRITTEN}}


def _is_waiting(objection: Objection, by: Any, on: date) -> Verdict:
    return rules.is_waiting(objection)


OBJECTION = Workflow(
    "异议",
    states=ObjectionState,
    initial=ObjectionState.RECEIVED,
    finals=(ObjectionState.ANSWERED,),
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="answer",
            label="答复异议",
            sources=[ObjectionState.RECEIVED],
            target=ObjectionState.ANSWERED,
            who=rules.may_answer,
            when=_is_waiting,
            sets=_answer,
            tone="primary",
        ),
    ],
)
