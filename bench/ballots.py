"""Ballots through the web server, beside the barest form that writes the same rows, in one run.

    python bench/ballots.py                       3,000 ballots a turn (on SQLite, or on an empty database named by DATABASE_URL)
    python bench/ballots.py --ballots 1000 --turns 2

A ballot is 5 subjects × 8 items with a remark. Goals: ≥ 0.6 of the rate of `bare_ballot.py`, p99 ≤ 2 ×; a meeting of 200 phones casts 3,000
ballots, each by way of its three pages, within five minutes and without a fault. Turns alternate, and the median ratio counts. The seal of
5,000 ballots (mix, totals, fingerprint, vacuum) takes at most five seconds.
"""

import argparse
import multiprocessing
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ["CHUANGXIAN_TODAY"] = "2011-06-20"
os.environ["CHUANGXIAN_DATA"] = tempfile.mkdtemp(prefix="bench-ballots-")
os.environ.setdefault("BALLOT_PEPPER", "only-for-this-measurement-" * 3)

from bare_ballot import ITEMS, NAMES, SUBJECTS  # type: ignore[import-not-found]  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from branches.models import Organization  # noqa: E402
from reviews.actions import mixing  # noqa: E402
from reviews.models import Ballot, Code  # noqa: E402
from reviews.tally.sealed import fingerprint_of, totals_of  # noqa: E402
from tests.reviews.voting import Vote, vote  # noqa: E402

RATE_GOAL, P99_GOAL, PHONES, MEETING, MEETING_SECONDS = 0.6, 2.0, 200, 3_000, 300
SEALED, SEAL_SECONDS = 5_000, 5
CLIENTS = 32
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def server(application: str) -> tuple["subprocess.Popen[bytes]", int]:
    """Start gunicorn as deploy does, with two workers of four threads; returns it and its port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--backlog",
        "512",
    ]
    command += ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "warning"]
    path = os.pathsep.join([str(ROOT), str(ROOT / "bench")])
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=os.environ | {"PYTHONPATH": path})
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, port
        time.sleep(0.05)
    raise SystemExit("the server does not answer")


def load(port: int, jobs: list[list[tuple[str, str, str]]], clients: int) -> tuple[float, list[float], list[int]]:
    """Do the jobs, each a few requests one after the other, with so many clients; returns seconds, the time of each job, wrong answers.

    In a process of its own, so that counting does not slow what is counted.
    """
    with multiprocessing.get_context("fork").Pool(1) as pool:
        return pool.apply(_load, (port, jobs, clients))


def _load(port: int, jobs: list[list[tuple[str, str, str]]], clients: int) -> tuple[float, list[float], list[int]]:
    left, took, wrong = list(jobs), [], []

    def client() -> None:
        line = HTTPConnection("127.0.0.1", port, timeout=120)
        while True:
            try:
                job = left.pop()
            except IndexError:
                line.close()
                return
            began = time.perf_counter()
            for method, path, body in job:
                line.request(method, path, body, FORM if body else {})
                answer = line.getresponse()
                answer.read()
                if answer.status not in (200, 302):
                    wrong.append(answer.status)
            took.append(time.perf_counter() - began)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    began = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return time.perf_counter() - began, took, wrong


def body(code: str, number: int) -> str:
    """A filled-in ballot."""
    grades = {name: str(1 + (number + place) % 4) for place, name in enumerate(NAMES)}
    return urlencode({"code": code, "nonce": f"{number:022}", "remark": f"第 {number} 条意见", **grades})


def p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def told(name: str, value: str, met: bool | None) -> bool:
    print(f"{name:<30}{value:<60}{'' if met is None else '达到' if met else '没有达到'}", flush=True)
    return met is not False


def jobs_of(made: Vote, path: str) -> list[list[tuple[str, str, str]]]:
    """One POST for each code."""
    return [[("POST", path, body(code, number))] for number, code in enumerate(made.codes)]


def seal(made: Vote) -> tuple[float, float]:
    """What the seal does, on ballots written at once; returns its seconds, and those of the mix in it."""
    category = made.round.categories.get()
    answers = "1234" * (SUBJECTS * ITEMS // 4)
    Ballot.objects.bulk_create(Ballot(round=made.round, category=category, answers=answers) for _ in made.codes)
    Code.objects.filter(batch__round=made.round).update(is_used=True)
    began = time.perf_counter()
    with transaction.atomic():
        mixing.alone(made.round.pk)
        mixing.mix(made.round.pk)
        mixed = time.perf_counter() - began
        totals_of(made.round)
        fingerprint_of(made.round)
    mixing.vacuum()
    return time.perf_counter() - began, mixed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ballots", type=int, default=3_000)
    parser.add_argument("--turns", type=int, default=5)
    asked = parser.parse_args()
    call_command("migrate", verbosity=0)
    if Organization.objects.exists():
        sys.exit("这个库里已经有内容；请给一个空的库。")
    print(f"{connection.vendor}，每轮 {asked.ballots} 张票，{SUBJECTS} 个对象 × {ITEMS} 项，{CLIENTS} 个客户端\n")
    ours, port = server("chuangxian.wsgi")
    bare, bare_port = server("bare_ballot:application")
    good = True
    try:
        rates, delays = [], []
        for _ in range(asked.turns):
            made, plain = (vote(asked.ballots, subjects=SUBJECTS, items=ITEMS) for _ in range(2))
            category = plain.round.categories.get()
            seconds, took, wrong = load(port, jobs_of(made, f"/v/{made.round.pk}/cast/"), CLIENTS)
            bare_seconds, bare_took, bare_wrong = load(
                bare_port, jobs_of(plain, f"/cast/{plain.round.pk}/{category.pk}/"), CLIENTS
            )
            assert not wrong and not bare_wrong, (wrong[:3], bare_wrong[:3])
            rates.append(bare_seconds / seconds)
            delays.append(p99(took) / p99(bare_took))
            both = f"{asked.ballots / seconds:.0f} 张/秒，最简 {asked.ballots / bare_seconds:.0f} 张/秒"
            told("一轮", f"{both}，p99 {p99(took) * 1000:.0f} 与 {p99(bare_took) * 1000:.0f} ms", None)
            assert Ballot.objects.filter(round=made.round).count() == asked.ballots
        good &= told("与最简相比的速率（中位）", f"{median(rates):.2f}", median(rates) >= RATE_GOAL)
        good &= told("与最简相比的 p99（中位）", f"{median(delays):.2f} 倍", median(delays) <= P99_GOAL)

        made = vote(MEETING, subjects=SUBJECTS, items=ITEMS)
        at = f"/v/{made.round.pk}/"
        meeting = [
            [
                ("GET", at, ""),
                ("POST", f"{at}ballot/", urlencode({"code": code})),
                ("POST", f"{at}cast/", body(code, n)),
            ]
            for n, code in enumerate(made.codes)
        ]
        seconds, took, wrong = load(port, meeting, PHONES)
        whole = Code.objects.filter(batch__round=made.round, is_used=True).count() == MEETING and not wrong
        value = f"{MEETING} 张用 {seconds:.0f} 秒，三页一共 p99 {p99(took):.1f} 秒，出错 {len(wrong)}"
        good &= told(f"{PHONES} 部手机同时", value, whole and seconds <= MEETING_SECONDS)
        seconds, mixed = seal(vote(SEALED, subjects=SUBJECTS, items=ITEMS))
        good &= told(f"封存 {SEALED} 张", f"{seconds:.2f} 秒，其中打乱 {mixed:.2f} 秒", seconds <= SEAL_SECONDS)
    finally:
        for process in (ours, bare):
            process.terminate()
            process.wait()
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
