"""Signing in at a session: by the moving code, only for oneself, only in the room, only on the day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, User
from branches.models import Member, Membership
from chuangxian import clock
from chuangxian.verdicts import Refused
from schedule import signing
from schedule.actions import attendance as actions
from schedule.models import Attendance, StudySession
from schedule.states.study import Presence, SignedBy
from tests import build as people
from tests.conftest import Cast
from tests.schedule import attendance as study
from tests.schedule.attendance import ON


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(session: StudySession, view: str = "sign_in", code: str = "") -> str:
    return reverse(f"schedule:{view}", args=[session.pk]) + (f"?code={code}" if code else "")


def scanned(client: Client, session: StudySession) -> str:
    """The ticket one gets for the code that is on the screen now."""
    response = client.get(url(session, code=study.code(session, clock.wall())))
    assert response.status_code == 200
    return str(response.context["ticket"])


def test_a_member_scans_sees_for_whom_he_signs_and_presses_one_button(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.dangyuan1)
    page = client.get(url(session, code=study.code(session, clock.wall())))
    assert "为 <strong>党员甲</strong> 签到" in page.content.decode()
    assert not Attendance.objects.exists()  # looking writes nothing
    done = client.post(url(session), {"ticket": page.context["ticket"]}, follow=True)
    assert "党员甲，您已签到。" in done.content.decode()
    row = study.of(session, cast.dangyuan1)
    assert (row.status, row.signed_by, row.by) == (Presence.PRESENT, SignedBy.CODE, cast.dangyuan1)
    assert LogEntry.objects.filter(verb="sign", actor=cast.dangyuan1).count() == 1


def test_the_code_of_the_half_minute_before_is_taken_and_one_two_minutes_old_refused_with_a_sentence(
    cast: Cast,
) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.dangyuan1)
    before = study.code(session, clock.wall() - timedelta(seconds=30))
    assert client.get(url(session, code=before)).status_code == 200
    old = client.get(url(session, code=study.code(session, clock.wall() - timedelta(minutes=2))))
    assert old.status_code == 403
    assert "这个签到码已经过期，请扫大屏幕上现在的码。" in old.content.decode()
    assert "ticket" not in old.context
    # the six digits do not do for the long code, which nobody counts the tries of
    assert client.get(url(session, code=study.digits(session, clock.wall()))).status_code == 403
    assert not Attendance.objects.exists()


def test_who_was_too_slow_after_scanning_is_told_to_scan_again(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.dangyuan1)
    late = signing.ticket_for(session, cast.dangyuan1, clock.wall() - timedelta(seconds=91))
    response = client.post(url(session), {"ticket": late})
    assert response.status_code == 403
    assert "停留得太久了，请再扫一次" in response.content.decode()
    assert not Attendance.objects.exists()


def test_who_has_to_sign_in_first_comes_back_to_the_code(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    address = url(session, code=study.code(session, clock.wall()))
    response = Client().get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(reverse("accounts:sign_in"))
    assert study.code(session, clock.wall()) in response.headers["Location"]


def test_nobody_signs_for_another(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    mine, his = signed_in(cast.dangyuan1), signed_in(cast.shuji1)
    ticket = scanned(mine, session)
    # his ticket in my hand, and my number in his form: neither helps
    assert his.post(url(session), {"ticket": ticket, "member": cast.member1.pk}).status_code == 403
    assert not Attendance.objects.exists()
    his.post(url(session), {"ticket": scanned(his, session), "member": cast.member1.pk, "user": cast.dangyuan1.pk})
    assert [row.member.user for row in Attendance.objects.all()] == [cast.shuji1]


def test_guests_are_told_that_they_cannot_sign_and_others_find_nothing(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    now = study.code(session, clock.wall())
    for guest in (cast.dangyuan2, cast.stranger, cast.guanli):
        there = signed_in(guest).get(url(session, code=now))
        assert there.status_code == 403 and "签到只限这次学习所属党组织的党员" in there.content.decode()
        assert signed_in(guest).get(url(session)).status_code == 404
    assert signed_in(cast.ganshi).get(url(session, code=now)).status_code == 403
    with pytest.raises(Refused, match="只限"):
        actions.sign(session=session, by=cast.dangyuan2, on=ON)


def test_a_session_of_the_general_branch_is_signed_by_the_members_of_all_branches(cast: Cast) -> None:
    session = study.open_(cast.general, cast.zongzhi)
    for user in (cast.dangyuan1, cast.dangyuan2, cast.zongzhi):
        assert study.signed(session, user).status == Presence.PRESENT


@pytest.mark.usefixtures("counted_afresh")
def test_the_six_digits_may_be_typed_instead_with_spaces_as_shown(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.dangyuan1)
    old = study.digits(session, clock.wall() - timedelta(minutes=2))
    for wrong in (old, "12345", "一二三四五六", ""):
        response = client.post(url(session), {"digits": wrong})
        assert response.status_code == 422
    assert not Attendance.objects.exists()
    now = study.digits(session, clock.wall())
    assert client.post(url(session), {"digits": f" {now[:3]} {now[3:]} "}).status_code == 302
    assert study.of(session, cast.dangyuan1).signed_by == SignedBy.CODE


@pytest.mark.usefixtures("counted_afresh")
def test_guessing_digits_ends_after_a_few_tries_even_with_the_right_ones(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.dangyuan1)
    answers = [client.post(url(session), {"digits": f"00000{n}"}).status_code for n in range(6)]
    assert answers == [422] * 5 + [429]
    right = client.post(url(session), {"digits": study.digits(session, clock.wall())})
    assert right.status_code == 429 and "过一分钟再试" in right.content.decode()
    # others are not kept out, nor is he who scans
    assert signed_in(cast.shuji1).post(url(session), {"digits": "000000"}).status_code == 422
    assert client.post(url(session), {"ticket": scanned(client, session)}).status_code == 302


def test_signing_waits_until_it_is_opened_and_ends_when_it_is_closed_or_the_day_is_over(cast: Cast) -> None:
    session = study.session(cast.one)
    with pytest.raises(Refused, match="现在没有在签到"):
        actions.sign(session=session, by=cast.dangyuan1, on=ON)
    actions.open_signing(session=session, by=cast.shuji1, on=ON)
    actions.open_signing(session=study.again(session), by=cast.shuji1, on=ON)  # twice does no harm
    actions.close_signing(session=study.again(session), by=cast.shuji1, on=ON)
    with pytest.raises(Refused, match="现在没有在签到"):
        actions.sign(session=study.again(session), by=cast.dangyuan1, on=ON)
    actions.open_signing(session=study.again(session), by=cast.shuji1, on=ON)
    with pytest.raises(Refused, match="只在学习当天"):
        actions.sign(session=study.again(session), by=cast.dangyuan1, on=ON + timedelta(days=1))
    with pytest.raises(Refused, match="只在学习当天"):
        actions.open_signing(session=session, by=cast.shuji1, on=ON + timedelta(days=1))
    assert [entry.verb for entry in LogEntry.objects.of(session)] == ["open_signing", "close_signing", "open_signing"]


def test_the_lecturer_may_open_it_and_no_other_member(cast: Cast) -> None:
    session = study.session(cast.one, lecturer=cast.member1)
    actions.open_signing(session=session, by=cast.dangyuan1, on=ON)
    other = study.session(cast.two)
    with pytest.raises(Refused, match="支部委员会或者这次的主讲人"):
        actions.open_signing(session=other, by=cast.dangyuan2, on=ON)


def test_who_asked_for_leave_and_came_is_present_and_signing_twice_changes_nothing(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    study.asked(session, cast.dangyuan1)
    first = study.signed(session, cast.dangyuan1)
    assert (first.status, first.reason) == (Presence.PRESENT, "")
    assert study.signed(session, cast.dangyuan1).version == first.version


def test_the_screen_shows_the_code_of_now_and_who_is_still_missing(cast: Cast) -> None:
    session = study.open_(cast.one, cast.shuji1)
    study.signed(session, cast.dangyuan1)
    client = signed_in(cast.shuji1)
    for view in ("session_sign", "session_sign_now"):
        page = client.get(url(session, view)).content.decode()
        assert any(study.code(session, clock.wall() - timedelta(seconds=s)) in page for s in (0, 30))
        assert "书记一" in page and "data-signed>1<" in page
        assert "党员甲" not in page  # he has signed
        assert session.sign_key not in page


def test_begins_and_ends_by_a_button(cast: Cast) -> None:
    session, client = study.session(cast.one), signed_in(cast.shuji1)
    assert "开始签到" in client.get(url(session, "session_sign")).content.decode()
    assert client.post(url(session, "session_sign"), {"verb": "open"}).status_code == 302
    assert study.again(session).sign_open
    assert client.post(url(session, "session_sign"), {"verb": "close"}).status_code == 302
    assert not study.again(session).sign_open
    assert client.post(url(session, "session_sign"), {"verb": "explode"}).status_code == 400


def test_the_screen_costs_the_same_with_three_members_and_with_three_hundred(cast: Cast) -> None:
    session, client = study.open_(cast.one, cast.shuji1), signed_in(cast.shuji1)

    def queries() -> int:
        client.get(url(session, "session_sign_now"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url(session, "session_sign_now")).status_code == 200
        return len(captured)

    few = queries()
    members = Member.objects.bulk_create(Member(name=f"众{n}", sort_key=f"{n:05}", sex="male") for n in range(300))
    at = {"organization": cast.one, "path": cast.one.path, "starts_on": date(2010, 7, 1)}
    Membership.objects.bulk_create(Membership(member=member, **at) for member in members)
    Attendance.objects.bulk_create(
        Attendance(session=session, member=member, status=Presence.PRESENT, by=cast.shuji1) for member in members[::2]
    )
    assert queries() == few <= 9


def test_who_joined_or_left_is_not_expected_on_other_days(cast: Cast) -> None:
    people.member(cast.one, "后来的", on=ON + timedelta(days=1))
    session = study.open_(cast.one, cast.shuji1)
    assert "后来的" not in signed_in(cast.shuji1).get(url(session, "session_sign_now")).content.decode()
