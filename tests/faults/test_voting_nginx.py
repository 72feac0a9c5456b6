"""A thousand people vote through nginx and gunicorn: no code is written down anywhere on the way, and no line says that somebody came."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from reviews import codes
from reviews.models import Ballot, Code
from schedule.actions.feeds import make_feed
from tests import build as people
from tests.faults.web import Web
from tests.reviews.voting import ON, vote

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin") or ""
VOTERS = 1_000
PATIENCE = 20

pytestmark = [
    pytest.mark.process,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not NGINX, reason="nginx 没有安装"),
]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    found = Web(tmp_path / "portal")
    yield found
    found.end()


@pytest.fixture
def front(web: Web, tmp_path: Path) -> Iterator[int]:
    """nginx with the file of deploy/, without TLS, in front of that gunicorn; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    text = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    text = re.sub(r"server \{\s+listen 80;.*?\n\}", "", text, flags=re.S)
    text = re.sub(r" *(listen \[::\]:443 ssl|ssl_\w+ [^;]*);\n", "", text)
    text = text.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(
        "127.0.0.1:8001", f"127.0.0.1:{web.port}"
    )
    text = text.replace("server_name cxzy.example.edu.cn", "server_name 127.0.0.1").replace(
        "/var/log/nginx/", f"{tmp_path}/"
    )
    temp = "".join(
        f"{name}_temp_path {tmp_path}/temp_{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"pid {tmp_path}/pid; error_log {tmp_path}/error.log info; daemon off; events {{}} http {{ {temp}\n{text}\n}}"
    )
    (tmp_path / "nginx.conf").write_text(whole)
    server = subprocess.Popen([NGINX, "-p", tmp_path, "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL)
    yield port
    server.terminate()
    server.wait(20)


def test_no_code_is_written_down_between_the_phone_and_the_box(web: Web, front: int, tmp_path: Path) -> None:
    made = vote(VOTERS, subjects=2)
    wait_for(web, front)
    for number, code in enumerate(made.codes):
        grades = {f"g-{subject}-{item}": str(grade) for (subject, item), grade in made.grades(number).items()}
        typed = codes.shown(code) if number % 2 else code
        if number % 50 == 0:
            assert web.send(f"/v/{made.round.pk}/ballot/", {"code": typed}, port=front)[0] == 200
        data = {"code": typed, "nonce": f"{number:022}", "remark": "", **grades}
        assert web.send(f"/v/{made.round.pk}/cast/", data, port=front)[:2] == (302, f"/v/{made.round.pk}/done/")
    assert Ballot.objects.count() == Code.objects.filter(is_used=True).count() == VOTERS
    assert web.send("/accounts/sign-in/", {"username": "x"}, port=front)[0] == 403  # what is no ballot page is logged

    log = wait_for_line(tmp_path / "chuangxian.log", "/accounts/sign-in/")
    assert "/v/" not in log
    written = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    if connection.vendor == "sqlite":
        at = Path(connection.settings_dict["NAME"])
        written |= {path.name: path.read_bytes() for path in at.parent.glob(f"{at.name}*")}
    else:
        written["rows"] = dumped()
    secret = re.compile("|".join([*made.codes, *map(codes.shown, made.codes)]).encode())
    assert [name for name, content in written.items() if secret.search(content)] == []


@pytest.mark.usefixtures("racing")
def test_the_secret_of_a_calendar_feed_stays_out_of_the_log(web: Web, front: int, tmp_path: Path) -> None:
    place = people.general_branch()
    secret = make_feed(organization=None, name="手机", by=people.account(people.member(place)), on=ON).secret
    wait_for(web, front)
    asked = [web.send(f"/cal/{text}.ics", None, port=front)[0] for text in (secret, f"{secret[:-1]}x")]
    assert asked == [200, 404]
    assert web.send("/accounts/sign-in/", {"username": "x"}, port=front)[0] == 403

    written = wait_for_line(tmp_path / "chuangxian.log", "/accounts/sign-in/")
    written += (tmp_path / "error.log").read_text()  # gunicorn as deployed keeps no log of requests
    assert "/cal/" not in written and secret not in written


def wait_for(web: Web, port: int) -> None:
    """Until both answer."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            if web.send("/v/", {}, port=port)[0] < 500:
                return
        except OSError:
            pass
        assert time.monotonic() < until, "nginx and gunicorn do not answer"
        time.sleep(0.2)


def wait_for_line(log: Path, part: str) -> str:
    """Until the log holds it, for nginx writes a request down after it has been answered; the log."""
    until = time.monotonic() + PATIENCE
    while part not in (written := log.read_text()):
        assert time.monotonic() < until, f"no line with {part} in {log.name}"
        time.sleep(0.1)
    return written


def dumped() -> bytes:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608  names from the catalogue
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found).encode()
