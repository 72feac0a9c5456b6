"""gunicorn as it runs for real, on the test's own database."""

import os
import socket
import subprocess
import sys
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection

from tests.reviews.voting import ON


def voting_env(folder: Path) -> dict[str, str]:
    """Return the environment of a portal on the test's database on a day of voting."""
    name, at = connection.settings_dict["NAME"], connection.settings_dict
    url = f"sqlite:///{name}"
    if connection.vendor == "postgresql":
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST'] or 'localhost'}:{at['PORT'] or 5432}/{name}"
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "chuangxian.settings",
        "DATABASE_URL": url,
        "CHUANGXIAN_DATA": str(folder),
        "CHUANGXIAN_TODAY": str(ON),
        "BALLOT_PEPPER": settings.BALLOT_PEPPER,
    }


class Web:
    """gunicorn with two workers; its master starts another for each that is killed. Without ``env`` people vote here."""

    def __init__(self, folder: Path, env: dict[str, str] | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        command = ["-m", "gunicorn", "chuangxian.wsgi", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        command += ["--workers", "2", "--threads", "4", "--no-control-socket", "--access-logfile", "-"]
        folder.mkdir(exist_ok=True)
        self.log = folder / "web.log"
        with self.log.open("wb") as log:
            self.master = subprocess.Popen(
                [sys.executable, *command], cwd=settings.BASE_DIR, env=env or voting_env(folder), stdout=log, stderr=log
            )

    def workers(self) -> list[int]:
        """Return the workers that run."""
        return [
            int(pid) for pid in Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text().split()
        ]

    def send(self, path: str, data: dict[str, str] | None, *, port: int = 0, cookies: str = "") -> tuple[int, str, str]:
        """Post a form once (without ``data``: ask for the page), by way of another ``port`` if need be.

        Returns status, where it leads, and the page. OSError or HTTPException when the line broke.
        """
        line = HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        headers = {"Cookie": cookies} if cookies else {}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request("GET" if data is None else "POST", path, urlencode(data or {}), headers)
            answer = line.getresponse()
            return answer.status, answer.getheader("Location", ""), answer.read().decode()
        finally:
            line.close()

    def end(self) -> None:
        self.master.terminate()
        self.master.wait(20)
