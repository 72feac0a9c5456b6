"""Action items and meetings as they are raised, planned, worked on, put off and written down."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from accounts.models import LogEntry
from branches.states import Post
from chuangxian.edits import Conflict
from chuangxian.uploads import Accepted
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule.actions import items as actions
from schedule.actions import meetings
from schedule.models import ActionEvidence, ActionItem, Meeting
from schedule.states.items import ItemState
from tests import build as people
from tests.conftest import Cast
from tests.schedule import items
from tests.schedule.items import DUE, ON, RAISED

THREADS = 40


# ---- raising ----


def test_an_item_is_verified_where_what_its_subject_writes_is_read_and_never_by_who_answers_for_it(cast: Cast) -> None:
    assert items.item(cast.one, cast.member1).verifying == cast.one
    assert items.item(cast.one, cast.shuji1.member).verifying == cast.general
    assert items.item(cast.one, cast.member1, responsible=cast.shuji1.member).verifying == cast.general
    assert items.item(cast.one, responsible=cast.member1).verifying == cast.general
    assert items.item(cast.general, responsible=cast.zongzhi.member).verifying is None


def test_a_record_raises_an_item_of_one_place_once_until_that_is_cancelled(cast: Cast) -> None:
    first = items.item(cast.one, cast.member1, origin=cast.one, by=cast.zongzhi)
    items.item(cast.one, cast.member1, origin=cast.one, place=1)
    items.item(cast.two, cast.member2, origin=cast.two)
    with pytest.raises(IntegrityError), transaction.atomic():
        items.item(cast.one, cast.member1, origin=cast.one)
    actions.act(item=first, verb="cancel", note="写错了", version=None, by=cast.zongzhi, on=ON)
    assert items.item(cast.one, cast.member1, origin=cast.one).source_name == "第一党支部"


def test_what_nobody_recorded_may_be_raised_as_often_as_it_is_found(cast: Cast) -> None:
    items.item(cast.one, cast.member1)
    items.item(cast.one, cast.member1)
    assert ActionItem.objects.filter(source_type="").count() == 2


def test_a_day_that_has_passed_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="不能早于今天"):
        items.item(cast.one, cast.member1, due_on=date(2011, 5, 9))


def by_hand(cast: Cast, **fields: Any) -> ActionItem:
    given: dict[str, Any] = {"organization": cast.one, "responsible": cast.member1, "by": cast.zongzhi} | fields
    return actions.raise_by_hand(problem=" 记录不全 ", due_on=DUE, on=RAISED, **given)


def test_a_finding_is_raised_by_committees_and_the_office_for_their_own_subtree(cast: Cast) -> None:
    for user in (cast.shuji1, cast.zongzhi, cast.ganshi):
        assert by_hand(cast, by=user).raised_by == user
    for user in (cast.dangyuan1, cast.shuji2, cast.guanli, cast.stranger):
        with pytest.raises(Refused, match="由支部委员会、党总支和创先争优办公室提出"):
            by_hand(cast, by=user)
    line = LogEntry.objects.of(by_hand(cast)).get()
    assert (line.label, line.note, line.actor) == ("提出整改事项", "记录不全", cast.zongzhi)


@pytest.mark.parametrize("name", ["responsible", "member"])
def test_who_does_not_belong_to_the_organisation_neither_answers_nor_is_found_short(cast: Cast, name: str) -> None:
    with pytest.raises(ValidationError, match="党员乙现在不属于第一党支部"):
        by_hand(cast, **{name: cast.member2})


# ---- planning, progress ----


def test_cause_and_measure_are_written_by_who_answers_for_it_while_it_is_worked_on(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    with pytest.raises(Refused, match="由责任人办理"):
        actions.plan(item=item, cause="", measure="听课", version=item.version, by=cast.shuji1, on=ON)
    actions.plan(item=item, cause="忙", measure=" 听课 ", version=item.version, by=cast.dangyuan1, on=ON)
    item = items.again(item)
    assert (item.cause, item.measure, item.state) == ("忙", "听课", ItemState.OPEN)
    assert LogEntry.objects.of(item).get(verb="plan").changes == {"cause": ["", "忙"], "measure": ["", "听课"]}
    item = items.submitted(item, cast.dangyuan1)
    with pytest.raises(Refused, match="现在是“待验收”状态，不能修改"):
        actions.plan(item=item, cause="", measure="改", version=item.version, by=cast.dangyuan1, on=ON)


def test_who_saves_on_an_older_reading_writes_over_nothing(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    actions.plan(item=item, cause="甲", measure="甲", version=item.version, by=cast.dangyuan1, on=ON)
    with pytest.raises(Conflict):
        actions.plan(item=item, cause="乙", measure="乙", version=1, by=cast.dangyuan1, on=ON)
    assert items.again(item).measure == "甲"


def test_the_first_entry_begins_the_work_and_the_second_only_adds(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    actions.enter(item=item, day=items.DONE, text="听课两节", by=cast.dangyuan1, on=ON)
    actions.enter(item=items.again(item), day=ON, text="又听两节", by=cast.dangyuan1, on=ON)
    item = items.again(item)
    assert item.state == ItemState.IN_PROGRESS
    assert [(e.on, e.text, e.by) for e in item.entries.all()] == [
        (items.DONE, "听课两节", cast.dangyuan1), (ON, "又听两节", cast.dangyuan1)
    ]  # fmt: skip
    assert [line.verb for line in LogEntry.objects.of(item)] == ["raise", "progress", "begin", "progress"]


@pytest.mark.parametrize("day", [date(2011, 5, 9), date(2011, 6, 21)])
def test_nothing_was_done_before_the_item_was_raised_or_tomorrow(cast: Cast, day: date) -> None:
    with pytest.raises(ValidationError, match="日期应在提出之日"):
        actions.enter(item=items.item(cast.one, cast.member1), day=day, text="听课", by=cast.dangyuan1, on=ON)


def test_who_had_the_page_open_writes_nothing_into_what_was_handed_in_meanwhile(cast: Cast) -> None:
    read = items.begun(items.item(cast.one, cast.member1), cast.dangyuan1)
    items.submitted(items.again(read), cast.dangyuan1)
    with pytest.raises(Overtaken, match="刚刚已经提交验收"):
        actions.enter(item=read, day=ON, text="晚了一步", by=cast.dangyuan1, on=ON)
    assert read.entries.count() == 1


def test_a_full_store_takes_no_more_evidence(cast: Cast, settings: Any) -> None:
    item = items.item(cast.one, cast.member1)
    settings.UPLOAD_BRANCH_QUOTA_BYTES = 5
    file = Accepted(name="记.txt", suffix=".txt", content=b"123456", content_type="text/plain", size=6, sha256="0" * 64)
    with pytest.raises(ValidationError, match="附件已满"):
        actions.enter(item=item, day=ON, text="听课", files=[file], by=cast.dangyuan1, on=ON)
    assert not ActionEvidence.objects.exists() and not item.entries.exists()


# ---- more time ----


def test_more_time_is_given_by_who_verifies_with_a_reason_that_everybody_reads(cast: Cast) -> None:
    item, later = items.item(cast.one, cast.member1), date(2011, 7, 31)
    with pytest.raises(Refused, match="验收"):
        actions.postpone(item=item, due_on=later, reason="忙", version=item.version, by=cast.dangyuan1, on=ON)
    with pytest.raises(ValidationError, match="写明为什么延期"):
        actions.postpone(item=item, due_on=later, reason=" ", version=item.version, by=cast.shuji1, on=ON)
    with pytest.raises(ValidationError, match="晚于原来的时限"):
        actions.postpone(item=item, due_on=DUE, reason="停课", version=item.version, by=cast.shuji1, on=ON)
    actions.postpone(item=items.again(item), due_on=later, reason="停课", version=1, by=cast.shuji1, on=ON)
    item = items.again(item)
    line = LogEntry.objects.of(item).get(verb="postpone")
    assert item.due_on == later and line.note == "延到 2011-07-31：停课"
    assert line.changes == {"due_on": ["2011-06-30", "2011-07-31"]}


def test_what_is_closed_is_given_no_more_time(cast: Cast) -> None:
    item = items.verified(items.item(cast.one, cast.member1), cast.dangyuan1, cast.shuji1)
    with pytest.raises(Refused, match="已经是“已销号”，不需要延期"):
        actions.postpone(item=item, due_on=date(2011, 9, 1), reason="停课", version=item.version, by=cast.shuji1, on=ON)


# ---- the calendar ----


def test_overdue_and_days_late_are_the_calendars_to_say(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1, due_on=items.DONE)
    assert (item.is_overdue(items.DONE), item.is_overdue(ON), item.days_late(ON), item.days_left(ON)) == (
        False, True, 19, -19
    )  # fmt: skip
    item = items.verified(item, cast.dangyuan1, cast.shuji1)
    # handed in on the 10th, verified on the 15th: the wait for the verifier is not the other's
    assert (item.is_overdue(ON), item.days_late(ON)) == (False, 9)
    assert item.is_overdue(date(2011, 6, 14)) and not item.is_overdue(items.VERIFIED)
    known = ActionItem.objects.all()
    assert [known.unfinished(day).count() for day in (date(2011, 5, 9), RAISED, items.VERIFIED)] == [0, 1, 0]


def test_a_verified_item_without_a_verifier_is_refused_by_the_database_itself(cast: Cast) -> None:
    item = items.item(cast.one, cast.member1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ActionItem.objects.filter(pk=item.pk).update(state=ItemState.VERIFIED)


# ---- at once ----


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Let so many threads, each with its own connection, begin at the same moment; returns what each brought home."""
    gate, home = Barrier(number), []

    def run(one: int) -> None:
        try:
            gate.wait(30)
            home.append(work(one))
        except Exception as error:
            home.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(one,)) for one in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return home


