"""May I plan a branch's study, prepare my turn, record a session, change places? Fetch sessions with `queries.study.for_work`."""

from collections.abc import Collection
from datetime import date

from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import StudyPlan, StudySession, TurnSwap
from schedule.states.study import SessionState, SwapState

KEEPERS = "学习由本组织的委员会和创先争优办公室安排、记录。"


def may_plan(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Plan an organisation's study and write it down: its committee, those above, the office."""
    return YES if standing_of(by, on).may_read(organization.path) else stranger(KEEPERS)


def may_plan_somewhere(by: Viewer, on: date) -> Verdict:
    """Whether there is any organisation whose study he plans."""
    return YES if standing_of(by, on).reading_paths() else no(KEEPERS)


def may_see_ledger(by: Viewer, on: date) -> Verdict:
    """The ledger of study is for committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("学习台账由支部委员会、党总支和创先争优办公室查看。")


def may_change_plan(plan: StudyPlan, by: Viewer, on: date) -> Verdict:
    """Change the plan, fill it, give the turns out again."""
    return may_plan(plan.organization, by, on)


def may_keep(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Arrange or record a session, whatever state it is in."""
    return may_plan(session.organization, by, on)


def may_change(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Change what is planned, correct what was written down."""
    return first_no(may_keep(session, by, on), _stands(session))


def may_prepare(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Write topic and materials: the lecturer his own, as long as it lies ahead or is not recorded; and whoever may change it."""
    if is_lecturer(session, by, on):
        return is_planned(session, by, on)
    return may_change(session, by, on)


def is_lecturer(session: StudySession, by: Viewer, on: date) -> bool:
    """Answer whether it is his turn."""
    me = standing_of(by, on).member
    return me is not None and me.pk == session.lecturer_id


def lecturer_left(session: StudySession, members: Collection[int]) -> bool:
    """Answer whether a planned turn is that of somebody who is no member there on its day; ``members`` are those who are."""
    planned = session.state == SessionState.PLANNED
    return planned and session.lecturer_id is not None and session.lecturer_id not in members


def is_planned(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Only what is still planned is prepared, moved, recorded."""
    if session.state == SessionState.PLANNED:
        return YES
    return no(f"这次学习{session.get_state_display()}，不能再调整安排。")


def may_move(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Put it on another day."""
    return first_no(may_keep(session, by, on), is_planned(session, by, on))


def may_cancel(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Let it fall away."""
    return may_move(session, by, on)


def may_record(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Write down what was done, from its day on."""
    return first_no(may_move(session, by, on), has_come(session, by, on))


def has_come(session: StudySession, by: Viewer, on: date) -> Verdict:
    """A record is of what has been."""
    if session.on <= on:
        return YES
    return no(f"学习在 {session.on:%Y-%m-%d}，会后再填写记录。")


def may_ask_swap(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Ask a colleague to change places: whose turn it is, while it lies ahead."""
    if not is_lecturer(session, by, on):
        return stranger("调换主讲由主讲人自己提出。")
    if session.state != SessionState.PLANNED or session.on <= on:
        return no("只有还没有举行的主讲可以调换。")
    return YES


def may_answer_swap(swap: TurnSwap, by: Viewer, on: date) -> Verdict:
    """Agree or decline: only who was asked."""
    me = standing_of(by, on).member
    if me is not None and me.pk == swap.asked_of_id:
        return YES
    return stranger("调换主讲要由被问的人自己答复。")


def may_withdraw_swap(swap: TurnSwap, by: Viewer, on: date) -> Verdict:
    """Take the question back: only who asked it."""
    me = standing_of(by, on).member
    if me is not None and me.pk == swap.asked_by_id:
        return YES
    return stranger("调换的请求由提出的人收回。")


def swap_stands(swap: TurnSwap, by: Viewer, on: date) -> Verdict:
    """Both turns are still theirs and lie ahead."""
    return _both_ahead(swap, on)


def _both_ahead(swap: TurnSwap, on: date) -> Verdict:
    for session, lecturer in ((swap.mine, swap.asked_by_id), (swap.other, swap.asked_of_id)):
        if session.state != SessionState.PLANNED or session.on <= on:
            return no("其中一次学习已经举行或者取消，不能再调换。")
        if session.lecturer_id != lecturer:
            return no("主讲安排在这期间变过，请重新商量。")
    return YES


def is_open(swap: TurnSwap, on: date) -> bool:
    """Answer whether it still waits for an answer that can be given."""
    return swap.state == SwapState.ASKED and bool(_both_ahead(swap, on))


def _stands(session: StudySession) -> Verdict:
    if session.state != SessionState.CANCELLED:
        return YES
    return no("这次学习已经取消，不能修改。")
