"""Reminders, beside the barest thing that does the same, in the same run.

    python bench/notices.py            100,000 planned, 10,000 sent (minutes)
    python bench/notices.py --quick    5,000 planned, 1,000 sent

Planning (one open item a person, letter written, inbox row and mail row) against one INSERT … SELECT of the very same rows into the same
tables with their indexes; goal ≤ 3 ×. Sending by one worker against a plain loop on one connection to the same server, once a server that
answers at once and once one that takes 20 ms a mail; goal ≥ 0.8 of its rate. On a SQLite file of its own, or on the EMPTY database DATABASE_URL names. Only ratios of one run count: the machine is shared.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

FOLDER = tempfile.TemporaryDirectory(prefix="bench-notices-")
os.environ |= {"DJANGO_SETTINGS_MODULE": "chuangxian.settings", "CHUANGXIAN_DATA": FOLDER.name, "LOG_LEVEL": "ERROR"}
os.environ["CHUANGXIAN_TODAY"] = "2011-06-20"
os.environ["QUIET_HOURS"] = ""  # measured at any hour

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.mail import get_connection  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from branches.models import Member, Membership, Organization  # noqa: E402
from chuangxian import clock  # noqa: E402
from schedule import delivery, letters, planner, reminding  # noqa: E402
from schedule.letters import Letter  # noqa: E402
from schedule.models import Campaign, Mail, Milestone, Notice, ReminderMark  # noqa: E402
from schedule.reminding import Due, Reminder  # noqa: E402

DAY, LONG_AGO = date(2011, 6, 20), date(2010, 7, 20)
PLAN_GOAL, SEND_GOAL = 3.0, 0.8


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def prepare(number: int) -> Reminder:
    """Fill an empty database with people who each have one open item due today."""
    call_command("migrate", verbosity=0)
    if Notice.objects.exists() or Member.objects.exists():
        sys.exit("这个数据库不是空的：请另建一个空库再量。")
    place = Organization.objects.create(kind="branch", name="第一党支部", path="0001", unit_path="0001")
    campaign = Campaign.objects.create(
        key="bench", name="创先争优", title="方案", starts_on=LONG_AGO, ends_on=date(2012, 12, 31)
    )
    for start in range(0, number, 5000):
        numbers = range(start, min(start + 5000, number))
        people = Member.objects.bulk_create(
            Member(name=f"党员{n}", sort_key=f"{n:08d}", sex="male", email=f"p{n}@example.com") for n in numbers
        )
        at = {"organization": place, "path": place.path, "starts_on": LONG_AGO}
        Membership.objects.bulk_create(Membership(member=person, **at) for person in people)
        Milestone.objects.bulk_create(
            Milestone(campaign=campaign, key=f"m{n}", title=f"承诺事项第{n}项", date=DAY) for n in numbers
        )
    template = "mail/milestone_ahead.txt"
    letters.register(Letter("bench", "测量", lambda obj: f"/record/{obj.pk}/", template=template))
    reminder = Reminder(
        "bench", "测量", letter="bench", leads=(7, 3, 0), open_items=open_items, still_open=lambda obj, on: True
    )
    ReminderMark.objects.create(kind="bench", since=LONG_AGO, planned_on=date(2011, 6, 19), planned_at=clock.wall())
    return reminding.register(reminder)


def open_items(on: date, until: date) -> Iterator[Due]:
    people = Member.objects.order_by("pk").iterator()
    for record, person in zip(Milestone.objects.order_by("pk").iterator(), people, strict=True):
        yield Due(record, [person], record.date, LONG_AGO)


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def plan(reminder: Reminder, number: int) -> float:
    began = time.perf_counter()
    new = planner.plan_reminder(reminder, on=DAY)
    spent = time.perf_counter() - began
    assert new == Mail.objects.count() == number, new
    return spent


def insert_select() -> float:
    """Put the same rows into the same, emptied tables by one statement a table."""
    tables = [Notice._meta.db_table, Mail._meta.db_table]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE bench_{table} AS SELECT * FROM {table}")
        for table in reversed(tables):
            cursor.execute(f"DELETE FROM {table}")
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"VACUUM FULL {table}")
        began = time.perf_counter()
        with transaction.atomic():
            for table in tables:
                cursor.execute(f"INSERT INTO {table} SELECT * FROM bench_{table}")
        spent = time.perf_counter() - began
        for table in tables:
            cursor.execute(f"DROP TABLE bench_{table}")
    return spent


def send(number: int) -> float:
    """Send by one worker, batch after batch, as a task does."""
    began = time.perf_counter()
    sent = 0
    while sent < number and (claimed := delivery.deliver_batch(on=DAY)):
        sent += claimed
    spent = time.perf_counter() - began
    assert sent >= number
    return sent / spent


def bare_loop(number: int) -> float:
    """Send the same mails in a plain loop over one connection, nothing written down."""
    mails = list(Mail.objects.filter(state="sent").select_related("notice").order_by("-pk")[:number])
    began = time.perf_counter()
    with get_connection() as server:
        for mail in mails:
            server.send_messages([delivery.compose(mail.notice, mail.message_id, mail.address)])
    return len(mails) / (time.perf_counter() - began)


def use_sink(pause: int) -> "subprocess.Popen[str]":
    """Start a mail server in a process of its own, which takes so many milliseconds a mail, and let the portal use it."""
    command = [sys.executable, "-m", "tests.faults.smtp_sink", str(pause)]
    sink = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert sink.stdout is not None
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sink.stdout.readline())
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return sink


def measure_sending(number: int, pause: int) -> bool:
    sink = use_sink(pause)
    try:
        rate, loop = send(number), bare_loop(number)
    finally:
        sink.kill()
        sink.wait()
    good = rate >= SEND_GOAL * loop
    say(
        f"{connection.vendor}: send {number:,}, server takes {pause} ms: {rate:.0f}/s, plain loop {loop:.0f}/s,"
        f" ratio {rate / loop:.2f} (goal ≥ {SEND_GOAL}) {'ok' if good else 'MISSED'}"
    )
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    quick = parser.parse_args().quick
    planned, sent = (5_000, 1_000) if quick else (100_000, 10_000)
    reminder = prepare(planned)
    analyze()
    ours, again = plan(reminder, planned), time.perf_counter()
    assert planner.plan_reminder(reminder, on=DAY) == 0
    again = time.perf_counter() - again
    bare = insert_select()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    good = ours <= PLAN_GOAL * bare
    say(
        f"{connection.vendor}: plan {planned:,}: {ours:.2f} s, INSERT … SELECT {bare:.2f} s, ratio {ours / bare:.2f}"
        f" (goal ≤ {PLAN_GOAL}) {'ok' if good else 'MISSED'}; same day again {again:.2f} s; peak {memory} MB"
    )
    good &= measure_sending(sent, 0)
    good &= measure_sending(sent // 10, 20)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
