"""May I put a reminder off, may I say how long before a date people are reminded?"""

from datetime import date
from typing import Any

from branches.scope import Standing
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from schedule import reminding
from schedule.models import Notice
from schedule.reminding import Reminder


def may_set_leads(standing: Standing) -> Verdict:
    """The office says it for everybody."""
    return YES if standing.is_office else stranger("提前天数由创先争优办公室设置。")


def has_days(reminder: Reminder) -> Verdict:
    """Some kinds only come again and again after the due date."""
    return YES if reminder.leads else no("这一类只在过了期限以后按固定的间隔提醒，没有提前天数。")


def may_snooze(notice: Notice, last: date, on: date) -> Verdict:
    """Put it off, as far as the notice itself says: ``last`` is the last day allowed."""
    reminder = reminding.find(notice.reminder) if notice.reminder else None
    if reminder is None:
        return no("只有自动发出的提醒可以推后；这是一条通知，看过就好。")
    return YES if last > on else no("这件事已经到了报上一级的时候，不能再推后。")


def may_snooze_record(notice: Notice, record: Any, last: date, on: date) -> Verdict:
    """The same, with what it is about at hand."""
    return first_no(may_snooze(notice, last, on), _is_open(notice, record, on))


def _is_open(notice: Notice, record: Any, on: date) -> Verdict:
    reminder = reminding.find(notice.reminder)
    if record is None or reminder is None or not reminder.still_open(record, on):
        return no("这件事已经办结或取消，不会再提醒。")
    return YES
