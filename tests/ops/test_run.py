"""./run as a person types it: what is wrong is one sentence, and one folder belongs to one portal."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ops.shell import ROOT, environment
from tests.ops.test_serve import free_port, get, until

pytestmark = pytest.mark.process


def run(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """`./run` to its end."""
    return subprocess.run(
        ["./run", *options],
        cwd=ROOT,
        env=environment(data),
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def running(tmp_path: Path) -> Iterator[int]:
    """A portal started by ./run on `tmp_path`; its port."""
    port = free_port()
    with (tmp_path / "output").open("w") as output:
        process = subprocess.Popen(
            ["./run", "--no-demo", "--port", str(port)],
            cwd=ROOT,
            env=environment(tmp_path),
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
    try:
        assert until(lambda: get(port, "/healthz/live") == (200, "ok"), 120), (tmp_path / "output").read_text()
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, (tmp_path / "output").read_text()


def test_a_folder_in_use_is_neither_shared_nor_emptied(running: int, tmp_path: Path) -> None:
    for options in ([], ["--fresh"]):
        done = run(tmp_path, "--no-demo", "--port", str(free_port()), *options)
        assert done.returncode == 1
        assert len(done.stderr.strip().splitlines()) == 1
        assert "另一个 ./run 正在用" in done.stderr
    assert get(running, "/healthz/live") == (200, "ok")
    assert get(running, "/healthz/ready")[0] == 200


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--port"], "例如 --port 8001"),
        (["--today"], "例如 --today 2011-06-27"),
        (["--today", ""], "例如 --today 2011-06-27"),
        (["--today", "2011-6"], "--today 2011-6 不是日期"),
        (["--port", "0"], "端口应是 1 到 65535 之间的数字，现在是“0”"),
        (["--port", "99999"], "端口应是 1 到 65535 之间的数字，现在是“99999”"),
        (["--port", "99999999999999999999"], "端口应是 1 到 65535 之间的数字"),
        (["--port", "80a"], "端口应是 1 到 65535 之间的数字，现在是“80a”"),
        (["--prot", "8001"], "不认识的选项 --prot"),
    ],
)
def test_a_wrong_option_is_one_sentence(tmp_path: Path, options: list[str], sentence: str) -> None:
    done = run(tmp_path, *options)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1 and sentence in done.stderr
    assert not list(tmp_path.iterdir())
