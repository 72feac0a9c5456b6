"""Group robots: said once, signed as each wants it, tried again when it may pass, and never anything but title, day and link."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry, User
from branches.states import Post
from chuangxian import clock
from schedule import leases, letters, robots
from schedule.delivery import deliver_all, sweep
from schedule.models import Mail, WebhookChannel, WebhookDelivery
from schedule.outbox import post
from schedule.planner import plan
from schedule.reminding import Due
from schedule.robots import Message, what_is_wrong
from schedule.states.channels import Flavour
from schedule.states.notices import Error, MailState
from tests import build
from tests.conftest import Cast
from tests.schedule import tasks as asking
from tests.schedule.notices import DAY, around_now, milestone, planned_since, reminder
from tests.schedule.robot import DROP, HANG, Robot, running_robot

pytestmark = pytest.mark.django_db

LETTER = "milestone_ahead"
LIST, ADD, LOG = "schedule:channel_list", "schedule:channel_add", "schedule:delivery_list"


@pytest.fixture(autouse=True)
def _stand(settings: Any) -> Iterator[None]:
    settings.CHUANGXIAN_TODAY = DAY
    settings.WEBHOOK_TIMEOUT_SECONDS = 0.4
    yield


@pytest.fixture
def robot() -> Iterator[Robot]:
    with running_robot() as one:
        yield one


def channel(cast: Cast, robot: Robot, flavour: str = Flavour.WECOM, **fields: Any) -> WebhookChannel:
    rest = {"organization": cast.general, "name": "工作群", "letters": [LETTER], "by": cast.ganshi, "url": robot.url}
    return WebhookChannel.objects.create(flavour=flavour, **(rest | fields))


def tell(*to: Any, letter: str = LETTER, slot: str = "x", on: date = DAY) -> None:
    post(letter=letter, obj=milestone(), to=to, slot=slot, due_on=date(2011, 7, 1), on=on)


def hurry() -> None:
    WebhookDelivery.objects.update(due_at=Now())


def states() -> list[str]:
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


# ---- what is posted ----


def test_a_group_is_told_once_however_many_of_its_people_are(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    record = milestone()
    for _ in "ab":
        post(letter=LETTER, obj=record, to=[cast.member1, cast.member2], slot="x", due_on=None, on=DAY)
    deliver_all(on=DAY)
    assert len(robot.heard) == 1
    assert states() == [MailState.SENT]
    assert Mail.objects.count() == 2


def test_a_branch_s_group_hears_only_what_concerns_its_people(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, organization=cast.one)
    tell(cast.member2)
    assert states() == []
    tell(cast.member1)
    assert states() == [MailState.READY]


def test_a_letter_not_chosen_or_not_for_groups_goes_to_none(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, letters=["phase_starting", "letter"])
    with reminder("letter"):
        tell(cast.member1)
        tell(cast.member1, letter="letter")
    assert states() == []


def test_neither_history_nor_a_channel_switched_off_says_anything(cast: Cast, robot: Robot) -> None:
    one = channel(cast, robot)
    tell(cast.member1, on=DAY - timedelta(days=9))
    WebhookChannel.objects.filter(pk=one.pk).update(is_active=False)
    tell(cast.member1)
    assert states() == []


def test_slots_of_a_standstill_are_told_to_no_group(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    dues = [Due(milestone(DAY), [cast.member1], DAY)]
    with reminder(LETTER + "_test", leads=(2, 1, 0), open_items=lambda on, until: dues):
        known = letters._letters[LETTER + "_test"]
        letters._letters[LETTER + "_test"] = letters.Letter(
            known.kind, "测试", known.url, None, known.template, group=True
        )
        WebhookChannel.objects.update(letters=[LETTER + "_test"])
        planned_since(LETTER + "_test", DAY - timedelta(days=5))
        plan(on=DAY)
    assert WebhookDelivery.objects.count() == 1


def test_letters_for_groups_tell_of_no_single_person() -> None:
    assert {letter.kind for letter in letters.for_groups()} == {
        *("milestone_ahead", "phase_starting", "phase_ending"),
        *("study_moved", "study_cancelled", "study_session_tomorrow", "study_gap"),
        *("meeting_missing", "task_set"),
    }


def test_what_is_one_branch_s_its_own_group_hears_and_none_above_it_or_beside_it(cast: Cast, robot: Robot) -> None:
    for place in (cast.general, cast.one, cast.two):
        channel(cast, robot, organization=place, letters=["meeting_missing"])
    post(letter="meeting_missing", obj=cast.one, to=[cast.shuji1.member], slot="x", due_on=DAY, on=DAY)
    [told] = WebhookDelivery.objects.all()
    assert told.channel.organization == cast.one
    assert told.title == "第一党支部还有三会一课没有召开或者没有记录"


def test_a_branch_s_task_is_told_to_its_group_and_a_member_s_to_none(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, organization=cast.one, letters=["task_set"])
    asked = asking.of(asking.task(cast.general, cast.zongzhi), cast.one)
    [told] = WebhookDelivery.objects.all()
    assert (told.target_id, told.title) == (asked.pk, f"新任务：{asking.TITLE}")
    asked.member = cast.member1
    post(letter="task_set", obj=asked, to=[cast.member1], slot="x", due_on=DAY, on=DAY)
    assert WebhookDelivery.objects.count() == 1


# ---- what it reads ----


def test_it_reads_title_day_and_link_and_nothing_else(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    tell(cast.member1)
    deliver_all(on=DAY)
    [(_, body)] = robot.heard
    link = f"http://127.0.0.1:8000{reverse('schedule:timeline')}"
    assert body == {
        "msgtype": "text",
        "text": {
            "content": f"重大节点临近：建党90周年（2011年7月1日）\n期限：2011年7月1日\n查看：{link}\n——创先争优活动平台"
        },
    }


def test_dingtalk_is_signed_in_the_address(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, Flavour.DINGTALK, secret="SECabc")
    tell(cast.member1)
    deliver_all(on=DAY)
    [(path, body)] = robot.heard
    said = parse_qs(urlsplit(path).query)
    stamp = said["timestamp"][0]
    assert abs(int(stamp) / 1000 - clock.wall().timestamp()) < 60
    expected = hmac.new(b"SECabc", f"{stamp}\nSECabc".encode(), hashlib.sha256).digest()
    assert said["sign"] == [base64.b64encode(expected).decode()]
    assert said["access_token"] == ["token-1234"]
    assert body["msgtype"] == "text"


def test_feishu_is_signed_in_the_body_and_reads_a_post(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, Flavour.FEISHU, secret="demo")
    tell(cast.member1)
    deliver_all(on=DAY)
    [(_, body)] = robot.heard
    key = f"{body['timestamp']}\ndemo".encode()
    assert body["sign"] == base64.b64encode(hmac.new(key, b"", hashlib.sha256).digest()).decode()
    assert abs(int(body["timestamp"]) - clock.wall().timestamp()) < 60
    said = body["content"]["post"]["zh_cn"]
    assert said["title"].startswith("重大节点临近")
    assert [piece["tag"] for row in said["content"] for piece in row] == ["text", "a", "text"]
    assert states() == [MailState.SENT]


def test_no_title_can_call_people(cast: Cast) -> None:
    message = Message('<at user_id="all">所有人</at> @所有人', "", "")
    assert robots.body_of(Flavour.FEISHU, message)["msg_type"] == "post"
    for flavour in (Flavour.WECOM, Flavour.DINGTALK):
        assert set(robots.body_of(flavour, message)) == {"msgtype", "text"}
        assert set(robots.body_of(flavour, message)["text"]) == {"content"}


# ---- answers ----

ANSWERS: list[tuple[str, Any, str, str]] = [
    (Flavour.WECOM, (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (200, {"errcode": 93000, "errmsg": "invalid webhook url"}), MailState.FAILED, Error.REFUSED),
    (Flavour.DINGTALK, (200, {"errcode": 130101, "errmsg": "send too fast"}), MailState.READY, Error.TEMPORARY),
    (Flavour.DINGTALK, (200, {"errcode": 310000, "errmsg": "sign not match"}), MailState.FAILED, Error.REFUSED),
    (Flavour.FEISHU, (200, {"code": 9499, "msg": "too many request"}), MailState.READY, Error.TEMPORARY),
    (Flavour.FEISHU, (200, {"code": 19021, "msg": "sign match fail"}), MailState.FAILED, Error.REFUSED),
    (Flavour.FEISHU, (200, {"StatusCode": 0, "StatusMessage": "success"}), MailState.SENT, Error.NONE),
    (Flavour.WECOM, (200, {"errcode": False}), MailState.FAILED, Error.REFUSED),
    (Flavour.WECOM, (200, b"<html>"), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (200, {}), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (200, {"errcode": [0]}), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (200, b"x" * 20_000), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (429, {}), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (503, b""), MailState.READY, Error.TEMPORARY),
    (Flavour.WECOM, (404, b""), MailState.FAILED, Error.REFUSED),
    (Flavour.WECOM, (302, b""), MailState.FAILED, Error.REFUSED),
    (Flavour.WECOM, DROP, MailState.READY, Error.INTERRUPTED),
    (Flavour.WECOM, HANG, MailState.READY, Error.INTERRUPTED),
]


@pytest.mark.parametrize(("flavour", "answer", "state", "error"), ANSWERS, ids=str)
def test_each_answer_decides_what_follows(
    cast: Cast, robot: Robot, flavour: str, answer: Any, state: str, error: str
) -> None:
    robot.react = lambda path, body: answer
    channel(cast, robot, flavour)
    tell(cast.member1)
    deliver_all(on=DAY)
    row = WebhookDelivery.objects.get()
    assert (row.state, row.error, row.attempt) == (state, error, 1)
    assert len(robot.heard) == 1  # a redirection is not followed
    assert "token-1234" not in row.error_text


def test_what_may_pass_is_said_again_once(cast: Cast, robot: Robot) -> None:
    robot.react = lambda path, body: (503, b"")
    channel(cast, robot)
    tell(cast.member1)
    assert deliver_all(on=DAY) == 2  # the mail and the message
    assert deliver_all(on=DAY) == 0  # it waits for its rung
    robot.react = Robot().react
    hurry()
    deliver_all(on=DAY)
    assert states() == [MailState.SENT]
    assert deliver_all(on=DAY) == 0


def test_a_robot_that_asks_for_peace_is_left_alone_for_the_batch(cast: Cast, robot: Robot) -> None:
    robot.react = lambda path, body: (200, {"errcode": 45009})
    channel(cast, robot)
    for n in range(4):
        tell(cast.member1, slot=str(n))
    deliver_all(on=DAY)
    assert len(robot.heard) == 1
    assert states() == [MailState.READY] * 4


def test_one_robot_that_is_gone_stops_no_other(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, url="http://127.0.0.1:9/robot/send")
    channel(cast, robot, name="另一个群")
    tell(cast.member1)
    deliver_all(on=DAY)
    assert states() == [MailState.READY, MailState.SENT]
    assert WebhookDelivery.objects.first().error == Error.NONE  # type: ignore[union-attr]
    assert WebhookDelivery.objects.last().error == Error.CONNECTION  # type: ignore[union-attr]


# ---- claim, lease, fence, sweep ----


def expire() -> None:
    WebhookDelivery.objects.exclude(lease_until=None).update(lease_until=Now() - timedelta(seconds=1))


def test_who_comes_back_late_changes_nothing_and_a_copy_follows_once(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    tell(cast.member1)
    [late] = leases.claim(WebhookDelivery, 5, "channel")
    assert leases.claim(WebhookDelivery, 5) == []
    assert leases.begin(late)
    expire()
    assert sweep() == 1
    leases.finish(late)
    assert states() == [MailState.READY]
    deliver_all(on=DAY)
    assert states() == [MailState.SENT]
    assert len(robot.heard) == 1


def test_what_is_done_with_before_it_leaves_is_not_said(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    gone = milestone()
    post(letter=LETTER, obj=gone, to=[cast.member1], slot="x", due_on=None, on=DAY)
    gone.delete()
    deliver_all(on=DAY)
    assert states() == [MailState.CANCELLED]
    assert robot.heard == []


def test_a_channel_switched_off_before_it_leaves_is_not_called(cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    tell(cast.member1)
    WebhookChannel.objects.update(is_active=False)
    deliver_all(on=DAY)
    assert (states(), robot.heard) == ([MailState.CANCELLED], [])


def test_in_quiet_hours_a_group_hears_nothing(cast: Cast, robot: Robot, settings: Any) -> None:
    settings.QUIET_HOURS = around_now()
    channel(cast, robot)
    tell(cast.member1)
    deliver_all(on=DAY)
    assert (states(), robot.heard) == ([MailState.READY], [])
    hurry()
    deliver_all(on=DAY)
    assert states() == [MailState.SENT]


# ---- which addresses ----

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=abc"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/abc"


@pytest.mark.parametrize(
    ("flavour", "url"), [(Flavour.WECOM, WECOM), (Flavour.DINGTALK, DINGTALK), (Flavour.FEISHU, FEISHU)]
)
def test_the_vendors_own_addresses_are_right(flavour: str, url: str) -> None:
    assert what_is_wrong(flavour, url) == ""


@pytest.mark.parametrize(
    ("flavour", "url"),
    [
        (Flavour.WECOM, WECOM.replace("https", "http")),
        (Flavour.WECOM, DINGTALK),
        (Flavour.WECOM, WECOM.partition("?")[0]),
        (Flavour.WECOM, "https://qyapi.weixin.qq.com:8443/cgi-bin/webhook/send?key=1"),
        (Flavour.WECOM, "https://user:pass@qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1"),
        (Flavour.WECOM, "https://qyapi.weixin.qq.com@evil.example/cgi-bin/webhook/send?key=1"),
        (Flavour.WECOM, "https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key=1"),
        (Flavour.FEISHU, "https://open.feishu.cn/open-apis/im/v1/messages"),
        (Flavour.DINGTALK, "https://169.254.169.254/latest/meta-data"),
        (Flavour.DINGTALK, "https://localhost/robot/send?access_token=1"),
        (Flavour.DINGTALK, "file:///etc/passwd"),
        (Flavour.DINGTALK, "https://oapi.dingtalk.com:notaport/robot/send?access_token=1"),
        (Flavour.DINGTALK, "https://[::1/"),
        (Flavour.DINGTALK, "就是这个群"),
    ],
)
def test_any_other_address_is_refused_with_a_sentence(flavour: str, url: str) -> None:
    assert what_is_wrong(flavour, url).endswith("。")


def test_a_gateway_of_the_house_is_allowed_by_its_host_and_port(settings: Any) -> None:
    settings.WEBHOOK_OWN_HOSTS = ("robot.example.edu.cn:8443",)
    assert what_is_wrong(Flavour.WECOM, "https://robot.example.edu.cn:8443/hook/1") == ""
    assert what_is_wrong(Flavour.WECOM, "https://robot.example.edu.cn/hook/1") != ""
    assert what_is_wrong(Flavour.WECOM, "http://robot.example.edu.cn:8443/hook/1") != ""


def test_an_address_written_past_the_form_is_not_called(cast: Cast, robot: Robot) -> None:
    channel(cast, robot, url="https://169.254.169.254/latest")
    tell(cast.member1)
    deliver_all(on=DAY)
    assert states() == [MailState.FAILED]


# ---- the pages ----


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def form(cast: Cast, robot: Robot, **fields: Any) -> dict[str, Any]:
    typed = {"organization": cast.one.pk, "name": "一支部群", "flavour": "dingtalk", "url": robot.url, "secret": "SECx"}
    return typed | {"letters": [LETTER], "is_active": "on"} | fields


def test_a_secretary_sets_up_his_branch_s_group_and_tries_it_out(client: Client, cast: Cast, robot: Robot) -> None:
    signed_in(client, cast.shuji1)
    page = client.post(reverse(ADD), form(cast, robot), follow=True)
    made = WebhookChannel.objects.get()
    assert (made.organization, made.secret, made.by) == (cast.one, "SECx", cast.shuji1)
    text = page.content.decode()
    assert "一支部群" in text
    assert "127.0.0.1/…1234" in text
    assert robot.url not in text
    assert "SECx" not in text
    page = client.post(reverse("schedule:channel_test", args=[made.pk]), follow=True)
    assert "测试消息已发到“一支部群”" in page.content.decode()
    assert "sign=" in robot.heard[0][0]
    edit = client.get(reverse("schedule:channel_edit", args=[made.pk])).content.decode()
    assert robot.url not in edit
    assert "SECx" not in edit
    lines = list(LogEntry.objects.filter(verb__startswith="channel_"))
    assert {line.verb for line in lines} == {"channel_add", "channel_test"}
    assert not any("1234" in f"{line.note}{line.changes}" or "SECx" in f"{line.note}{line.changes}" for line in lines)


def test_a_test_that_fails_says_why(client: Client, cast: Cast, robot: Robot) -> None:
    robot.react = lambda path, body: (200, {"errcode": 310000, "errmsg": "sign not match"})
    one = channel(cast, robot, Flavour.DINGTALK)
    page = signed_in(client, cast.ganshi).post(reverse("schedule:channel_test", args=[one.pk]), follow=True)
    assert "群机器人不收（310000 sign not match）" in page.content.decode()


def test_address_and_secret_left_empty_stay_as_they_are(client: Client, cast: Cast, robot: Robot) -> None:
    one = channel(cast, robot, Flavour.DINGTALK, secret="SECabc")
    signed_in(client, cast.ganshi)
    url = reverse("schedule:channel_edit", args=[one.pk])
    typed = {
        "name": "新名字",
        "flavour": "dingtalk",
        "url": "",
        "secret": "",
        "letters": ["phase_ending"],
        "version": 1,
    }
    assert client.post(url, typed).status_code == 302
    one.refresh_from_db()
    assert (one.name, one.url, one.secret, one.letters, one.is_active) == (
        "新名字",
        robot.url,
        "SECabc",
        ["phase_ending"],
        False,
    )
    stale = client.post(url, typed | {"name": "旧版本"})
    assert stale.status_code == 409
    assert "您填写期间有人改过这个群机器人" in stale.content.decode()
    assert client.post(url, typed | {"forget": "on", "version": 2}).status_code == 302
    one.refresh_from_db()
    assert one.secret == ""


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": "https://evil.example/"}, "这不是钉钉群机器人的地址"),
        ({"url": ""}, "请填机器人地址"),
        ({"letters": []}, "请至少选一种"),
        ({"letters": ["pledge_due"]}, "pledge_due"),
        ({"flavour": "wecom"}, "企业微信的机器人不签名"),
        ({"name": ""}, "请写群名称"),
    ],
)
def test_what_is_wrong_is_said_and_given_back(
    client: Client, cast: Cast, robot: Robot, wrong: dict[str, Any], sentence: str
) -> None:
    page = signed_in(client, cast.shuji1).post(reverse(ADD), form(cast, robot, **wrong))
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "SECx" in page.content.decode()
    assert not WebhookChannel.objects.exists()


def test_one_sets_up_groups_of_one_s_own_organisations_only(client: Client, cast: Cast, robot: Robot) -> None:
    page = signed_in(client, cast.shuji1).post(reverse(ADD), form(cast, robot, organization=cast.two.pk))
    assert page.status_code == 422
    assert signed_in(client, cast.dangyuan1).get(reverse(ADD)).status_code == 403


def test_a_commissioner_reads_of_the_branch_and_keeps_no_robot(client: Client, cast: Cast, robot: Robot) -> None:
    build.appoint(cast.member1, cast.one, Post.PUBLICITY_COMMISSIONER)
    one = channel(cast, robot, organization=cast.one)
    signed_in(client, cast.dangyuan1)
    for view in ("channel_edit", "channel_test"):
        assert client.post(reverse(f"schedule:{view}", args=[one.pk])).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403
    assert robot.heard == []


def test_the_log_says_what_became_of_each_and_sends_again(client: Client, cast: Cast, robot: Robot) -> None:
    robot.react = lambda path, body: (200, {"errcode": 93000, "errmsg": "invalid webhook url"})
    channel(cast, robot)
    tell(cast.member1)
    deliver_all(on=DAY)
    signed_in(client, cast.ganshi)
    text = client.get(reverse(LOG), {"state": "stuck"}).content.decode()
    assert "群机器人不收（93000 invalid webhook url）" in text
    assert "1 次" in text
    robot.react = Robot().react
    row = WebhookDelivery.objects.get()
    page = client.post(reverse("schedule:delivery_resend", args=[row.pk]), follow=True)
    assert "已重新排队发到“工作群”" in page.content.decode()
    deliver_all(on=DAY)
    assert states() == [MailState.SENT]
    assert client.post(reverse("schedule:delivery_resend", args=[row.pk])).status_code == 403
    assert "群消息“工作群”：已发送" in client.get(reverse("schedule:notice_ledger")).content.decode()


def test_the_log_ends_at_one_s_own_groups(client: Client, cast: Cast, robot: Robot) -> None:
    channel(cast, robot)
    tell(cast.member1)
    assert signed_in(client, cast.shuji1).get(reverse(LOG)).context["page"].paginator.count == 0
    assert signed_in(client, cast.zongzhi).get(reverse(LOG)).context["page"].paginator.count == 1


def test_lists_ask_the_same_for_many_rows(
    client: Client, cast: Cast, robot: Robot, django_assert_max_num_queries: Any
) -> None:
    signed_in(client, cast.ganshi)
    for n in range(12):
        channel(cast, robot, name=f"群{n}")
    for n in range(5):
        tell(cast.member1, slot=f"{n}")
    client.get(reverse(LIST))
    for view in (LIST, LOG):
        with django_assert_max_num_queries(22):
            client.get(reverse(view))
