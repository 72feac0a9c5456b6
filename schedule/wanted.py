"""Asked just before something leaves: is it still wanted? Records may have been closed, people may have moved since it was posted."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps

from branches.scope import remembering
from schedule import letters, reminding
from schedule.leases import Trouble
from schedule.letters import Letter
from schedule.models import Notice
from schedule.queries.notices import PersonKey, Reach, key_of, reach_of
from schedule.queries.snoozes import snoozed_since
from schedule.states.notices import Error

logger = logging.getLogger(__name__)

Target = tuple[str, int]
CLOSED = Trouble(Error.CLOSED, "发送前事项已办结或取消。")


def look_again(notices: list[Notice], on: date) -> dict[int, Trouble | str]:
    """Ask of each notice whether its mail is still wanted; answers, by the notice's number, the address it goes to, or why it does not go."""
    reach = reach_of({_person_key(notice) for notice in notices}, on)
    records = read_records((notice.target_type, notice.target_id) for notice in notices)
    snoozed = snoozed_since(notices, on)
    answers: dict[int, Trouble | str] = {}
    with remembering():
        for notice in notices:
            at = reach[_person_key(notice)]
            try:
                trouble = _no_longer_wanted(notice, at, records.get((notice.target_type, notice.target_id)), on)
            except Exception as error:  # another room's rule; one broken record must not hold up the others
                logger.exception("notice %s could not be looked at again", notice.pk)
                trouble = Trouble(Error.BROKEN, repr(error))
            if trouble is None and notice.pk in snoozed:
                trouble = Trouble(Error.SNOOZED, "发送前本人选了稍后提醒。")
            answers[notice.pk] = trouble or at.address
    return answers


def _person_key(notice: Notice) -> PersonKey:
    return ("member", notice.member_id) if notice.member_id else ("user", notice.user_id or 0)


def read_records(targets: Iterable[Target]) -> dict[Target, Any]:
    """Read records afresh, one query a kind."""
    numbers = defaultdict(set)
    for target_type, pk in targets:
        numbers[target_type].add(pk)
    return {
        (target_type, pk): record
        for target_type, pks in numbers.items()
        for pk, record in letters.read_again(apps.get_model(target_type), pks).items()
    }


def closed(reminder_kind: str, record: Any, on: date) -> Trouble | None:
    """Say whether what it is about has gone or is done with; the second only reminders ask."""
    if record is None:
        return Trouble(Error.CLOSED, "对应的记录已不存在。")
    if reminder_kind:
        reminder = reminding.find(reminder_kind)
        if reminder is None or not reminder.still_open(record, on):
            return CLOSED
    return None


def _no_longer_wanted(notice: Notice, at: Reach, record: Any, on: date) -> Trouble | None:
    if trouble := closed(notice.reminder, record, on):
        return trouble
    if at.obstacle or at.organization_id != notice.organization_id:
        return Trouble(Error.UNREACHABLE, "发送前本人已停用、转出或调动。")
    if not _still_concerned(letters.find(notice.letter), record, at, on):
        return Trouble(Error.UNREACHABLE, "发送前本人已不再负责此事。")
    if at.bounced:
        return Trouble(Error.BOUNCED, "此地址曾被退信。")
    if not at.address:
        return Trouble(Error.UNREACHABLE, "发送前本人的邮箱已被删除。")
    return None


def _still_concerned(letter: Letter | None, record: Any, at: Reach, on: date) -> bool:
    if letter is None or letter.recipients is None:
        return True
    keys = {("member", at.member_id), ("user", at.account_id)}
    return any(key_of(person) in keys for person in letter.recipients(record, on))
