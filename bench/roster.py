"""A roster of 10,000 rows: rehearsed, imported, found the same again, undone; beside openpyxl's own reading of the file.

    python bench/roster.py               on a fresh SQLite (or on an empty database named by DATABASE_URL)
    python bench/roster.py --rows 2000
    python bench/roster.py --kill 10     also: SIGKILL in the middle of ten imports, then count what is there: nothing or everything

Goals: reading and rehearsing ≤ 15 s; reading, rehearsing and importing ≤ 30 s; after a kill 0 rows or all.
"""

import argparse
import atexit
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "chuangxian.settings"
if "--data" not in sys.argv:
    os.environ["CHUANGXIAN_DATA"] = tempfile.mkdtemp(prefix="bench-roster-")
    atexit.register(shutil.rmtree, os.environ["CHUANGXIAN_DATA"], ignore_errors=True)

import django  # noqa: E402

django.setup()

import openpyxl  # noqa: E402
from django.core.management import call_command  # noqa: E402

from branches import actions  # noqa: E402
from branches.models import Member, Membership, Organization, PostAssignment  # noqa: E402
from branches.rehearsal import rehearse  # noqa: E402
from branches.sheets import ROSTER  # noqa: E402
from branches.states import Kind  # noqa: E402

ON = date(2010, 7, 20)
REHEARSAL_GOAL, IMPORT_GOAL = 15.0, 30.0
BRANCHES = 100


def workbook(rows: int) -> bytes:
    """A roster as an office would write it; every hundredth member is a secretary."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("党员名册")
    sheet.append(ROSTER.headers)
    for n in range(rows):
        branch = n % BRANCHES
        born, joined = date(1948 + n % 18, n % 12 + 1, n % 28 + 1), date(1985 + n % 20, n % 12 + 1, n % 28 + 1)
        post = "党支部书记" if n < BRANCHES else ("组织委员" if n < 2 * BRANCHES else None)
        sheet.append(
            [n + 1, f"党员{n}", "男" if n % 2 else "女", born, "汉族", "本科", joined, joined.replace(year=joined.year + 1),
             f"第{branch + 1:03d}党支部", post, "教研员", "正式党员", f"dy{n}@example.com"]
        )  # fmt: skip
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def timed(title: str, work: Callable[[], Any]) -> tuple[Any, float]:
    begin, cpu = time.perf_counter(), time.process_time()
    result = work()
    took = time.perf_counter() - begin
    say(f"{title:<28} {took:6.2f} s   (CPU {time.process_time() - cpu:6.2f} s)")
    return result, took


def plain_openpyxl(content: bytes) -> int:
    sheet = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets[0]
    return sum(len(row) for row in sheet.iter_rows(values_only=True))


def found_general_branch(name: str) -> Organization:
    top, _ = Organization.objects.get_or_create(
        name="党工委", kind=Kind.WORKING_COMMITTEE, path="0001", unit_path="0001"
    )
    return actions.create_organization(kind=Kind.GENERAL_BRANCH, name=name, parent=top, by=None, on=ON)


def take_over(general: Organization, content: bytes) -> Any:
    roster = actions.store_roster(
        organization=general, content=BytesIO(content), file_name="名册.xlsx", roster_on=ON, by=None, on=ON
    )
    actions.commit_roster(roster=roster, reading=ROSTER.read(BytesIO(content)), only_good=False, by=None, on=ON)
    return roster


def rehearsed(general: Organization, content: bytes) -> Any:
    return rehearse(organization=general, reading=ROSTER.read(BytesIO(content)), roster_on=ON, by=None, on=ON)


def killed(times: int, content: bytes, took: float) -> bool:
    """Kill imports at random moments; each leaves nothing or everything."""
    good, chance = True, random.Random(1)
    path = Path(os.environ["CHUANGXIAN_DATA"]) / "kill.xlsx"
    path.write_bytes(content)
    outcomes = {"nothing": 0, "everything": 0}
    for number in range(times):
        general = found_general_branch(f"第{number}次")
        child = subprocess.Popen([sys.executable, __file__, "--data", "--child", general.name, str(path)])
        time.sleep(1.0 + chance.random() * took * 1.2)
        child.send_signal(signal.SIGKILL)
        child.wait()
        members = Membership.objects.within(general.path).count()
        branches = Organization.objects.filter(parent=general).count()
        posts = PostAssignment.objects.filter(organization__parent=general).count()
        state = (members, branches, posts)
        whole = (len(ROSTER.read(BytesIO(content)).rows), BRANCHES, 2 * BRANCHES)
        outcomes["everything" if state == whole else "nothing"] += 1
        if state not in ((0, 0, 0), whole):
            good = False
            say(f"HALF an import after kill {number}: {state}")
    say(f"killed {times} times: {outcomes['nothing']} × nothing, {outcomes['everything']} × everything")
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--data", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        name, file = options.child
        take_over(Organization.objects.get(name=name), Path(file).read_bytes())
        return 0
    call_command("migrate", verbosity=0)
    content = workbook(options.rows)
    say(f"{options.rows:,} rows, {len(content) / 1024:,.0f} KB")
    timed("openpyxl reads", lambda: plain_openpyxl(content))
    timed("our reader", lambda: ROSTER.read(BytesIO(content)))
    general = found_general_branch("教研室党总支")
    first, rehearsal = timed("read and rehearse", lambda: rehearsed(general, content))
    assert first.counts["add"] == options.rows and not first.problems, first.problems[:3]
    roster, commit = timed("read, rehearse, import", lambda: take_over(general, content))
    assert Member.objects.count() == options.rows
    again, _ = timed("same file again, rehearsed", lambda: rehearsed(general, content))
    assert again.counts["same"] == options.rows
    timed("undo", lambda: actions.undo_roster(roster=roster, by=None, on=ON))
    assert Member.objects.count() == 0 and Organization.objects.filter(parent=general).count() == 0
    good = rehearsal <= REHEARSAL_GOAL and commit <= IMPORT_GOAL
    say(f"goals: rehearsal ≤ {REHEARSAL_GOAL:.0f} s, import ≤ {IMPORT_GOAL:.0f} s: {'ok' if good else 'MISSED'}")
    if options.kill:
        good &= killed(options.kill, content, commit)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
