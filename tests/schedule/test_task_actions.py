"""Tasks: whom they reach, once; what the plan sets; changed, taken back, reported done."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from branches.models import Membership
from branches.scope import standing_of
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.uploads import accept
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import tasks as worker
from schedule.actions import tasks as actions
from schedule.actions.plan import load_plan
from schedule.models import Assignment, Mail, Notice, PhaseTask, Task
from schedule.plan_file import read_plan
from schedule.queries.tasks import waiting_lines
from tests import build as people
from tests.conftest import Cast
from tests.schedule import items, tasks
from tests.schedule.original import TOML
from tests.schedule.tasks import DUE, ON, OPENS

LATER = date(2011, 6, 25)
PAPER = accept(SimpleUploadedFile("记录.txt", "学习记录".encode(), "text/plain"), max_bytes=1000)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def whose(task: Task) -> set[str]:
    return {str(one.whose) for one in Assignment.objects.filter(task=task)}


def told(letter: str) -> list[str]:
    return sorted(str(notice.person) for notice in Notice.objects.filter(letter=letter))


# ---- whom it reaches ----


def test_a_task_to_branches_reaches_every_branch_and_tells_its_leaders(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.ganshi)
    assert whose(task) == {"第一党支部", "第二党支部"}
    assert told("task_set") == ["书记一", "书记二"]
    assert Mail.objects.count() == 2


def test_a_task_to_members_reaches_those_who_belong_there_and_counts_for_their_branch(cast: Cast) -> None:
    group = people.organization("group", cast.one, "第一党小组")
    grouped = people.member(group, "组员")
    task = tasks.task(cast.one, cast.shuji1, target="member")
    assert whose(task) == {"党员甲", "书记一", "总支书记", "组员"}
    assert Assignment.objects.get(task=task, member=grouped).organization == cast.one
    assert "书记一" not in told("task_set"), "who set it needs no letter"


def test_whoever_comes_while_it_runs_is_reached_and_told_and_nobody_twice(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    people.organization("branch", cast.general, "第三党支部")
    actions.reach_everybody(LATER)
    actions.reach_everybody(LATER)
    assert whose(task) == {"第一党支部", "第二党支部", "第三党支部"}
    assert told("task_set") == ["书记一", "书记二"]


def test_nobody_is_reached_before_it_opens_after_its_day_or_once_it_is_taken_back(cast: Cast) -> None:
    ahead = tasks.task(cast.general, cast.zongzhi, opens_on=date(2011, 6, 22))
    assert whose(ahead) == set()
    with clock.standing_on(date(2011, 6, 22)):
        assert actions.reach_everybody(date(2011, 6, 22)) == 2
    over = tasks.task(cast.general, cast.zongzhi)
    off = tasks.task(cast.general, cast.zongzhi)
    actions.cancel_task(task=off, reason="不用报了", version=off.version, by=cast.zongzhi, on=ON)
    people.organization("branch", cast.general, "第三党支部")
    actions.reach_everybody(date(2011, 7, 1))
    assert len(whose(over)) == len(whose(off)) == 2


def test_the_worker_brings_tasks_and_may_look_any_number_of_times(cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON
    tasks.task(cast.general, cast.zongzhi)
    people.appoint(people.member(third := people.organization("branch", cast.general)), third)
    for _ in range(3):
        worker.tick()
    assert Assignment.objects.count() == 3
    assert Notice.objects.filter(letter="task_set").count() == 3


def test_three_hundred_tasks_of_2010_entered_late_send_no_mail(cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON
    for number in range(300):
        day = date(2010, 8, 1 + number % 28)
        made = tasks.task(cast.general, cast.zongzhi, title=f"任务{number}", opens_on=date(2010, 7, 21), due_on=day)
    worker.tick()
    with clock.standing_on(date(2011, 8, 1)):
        settings.CHUANGXIAN_TODAY = date(2011, 8, 1)
        worker.tick()
    assert Assignment.objects.count() == 600
    assert whose(made) == {"第一党支部", "第二党支部"}, "what was done then can still be written down"
    assert Mail.objects.count() == 0 and Notice.objects.count() == 0


def test_a_transfer_does_not_rewrite_what_was_asked_where(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi, target="member")
    Membership.objects.filter(member=cast.member1).update(organization=cast.two, path=cast.two.path)
    assert actions.reach_everybody(LATER) == 0
    assert tasks.of(task, member=cast.member1).organization == cast.one


# ---- what the plan sets ----


def test_loading_the_plan_sets_the_tasks_of_its_phases_once_a_unit(cast: Cast) -> None:
    start = date(2010, 7, 21)
    with clock.standing_on(start):
        for _ in range(2):
            load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=start)
    mine = Task.objects.filter(organization=cast.general)
    assert list(mine.values_list("phase_task__key", flat=True)) == [
        *("mobilise", "study", "find_gaps", "set_measures", "appraisal_mechanism", "learning_mechanism"),
        *("carry_out", "choose_models", "sum_up"),
    ]
    mobilise = mine.get(phase_task__key="mobilise")
    assert whose(mobilise) == {"第一党支部", "第二党支部"}
    assert "党员甲" in whose(mine.get(phase_task__key="study"))
    assert whose(mine.get(phase_task__key="sum_up")) == set(), "it opens with its phase"
    assert Notice.objects.filter(letter="task_set").exists()


def test_a_plan_loaded_in_the_middle_sets_what_still_runs_and_mails_nobody_about_what_is_over(cast: Cast) -> None:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=ON)
    assert not Assignment.objects.filter(task__phase_task__key="mobilise").exists()
    assert Assignment.objects.filter(task__phase_task__key="carry_out").exists()
    assert not Notice.objects.filter(title__contains="动员部署").exists()


def test_a_rehearsal_sets_nothing(cast: Cast) -> None:
    load_plan(plan=read_plan(TOML.read_bytes()), rehearse=True, by=None, on=ON)
    assert not Task.objects.exists()


def test_tasks_follow_the_plan_until_somebody_changes_them_by_hand(cast: Cast) -> None:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=ON)
    by_hand = Task.objects.get(organization=cast.general, phase_task__key="choose_models")
    changed = {"due_on": date(2012, 8, 31), "due_precision": "day"}
    actions.change_task(task=by_hand, reason="提前", version=by_hand.version, by=cast.zongzhi, on=ON, **changed)
    text = TOML.read_text(encoding="utf-8")
    text = text.replace('due = "2012年6月底"', "due = 2012-06-20").replace('due = "2012年9月底"', "due = 2012-09-20")
    load_plan(plan=read_plan(text.encode()), by=None, on=ON)
    due = dict(Task.objects.filter(organization=cast.general).values_list("phase_task__key", "due_on"))
    assert due["carry_out"] == date(2012, 6, 20) and due["choose_models"] == date(2012, 8, 31)


def test_a_task_whose_work_left_the_plan_is_taken_back(cast: Cast) -> None:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=ON)
    text = TOML.read_text(encoding="utf-8")
    part = text[
        text.index('    [[phases.tasks]]\n    key = "choose_models"') : text.index(
            '    [[phases.tasks]]\n    key = "sum_up"'
        )
    ]
    load_plan(plan=read_plan(text.replace(part, "").encode()), by=None, on=ON)
    assert PhaseTask.objects.get(key="choose_models").withdrawn_on == ON
    assert Task.objects.get(organization=cast.general, phase_task__key="choose_models").cancelled_on == ON
    assert actions.set_plan(on=LATER) == 0


# ---- setting, changing, taking back ----


def test_who_sets_what(cast: Cast) -> None:
    with pytest.raises(Refused, match="书记、副书记"):
        tasks.task(cast.general, cast.shuji1)
    with pytest.raises(Refused):
        tasks.task(cast.one, cast.dangyuan1, target="member")
    with pytest.raises(ValidationError, match="只能布置给党员"):
        tasks.task(cast.one, cast.shuji1)
    with pytest.raises(ValidationError, match="不能早于"):
        tasks.task(cast.general, cast.zongzhi, due_on=date(2011, 5, 1))


def test_a_change_needs_a_reason_is_told_and_logged_and_never_overwrites(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    with pytest.raises(ValidationError, match="为什么"):
        actions.change_task(task=task, due_on=LATER, reason=" ", version=task.version, by=cast.zongzhi, on=ON)
    task.refresh_from_db()
    actions.change_task(task=task, due_on=LATER, reason="提前开会", version=task.version, by=cast.zongzhi, on=ON)
    assert told("task_changed") == ["书记一", "书记二"]
    with pytest.raises(Conflict):
        actions.change_task(task=task, due_on=DUE, reason="改回", version=1, by=cast.zongzhi, on=ON)


def test_taking_back_tells_whoever_still_had_to_do_it(cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    actions.cancel_task(task=task, reason="不用报了", version=task.version, by=cast.zongzhi, on=ON)
    assert told("task_cancelled") == ["书记二"]
    with pytest.raises(Refused, match="已经撤销"):
        tasks.done(tasks.of(task, cast.two), cast.shuji2)
    stale = Task.objects.get(pk=task.pk)
    stale.cancelled_on = None
    with pytest.raises(Overtaken):
        actions.cancel_task(task=stale, reason="再撤", version=1, by=cast.zongzhi, on=ON)


# ---- done ----


def test_done_says_what_and_when_and_where(cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
    met = items.meeting(cast.one, cast.shuji1)
    done = tasks.done(made, cast.shuji1, done_on=date(2011, 6, 15), meeting=met)
    assert (done.state, done.done_on, done.done_by, done.meeting) == ("done", date(2011, 6, 15), cast.shuji1, met)
    elsewhere = items.meeting(cast.two, cast.shuji2)
    other = tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
    with pytest.raises(ValidationError, match="本组织的会议"):
        tasks.done(other, cast.shuji1, meeting=elsewhere)
    with pytest.raises(ValidationError, match="不能晚于今天"):
        tasks.done(other, cast.shuji1, done_on=LATER)
    with pytest.raises(ValidationError, match="怎么完成"):
        tasks.done(other, cast.shuji1, result=" ")


def test_what_must_be_proved_needs_a_file(cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.zongzhi, evidence_needed=True), cast.one)
    with pytest.raises(ValidationError, match="要附材料"):
        tasks.done(made, cast.shuji1)
    done = tasks.done(made, cast.shuji1, files=[PAPER])
    assert [file.name for file in done.evidence.all()] == ["记录.txt"]
    back = tasks.returned(done, cast.zongzhi)
    assert tasks.done(back, cast.shuji1).state == "done", "the files are still there"


def test_the_office_reports_for_a_member_without_an_account(cast: Cast) -> None:
    without = people.member(cast.one, "没有账号")
    task = tasks.task(cast.one, cast.shuji1, target="member")
    assert tasks.done(tasks.of(task, member=without), cast.ganshi).done_by == cast.ganshi
    with pytest.raises(Refused, match="本人登记"):
        tasks.done(tasks.of(task, member=cast.member1), cast.ganshi)


def test_two_who_report_at_once_do_not_overwrite_each_other(cast: Cast) -> None:
    deputy = people.member(cast.one, "副书记一")
    people.appoint(deputy, cast.one, Post.DEPUTY_SECRETARY)
    account = people.account(deputy)
    made = tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
    read = made.version
    tasks.done(made, cast.shuji1, version=read)
    with pytest.raises(Refused, match="不用再登记"):
        tasks.done(made, account, version=read)


# ---- asking once more ----


def test_asking_once_more_is_one_letter_a_day(cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
    assert actions.remind(assignments=[made], by=cast.zongzhi, on=ON) == 1
    assert actions.remind(assignments=[made], by=cast.ganshi, on=ON) == 0
    with clock.standing_on(LATER):
        assert actions.remind(assignments=[made], by=cast.zongzhi, on=LATER) == 1
    assert told("task_nudge") == ["书记一", "书记一"]
    with pytest.raises(Refused):
        actions.remind(assignments=[made], by=cast.dangyuan1, on=ON)


def test_what_waits_for_a_person_is_one_line(cast: Cast, django_assert_num_queries: Any) -> None:
    task = tasks.task(cast.general, cast.zongzhi, opens_on=OPENS)
    tasks.task(cast.one, cast.shuji1, target="member", due_on=date(2011, 6, 22))
    standing = standing_of(cast.shuji1, ON)
    with django_assert_num_queries(1):
        (line,) = waiting_lines(standing, ON)
    assert (line.count, line.late, line.due_on) == (2, 0, date(2011, 6, 22))
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    assert waiting_lines(standing_of(cast.shuji2, LATER), LATER)[0].count == 1
    assert waiting_lines(standing_of(cast.guanli, ON), ON) == []
