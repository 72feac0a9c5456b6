"""Steps the tests of rosters share: a general branch with the five branches of the files, a rehearsal, a commit."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from accounts.models import User
from branches import actions
from branches.models import Organization, RosterImport
from branches.rehearsal import Rehearsal, rehearse
from branches.sheets import ROSTER
from tests import build

DATA = Path(__file__).parent.parent / "data"
CLEAN, MESSY = DATA / "roster-clean.xlsx", DATA / "roster-messy.xlsx"
BRANCHES = ["小学教研党支部", "初中教研党支部", "高中教研党支部", "综合与科研党支部", "离退休党支部"]
ON = date(2010, 7, 20)


def five_branches() -> Organization:
    """Found a general branch with the five branches the files name."""
    general = build.general_branch("教研室党总支")
    for name in BRANCHES:
        build.branch(general, name)
    return general


def rehearsed(
    file: Path | bytes, general: Organization, *, found: Collection[str] | None = None, on: date = ON
) -> Rehearsal:
    """Rehearse a file."""
    content = file if isinstance(file, bytes) else file.read_bytes()
    reading = ROSTER.read(BytesIO(content), name="名册.xlsx")
    return rehearse(organization=general, reading=reading, found=found, roster_on=on, by=None, on=on)


def commit(
    file: Path | bytes,
    general: Organization,
    *,
    only_good: bool = False,
    on: date = ON,
    by: User | None = None,
    **options: Any,
) -> RosterImport:
    """Take a file over as the office would after a rehearsal."""
    content = file if isinstance(file, bytes) else file.read_bytes()
    roster = actions.store_roster(
        organization=general, content=BytesIO(content), file_name="名册.xlsx", roster_on=on, by=by, on=on
    )
    reading = ROSTER.read(BytesIO(content), name="名册.xlsx")
    actions.commit_roster(roster=roster, reading=reading, only_good=only_good, by=by, on=on, **options)
    return roster


def problems_by_row(rehearsal: Rehearsal) -> dict[int, list[str]]:
    """Return the sentences of each row."""
    found: dict[int, list[str]] = defaultdict(list)
    for one in rehearsal.problems:
        found[one.row].append(f"{one.header}{one.message}")
    return dict(found)
