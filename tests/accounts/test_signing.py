"""Signing in, out and the password: what is let in, what is told, what is logged."""

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.contrib.auth.hashers import get_hasher
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from accounts import actions
from accounts.models import LogEntry, User
from accounts.views import KNOWN_BROWSER
from chuangxian import clock
from chuangxian.middleware import PAST_DAY
from tests import build
from tests.conftest import Cast

SIGN_IN = reverse("accounts:sign_in")
PASSWORD = "zhang-zou-lu-8"


@pytest.fixture
def lisi(db: Any) -> User:
    return build.user("lisi", "李四", password=PASSWORD)


def sign_in(client: Client, username: str, password: str, **extra: Any) -> Any:
    return client.post(SIGN_IN, {"username": username, "password": password, **extra})


def account_lines() -> list[tuple[str, str]]:
    lines = LogEntry.objects.filter(category=LogEntry.Category.ACCOUNT).order_by("pk")
    return list(lines.values_list("verb", "target_name"))


def test_the_right_password_opens_and_goes_on_to_where_one_was_going(client: Client, lisi: User) -> None:
    answer = sign_in(client, "lisi", PASSWORD, next="/accounts/password/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/password/")
    assert account_lines() == [("sign_in", "李四")]


def test_a_signed_in_person_is_not_asked_again(client: Client, lisi: User) -> None:
    client.force_login(lisi)
    assert client.get(SIGN_IN, {"next": "/accounts/password/"})["Location"] == "/accounts/password/"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "///evil.example", r"\\evil.example", "/\\evil.example", "javascript:alert(1)",
     "http:evil.example", "https:///evil.example", " //evil.example", "\t//evil.example", "data:text/html,x", "ftp://testserver/",
     "http://testserver@evil.example/", "http://testserver.evil.example/", "0001-01-01", "accounts:account_list", "//testserver:pw@evil.example"],
)  # fmt: skip
def test_nobody_is_led_to_a_foreign_site_after_signing_in(client: Client, lisi: User, target: str) -> None:
    assert sign_in(client, "lisi", PASSWORD, next=target)["Location"] == "/"


def test_a_lost_session_leads_back_to_the_page_with_the_form_not_to_the_address_it_posts_to(
    client: Client, db: Any
) -> None:
    answer = client.post("/accounts/1/enable/", headers={"referer": "http://testserver/accounts/1/?tab=x#y"})
    assert answer["Location"] == f"{SIGN_IN}?next=/accounts/1/%3Ftab%3Dx"
    answer = client.post("/accounts/1/enable/", headers={"referer": "https://evil.example/accounts/1/"})
    assert answer["Location"] == f"{SIGN_IN}?next=/"


