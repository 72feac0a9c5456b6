"""The pages of tasks: what is mine, who has done it and who not, setting one, the ledger on screen, in Excel and on paper."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from schedule.models import Assignment, Notice, Task, TaskSeries
from tests import build as people
from tests.conftest import Cast
from tests.schedule import tasks
from tests.schedule.tasks import ON


@pytest.fixture(autouse=True)
def on_that_day(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


def as_(client: Client, user: Any) -> Client:
    client.force_login(user)
    return client


def page(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(f"schedule:{name}", args=args) + query)
    assert response.status_code == 200
    return response.content.decode()


NEW = {
    "title": "报送小结",
    "text": "两千字",
    "target": "organization",
    "opens_on": "2011-06-20",
    "due": "2011年7月下旬",
}


def test_a_member_finds_what_is_his_and_open_first(client: Client, cast: Cast) -> None:
    tasks.task(cast.one, cast.shuji1, target="member", title="写体会")
    done = tasks.task(cast.one, cast.shuji1, target="member", title="读文件")
    tasks.done(tasks.of(done, member=cast.member1), cast.dangyuan1)
    html = page(as_(client, cast.dangyuan1), "task_list")
    assert "写体会" in html and "读文件" not in html
    html = page(client, "task_list", query="?state=all")
    assert html.index("写体会") < html.index("读文件")


def test_setting_one_shows_how_many_it_reaches_before_it_is_set(client: Client, cast: Cast) -> None:
    url = reverse("schedule:task_add")
    given = {"organization": cast.general.pk, **NEW}
    first = as_(client, cast.zongzhi).post(url, given).content.decode()
    assert "会下达到 2 个党组织" in first and "2011年7月下旬" in first and not Task.objects.exists()
    back = client.post(url, {**given, "back": "1"}).content.decode()
    assert 'value="报送小结"' in back
    client.post(url, {**given, "confirmed": "1"})
    task = Task.objects.get()
    assert (task.due_on, task.due_precision, task.spoken_due) == (date(2011, 7, 31), "ten_days", "2011年7月下旬")
    late = client.post(url, {**given, "opens_on": "2010-08-01", "due": "2010-09-10"}).content.decode()
    assert "按补录处理" in late


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"due": "明年"}, "不是看得懂的日期"),
        ({"due": "2011-06-01"}, "不能早于下达日期"),
        ({"due": "2099-06-01"}, "年份有没有写错"),
        ({"title": " "}, "请写任务名称"),
    ],
)
def test_what_does_not_fit_is_given_back_with_the_sentence(
    typed: dict[str, str], sentence: str, client: Client, cast: Cast
) -> None:
    data = {"organization": cast.general.pk, **NEW, **typed}
    response = as_(client, cast.zongzhi).post(reverse("schedule:task_add"), data)
    assert response.status_code == 422
    html = response.content.decode()
    assert sentence in html and "两千字" in html


def test_the_matrix_names_who_is_missing_and_one_click_reminds_him_once_a_day(client: Client, cast: Cast) -> None:
    task = tasks.task(cast.general, cast.ganshi)
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    html = page(as_(client, cast.zongzhi), "task_detail", task.pk)
    assert "还有 <strong>1</strong> 个没有完成" in html and "1/2" in html and tasks.RESULT in html
    url = reverse("schedule:task_remind", args=[task.pk])
    missing = Assignment.objects.get(task=task, organization=cast.two)
    assert "已提醒 1 人" in client.post(url, {"assignment": missing.pk}, follow=True).content.decode()
    assert "今天已经提醒过" in client.post(url, {"assignment": missing.pk}, follow=True).content.decode()
    assert Notice.objects.filter(letter="task_nudge").count() == 1


def test_whom_no_letter_reaches_is_named_and_not_counted_as_reminded(client: Client, cast: Cast) -> None:
    retired = people.member(cast.one, "老党员", email="")
    task = tasks.task(cast.one, cast.shuji1, target="member")
    url = reverse("schedule:task_remind", args=[task.pk])
    missing = Assignment.objects.get(task=task, member=retired)
    html = as_(client, cast.shuji1).post(url, {"assignment": missing.pk}, follow=True).content.decode()
    assert "老党员收不到系统的提醒" in html and "已提醒" not in html
    assert not Notice.objects.filter(letter="task_nudge").exists()


def test_reporting_without_the_file_that_is_asked_for_gives_back_what_was_typed(client: Client, cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.zongzhi, evidence_needed=True), cast.one)
    url = reverse("schedule:assignment_done", args=[made.pk])
    response = as_(client, cast.shuji1).post(
        url, {"done_on": "2011-06-19", "result": "开过会了", "version": made.version}
    )
    assert response.status_code == 422
    html = response.content.decode()
    assert "要附材料" in html and "开过会了" in html
    paper = BytesIO("会议记录".encode())
    paper.name = "记录.txt"
    data = {"done_on": "2011-06-19", "result": "开过会了", "version": made.version, "evidence": paper}
    assert client.post(url, data).status_code == 302
    html = page(client, "assignment_detail", made.pk)
    assert "开过会了" in html and "记录.txt" in html and "已完成" in html


def test_a_year_that_must_be_a_slip_is_asked_about(client: Client, cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.ganshi), cast.one)
    url = reverse("schedule:assignment_done", args=[made.pk])
    data = {"done_on": "0011-06-19", "result": "开过会了", "version": made.version}
    answer = as_(client, cast.shuji1).post(url, data)
    assert answer.status_code == 422 and "年份有没有写错" in answer.content.decode()


def test_a_move_that_is_refused_gives_the_note_back(client: Client, cast: Cast) -> None:
    made = tasks.of(tasks.task(cast.general, cast.zongzhi), cast.one)
    url = reverse("schedule:assignment_act", args=[made.pk])
    response = as_(client, cast.zongzhi).post(url, {"verb": "return", "note": "补记录", "version": made.version})
    assert response.status_code == 403 and "补记录" in response.content.decode()


def test_a_change_on_an_older_reading_is_refused_and_given_back(client: Client, cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    data = {"title": "新名称", "due": "2011-07-10", "reason": "改名", "version": task.version + 5}
    response = as_(client, cast.zongzhi).post(reverse("schedule:task_edit", args=[task.pk]), data)
    assert response.status_code == 409 and "新名称" in response.content.decode()


def test_a_series_shows_its_days_with_the_holidays_moved_before_it_is_set(client: Client, cast: Cast) -> None:
    data = {
        **{
            "organization": cast.general.pk,
            "title": "报送学习",
            "target": "organization",
            "kind": "month",
            "every": "1",
        },
        **{"day": "3", "starts_on": "2011-06-20", "ends_on": "2011-12-31", "lead_days": "7"},
    }
    html = as_(client, cast.zongzhi).post(reverse("schedule:series_add"), data).content.decode()
    assert "2011年10月8日" in html and "国庆节" in html and "共 6 次" in html and not TaskSeries.objects.exists()
    client.post(reverse("schedule:series_add"), {**data, "confirmed": "1"})
    series = TaskSeries.objects.get()
    html = page(client, "series_detail", series.pk)
    assert "2011年10月8日" in html and "每月的3日" in html


def test_the_ledger_narrows_by_state_on_screen_in_excel_and_on_paper(client: Client, cast: Cast) -> None:
    task = tasks.task(cast.general, cast.zongzhi)
    tasks.done(tasks.of(task, cast.one), cast.shuji1)
    as_(client, cast.ganshi)
    assert "第二党支部" in page(client, "task_ledger", query="?state=open")
    book = load_workbook(BytesIO(b"".join(client.get(reverse("schedule:task_export") + "?state=done"))))
    cells = [cell.value for row in book.active.iter_rows() for cell in row]
    assert tasks.RESULT in cells and "第二党支部" not in cells
    assert tasks.RESULT in page(client, "task_print")


@pytest.mark.parametrize(
    "name", ["task_list", "task_list set", "task_ledger", "task_print", "task_detail", "series_detail"]
)
def test_pages_take_as_many_queries_for_many_rows_as_for_few(
    name: str, client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        people.member(cast.one)
        if number < 6:
            tasks.task(cast.general, cast.zongzhi, target=("member", "organization")[number % 2])
    target = tasks.task(cast.general, cast.zongzhi, target="member")
    series = tasks.series(cast.general, cast.zongzhi)
    args = {"task_detail": [target.pk], "series_detail": [series.pk]}.get(name, [])
    query = "?show=set" if name == "task_list set" else ""
    as_(client, cast.zongzhi)
    with django_assert_max_num_queries(22):
        page(client, name.split()[0], *args, query=query)


def test_nobody_finds_what_another_branch_has_to_do(client: Client, cast: Cast) -> None:
    theirs = tasks.task(cast.one, cast.shuji1, target="member", title="第一支部的事")
    shared = tasks.task(cast.general, cast.zongzhi, target="member", title="大家的事")
    as_(client, cast.shuji2)
    assert "第一支部的事" not in page(client, "task_list", query="?show=set&state=all")
    ledger = page(client, "task_ledger")
    assert "党员乙" in ledger and "党员甲" not in ledger
    html = page(client, "task_detail", shared.pk)
    assert "党员乙" in html and "党员甲" not in html
    html = page(as_(client, cast.dangyuan2), "task_detail", shared.pk)
    assert "党员乙" in html and "书记二" not in html
    assert client.get(reverse("schedule:task_detail", args=[theirs.pk])).status_code == 404
