"""What is wrong in the environment is said in one sentence, before anything starts."""

from datetime import date
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chuangxian import environment
from tests.ops.shell import PRODUCTION, manage, python

HERE = Path("var/db.sqlite3")


def test_database_url_of_postgresql_is_taken_apart() -> None:
    found = environment.database({"X": "postgres://cxzy:p%40ss@db.lan:5433/campaign?sslmode=require"}, "X", HERE)
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.lan", "5433", "campaign")
    assert (found["USER"], found["PASSWORD"]) == ("cxzy", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "require"
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)


def test_database_socket_is_given_as_host_parameter() -> None:
    found = environment.database({"X": "postgresql:///campaign?host=/run/postgresql"}, "X", HERE)
    assert (found["HOST"], found["NAME"], found["OPTIONS"].get("host")) == ("/run/postgresql", "campaign", None)


@pytest.mark.parametrize(
    ("value", "name"), [("", "var/db.sqlite3"), ("sqlite:///here.db", "here.db"), ("sqlite:////srv/a.db", "/srv/a.db")]
)
def test_sqlite_is_opened_so_that_several_processes_may_write(value: str, name: str) -> None:
    found = environment.database({"X": value}, "X", HERE)
    assert found["NAME"] == name
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]
    assert "synchronous=FULL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("mysql://localhost/x", "只支持 postgres:// 和 sqlite:///"),
        ("campaign", "只支持 postgres:// 和 sqlite:///"),
        ("postgres://localhost:54x2/campaign", "端口应是数字"),
        ("postgres://localhost:5432", "缺少数据库名"),
        ("postgres://localhost/x?sslmod=require", "参数 sslmod 不认识"),
        ("sqlite://db.sqlite3", "sqlite:///相对路径"),
    ],
)
def test_wrong_database_url_is_one_sentence(value: str, sentence: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=sentence):
        environment.database({"DATABASE_URL": value}, "DATABASE_URL", HERE)


def test_mail_url_chooses_the_encryption() -> None:
    found = environment.email({"X": "smtp://u%40x:p@mail.lan"}, "X", HERE)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_USER"]) == ("mail.lan", 587, "u@x")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (True, False)
    found = environment.email({"X": "smtps://mail.lan"}, "X", HERE)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (465, False, True)
    found = environment.email({"X": "smtp+plain://localhost"}, "X", HERE)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (25, False, False)


def test_without_mail_url_mails_become_files() -> None:
    assert environment.email({}, "X", Path("var/mail"))["EMAIL_FILE_PATH"] == "var/mail"


@pytest.mark.parametrize("value", ["mail.lan", "http://mail.lan", "smtp://", "smtp://mail.lan:abc"])
def test_wrong_mail_url_is_one_sentence(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        environment.email({"EMAIL_URL": value}, "EMAIL_URL", HERE)


def test_small_readers() -> None:
    env = {"DAY": "2011-06-20", "YES": "on", "N": "12", "LIST": "a, b,,", "NETS": "127.0.0.1, 10.0.0.0/8"}
    assert environment.day(env, "DAY") == date(2011, 6, 20)
    assert environment.day(env, "ABSENT") is None
    assert environment.flag(env, "YES") is True
    assert environment.flag(env, "ABSENT") is False
    assert environment.number(env, "N", 3, least=1, most=20) == 12
    assert environment.words(env, "LIST") == ["a", "b"]
    assert environment.networks(env, "NETS") == [ip_network("127.0.0.1"), ip_network("10.0.0.0/8")]
    assert environment.site_url({"X": "https://cxzy.example.edu.cn/"}, "X", "") == "https://cxzy.example.edu.cn"


def test_small_readers_refuse_with_the_name_of_the_variable() -> None:
    refusals = [
        lambda env: environment.day(env, "X"),
        lambda env: environment.flag(env, "X"),
        lambda env: environment.number(env, "X", 1, least=1, most=9),
        lambda env: environment.networks(env, "X"),
        lambda env: environment.site_url(env, "X", ""),
        lambda env: environment.redis_url(env, "X"),
        lambda env: environment.choice(env, "X", ("embedded", "production")),
    ]
    for refuse in refusals:
        with pytest.raises(ImproperlyConfigured, match="X"):
            refuse({"X": "20110-6"})


def test_secret_key_is_made_once_and_kept_for_the_owner_only(tmp_path: Path) -> None:
    keep = tmp_path / "new" / "secret_key"
    made = environment.secret_key({}, "X", keep_in=keep)
    assert len(made) >= 50
    assert environment.secret_key({}, "X", keep_in=keep) == made
    assert keep.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in keep.parent.iterdir()] == ["secret_key"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"SECRET_KEY": ""}, "必须设置 SECRET_KEY"),
        ({"SECRET_KEY": "change-me-and-so-on"}, "SECRET_KEY 还是样例"),
        ({"BALLOT_PEPPER": ""}, "必须设置 BALLOT_PEPPER"),
        ({"BALLOT_PEPPER": "change-me"}, "BALLOT_PEPPER 还是样例"),
        ({"DATABASE_URL": ""}, "必须设置 DATABASE_URL"),
        ({"ALLOWED_HOSTS": ""}, "必须设置 ALLOWED_HOSTS"),
        ({"SITE_URL": ""}, "必须设置 SITE_URL"),
        ({"REDIS_URL": ""}, "必须设置 REDIS_URL"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL 应以 redis://"),
        ({"EMAIL_URL": " "}, "必须设置 EMAIL_URL"),
        ({"DEFAULT_FROM_EMAIL": ""}, "必须设置 DEFAULT_FROM_EMAIL"),
        ({"TRUSTED_PROXIES": ""}, "必须设置 TRUSTED_PROXIES"),
        ({"CHUANGXIAN_DEBUG": "1"}, "不能打开 CHUANGXIAN_DEBUG"),
        ({"CHUANGXIAN_DEMO": "1"}, "不能打开 CHUANGXIAN_DEMO"),
        ({"PROFILE": "prod"}, "PROFILE='prod' 不认识"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ],
)
@pytest.mark.process
def test_a_wrong_production_start_ends_with_one_sentence(tmp_path: Path, change: dict[str, str], sentence: str) -> None:
    done = manage(tmp_path, "check", **PRODUCTION | change)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.process
def test_no_worker_starts_on_the_broker_made_of_files_in_production(tmp_path: Path) -> None:
    done = python(tmp_path, "-m", "celery", "-A", "chuangxian", "worker", **PRODUCTION | {"REDIS_URL": ""})
    assert done.returncode != 0
    assert "必须设置 REDIS_URL" in done.stderr
    assert not (tmp_path / "broker").exists()


@pytest.mark.process
def test_an_unwritable_data_folder_ends_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = manage(tmp_path / "file", "check")
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (1, 1)
    assert "CHUANGXIAN_DATA" in done.stderr