def test_what_was_typed_before_the_session_ended_is_shown_for_copying(client: Client, db: Any) -> None:
    typed = "每学期听课不少于二十节，课后当面交换意见。"
    data = {"content": typed, "kind": "post", "new_password1": "a-secret-password"}
    answer = client.post(
        "/accounts/1/enable/", data, headers={"sec-fetch-site": "same-origin", "referer": "http://testserver/x/"}
    )
    assert answer.status_code == 401
    page = answer.content.decode()
    assert typed in page and "a-secret-password" not in page and "登录已经过期" in page
    assert f"{SIGN_IN}?next=/x/" in page
    foreign = client.post("/accounts/1/enable/", data, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 302


def test_a_form_without_a_valid_token_is_refused_with_what_was_typed(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.zongzhi)
    data = {"content": "<b>一段很长很长的文字</b>"}
    answer = client.post("/accounts/1/enable/", data, headers={"sec-fetch-site": "same-origin"})
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "&lt;b&gt;一段很长很长的文字&lt;/b&gt;" in page and "表单已经失效" in page
    assert "一段很长" not in client.post("/accounts/1/enable/", data).content.decode()


# ---- wrong passwords ----


def test_unknown_name_wrong_password_and_disabled_account_are_answered_alike(client: Client, lisi: User) -> None:
    build.user("wangwu", "王五", password=PASSWORD, is_active=False)
    answers = [sign_in(client, *pair) for pair in (("lisi", "wrong"), ("nobody", PASSWORD), ("wangwu", PASSWORD))]
    bodies = {
        answer.content.decode().replace(name, "NAME").partition('<form method="post"')[2].partition("csrf")[0]
        + str(answer.context["form"].non_field_errors())
        for answer, name in zip(answers, ("lisi", "nobody", "wangwu"), strict=True)
    }
    assert {answer.status_code for answer in answers} == {200}
    assert len(bodies) == 1 and "用户名或密码不正确" in bodies.pop()


def test_a_wrong_password_is_logged_without_the_name_of_an_account_that_does_not_exist(
    client: Client, lisi: User
) -> None:
    sign_in(client, "lisi", "wrong")
    sign_in(client, "my-secret-password", "lisi")
    assert account_lines() == [("sign_in_failed", "李四"), ("sign_in_failed", "")]
    assert not LogEntry.objects.filter(note__contains="my-secret-password").exists()
    assert set(LogEntry.objects.values_list("actor_name", flat=True)) == {"未登录者"}
    assert set(LogEntry.objects.values_list("note", flat=True)) == {"来自 127.0.0.1", "来自 127.0.0.1，没有这个用户名"}


def test_unknown_and_known_names_take_the_same_time(client: Client, db: Any, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.SIGN_IN_FAILURES_FROM_ADDRESS = 10_000
    assert get_hasher().algorithm == "argon2"
    for number in range(12):
        build.user(f"known{number}", password=PASSWORD)
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(12):
        for kind, sample in times.items():
            begin = perf_counter()
            sign_in(client, f"{kind}{number}", "wrong-password")
            sample.append(perf_counter() - begin)
    # the hash alone takes tens of milliseconds, so leaving it out for one kind would show
    assert abs(median(times["known"]) - median(times["unknown"])) < 0.5 * median(times["known"])


def test_the_fifth_failure_pauses_the_account_for_this_address_even_for_the_right_password(
    client: Client, lisi: User
) -> None:
    answers = [sign_in(client, "lisi", "wrong") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    paused = sign_in(client, "lisi", PASSWORD)
    assert paused.status_code == 429
    assert "15 分钟后" in paused.content.decode()
    assert [verb for verb, _ in account_lines()] == ["sign_in_failed"] * 5 + ["sign_in_paused"]


def test_a_stranger_cannot_lock_the_account_for_its_owner(client: Client, lisi: User) -> None:
    for _ in range(6):
        client.post(SIGN_IN, {"username": "lisi", "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert sign_in(client, "lisi", PASSWORD).status_code == 302


def test_a_forwarded_address_from_nowhere_does_not_reset_the_count(client: Client, lisi: User) -> None:
    answers = [
        client.post(SIGN_IN, {"username": "lisi", "password": "wrong"}, headers={"x-forwarded-for": f"198.51.100.{n}"})
        for n in range(5)
    ]
    assert answers[-1].status_code == 429


def test_the_pause_ends_by_itself(client: Client, lisi: User, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    for _ in range(5):
        sign_in(client, "lisi", "wrong")
    settings.AXES_COOLOFF_TIME = timedelta(0)
    assert sign_in(client, "lisi", PASSWORD).status_code == 302


def test_a_thousand_guesses_over_many_accounts_from_one_address_have_at_most_fifty_looked_at(
    client: Client, lisi: User, settings: Any
) -> None:
    settings.SIGN_IN_FAILURES_FROM_ADDRESS = 10
    answers = [sign_in(client, f"dangyuan{number}", "123456") for number in range(40)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 30
    assert sign_in(Client(), "lisi", PASSWORD).status_code == 429


def test_many_failures_from_an_office_do_not_stop_colleagues_whose_browser_is_known(
    client: Client, lisi: User, settings: Any
) -> None:
    sign_in(client, "lisi", PASSWORD)
    client.post(reverse("accounts:sign_out"))
    settings.SIGN_IN_FAILURES_FROM_ADDRESS = 3
    for number in range(4):
        sign_in(Client(), f"nobody{number}", "wrong")
    assert sign_in(Client(), "lisi", PASSWORD).status_code == 429
    other = build.user("zhaoliu", password=PASSWORD)
    assert sign_in(client, other.username, PASSWORD).status_code == 429, "the mark belongs to one account"
    assert sign_in(client, "lisi", PASSWORD).status_code == 302
    assert client.cookies[KNOWN_BROWSER]["httponly"]


# ---- sessions ----


def test_the_session_key_changes_at_sign_in_and_the_session_is_gone_after_sign_out(client: Client, lisi: User) -> None:
    session = client.session
    session["planted"] = "x"
    session.save()
    planted = session.session_key
    sign_in(client, "lisi", PASSWORD)
    assert client.session.session_key not in (None, planted)
    assert not Session.objects.filter(pk=planted).exists()
    key = client.session.session_key
    assert client.post(reverse("accounts:sign_out"))["Location"] == SIGN_IN
    assert not Session.objects.filter(pk=key).exists()
    assert account_lines()[-1] == ("sign_out", "李四")


def test_signing_out_works_while_looking_at_a_past_day(client: Client, lisi: User) -> None:
    client.force_login(lisi)
    session = client.session
    session[PAST_DAY] = "2010-09-01"
    session.save()
    client.post(reverse("accounts:sign_out"))
    assert client.get(reverse("accounts:password_change")).status_code == 302


def test_a_disabled_account_is_out_at_its_next_request(client: Client, lisi: User) -> None:
    client.force_login(lisi)
    assert client.get(reverse("accounts:password_change")).status_code == 200
    User.objects.filter(pk=lisi.pk).update(is_active=False)
    assert client.get(reverse("accounts:password_change"))["Location"].startswith(SIGN_IN)


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(client: Client, lisi: User) -> None:
    elsewhere = Client()
    sign_in(elsewhere, "lisi", PASSWORD)
    sign_in(client, "lisi", PASSWORD)
    new = "qing-feng-ming-yue-3"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    answer = client.post(reverse("accounts:password_change"), data)
    assert answer.status_code == 302
    assert client.get(reverse("accounts:password_change")).status_code == 200
    assert elsewhere.get(reverse("accounts:password_change")).status_code == 302
    assert account_lines()[-1] == ("change_password", "李四")


# ---- passwords ----


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short-pw9", "至少"),
        ("1234567890", "数字"),
        ("password123", "常见"),
        ("chuangxian2011", "本单位常用的词"),
        ("jiaoyanshi88", "本单位常用的词"),
        ("教研室党支部123", "本单位常用的词"),
        ("lisi-lisi-lisi", ""),
        ("zhang-zou-lu-8", "不能与现在的密码相同"),
    ],
)
def test_easy_passwords_are_refused_with_a_reason(client: Client, lisi: User, password: str, sentence: str) -> None:
    client.force_login(lisi)
    data = {"old_password": PASSWORD, "new_password1": password, "new_password2": password}
    answer = client.post(reverse("accounts:password_change"), data)
    errors = str(answer.context["form"].errors) if answer.status_code == 200 else ""
    if sentence:
        assert sentence in errors
        lisi.refresh_from_db()
        assert lisi.check_password(PASSWORD)


def test_a_long_phrase_with_spaces_is_welcome(client: Client, lisi: User) -> None:
    client.force_login(lisi)
    new = "两个黄鹂鸣翠柳 一行白鹭上青天 " * 4
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("accounts:password_change"), data).status_code == 302


# ---- initial passwords ----


def test_with_an_initial_password_only_changing_it_and_signing_out_are_open(client: Client, cast: Cast) -> None:
    password = actions.issue_password(account=cast.guanli, by=None, on=clock.today())
    assert sign_in(client, "guanli", password).status_code == 302
    change = reverse("accounts:password_change")
    assert client.get(reverse("accounts:account_list"))["Location"] == change
    assert client.post(reverse("accounts:account_enable", args=[cast.dangyuan1.pk]))["Location"] == change
    assert "初始密码" in client.get(change).content.decode()
    new = "qing-feng-ming-yue-3"
    client.post(change, {"old_password": password, "new_password1": new, "new_password2": new})
    assert client.get(reverse("accounts:account_list")).status_code == 200


def test_an_initial_password_past_its_hours_is_refused_with_a_sentence(client: Client, lisi: User) -> None:
    password = actions.issue_password(account=lisi, by=None, on=clock.today())
    User.objects.filter(pk=lisi.pk).update(password_expires_at=clock.wall() - timedelta(minutes=1))
    answer = sign_in(client, "lisi", password)
    assert answer.status_code == 200
    assert "初始密码已经过期" in answer.content.decode()
    assert "已经过期" not in sign_in(client, "lisi", "wrong").content.decode()


def test_a_new_initial_password_ends_every_session_of_the_account(client: Client, lisi: User) -> None:
    sign_in(client, "lisi", PASSWORD)
    actions.issue_password(account=lisi, by=None, on=clock.today())
    assert client.get(reverse("accounts:password_change"))["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize("password", ["1234567890", "password12", "dangyuan1x", "x"])
def test_the_password_page_addresses_everybody_alike(client: Client, cast: Cast, password: str) -> None:
    client.force_login(cast.dangyuan1)
    url = reverse("accounts:password_change")
    for answer in (client.get(url), client.post(url, {"new_password1": password, "new_password2": password})):
        body = answer.content.decode()
        assert "不要全是数字。" in body and "你" not in body
