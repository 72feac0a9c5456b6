"""Fulfilment: entries and evidence, the report, the appraisal, the end of a cycle."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry, User
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.uploads import Accepted
from chuangxian.verdicts import Refused
from pledges.actions import cycles, fulfilling
from pledges.actions.fulfilling import Account
from pledges.models import Evidence, Pledge, PledgeCycle, PledgeItem
from pledges.states import State
from schedule.actions import items as actions
from tests import build as people
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.build import ON
from tests.schedule import items

DONE, PARTLY, EXCUSED, FAILED = "fulfilled", "partly", "excused", "unfulfilled"


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def pledge(cast: Cast, cycle: PledgeCycle) -> Pledge:
    return build.published(cycle, cast.dangyuan1, cast.shuji1, items=[build.text("甲"), build.text("乙")])


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def accounts(pledge: Pledge, *given: Account) -> dict[int, Account]:
    return dict(zip([item.pk for item in pledge.items.all()], given, strict=True))


def reported(pledge: Pledge, by: User, *given: Account) -> Pledge:
    told = accounts(pledge, *(given or [Account(DONE)] * 2))
    fulfilling.report(pledge=pledge, accounts=told, summary="做完了", version=pledge.version, by=by, on=ON)
    return build.again(pledge)


# ---- entries ----


def test_what_was_done_is_kept_with_its_day_and_the_moment_it_was_written(cast: Cast, pledge: Pledge) -> None:
    item = pledge.items.all()[0]
    entry = fulfilling.enter(item=item, day=date(2011, 5, 4), text=" 听课两节 ", by=cast.dangyuan1, on=ON)
    assert (entry.on, entry.text, entry.entered_at.date()) == (date(2011, 5, 4), "听课两节", ON)
    line = list(LogEntry.objects.of(pledge))[-1]
    assert (line.label, line.note) == ("记录践诺情况", "第 1 项：听课两节")


@pytest.mark.parametrize("day", [date(2010, 12, 31), date(2011, 6, 21)])
def test_nothing_is_done_before_the_cycle_or_tomorrow(cast: Cast, pledge: Pledge, day: date) -> None:
    with pytest.raises(ValidationError, match="2011-01-01 到今天"):
        fulfilling.enter(item=pledge.items.all()[0], day=day, text="听课", by=cast.dangyuan1, on=ON)


def test_an_entry_may_say_what_came_of_the_item_and_take_it_back(cast: Cast, pledge: Pledge) -> None:
    item = pledge.items.all()[0]
    fulfilling.enter(item=item, day=ON, text="做完", account=Account(DONE), by=cast.dangyuan1, on=ON)
    item = PledgeItem.objects.select_related("pledge__cycle").get(pk=item.pk)
    assert (item.outcome, item.reported_outcome, item.settled_on) == (DONE, DONE, ON)
    fulfilling.enter(item=item, day=ON, text="还差两节", account=Account(""), by=cast.dangyuan1, on=ON)
    item.refresh_from_db()
    assert (item.outcome, item.settled_on) == ("", None)


def test_entries_are_made_by_the_subject_and_by_the_member_who_answers_for_the_item(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.published(
        cycle,
        cast.shuji1,
        cast.zongzhi,
        publisher=cast.shuji1,
        organization=cast.one,
        items=[build.text("甲", responsible_member=cast.member1)],
    )
    item = build.only_item(pledge)
    fulfilling.enter(item=item, day=ON, text="做了", by=cast.dangyuan1, on=ON)
    fulfilling.enter(item=item, day=ON, text="也做了", by=cast.shuji1, on=ON)
    with pytest.raises(Refused, match="承诺人或者事项的责任人"):
        fulfilling.enter(item=item, day=ON, text="没做", by=cast.dangyuan2, on=ON)


def test_nothing_is_entered_before_publication_or_after_the_report(
    cast: Cast, cycle: PledgeCycle, pledge: Pledge
) -> None:
    reported(pledge, cast.dangyuan1)
    with pytest.raises(Refused, match="公布以后、述诺以前"):
        fulfilling.enter(item=build.again(pledge).items.all()[0], day=ON, text="晚了", by=cast.dangyuan1, on=ON)


# ---- evidence ----


def upload(name: str = "评课记录.txt", content: bytes = "评课记录".encode()) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def enter_page(client: Client, item: PledgeItem, **fields: Any) -> Any:
    data = {"on": "2011-06-18", "text": "到第二实验小学听课两节", "outcome": "", "explanation": ""}
    return client.post(reverse("pledges:entry_add", args=[item.pk]), data | fields)


def test_evidence_is_kept_under_a_random_name_and_given_to_whoever_sees_the_pledge_inside(
    cast: Cast, pledge: Pledge
) -> None:
    item = pledge.items.all()[0]
    response = enter_page(signed_in(cast.dangyuan1), item, evidence=[upload(), upload("二.txt")])
    assert response.status_code == 302
    evidence = Evidence.objects.get(name="评课记录.txt")
    assert "评课" not in str(evidence.file.name) and Path(evidence.file.path).read_bytes() == "评课记录".encode()
    url = reverse("pledges:evidence_file", args=[evidence.pk])
    for user in (cast.dangyuan1, cast.shuji1, cast.zongzhi, cast.ganshi, cast.dangyuan2):
        answer = signed_in(user).get(url)
        assert b"".join(answer.streaming_content) == "评课记录".encode()  # type: ignore[attr-defined]
        assert "sandbox" in answer["Content-Security-Policy"]
    for user in (cast.stranger, cast.guanli):
        assert signed_in(user).get(url).status_code == 404
    assert Client().get(url).status_code == 302


def test_a_bad_file_is_refused_with_its_name_the_text_comes_back_and_nothing_is_kept(
    cast: Cast, pledge: Pledge
) -> None:
    item = pledge.items.all()[0]
    files = [upload(), upload("坏.pdf", b"<html>")]
    response = enter_page(signed_in(cast.dangyuan1), item, evidence=files)
    text = response.content.decode()
    assert response.status_code == 422 and "坏.pdf" in text and "到第二实验小学听课两节" in text
    assert not Evidence.objects.exists() and not item.entries.exists()


def test_too_many_files_and_a_full_store_are_refused(cast: Cast, pledge: Pledge, settings: Any) -> None:
    item, client = pledge.items.all()[0], signed_in(cast.dangyuan1)
    settings.UPLOAD_FILES_PER_ENTRY = 1
    assert "一次最多上传 1 个" in enter_page(client, item, evidence=[upload(), upload("二.txt")]).content.decode()
    settings.UPLOAD_BRANCH_QUOTA_BYTES = 3
    assert "本组织的附件已满" in enter_page(client, item, evidence=[upload()]).content.decode()
    assert not Evidence.objects.exists() and not item.entries.exists()


def test_what_proves_pledges_and_what_proves_rectification_share_one_store(
    cast: Cast, pledge: Pledge, settings: Any
) -> None:
    given = Accepted("记.txt", ".txt", "text/plain", 6, "0" * 64, b"123456")
    action_item = items.item(cast.one, cast.member1, on=ON)
    actions.enter(item=action_item, day=ON, text="听课", files=[given], by=cast.dangyuan1, on=ON)
    settings.UPLOAD_BRANCH_QUOTA_BYTES = 6 + len(upload().read()) - 1
    item, client = pledge.items.all()[0], signed_in(cast.dangyuan1)
    assert "本组织的附件已满" in enter_page(client, item, evidence=[upload()]).content.decode()
    settings.UPLOAD_BRANCH_QUOTA_BYTES += 1
    assert enter_page(client, item, evidence=[upload()]).status_code == 302
    with pytest.raises(ValidationError, match="附件已满"):
        actions.enter(item=items.again(action_item), day=ON, text="再听", files=[given], by=cast.dangyuan1, on=ON)


def test_an_outcome_without_the_explanation_it_needs_comes_back(cast: Cast, pledge: Pledge) -> None:
    response = enter_page(signed_in(cast.dangyuan1), pledge.items.all()[0], outcome=EXCUSED)
    assert response.status_code == 422 and "请写明原因" in response.content.decode()


# ---- report ----


def test_a_report_says_of_every_item_what_came_of_it(cast: Cast, pledge: Pledge) -> None:
    with pytest.raises(Refused, match="第 2 项还没有说明兑现情况"):
        reported(pledge, cast.dangyuan1, Account(DONE), Account(""))
    assert build.again(pledge).items.all()[0].outcome == ""  # the whole act is taken back
    with pytest.raises(ValidationError, match="请写明原因"):
        reported(build.again(pledge), cast.dangyuan1, Account(DONE), Account(FAILED))
    done = reported(build.again(pledge), cast.dangyuan1, Account(DONE), Account(EXCUSED, "学校停课"))
    assert (done.state, done.reported_on, done.summary) == (State.REPORTED, ON, "做完了")
    assert [(i.outcome, i.explanation, i.settled_on) for i in done.items.all()] == [
        (DONE, "", ON),
        (EXCUSED, "学校停课", ON),
    ]


def test_a_report_half_written_is_kept_without_being_handed_in(cast: Cast, pledge: Pledge) -> None:
    one, two = pledge.items.all()
    data = {"version": pledge.version, "summary": "写到一半", f"outcome-{one.pk}": DONE, f"outcome-{two.pk}": ""}
    url = reverse("pledges:pledge_report", args=[pledge.pk])
    assert signed_in(cast.dangyuan1).post(url, data).status_code == 302
    kept = build.again(pledge)
    assert (kept.state, kept.summary, kept.items.all()[0].outcome) == (State.PUBLISHED, "写到一半", DONE)


def test_a_report_on_an_older_reading_is_given_back_with_everything_typed(cast: Cast, pledge: Pledge) -> None:
    one, two = pledge.items.all()
    read = pledge.version
    fulfilling.enter(item=one, day=ON, text="做完", account=Account(DONE), by=cast.dangyuan1, on=ON)
    data = {
        "version": read,
        "summary": "一年小结在此",
        f"outcome-{one.pk}": PARTLY,
        f"explanation-{one.pk}": "差一点",
        f"outcome-{two.pk}": DONE,
        "submit": "1",
    }
    response = signed_in(cast.dangyuan1).post(reverse("pledges:pledge_report", args=[pledge.pk]), data)
    text = response.content.decode()
    assert response.status_code == 422 and "有过变动" in text and "一年小结在此" in text and "差一点" in text
    assert build.again(pledge).state == State.PUBLISHED
    with pytest.raises(Conflict):
        fulfilling.account_for(pledge=pledge, accounts={}, summary="", version=read, by=cast.dangyuan1, on=ON)


# ---- appraisal ----


def test_the_reviewer_corrects_an_outcome_with_an_opinion_and_what_was_said_stays_beside_it(
    cast: Cast, pledge: Pledge
) -> None:
    done = reported(pledge, cast.dangyuan1)
    item = done.items.all()[1]
    found = {item.pk: FAILED}
    with pytest.raises(ValidationError, match="请写明理由"):
        fulfilling.appraise(pledge=done, outcomes=found, opinion=" ", version=done.version, by=cast.shuji1, on=ON)
    fulfilling.appraise(pledge=done, outcomes=found, opinion="没有记录", version=done.version, by=cast.shuji1, on=ON)
    done = build.again(done)
    item = done.items.all()[1]
    assert (done.state, done.appraised_on) == (State.APPRAISED, ON)
    assert (item.outcome, item.reported_outcome, item.was_corrected) == (FAILED, DONE, True)
    line = LogEntry.objects.of(done).get(verb="correct")
    assert line.changes == {"第 2 项": ["兑现", "未兑现"]}


def test_nobody_appraises_his_own(cast: Cast, pledge: Pledge, cycle: PledgeCycle) -> None:
    done = reported(pledge, cast.dangyuan1)
    for user in (cast.dangyuan1, cast.zongzhi, cast.shuji2, cast.ganshi):
        with pytest.raises(Refused):
            fulfilling.appraise(pledge=done, outcomes={}, opinion="好", version=done.version, by=user, on=ON)


def test_a_general_branchs_appraisal_is_registered_by_the_office_with_the_words_from_above(
    cast: Cast, cycle: PledgeCycle
) -> None:
    pledge = build.published(cycle, cast.zongzhi, cast.ganshi, publisher=cast.zongzhi, organization=cast.general)
    done = reported(pledge, cast.zongzhi, Account(DONE))
    with pytest.raises(Refused, match="由创先争优办公室登记"):
        fulfilling.appraise(pledge=done, outcomes={}, opinion="好", version=done.version, by=cast.zongzhi, on=ON)
    with pytest.raises(ValidationError, match="上级的评诺意见"):
        fulfilling.appraise(pledge=done, outcomes={}, opinion="", version=done.version, by=cast.ganshi, on=ON)
    fulfilling.appraise(pledge=done, outcomes={}, opinion="上级评定：好", version=done.version, by=cast.ganshi, on=ON)
    assert build.again(done).state == State.APPRAISED


def test_a_returned_report_keeps_what_was_said_and_can_be_handed_in_again(cast: Cast, pledge: Pledge) -> None:
    done = reported(pledge, cast.dangyuan1)
    build.writing.act(pledge=done, verb="return_report", note="请补记录", version=None, by=cast.shuji1, on=ON)
    again = build.again(done)
    assert (again.state, [i.outcome for i in again.items.all()]) == (State.PUBLISHED, [DONE, DONE])
    assert reported(again, cast.dangyuan1).state == State.REPORTED


def test_the_appraisal_page_shows_what_was_done_and_gives_the_opinion_back(cast: Cast, pledge: Pledge) -> None:
    fulfilling.enter(item=pledge.items.all()[0], day=ON, text="听课两节有记录", by=cast.dangyuan1, on=ON)
    done = reported(build.again(pledge), cast.dangyuan1)
    url = reverse("pledges:pledge_appraise", args=[done.pk])
    client = signed_in(cast.shuji1)
    assert "听课两节有记录" in client.get(url).content.decode()
    one, two = done.items.all()
    data = {"version": done.version, f"outcome-{one.pk}": FAILED, f"outcome-{two.pk}": DONE, "opinion": ""}
    assert "请写明理由" in client.post(url, data).content.decode()
    stale = data | {"version": 1, "opinion": "我的评诺意见"}
    response = client.post(url, stale)
    assert response.status_code == 422 and "我的评诺意见" in response.content.decode()
    assert client.post(url, data | {"opinion": "没有记录"}).status_code == 302


# ---- the end of a cycle ----


def test_closing_archives_what_is_in_force_and_lapses_what_is_in_work(
    cast: Cast, cycle: PledgeCycle, pledge: Pledge
) -> None:
    draft = build.draft(cycle, cast.dangyuan2)
    waiting = build.submitted(cycle, cast.shuji1)
    done = build.again(pledge)
    cycle.refresh_from_db()
    with pytest.raises(Refused, match="须写明原因"):
        cycles.close_cycle(cycle=cycle, version=cycle.version, by=cast.ganshi, on=ON)
    cycle.refresh_from_db()
    cycles.close_cycle(cycle=cycle, note="活动提前结束", version=cycle.version, by=cast.ganshi, on=ON)
    assert [build.again(p).state for p in (draft, waiting, done)] == [State.LAPSED, State.LAPSED, State.ARCHIVED]
    assert (cycle.closed_on, cycle.closing_note) == (ON, "活动提前结束")
    with pytest.raises(Refused, match="已经结束"):
        cycles.close_cycle(cycle=cycle, note="再来", version=cycle.version, by=cast.ganshi, on=ON)


def test_a_cycle_is_run_by_the_units_leaders_and_office_only(cast: Cast, cycle: PledgeCycle) -> None:
    for user in (cast.shuji1, cast.dangyuan1, cast.guanli, cast.stranger):
        with pytest.raises(Refused):
            cycles.change_cycle(cycle=cycle, version=cycle.version, by=user, on=ON, name="改名")
    cycles.change_cycle(cycle=cycle, version=cycle.version, by=cast.ganshi, on=ON, name="新名")
    with pytest.raises(Conflict):
        cycles.change_cycle(cycle=cycle, version=cycle.version - 1, by=cast.zongzhi, on=ON, name="旧页")


def test_days_out_of_order_and_a_second_cycle_a_year_are_refused(cast: Cast, cycle: PledgeCycle) -> None:
    with pytest.raises(ValidationError):
        build.cycle(cast.general, 2011)
    with pytest.raises(ValidationError):
        build.cycle(cast.general, 2012, submit_by=date(2012, 4, 1))


@pytest.mark.parametrize(
    ("on", "year", "days"),
    [
        (date(2011, 6, 20), 2012, ["2012-01-01", "2012-02-28", "2012-03-10", "2012-03-15", "2012-06-30", "2012-12-20"]),
        (date(2012, 2, 1), 2012, ["2012-02-01", "2012-02-28", "2012-03-10", "2012-03-15", "2012-06-30", "2012-12-20"]),
        (date(2012, 5, 10), 2012, ["2012-05-10", "2012-05-24", "2012-06-03", "2012-06-08", "2012-06-30", "2012-12-20"]),
        (date(2012, 12, 15), 2012, ["2012-12-15", "2012-12-20", "2012-12-20", "2012-12-20", "None", "2012-12-20"]),
        (date(2012, 12, 21), None, []),
    ],
)
def test_the_next_year_without_a_cycle_is_proposed_in_days_to_come(
    cast: Cast, cycle: PledgeCycle, on: date, year: int | None, days: list[str]
) -> None:
    with clock.standing_on(on):
        office, url = signed_in(cast.ganshi), reverse("pledges:cycle_add")
        initial = office.get(url).context["form"].initial
        shown = ("starts_on", "submit_by", "review_by", "publish_by", "midyear_on", "ends_on")
        assert initial.get("year") == year and [str(initial[name]) for name in shown if initial] == days
        if year:
            assert office.post(url, {name: value for name, value in initial.items() if value}).status_code == 302
            if on.year == 2012:
                assert office.get(url).context["form"].initial == {}, "the campaign has no further year"


def test_cycle_pages_open_change_and_close_a_year(cast: Cast, cycle: PledgeCycle) -> None:
    office = signed_in(cast.ganshi)
    form = {
        "name": "2012年承诺", "year": 2012, "starts_on": "2012-01-01", "submit_by": "2012-02-28", "review_by": "2012-03-10",
        "publish_by": "2012-03-15", "midyear_on": "", "ends_on": "2012-12-20", "appraise_by": "2012-12-31",
    }  # fmt: skip
    late = office.post(reverse("pledges:cycle_add"), form | {"review_by": "2012-02-01"})
    assert late.status_code == 422 and "不能早于提诺截止" in late.content.decode()
    assert office.post(reverse("pledges:cycle_add"), form).status_code == 302
    assert office.post(reverse("pledges:cycle_add"), form).status_code == 422
    new = PledgeCycle.objects.get(year=2012)
    edit = reverse("pledges:cycle_edit", args=[new.pk])
    assert office.post(edit, form | {"version": new.version, "name": "二〇一二年承诺"}).status_code == 302
    assert office.post(edit, form | {"version": new.version, "name": "旧页"}).status_code == 422
    close = reverse("pledges:cycle_close", args=[new.pk])
    assert office.post(close, {"version": new.version + 1, "note": ""}).status_code == 302
    new.refresh_from_db()
    assert (new.name, new.closed_on) == ("二〇一二年承诺", ON)
    assert signed_in(cast.dangyuan1).get(close).status_code == 403
    assert signed_in(cast.stranger).get(close).status_code == 404


def test_a_member_who_moved_keeps_his_pledge_where_he_made_it(cast: Cast, cycle: PledgeCycle, pledge: Pledge) -> None:
    people.actions.transfer_member(member=cast.member1, organization=cast.two, by=None, on=date(2011, 6, 1))
    done = reported(build.again(pledge), cast.dangyuan1)
    assert (done.organization, done.reviewing) == (cast.one, cast.one)
