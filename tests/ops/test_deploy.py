"""The production form: Django's deploy checks, our own, and the files an administrator installs."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from chuangxian import checks, environment
from tests.ops.shell import PRODUCTION, ROOT, manage

pytestmark = pytest.mark.process


def test_deploy_check_is_clean_in_production(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")


def test_deploy_check_refuses_the_embedded_form(tmp_path: Path) -> None:
    done = manage(tmp_path, "check", "--deploy")
    assert done.returncode == 1
    assert "chuangxian.E001" in done.stderr


@pytest.fixture
def production(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings.PRODUCTION = True
    monkeypatch.setitem(settings.DATABASES, "default", environment.database(PRODUCTION, "DATABASE_URL", tmp_path))
    for name in ("SITE_URL", "REDIS_URL", "DEFAULT_FROM_EMAIL"):
        setattr(settings, name, PRODUCTION[name])
    settings.ALLOWED_HOSTS = [PRODUCTION["ALLOWED_HOSTS"]]
    settings.TRUSTED_PROXIES = environment.networks(PRODUCTION, "TRUSTED_PROXIES")
    settings.CHUANGXIAN_TODAY = None
    settings.DATA = tmp_path
    for name, value in environment.email(PRODUCTION, "EMAIL_URL", tmp_path).items():
        setattr(settings, name, value)
    return settings


def findings() -> list[str]:
    asked = [
        checks.production_profile,
        checks.database_is_postgresql,
        checks.redis_is_set,
        checks.site_is_https,
        checks.proxies_are_named,
        checks.mail_leaves_safely,
        checks.clock_runs,
        checks.data_can_be_written,
    ]
    return [str(found.id).removeprefix("chuangxian.") for ask in asked for found in ask()]


GOOD_SERVER = {
    "track_commit_timestamp": "off",
    "log_statement": "ddl",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_parameter_max_length_on_error": "0",
}


@pytest.mark.parametrize(
    ("told", "finding"),
    [
        ({}, []),
        ({"log_statement": "none"}, []),
        ({"track_commit_timestamp": "on"}, ["E014"]),
        ({"log_statement": "mod"}, ["E015"]),
        ({"log_statement": "all"}, ["E015"]),
        ({"log_min_duration_statement": "0"}, ["E016"]),
        ({"log_min_duration_sample": "500"}, ["E016"]),
        ({"log_transaction_sample_rate": "0.01"}, ["E016"]),
        ({"log_parameter_max_length_on_error": "-1"}, ["E017"]),
    ],
)
def test_a_server_that_writes_ballots_down_is_refused(told: dict[str, str], finding: list[str]) -> None:
    found = checks.ballots_written_down(GOOD_SERVER | told, logical_slots=0)
    assert [str(one.id).removeprefix("chuangxian.") for one in found] == finding


def test_a_server_that_copies_every_write_elsewhere_is_refused() -> None:
    assert [one.id for one in checks.ballots_written_down(GOOD_SERVER, logical_slots=1)] == ["chuangxian.E018"]


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has these settings")
@pytest.mark.parametrize(
    ("name", "value", "finding"),
    [
        ("log_statement", "none", []),
        ("log_statement", "mod", ["E015"]),
        ("log_min_duration_statement", "0", ["E016"]),
        ("log_parameter_max_length_on_error", "100", ["E017"]),
    ],
)
def test_the_server_itself_is_asked(name: str, value: str, finding: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_statement = 'none'")
        cursor.execute(f"SET LOCAL {name} = '{value}'")
    found = checks.database_forgets_ballots(databases=["default"])
    assert [str(one.id).removeprefix("chuangxian.") for one in found] == finding


def test_each_fault_has_its_own_finding(production: Settings, tmp_path: Path) -> None:
    assert findings() == []
    faults = [
        ("E001", "PRODUCTION", False),
        ("E004", "REDIS_URL", ""),
        ("E005", "SITE_URL", "http://cxzy.example.edu.cn"),
        ("E006", "ALLOWED_HOSTS", ["*"]),
        ("E007", "ALLOWED_HOSTS", ["other.example.edu.cn"]),
        ("E008", "TRUSTED_PROXIES", []),
        ("E009", "EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend"),
        ("E010", "EMAIL_USE_TLS", False),
        ("E011", "DEFAULT_FROM_EMAIL", "x@localhost.localdomain"),
        ("E012", "CHUANGXIAN_TODAY", "2011-06-20"),
        ("E013", "DATA", tmp_path / "absent"),
    ]
    for finding, name, value in faults:
        right = getattr(production, name)
        setattr(production, name, value)
        assert findings() == [finding], name
        setattr(production, name, right)


@pytest.mark.parametrize(
    ("url", "finding"),
    [
        ("sqlite:///x.db", ["E002"]),
        ("postgres://db.lan/cxzy", ["W003"]),
        ("postgres://db.lan/cxzy?sslmode=require", []),
        ("postgres:///cxzy?host=/run/postgresql", []),
    ],
)
def test_the_database_is_postgresql_and_reached_safely(
    production: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, finding: list[str]
) -> None:
    monkeypatch.setitem(production.DATABASES, "default", environment.database({"X": url}, "X", tmp_path))
    assert findings() == finding


def test_static_files_collect_with_hashed_names(tmp_path: Path) -> None:
    done = manage(tmp_path, "collectstatic", "--noinput", "-v0", STATIC_ROOT=str(tmp_path / "static"), **PRODUCTION)
    assert (done.returncode, done.stderr) == (0, "")
    names = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    assert re.fullmatch(r"admin/css/base\.[0-9a-f]{12}\.css", names["admin/css/base.css"])


def test_env_example_names_exactly_the_variables_that_are_read() -> None:
    source = (ROOT / "chuangxian" / "settings.py").read_text()
    read = set(re.findall(r'os\.environ, "([A-Z_]+)"', source))
    listed = set(re.findall(r"^#? ?([A-Z_]+)=", (ROOT / "deploy" / "env.example").read_text(), re.MULTILINE))
    assert listed == read - {"CHUANGXIAN_DEBUG", "CHUANGXIAN_DEMO", "CHUANGXIAN_TODAY"}


def test_env_example_as_it_lies_there_is_refused(tmp_path: Path) -> None:
    lines = (ROOT / "deploy" / "env.example").read_text().splitlines()
    sample = dict(line.replace('"', "").split("=", 1) for line in lines if re.match(r"[A-Z_]+=", line))
    done = manage(tmp_path, "check", **sample)
    assert done.returncode == 1
    assert "SECRET_KEY 还是样例" in done.stderr


@pytest.mark.skipif(not shutil.which("nginx", path="/usr/sbin:/usr/bin"), reason="nginx 没有安装")
def test_nginx_understands_its_file(tmp_path: Path) -> None:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cxzy", "-days", "1"]
        + ["-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )
    text = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {key};", text)
    text = re.sub(r"ssl_certificate .*;", f"ssl_certificate {certificate};", text)
    text = re.sub(r"listen (\[::\]:)?(\d+)", lambda m: f"listen {m[1] or ''}{int(m[2]) + 18000}", text)
    text = text.replace("/var/log/nginx/", f"{tmp_path}/")
    whole = f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off;\n{text}\n}}"
    (tmp_path / "nginx.conf").write_text(whole)
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin") or ""
    done = subprocess.run(
        [nginx, "-t", "-q", "-p", tmp_path, "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze 没有安装")
def test_systemd_understands_its_units(tmp_path: Path) -> None:
    for unit in (ROOT / "deploy" / "systemd").iterdir():
        # the program lies where it will be installed, not here: any program that is here stands in for it
        text = unit.read_text().replace("/opt/chuangxian/.venv/bin/python", "/usr/bin/env")
        (tmp_path / unit.name).write_text(text)
    units = sorted(str(path) for path in tmp_path.iterdir())
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}
    )
    ours = [line for line in done.stderr.splitlines() if "chuangxian" in line]
    assert ours == []
    assert len(units) == 4
