"""Excel, beside bare openpyxl and beside packing alone in the same run: CPU seconds and peak memory of a child process each.

    python bench/exports.py            100,000 × 20, then 300,000 and 1,000,000 × 10 rows written, 10,000 × 13 read (several minutes)
    python bench/exports.py --quick    10,000 × 20 and 30,000 × 20 written, 10,000 × 13 read

Goals: writing ≤ 1.15 × the CPU of bare write-only openpyxl, memory flat (≤ 150 MB, and no more for a million rows than for fewer);
reading ≤ 3 × openpyxl's read-only mode. Packing alone is the bound below which no .xlsx is written: the sheet's finished XML through
zipfile, as openpyxl packs it. Only ratios of one run count: the machine is shared.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from chuangxian.sheets import Column, Kind, Sheet

KINDS: tuple[Kind, ...] = ("text", "text", "integer", "date", "text", "decimal", "text", "percent", "text", "text")
DAY = date(2010, 7, 20)
WRITE_GOAL, READ_GOAL, MEMORY_GOAL = 1.15, 3.0, 150
FLAT = 8  # MB by which memory may differ between few rows and many: what the allocator happens to keep
PIECE = 1 << 16


def value(kind: str, row: int, column: int) -> Any:
    match kind:
        case "integer":
            return row * column % 10_000
        case "date":
            return DAY + timedelta(days=row % 900)
        case "decimal":
            return Decimal(row % 1_000) / 8
        case "percent":
            return row % 101 / 100
    return f"承诺事项第{row % 5_000}号第{column}项"


def rows(count: int, width: int) -> Iterator[tuple[Any, ...]]:
    kinds = [KINDS[column % len(KINDS)] for column in range(width)]
    for row in range(count):
        yield tuple(value(kind, row, column) for column, kind in enumerate(kinds))


def table(width: int) -> Sheet[tuple[Any, ...]]:
    def getter(index: int) -> Any:
        return lambda row: row[index]

    return Sheet("台账", [Column(f"第{n}列", getter(n), KINDS[n % len(KINDS)], key=f"c{n}") for n in range(width)])


def write_ours(path: str, count: int, width: int) -> None:
    table(width).write(path, rows(count, width), heading=["台账"], who="办公室")


def write_bare(path: str, count: int, width: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append([f"第{n}列" for n in range(width)])
    for row in rows(count, width):
        sheet.append(row)
    book.save(path)


def pack(path: str, count: int, width: int) -> None:
    """The bound: the XML that stands in the workbook before, packed again piece by piece."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(f"{path}.again", "w", zipfile.ZIP_DEFLATED) as target:
        for name in book.namelist():
            with book.open(name) as source, target.open(name, "w", force_zip64=True) as sheet:
                shutil.copyfileobj(source, sheet, PIECE)


def read_ours(path: str, count: int, width: int) -> None:
    with open(path, "rb") as stream:
        reading = table(width).read(stream)
    assert len(reading.rows) == count and reading.ok, reading.problems[:3]


def read_bare(path: str, count: int, width: int) -> None:
    """What a plain importer does: every cell looked at."""
    sheet = openpyxl.load_workbook(path, read_only=True).worksheets[0]
    assert sum(len(row) for row in sheet.iter_rows(values_only=True)) >= count * width


def make_rows(path: str, count: int, width: int) -> None:
    """The price of the test data itself, which both sides pay."""
    for _ in rows(count, width):
        pass


WORK = {
    "ours": write_ours,
    "bare": write_bare,
    "pack": pack,
    "read ours": read_ours,
    "read bare": read_bare,
    "data": make_rows,
}


def measured(work: str, path: Path, count: int, width: int) -> tuple[float, int]:
    """CPU seconds and peak MB of one child process."""
    run = subprocess.run(
        [sys.executable, __file__, "--work", work, str(path), str(count), str(width)],
        check=True, capture_output=True, text=True, env={**os.environ, "DJANGO_SETTINGS_MODULE": "chuangxian.settings"},
    )  # fmt: skip
    found = json.loads(run.stdout)
    return found["cpu"], found["rss"]


def child(work: str, path: str, count: int, width: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF)
    WORK[work](path, count, width)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    say(json.dumps({"cpu": cpu, "rss": after.ru_maxrss // 1024}))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def compare(title: str, count: int, ours: tuple[float, int], bare: tuple[float, int], goal: float) -> bool:
    ratio = ours[0] / bare[0]
    good = ratio <= goal and ours[1] <= MEMORY_GOAL
    say(
        f"{title:<24} ours {ours[0]:7.2f} s {count / ours[0]:7,.0f} rows/s {ours[1]:4d} MB   "
        f"openpyxl {bare[0]:7.2f} s {count / bare[0]:7,.0f} rows/s {bare[1]:4d} MB   "
        f"ratio {ratio:.2f} (goal ≤ {goal}) {'ok' if good else 'MISSED'}"
    )
    return good


def written(path: Path, sizes: list[tuple[int, int]]) -> bool:
    """Each size by us, then packed again, then by openpyxl alone; and whether memory grows with the rows."""
    good, peaks = True, []
    for count, width in sizes:
        ours = measured("ours", path, count, width)
        packed = measured("pack", path, count, width)[0]
        good &= compare(f"write {count:,} × {width}", count, ours, measured("bare", path, count, width), WRITE_GOAL)
        say(f"{'':<24} packing alone {packed:.2f} s, {100 * packed / ours[0]:.0f} % of ours")
        peaks.append(ours[1])
    flat = max(peaks) - min(peaks) <= FLAT
    told = " · ".join(f"{peak} MB" for peak in peaks)
    say(f"{'memory, fewest to most':<24} {told} {'flat' if flat else 'GROWS'}")
    return good and flat


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work, path, count, width = options.work
        child(work, path, int(count), int(width))
        return 0
    good = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        quick, full = [(10_000, 20), (30_000, 20)], [(100_000, 20), (300_000, 10), (1_000_000, 10)]
        good &= written(path, quick if options.quick else full)
        measured("ours", path, 10_000, 13)
        ours, bare = measured("read ours", path, 10_000, 13), measured("read bare", path, 10_000, 13)
        good &= compare("read 10,000 × 13", 10_000, ours, bare, READ_GOAL)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