def test_of_forty_who_decide_at_once_exactly_one_wins(racing: None, cast: Cast) -> None:
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY)
    verifiers = [cast.shuji1, people.account(deputy)]
    item = items.submitted(items.item(cast.one, cast.member1), cast.dangyuan1)

    def decide(one: int) -> str:
        verb = ("verify", "reopen")[one % 2]
        actions.act(
            item=items.again(item), verb=verb, note="看过", version=item.version, by=verifiers[one // 2 % 2], on=ON
        )
        return verb

    home = at_once(THREADS, decide)
    won = [one for one in home if isinstance(one, str)]
    assert len(home) == THREADS and len(won) == 1, home
    assert all(isinstance(one, Refused) for one in home if one not in won)
    stands = items.again(item)
    assert stands.version == item.version + 1
    assert stands.state == {"verify": ItemState.VERIFIED, "reopen": ItemState.REOPENED}[won[0]]
    assert LogEntry.objects.of(item).filter(verb__in=["verify", "reopen"]).count() == 1


# ---- meetings ----


def test_a_meeting_is_written_down_by_the_committee_or_the_office_after_it_was_held(cast: Cast) -> None:
    meeting = items.meeting(cast.one, cast.shuji1, due_count=12, present_count=11)
    assert (meeting.path, meeting.recorded_by, meeting.version) == (cast.one.path, cast.shuji1, 1)
    assert LogEntry.objects.of(meeting).get().label == "记录会议"
    for user in (cast.dangyuan1, cast.shuji2, cast.guanli):
        with pytest.raises(Refused, match="由本组织的委员会和创先争优办公室记录"):
            items.meeting(cast.one, user)
    with pytest.raises(ValidationError, match="会后填写"):
        items.meeting(cast.one, cast.shuji1, held_on=date(2011, 6, 21))
    with pytest.raises(ValidationError, match="不能多于应到"):
        items.meeting(cast.one, cast.shuji1, due_count=10, present_count=11)
    assert Meeting.objects.count() == 1


def test_a_correction_of_a_meeting_is_in_the_log_and_writes_over_nobody(cast: Cast) -> None:
    meeting = items.meeting(cast.one, cast.shuji1)
    meetings.change_meeting(
        meeting=meeting, version=1, minutes="逐人点评，提出三条", place="会议室", by=cast.ganshi, on=ON
    )
    line = LogEntry.objects.of(meeting).get(verb="change_meeting")
    assert line.changes == {"minutes": ["逐人点评", "逐人点评，提出三条"], "place": ["", "会议室"]}
    with pytest.raises(Conflict):
        meetings.change_meeting(meeting=meeting, version=1, minutes="旧页", by=cast.shuji1, on=ON)
    assert Meeting.objects.get().minutes == "逐人点评，提出三条"


def test_members_read_of_their_own_groups_branchs_and_units_meetings_but_not_of_a_committees(cast: Cast) -> None:
    group, other = (people.organization("group", cast.one, name) for name in ("第一小组", "第二小组"))
    user = people.account(people.member(group, "组员"))
    for place, title in [
        (cast.general, "总支"),
        (cast.one, "一支部"),
        (group, "一小组"),
        (other, "二小组"),
        (cast.two, "二支部"),
    ]:
        items.meeting(place, cast.ganshi, title=title)
    items.meeting(cast.one, cast.shuji1, title="支委会", kind="branch_committee")

    def titles(viewer: Any) -> set[str]:
        return set(Meeting.objects.visible_to(viewer, ON).values_list("title", flat=True))

    assert titles(user) == {"总支", "一支部", "一小组"}
    assert titles(cast.dangyuan1) == {"总支", "一支部"}
    assert titles(cast.shuji1) == {"总支", "一支部", "一小组", "二小组", "支委会"}
    assert titles(cast.ganshi) == {"总支", "一支部", "一小组", "二小组", "二支部", "支委会"}
    assert titles(cast.stranger) == titles(cast.guanli) == set()
