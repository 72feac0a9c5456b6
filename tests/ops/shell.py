"""Runs the portal's own commands as processes, in an environment that holds nothing but what the test says."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

PRODUCTION = {
    "PROFILE": "production",
    "SECRET_KEY": "test-only-" + "k3y9Zq7Lw2Xv5Bn8Rt1Ym4Cd6Hf0Jg" * 2,
    "BALLOT_PEPPER": "test-only-" + "h8Wd3Kz6Ns1Pb9Vr4Ty7Xg2Mc5Qf0L" * 2,
    "DATABASE_URL": "postgres://cxzy:secret@localhost:5432/cxzy",
    "REDIS_URL": "redis://localhost:6379/0",
    "ALLOWED_HOSTS": "cxzy.example.edu.cn",
    "SITE_URL": "https://cxzy.example.edu.cn",
    "TRUSTED_PROXIES": "127.0.0.1",
    "EMAIL_URL": "smtp://cxzy:secret@mail.example.edu.cn:587",
    "DEFAULT_FROM_EMAIL": "创先争优 <cxzy@example.edu.cn>",
}


def environment(data: Path, **variables: str) -> dict[str, str]:
    """A bare environment whose data lies in `data`."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return bare | {"DJANGO_SETTINGS_MODULE": "chuangxian.settings", "CHUANGXIAN_DATA": str(data)} | variables


def manage(data: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`manage.py command` to its end."""
    return python(data, "manage.py", *command, **variables)


def python(data: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment(data, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
