"""Reminders under fire: real PostgreSQL, Redis, Celery workers and beats, killed, cut off and restarted on purpose. docs/faults.md says what each trial is.

    python bench/faults.py                      everything, in full (about an hour and a half)
    python bench/faults.py --quick              small sizes (minutes)
    python bench/faults.py --only Q3,Q7 --database sqlite

One line a trial: name, database, what was done, figures, verdict. Ends with 1 when one has not passed. The trials themselves stand in
tests/faults, which the tests share. PostgreSQL: the server of DATABASE_URL, else postgres@localhost:5432; the
databases made there are dropped again. Whatever a trial stops, cuts or empties is its own. Q1 reads FAULT_NUMBER, the number of letters.
"""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.faults.catalogue import BOTH, TRIALS, Databases

SERVER = "postgres://postgres@localhost:5432/chuangxian"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--only", default=",".join(TRIALS), metavar="Q3,Q7", help="these trials only")
    parser.add_argument("--database", choices=BOTH, help="this database only")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # then the databases made are dropped too
    names = asked.only.upper().split(",")
    if unknown := [name for name in names if name not in TRIALS]:
        parser.error(f"没有这样的试验：{'、'.join(unknown)}；有的是 {'、'.join(TRIALS)}")
    failed = []
    for vendor in [asked.database] if asked.database else BOTH:
        server = os.environ.get("DATABASE_URL") or SERVER
        with Databases(vendor, server) as databases:
            for name in names:
                if vendor not in TRIALS[name].databases and not asked.database:
                    continue
                began = time.monotonic()
                outcome = databases.run(name, quick=asked.quick)
                say(f"{name} {TRIALS[name].title} · {vendor} · {outcome}（{time.monotonic() - began:.0f} 秒）")
                if outcome.passed is False:
                    failed.append(f"{name}（{vendor}）")
    if failed:
        say(f"没有通过：{'、'.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
