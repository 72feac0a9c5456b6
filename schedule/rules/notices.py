"""May I see what reminders went and will go out, may I have one sent again?"""

from datetime import date

from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule.models import Notice
from schedule.states.notices import RESENDABLE


def may_foresee(standing: Standing) -> Verdict:
    """Committees and the office see what reminders will go out to their people."""
    if standing.reading_paths():
        return YES
    return stranger("提醒预告由支部委员会、党总支和创先争优办公室查看；发给您本人的，都在您的通知里。")


def may_keep_ledger(standing: Standing) -> Verdict:
    """The office and the leaders of the general branch see to it that reminders arrive."""
    leads_unit = any(seat.post in LEADERS and seat.path == seat.unit_path for seat in standing.seats)
    if standing.is_office or leads_unit:
        return YES
    return stranger("提醒台账由创先争优办公室和党总支书记、副书记查看。")


def may_resend(notice: Notice, by: Viewer, on: date) -> Verdict:
    """Whoever keeps the ledger may have a dead letter sent again."""
    return first_no(may_keep_ledger(standing_of(by, on)), _is_dead(notice))


def _is_dead(notice: Notice) -> Verdict:
    mail = notice.letter_out
    if mail is None:
        return no("这条通知没有发过邮件。")
    if mail.state not in RESENDABLE:
        return no(f"邮件现在是“{mail.get_state_display()}”，只有“发送失败”和“结果不明”的才能重发。")
    return YES
