"""The life of a summary as one table. Buttons, refusals, log, the diagram and the tests come from it."""

from accounts import log
from awards.rules import summaries as rules
from awards.states import SUMMARY_FINALS, SummaryState
from chuangxian.workflow import Move, Note, Workflow
from schedule import outbox

SUMMARY = Workflow(
    "工作总结",
    states=SummaryState,
    initial=SummaryState.DRAFT,
    finals=SUMMARY_FINALS,
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="finalise",
            label="定稿",
            sources=[SummaryState.DRAFT],
            target=SummaryState.FINAL,
            who=rules.may_finalise,
            when=rules.is_complete,
            sets=lambda summary, by, on: {"final_on": on},
            letter="summary_final",
            tone="primary",
        ),
        Move(
            verb="reopen",
            label="退回起草",
            sources=[SummaryState.FINAL],
            target=SummaryState.DRAFT,
            who=rules.may_finalise,
            note=Note.REQUIRED,
            note_label="退回的原因",
            sets=lambda summary, by, on: {"final_on": None},
        ),
        Move(
            verb="discard",
            label="作废",
            sources=[SummaryState.DRAFT],
            target=SummaryState.DISCARDED,
            who=rules.may_work_on,
            note=Note.REQUIRED,
            note_label="作废的原因",
            tone="danger",
        ),
    ],
)
