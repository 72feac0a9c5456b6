"""Letters and reminders of rounds, their days on calendars, and what waits on the dashboard."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards.actions import rounds as actions
from awards.models import ModelPost, Nomination, PublicNotice
from awards.parts import ORGANIZATION
from awards.queries.waiting import waiting_lines
from awards.states import NominationState, NoticeState, PostState
from branches.scope import standing_of
from branches.states import Kind, Post
from chuangxian import clock
from schedule import agenda, letters, reminding
from schedule.models import Notice
from schedule.planner import plan
from tests import build as people
from tests.awards import build_honours as honours
from tests.awards import build_rounds as build
from tests.conftest import Cast
from tests.schedule.notices import planned_since

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
KINDS = ("round_nominate_by", "round_decide_by")


@pytest.fixture(autouse=True)
def planned_from_the_start(cast: Cast) -> Any:
    with clock.standing_on(build.DRAFTED):
        for kind in KINDS:
            planned_since(kind, build.DRAFTED)
        yield


def planned(on: date, letter: str) -> set[str]:
    """Plan that day; who has a notice of that letter since."""
    known = set(Notice.objects.values_list("pk", flat=True))
    with clock.standing_on(on):
        plan(on=on)
    return {str(one.person) for one in Notice.objects.filter(letter=letter).exclude(pk__in=known)}


def told(letter: str) -> set[str]:
    return {str(one.person) for one in Notice.objects.filter(letter=letter)}


# ---- letters ----


def test_the_secretaries_of_the_tree_hear_of_a_round_and_of_its_end(cast: Cast) -> None:
    with clock.standing_on(build.ANNOUNCED):
        round_ = build.announced(cast.general, by=cast.ganshi)
        assert told("round_announced") == {"总支书记", "书记一", "书记二"}
        actions.act(round_=round_, verb="recall", note="要改", version=None, by=cast.zongzhi, on=build.ANNOUNCED)
        # who does it himself knows
        assert told("round_recalled") == {"书记一", "书记二"}
        actions.act(round_=round_, verb="void", note="不办了", version=None, by=cast.ganshi, on=build.ANNOUNCED)
        assert told("round_void") == set()
        other = build.announced(cast.general, by=cast.ganshi, name="又一批")
        actions.act(round_=other, verb="void", note="不办了", version=None, by=cast.ganshi, on=build.ANNOUNCED)
        assert told("round_void") == {"总支书记", "书记一", "书记二"}


def test_where_there_is_no_secretary_the_deputies_hear_of_it_and_groups_do_not(cast: Cast) -> None:
    third = people.branch(cast.general)
    people.appoint(people.member(third, "副书记三"), third, Post.DEPUTY_SECRETARY)
    people.appoint(people.member(cast.one, "副书记一"), cast.one, Post.DEPUTY_SECRETARY)
    group = people.organization(Kind.GROUP, cast.one)
    people.appoint(people.member(group, "组长"), group, Post.GROUP_LEADER)
    with clock.standing_on(build.ANNOUNCED):
        build.announced(cast.general, by=cast.ganshi)
    assert told("round_announced") == {"总支书记", "书记一", "书记二", "副书记三"}


def test_every_letter_can_be_written_and_leads_to_the_round(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    for kind in ("round_announced", "round_recalled", "round_void", *KINDS):
        letter = letters.get(kind)
        text = letters.write(letter, round_, note="要改", due_on=round_.nominate_by, by=cast.ganshi, on=build.MEETING)
        assert "2011年“七一”评选表彰" in text.subject and text.body
        assert letter.url(round_) == round_.get_absolute_url()


# ---- reminders ----


def test_only_branches_that_have_handed_up_nobody_are_reminded(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.member1, cast.one)
    build.nomination(round_, cast.member2, cast.two, state=NominationState.DRAFT)
    assert planned(build.NOMINATE_BY - 8 * DAY, "round_nominate_by") == set()
    assert planned(build.NOMINATE_BY - 7 * DAY, "round_nominate_by") == {"书记二"}
    assert planned(build.NOMINATE_BY - 6 * DAY, "round_nominate_by") == set()
    assert planned(build.NOMINATE_BY, "round_nominate_by") == {"书记二"}
    assert planned(build.NOMINATE_BY + DAY, "round_nominate_by") == set()


def test_a_letter_does_not_leave_when_the_branch_has_recommended_meanwhile(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    letter = letters.get("round_nominate_by")
    assert letter.recipients is not None
    assert {str(one) for one in letter.recipients(round_, build.MEETING)} == {"书记一", "书记二"}
    build.nomination(round_, cast.member1, cast.one)
    assert {str(one) for one in letter.recipients(round_, build.MEETING)} == {"书记二"}


def test_those_who_decide_are_reminded_while_something_is_undecided(cast: Cast) -> None:
    people.appoint(cast.dangyuan2.member, cast.general, Post.DISCIPLINE_COMMISSIONER)
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert planned(build.DECIDE_BY - 7 * DAY, "round_decide_by") == set()
    waiting = build.nomination(round_, cast.member1, cast.one)
    assert planned(build.DECIDE_BY - 3 * DAY, "round_decide_by") == {"干事", "总支书记", "党员乙"}
    assert planned(build.DECIDE_BY + 7 * DAY, "round_decide_by") == {"干事", "总支书记", "党员乙"}
    Nomination.objects.filter(pk=waiting.pk).update(state=NominationState.DECIDED)
    assert planned(build.DECIDE_BY + 14 * DAY, "round_decide_by") == set()


def test_a_draft_reminds_nobody(cast: Cast) -> None:
    build.draft(cast.general, by=cast.ganshi)
    assert planned(build.NOMINATE_BY, "round_nominate_by") == set()


def test_planning_costs_the_same_for_many_rounds(cast: Cast) -> None:
    def cost() -> int:
        kinds = [one for one in reminding.every() if one.kind in KINDS]
        with CaptureQueriesContext(connection) as counted:
            for kind in kinds:
                list(kind.open_items(build.MEETING, build.COMMEND_ON))
        return len(counted)

    build.nomination(build.announced(cast.general, by=cast.ganshi), cast.member1, cast.one)
    before = cost()
    for number in range(5):
        round_ = build.announced(cast.general, by=cast.ganshi, name=f"第{number}批")
        build.nomination(round_, cast.member1, cast.one)
    assert cost() == before


# ---- calendars ----

SUMMER = (date(2011, 5, 1), date(2011, 7, 31))


def test_the_days_of_a_round_stand_on_the_calendars_of_its_tree(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi)
    build.draft(cast.general, by=cast.ganshi, name="没有布置的")

    def seen(user: Any) -> list[str]:
        entries = agenda.gathered(standing_of(user, build.MEETING), *SUMMER, build.MEETING, {"award"})
        return [f"{entry.day:%m-%d} {entry.title}" for entry in entries]

    assert seen(cast.dangyuan1) == [
        "06-01 2011年“七一”评选表彰：推荐截止",
        "06-24 2011年“七一”评选表彰：审定截止",
        "07-01 2011年“七一”评选表彰：表彰",
    ]
    assert seen(cast.stranger) == []


def test_the_public_learns_of_the_commendation_only(cast: Cast) -> None:
    build.announced(cast.general, by=cast.ganshi)
    entries = [one for one in agenda.of_the_public(cast.one, *SUMMER, build.MEETING) if one.kind == "award"]
    assert [entry.title for entry in entries] == ["2011年“七一”评选表彰：表彰"]


def test_a_notice_stands_on_calendars_from_its_first_to_its_last_day_until_it_is_replaced(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    first, last = date(2011, 6, 13), date(2011, 6, 20)
    given = {"round": round_, "text": "公示", "contact": "党总支", "workdays": 5, "by": cast.ganshi}
    PublicNotice.objects.create(title="起草的", **given)
    posted = {"posted_on": first, "ends_on": last, **given}
    PublicNotice.objects.create(title="旧版", state=NoticeState.REPLACED, **posted)
    notice = PublicNotice.objects.create(title="党员甲的公示", state=NoticeState.POSTED, **posted)
    inside = agenda.gathered(standing_of(cast.dangyuan1, last), last, last, last, {"award"})
    outside = [one for one in agenda.of_the_public(cast.one, last, last, last) if one.kind == "award"]
    for entries, view in ((inside, "notice_detail"), (outside, "public_notice")):
        (entry,) = entries
        assert (entry.day, entry.until, entry.title) == (first, last, "2011年“七一”评选表彰：公示")
        assert entry.url == reverse(f"awards:{view}", args=[notice.pk])


# ---- what waits ----


def waits(user: Any, on: date = build.MEETING) -> dict[str, int]:
    return {line.key: line.count for line in waiting_lines(standing_of(user, on), on)}


def test_recommending_waits_for_a_branch_until_it_has_handed_somebody_up(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert waits(cast.shuji1) == {"to_nominate": 1} and waits(cast.dangyuan1) == {}
    nomination = build.nomination(round_, cast.member1, cast.one, state=NominationState.DRAFT)
    assert waits(cast.shuji1) == {"to_nominate": 1, "to_hand_up": 1}
    Nomination.objects.filter(pk=nomination.pk).update(state=NominationState.RECOMMENDED)
    assert waits(cast.shuji1) == {}
    assert waits(cast.shuji2, build.NOMINATE_BY + DAY) == {}


def test_deciding_waits_without_ones_own(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.zongzhi.member, cast.one)
    build.nomination(round_, cast.member2, cast.two)
    build.nomination(round_, cast.general, cast.general, ORGANIZATION)
    assert (waits(cast.ganshi), waits(cast.zongzhi)) == ({"to_decide": 3}, {"to_decide": 1})
    line = waiting_lines(standing_of(cast.ganshi, build.COMMEND_ON), build.COMMEND_ON)[0]
    assert (line.due_on, line.late, line.since) == (build.DECIDE_BY, 3, build.MEETING)
    assert waits(cast.ganshi, build.COMMEND_ON)["to_commend"] == 1


def test_the_line_leads_to_as_many_as_it_counts(cast: Cast, client: Client) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.zongzhi.member, cast.one)
    build.nomination(round_, cast.member1, cast.one)
    build.nomination(round_, cast.member2, cast.two, state=NominationState.DECIDED)
    (line,) = waiting_lines(standing_of(cast.zongzhi, build.MEETING), build.MEETING)
    client.force_login(cast.zongzhi)
    with clock.standing_on(build.MEETING):
        page = client.get(reverse(line.view) + line.query).content.decode()
    assert line.count == 1 and "共 1 份" in page and ">党员甲</a>" in page


def test_applications_for_a_model_post_wait_for_others_and_one_knows_of_ones_own(cast: Cast) -> None:
    given = {"organization": cast.one, "name": "岗", "duty": "责", "promise": "诺", "by": cast.ganshi}
    on = build.MEETING
    applied = ModelPost.objects.create(member=cast.shuji1.member, applied_on=on, **given)
    ModelPost.objects.create(member=cast.member1, applied_on=on, **given)
    # nobody but the applicant sits on the branch's committee: his is the unit's to review
    assert waits(cast.shuji1) == {"posts_to_review": 1, "own_post": 1}
    assert waits(cast.dangyuan1) == {"own_post": 1} and waits(cast.zongzhi) == {"posts_to_review": 1}
    ModelPost.objects.filter(pk=applied.pk).update(state=PostState.REVIEWED, reviewed_on=on)
    assert waits(cast.zongzhi) == waits(cast.ganshi) == {"posts_to_grant": 1}, "the office enters what was decided"
    ModelPost.objects.update(state=PostState.GRANTED, granted_on=on, assess_by=on + 30 * DAY)
    assert waits(cast.ganshi) == {} and waits(cast.ganshi, on + 31 * DAY) == {"posts_to_assess": 2}
    (line,) = waiting_lines(standing_of(cast.ganshi, on + 31 * DAY), on + 31 * DAY)
    assert (line.due_on, line.late) == (on + 30 * DAY, 2)


def test_each_line_leads_to_a_list_of_just_as_many(cast: Cast) -> None:
    given = {"organization": cast.one, "name": "岗", "duty": "责", "promise": "诺", "by": cast.ganshi}
    on = build.MEETING
    ModelPost.objects.create(member=cast.shuji1.member, applied_on=on, **given)
    ModelPost.objects.create(member=cast.member1, applied_on=on, **given)
    ModelPost.objects.create(
        member=cast.member2,
        applied_on=on,
        state=PostState.REVIEWED,
        reviewed_on=on,
        **given | {"organization": cast.two},
    )
    honours.asked(honours.story(cast.one, cast.shuji1, cast.zongzhi.member, on), cast.shuji1, on)
    keys = set()
    with clock.standing_on(on):
        for user in (cast.zongzhi, cast.shuji1, cast.dangyuan1):
            client = Client()
            client.force_login(user)
            for line in waiting_lines(standing_of(user, on), on):
                page = client.get(reverse(line.view) + line.query)
                assert page.context["page"].paginator.count == line.count, line
                keys.add(line.key)
    assert keys == {"posts_to_review", "posts_to_grant", "own_post", "story_to_agree"}


def test_the_dashboard_asks_the_same_whatever_waits(cast: Cast) -> None:
    def cost() -> int:
        standing = standing_of(cast.shuji1, build.MEETING)
        with CaptureQueriesContext(connection) as counted:
            waiting_lines(standing, build.MEETING)
        return len(counted)

    build.announced(cast.general, by=cast.ganshi)
    before = cost()
    for number in range(4):
        round_ = build.announced(cast.general, by=cast.ganshi, name=f"第{number}批")
        build.nomination(round_, people.member(cast.two), cast.two)
    assert cost() == before
