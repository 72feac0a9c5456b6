"""The administrator keeps accounts, and cannot lock everybody out."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions
from accounts.models import LogEntry, User
from chuangxian import clock
from chuangxian.verdicts import Refused
from tests import build
from tests.conftest import Cast

PASSWORD = re.compile(r"(?<![\w-])([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})(?![\w-])(?!\")")


@pytest.fixture
def admin(client: Client, cast: Cast) -> Client:
    client.force_login(cast.guanli)
    return client


def shown_password(body: str) -> str:
    found = PASSWORD.search(body)
    assert found
    return found[1]


def test_an_account_is_opened_with_a_password_shown_once(admin: Client, cast: Cast) -> None:
    answer = admin.post(reverse("accounts:account_create"), {"username": "xinren", "display_name": "新人", "email": ""})
    account = User.objects.get(username="xinren")
    assert account.must_change_password and not account.is_staff
    assert account.check_password(shown_password(answer.content.decode()))
    assert "no-store" in answer["Cache-Control"]
    assert not PASSWORD.search(admin.get(reverse("accounts:account_page", args=[account.pk])).content.decode())
    verbs = LogEntry.objects.of(account).values_list("verb", "actor_name")
    assert list(verbs) == [("open_account", "管理员"), ("issue_password", "管理员")]


def test_a_taken_or_impossible_user_name_is_refused_and_what_was_typed_comes_back(admin: Client, cast: Cast) -> None:
    for username, sentence in (("shuji1", "已经有人用了"), ("两个 词", "用户名"), ("a\x00b", "空字符")):
        answer = admin.post(reverse("accounts:account_create"), {"username": username, "display_name": "新人"})
        assert answer.status_code == 200
        body = answer.content.decode()
        assert sentence in body and 'value="新人"' in body
    assert User.objects.filter(display_name="新人").count() == 0


def test_disabling_and_enabling_are_logged_with_the_reason(admin: Client, cast: Cast) -> None:
    admin.post(reverse("accounts:account_disable", args=[cast.dangyuan1.pk]), {"note": "调离"})
    assert not User.objects.get(pk=cast.dangyuan1.pk).is_active
    admin.post(reverse("accounts:account_enable", args=[cast.dangyuan1.pk]))
    assert User.objects.get(pk=cast.dangyuan1.pk).is_active
    lines = LogEntry.objects.of(cast.dangyuan1).values_list("verb", "note")
    assert list(lines)[-2:] == [("disable_account", "调离"), ("enable_account", "")]


def test_nobody_disables_himself_or_resets_his_own_password(admin: Client, cast: Cast) -> None:
    for name in ("account_disable", "account_reset"):
        assert admin.post(reverse(f"accounts:{name}", args=[cast.guanli.pk])).status_code == 403
    assert User.objects.get(pk=cast.guanli.pk).is_active


def test_one_administrator_always_remains(cast: Cast) -> None:
    second = build.user("guanli2", "管理员二", is_staff=True)
    on = clock.today()
    actions.disable_account(account=cast.guanli, by=second, on=on)
    # the first is out, but an action begun by him a moment before still holds his old rights in hand
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.disable_account(account=second, by=cast.guanli, on=on)
    with pytest.raises(Refused, match="最后一位系统管理员"):
        actions.change_account(account=second, display_name="管理员二", email="", is_staff=False, by=cast.guanli, on=on)


def test_the_administrators_tick_of_oneself_cannot_be_taken_away_in_the_form(admin: Client, cast: Cast) -> None:
    admin.post(
        reverse("accounts:account_edit", args=[cast.guanli.pk]), {"display_name": "管理员", "email": "g@example.com"}
    )
    guanli = User.objects.get(pk=cast.guanli.pk)
    assert guanli.is_staff and guanli.email == "g@example.com"


def test_a_forged_field_changes_nothing_beyond_the_form(admin: Client, cast: Cast) -> None:
    before = User.objects.get(pk=cast.dangyuan1.pk)
    forged = {
        "display_name": "甲",
        "email": "",
        "username": "root",
        "password": "x",
        "is_active": "",
        "must_change_password": "on",
    }
    admin.post(reverse("accounts:account_edit", args=[before.pk]), forged)
    after = User.objects.get(pk=before.pk)
    assert (after.username, after.password, after.is_active, after.must_change_password) == (
        before.username,
        before.password,
        True,
        False,
    )
    assert after.display_name == "甲"


def test_the_list_is_narrowed_by_name_and_state_and_costs_the_same_with_many_rows(
    admin: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    url = reverse("accounts:account_list")
    assert "总支书记" not in admin.get(url, {"words": "ganshi"}).content.decode()
    assert "干事" not in admin.get(url, {"state": "administrator"}).content.decode()
    accounts_there = User.objects.count()
    for number in range(3):
        build.user(f"few{number}")
    with CaptureQueriesContext(connection) as few:
        admin.get(url)
    for number in range(300 - accounts_there):
        build.user(f"many{number}")
    assert User.objects.count() >= 300
    with django_assert_num_queries(len(few.captured_queries)):
        admin.get(url)


def test_an_empty_site_gets_its_first_administrator_from_the_shell(db: Any) -> None:
    assert not User.objects.exists()
    out = StringIO()
    call_command("create_administrator", "guanli", "--name", "张三", stdout=out)
    account = User.objects.get()
    assert account.is_staff and account.must_change_password
    assert account.check_password(shown_password(out.getvalue()))
    with pytest.raises(CommandError, match="这个用户名已经有人用了"):
        call_command("create_administrator", "guanli", "--name", "李四", stdout=out)


@pytest.mark.parametrize(("production", "said"), [(True, "登录 https://cxzy.example.edu.cn 并"), (False, "登录网站并")])
def test_the_shell_names_an_address_only_where_it_is_known(db: Any, settings: Any, production: bool, said: str) -> None:
    settings.PRODUCTION = production
    settings.SITE_URL = "https://cxzy.example.edu.cn"
    out = StringIO()
    call_command("create_administrator", "guanli", "--name", "张三", stdout=out)
    assert said in out.getvalue()


@pytest.mark.parametrize("path", ["", "accounts/user/", "accounts/logentry/"])
def test_djangos_admin_shows_administrators_a_window_without_doors(admin: Client, cast: Cast, path: str) -> None:
    assert admin.get(f"/admin/{path}").status_code == 200
    assert admin.get(f"/admin/{path}add/").status_code in (403, 404)


def test_djangos_admin_shows_only_account_lines_and_no_password_hash(admin: Client, cast: Cast) -> None:
    line = LogEntry.objects.exclude(category=LogEntry.Category.ACCOUNT).first()
    assert line is not None
    assert admin.get(f"/admin/accounts/logentry/{line.pk}/change/").status_code == 302
    page = admin.get(f"/admin/accounts/user/{cast.zongzhi.pk}/change/").content.decode()
    assert "总支书记" in page and "md5$" not in page and 'name="_save"' not in page


def test_djangos_admin_has_no_second_sign_in(client: Client, cast: Cast) -> None:
    assert client.get("/admin/").status_code == 302
    assert client.get("/admin/login/")["Location"].startswith(reverse("accounts:sign_in"))
    client.force_login(cast.zongzhi)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403 and "只有系统管理员" in answer.content.decode()
