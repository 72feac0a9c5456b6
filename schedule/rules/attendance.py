"""May I open the sign-in, sign, keep the list, ask for leave, grant it, make up, write notes? Nobody signs for another or grants his own leave.

Fetch a session with its semester, and attendance with `queries.attendance.for_work`: then no rule but that of making up asks the database.
"""

from datetime import date

from branches.models import Member
from branches.scope import Standing, Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import Attendance, StudySession
from schedule.queries.hours import is_known_to
from schedule.states.study import ATTENDED, OWING, Presence, SessionState

GUEST = "扫码签到只限这次学习所属党组织的党员。来听课、来指导的同志，请主持人记在学习记录里。"


def may_keep(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Keep the attendance list: the organisation's committee, those above it and the office."""
    if standing_of(by, on).may_read(session.path):
        return YES
    return stranger("出勤由本组织的委员会和创先争优办公室登记。")


def may_record(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Write into the list: from the day of the session on."""
    return first_no(may_keep(session, by, on), _takes_place(session), _has_come(session, on))


def may_open(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Show the moving code: whoever keeps the list, and the lecturer, on the day itself."""
    me = standing_of(by, on)
    lectures = me.member is not None and me.member.pk == session.lecturer_id
    if not lectures and not me.may_read(session.path):
        return stranger("签到由支部委员会或者这次的主讲人发起。")
    if session.on != on:
        return no("签到只在学习当天进行。" + ("补登记请用出勤登记表。" if session.on < on else ""))
    return _takes_place(session)


def may_sign(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Sign for oneself, and for nobody else: the members of the organisation, on that day, while sign-in is open."""
    if not _belongs(session, standing_of(by, on)):
        return no(GUEST)
    return first_no(_takes_place(session), _is_open(session, on))


def may_ask_leave(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Ask for leave: a member of the organisation, before the session has ended."""
    if not _belongs(session, standing_of(by, on)):
        return stranger("请假由应当参加这次学习的党员本人提出。")
    if session.state == SessionState.HELD or session.on < on:
        return no("学习已经结束，不能再请假；没有参加的，请补学。")
    return _takes_place(session)


def may_answer(row: Attendance, by: Viewer, on: date) -> Verdict:
    """Grant or refuse leave: the leaders of the organisation and above, but nobody his own."""
    me = standing_of(by, on)
    if not me.leads(row.session.path):
        return stranger("请假由支部书记、副书记或者上级党组织的书记审批。")
    if me.is_partial_to(row.member_id):
        return no("自己的请假由别的负责人或者上级党组织审批。")
    return YES if row.status == Presence.ASKED else no("这次请假已经答复过了。")


def may_make_up(row: Attendance, by: Viewer, on: date) -> Verdict:
    """Enter what was learned afterwards: the member himself within the semester; the committee for one without an account, or later."""
    me = standing_of(by, on)
    keeps = me.may_read(row.session.path)
    if not _is_own(row, me) and not keeps:
        return stranger("补学由本人登记。")
    if row.status not in OWING:
        return no("请假或者缺席的，才需要补学。")
    if _is_own(row, me):
        until = row.session.semester.reporting_until
        return YES if on <= until else no(f"补学要在本学期内完成（到 {until:%Y-%m-%d}）；过了期限，请支部委员会登记。")
    if row.member.user_id is None or on > row.session.semester.reporting_until:
        return YES
    return no("补学由本人登记；没有账号的党员，或者学期已经结束的，由支部委员会登记。")


def may_return(row: Attendance, by: Viewer, on: date) -> Verdict:
    """Send a make-up back: whoever keeps the list, but nobody his own."""
    me = standing_of(by, on)
    if not me.may_read(row.session.path):
        return stranger("补学由支部委员会退回。")
    if me.is_partial_to(row.member_id):
        return no("自己的补学由别人来看。")
    return YES if row.status == Presence.MADE_UP else no("这次没有登记补学。")


def may_write_notes(row: Attendance, by: Viewer, on: date) -> Verdict:
    """Write 心得: the member himself, once he is down as having attended or made up."""
    if not _is_own(row, standing_of(by, on)):
        return stranger("学习心得由本人写。")
    return YES if row.status in ATTENDED else no("出席或者补学以后，才写学习心得。")


def may_read_notes(session: StudySession, by: Viewer, on: date) -> Verdict:
    """Read what everybody wrote: the committee and those above; not the other members, and not the lecturer as such."""
    if standing_of(by, on).may_read(session.path):
        return YES
    return stranger("学习心得由本人和支部委员会看。")


def may_see_hours(by: Viewer, on: date) -> Verdict:
    """See the hours of others: committees and the office."""
    if standing_of(by, on).reading_paths():
        return YES
    return no("学时统计由支部委员会、党总支和创先争优办公室查看。")


def may_see_hours_of(member: Member, by: Viewer, on: date) -> Verdict:
    """See a member's hours session by session: he himself, and the committees over where he belongs or belonged. One query."""
    me = standing_of(by, on)
    if (me.member is not None and me.member.pk == member.pk) or is_known_to(member, me.reading_paths()):
        return YES
    return stranger("一个人的学时由本人和支部委员会看。")


def _belongs(session: StudySession, me: Standing) -> bool:
    return me.member is not None and me.home_path != "" and me.home_path.startswith(session.path)


def _is_own(row: Attendance, me: Standing) -> bool:
    return me.member is not None and me.member.pk == row.member_id


def _takes_place(session: StudySession) -> Verdict:
    return no("这次学习已经取消。") if session.state == SessionState.CANCELLED else YES


def _has_come(session: StudySession, on: date) -> Verdict:
    return YES if session.on <= on else no("学习还没有举行，到了那一天再登记出勤。")


def _is_open(session: StudySession, on: date) -> Verdict:
    if session.on != on:
        return no("签到只在学习当天进行。")
    return YES if session.sign_open else no("现在没有在签到。请等主持人开始签到；已经结束的，请主持人登记。")
