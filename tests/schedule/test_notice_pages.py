"""The inbox on a phone, the preview and the ledger for those who see to it that reminders arrive."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from branches.models import Member
from branches.states import Post
from chuangxian import clock
from schedule.models import Heartbeat, Mail, Notice
from schedule.outbox import post
from schedule.planner import plan
from schedule.queries.notices import ledger, outcomes
from schedule.reminding import Due
from schedule.states.notices import MailState, Outcome
from tests import build
from tests.conftest import Cast
from tests.schedule.notices import DAY, milestone, planned_since, reminder

pytestmark = pytest.mark.django_db

INBOX, LEDGER, PREVIEW = "schedule:notice_inbox", "schedule:notice_ledger", "schedule:reminder_preview"


@pytest.fixture(autouse=True)
def _stand(settings: Any) -> Iterator[None]:
    settings.CHUANGXIAN_TODAY = DAY
    with reminder("letter"):
        yield


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def tell(*to: Member | User, title: str = "建党90周年", on: date = DAY) -> list[Notice]:
    last = Notice.objects.count()
    post(letter="letter", obj=milestone(title=title), to=to, slot="x", due_on=date(2011, 7, 1), on=on)
    return list(Notice.objects.order_by("pk")[last:])


# ---- the inbox ----


def test_the_inbox_shows_what_is_unread_first(client: Client, cast: Cast) -> None:
    tell(cast.member1, title="第一件")
    [read] = tell(cast.member1, title="第二件")
    Notice.objects.filter(pk=read.pk).update(read_at=clock.now())
    page = signed_in(client, cast.dangyuan1).get(reverse(INBOX))
    text = page.content.decode()
    assert text.index("第一件") < text.index("第二件")
    assert "有 1 条未读" in text


def test_opening_a_notice_leads_to_its_record_and_marks_it_read(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.member1)
    answer = signed_in(client, cast.dangyuan1).post(reverse("schedule:notice_open", args=[notice.pk]))
    assert (answer.status_code, answer["Location"]) == (302, f"/record/{notice.target_id}/")
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_looking_at_the_inbox_marks_nothing_read(client: Client, cast: Cast) -> None:
    tell(cast.member1)
    signed_in(client, cast.dangyuan1).get(reverse(INBOX))
    assert Notice.objects.get().read_at is None


def test_everything_can_be_marked_read_at_once_and_only_one_s_own(client: Client, cast: Cast) -> None:
    tell(cast.member1, cast.member2)
    signed_in(client, cast.dangyuan1).post(reverse("schedule:notice_read_all"))
    assert set(Notice.objects.filter(read_at=None).values_list("member", flat=True)) == {cast.member2.pk}


def test_nobody_opens_another_s_notice(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.member1)
    for other in (cast.dangyuan2, cast.shuji1, cast.zongzhi, cast.ganshi, cast.stranger):
        assert signed_in(client, other).post(reverse("schedule:notice_open", args=[notice.pk])).status_code == 404
    assert Notice.objects.get().read_at is None


def test_the_first_reading_counts(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.member1)
    moments = set()
    for _ in "ab":
        signed_in(client, cast.dangyuan1).post(reverse("schedule:notice_open", args=[notice.pk]))
        moments.add(Notice.objects.get().read_at)
    assert len(moments) == 1


def test_an_empty_inbox_says_what_will_come(client: Client, cast: Cast) -> None:
    assert "还没有通知" in signed_in(client, cast.guanli).get(reverse(INBOX)).content.decode()


def test_what_a_letter_says_is_escaped_on_the_page(client: Client, cast: Cast) -> None:
    tell(cast.member1, title="<script>alert(1)</script>")
    text = signed_in(client, cast.dangyuan1).get(reverse(INBOX)).content.decode()
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


# ---- the ledger ----


def outcome_of(user: User) -> dict[str, str]:
    return {str(row.person): row.outcome for row in ledger(user, DAY)}


def test_the_ledger_says_what_became_of_each(cast: Cast) -> None:
    names = ["sent", "ready", "claimed", "sending", "failed", "unknown", "cancelled", "skipped"]
    members = {name: build.member(cast.one, name) for name in names}
    tell(*members.values(), build.member(cast.one, "nobody", email=""))
    no_mail = build.member(cast.one, "inbox only", email="")
    build.account(no_mail)
    tell(no_mail)
    for name, member in members.items():
        Mail.objects.filter(notice__member=member).update(state=name)
    waiting = Outcome.WAITING
    assert outcome_of(cast.ganshi) == {
        **{"sent": Outcome.TOLD, "ready": waiting, "claimed": waiting, "sending": waiting, "failed": Outcome.FAILED},
        **{"unknown": Outcome.UNKNOWN, "cancelled": Outcome.CANCELLED, "skipped": Outcome.SKIPPED},
        **{"nobody": Outcome.SKIPPED, "inbox only": Outcome.TOLD},
    }
    counted = outcomes(cast.ganshi, DAY)
    assert counted == {"told": 2, "waiting": 3, "failed": 1, "unknown": 1, "skipped": 2, "cancelled": 1}


def test_the_page_says_why_in_words(client: Client, cast: Cast) -> None:
    tell(cast.member1)
    tell(build.member(cast.one, "无号", email=""))
    Mail.objects.update(state=MailState.FAILED, error="recipient", error_text="550 no such user")
    text = signed_in(client, cast.ganshi).get(reverse(LEDGER)).content.decode()
    assert "收件地址无效" in text
    assert "550 no such user" in text
    assert "无账号" in text


def test_a_branch_secretary_keeps_no_ledger(client: Client, cast: Cast) -> None:
    for user in (cast.shuji1, cast.dangyuan1, cast.guanli):
        page = signed_in(client, user).get(reverse(LEDGER))
        assert page.status_code == 403
        assert "提醒台账由创先争优办公室和党总支书记、副书记查看" in page.content.decode()


def test_the_ledger_ends_at_the_unit_s_border(client: Client, cast: Cast) -> None:
    tell(cast.member1, cast.stranger.member)
    text = signed_in(client, cast.zongzhi).get(reverse(LEDGER)).content.decode()
    assert "党员甲" in text
    assert "外单位党员" not in text


def test_the_keeper_s_own_notice_from_elsewhere_is_in_his_inbox_and_not_in_the_unit_s_ledger(
    client: Client, cast: Cast
) -> None:
    build.appoint(cast.stranger.member, cast.general, Post.OFFICE_STAFF)
    tell(cast.stranger)
    signed_in(client, cast.stranger)
    assert client.get(reverse(INBOX)).context["page"].paginator.count == 1
    assert client.get(reverse(LEDGER)).context["page"].paginator.count == 0


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"outcome": "failed"}, {"党员甲"}),
        ({"outcome": "stuck"}, {"党员甲"}),
        ({"outcome": "not_sent"}, {"书记一"}),
        ({"outcome": "none such"}, {"党员甲", "党员乙", "书记一"}),
        ({"words": "乙"}, {"党员乙"}),
        ({"words": "代表大会"}, {"书记一"}),
        ({"first": "2011-06-20"}, {"党员甲", "党员乙"}),
        ({"last": "2011-06-19"}, {"书记一"}),
        ({"letter": "milestone_ahead"}, set()),
        ({"first": "昨天"}, {"党员甲", "党员乙", "书记一"}),
    ],
)
def test_the_ledger_can_be_narrowed(client: Client, cast: Cast, asked: dict[str, str], found: set[str]) -> None:
    tell(cast.member1, cast.member2)
    tell(cast.shuji1, title="党员代表大会", on=DAY - timedelta(days=9))
    Mail.objects.filter(notice__member=cast.member1).update(state=MailState.FAILED)
    page = signed_in(client, cast.ganshi).get(reverse(LEDGER), asked)
    assert {str(line.notice.person) for line in page.context["lines"]} == found


def test_the_ledger_can_be_narrowed_to_a_branch(client: Client, cast: Cast) -> None:
    tell(cast.member1, cast.member2)
    page = signed_in(client, cast.ganshi).get(reverse(LEDGER), {"organization": cast.two.pk})
    assert [str(line.notice.person) for line in page.context["lines"]] == ["党员乙"]


def test_a_filter_that_cannot_be_read_is_named(client: Client, cast: Cast) -> None:
    text = signed_in(client, cast.ganshi).get(reverse(LEDGER), {"first": "昨天"}).content.decode()
    assert "输入一个有效的日期" in text


def test_a_dead_letter_is_sent_again_from_the_ledger(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.member1)
    Mail.objects.update(state=MailState.FAILED)
    page = signed_in(client, cast.ganshi).post(reverse("schedule:notice_resend", args=[notice.pk]), follow=True)
    assert "已重新排队发送给党员甲" in page.content.decode()
    assert Mail.objects.get().state == MailState.READY


def test_what_has_been_sent_is_not_sent_again_by_hand(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.member1)
    Mail.objects.update(state=MailState.SENT)
    page = signed_in(client, cast.ganshi).post(reverse("schedule:notice_resend", args=[notice.pk]))
    assert page.status_code == 403
    assert "只有“发送失败”和“结果不明”的才能重发" in page.content.decode()


def test_another_unit_s_dead_letter_is_not_there(client: Client, cast: Cast) -> None:
    [notice] = tell(cast.stranger)
    Mail.objects.update(state=MailState.FAILED)
    answer = signed_in(client, cast.ganshi).post(reverse("schedule:notice_resend", args=[notice.pk]))
    assert answer.status_code == 404


def test_the_ledger_names_reminders_that_broke(client: Client, cast: Cast) -> None:
    Heartbeat.objects.create(name="tick", at=clock.wall(), trouble="承诺事项到期")
    text = signed_in(client, cast.ganshi).get(reverse(LEDGER)).content.decode()
    assert "最近一次检查时出错：承诺事项到期" in text


# ---- the preview ----


def coming(*to: Member, days: int) -> Any:
    due_on = DAY + timedelta(days=days)
    return Due(milestone(due_on, "民主评议"), to, due_on)


def test_the_preview_names_day_reminder_and_people(client: Client, cast: Cast) -> None:
    with reminder("soon", open_items=lambda on, until: [coming(cast.member1, cast.member2, days=10)]):
        page = signed_in(client, cast.zongzhi).get(reverse(PREVIEW))
        text = page.content.decode()
        assert "党员甲、党员乙" in text
        assert "民主评议" in text
        busy = [(day.day - DAY).days for day in page.context["days"] if day.reminders]
        assert busy == [3, 7, 10]
        assert page.context["chosen"].day == DAY + timedelta(days=3)
        other = client.get(reverse(PREVIEW), {"day": "2011-06-27"})
        assert other.context["chosen"].day == DAY + timedelta(days=7)


def test_a_branch_secretary_foresees_his_own_branch(client: Client, cast: Cast) -> None:
    with reminder("soon", open_items=lambda on, until: [coming(cast.member1, cast.member2, days=10)]):
        text = signed_in(client, cast.shuji1).get(reverse(PREVIEW)).content.decode()
    assert "党员甲" in text
    assert "党员乙" not in text


def test_a_member_foresees_nothing(client: Client, cast: Cast) -> None:
    assert signed_in(client, cast.dangyuan1).get(reverse(PREVIEW)).status_code == 403


def test_nothing_ahead_is_said(client: Client, cast: Cast) -> None:
    text = signed_in(client, cast.zongzhi).get(reverse(PREVIEW)).content.decode()
    assert "近期没有要发出的提醒" in text


@pytest.mark.parametrize("day", ["2011-06-27x", "9999-01-01", "", "\x00"])
def test_a_day_that_is_none_shows_the_first_one(client: Client, cast: Cast, day: str) -> None:
    with reminder("soon", open_items=lambda on, until: [coming(cast.member1, days=10)]):
        page = signed_in(client, cast.zongzhi).get(reverse(PREVIEW), {"day": day})
    assert page.context["chosen"].day == DAY + timedelta(days=3)


# ---- as many queries for many rows as for few ----


@pytest.mark.parametrize("view", [INBOX, LEDGER, PREVIEW])
def test_lists_ask_the_same_of_the_database_for_many_rows(client: Client, cast: Cast, view: str) -> None:
    zongzhi: Member = cast.zongzhi.member
    signed_in(client, cast.zongzhi)

    def queries(rows: int) -> int:
        for _ in range(rows):
            tell(build.member(cast.one), zongzhi)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(view)).status_code == 200
        return len(captured)

    dues: list[Due] = []
    with reminder("soon", open_items=lambda on, until: dues):
        planned_since("soon", DAY)
        dues += [coming(build.member(cast.one), days=9) for _ in range(3)]
        plan(on=DAY)
        queries(1)  # the first page of a session also notes that somebody is there
        few = queries(3)
        dues += [coming(build.member(cast.one), days=9) for _ in range(297)]
        assert queries(297) == few
