"""What would an import do? Compares the rows of a roster file with what stands, and decides nothing: commit and page both read it.

People are the same when name and birth agree within the organisation's subtree, never by the name alone; wherever two readings are
possible the row gets a problem instead of a guess. Nothing in the file, or missing from it, ends a membership or a post by itself.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any

from branches import places
from branches.models import Organization
from branches.places import Founding, Place
from branches.rehearsal.checks import check_dates, check_duplicates
from branches.rehearsal.entries import LABELS, Claim, Difference, Entry, Offer, Rehearsal, stored_date
from branches.rehearsal.known import Known
from branches.rehearsal.people import compare, match, values_of
from branches.rehearsal.posts import check_rights, settle_posts
from branches.scope import Viewer, standing_of
from branches.states import MemberType
from chuangxian.sheets import ParsedRow, Reading

__all__ = ["LABELS", "Claim", "Difference", "Entry", "Offer", "Rehearsal", "rehearse", "stored_date"]


def rehearse(
    *,
    organization: Organization,
    reading: Reading[Any],
    found: Collection[str] | None = None,
    roster_on: date,
    by: Viewer | None,
    on: date,
) -> Rehearsal:
    """Compare the rows of ``reading`` with what stands on ``roster_on``, in five queries for any number of rows.

    ``found``: names of branches to be founded on the way; None founds what can be founded where there is no branch yet.
    Findings are added to ``reading``.
    """
    known = Known(organization, roster_on)
    rehearsal = Rehearsal(organization, roster_on, reading)
    check_duplicates(reading)
    for row in reading.good_rows:
        check_dates(reading, row, roster_on)
    settle_places(rehearsal, known, found)
    standing = standing_of(by, on) if by is not None else None
    secretaries: dict[Place, int] = {}
    for row in reading.good_rows:
        place = known.places.find(row["branch"])
        if not isinstance(place, Organization | Founding):
            continue
        member = match(reading, row, known)
        if not row.ok:
            continue
        entry = Entry(row, place, values_of(row), member)
        if member is not None:
            compare(reading, entry, known)
        settle_posts(reading, entry, known, secretaries)
        if standing is not None:
            check_rights(reading, entry, standing)
        if row.ok:
            rehearsal.entries.append(entry)
    taken = [entry.member.pk for entry in rehearsal.entries if entry.member]
    if len(taken) != len(set(taken)):
        refuse_twice(rehearsal)
    matched = {entry.member.pk for entry in rehearsal.entries if entry.member}
    named = {row["name"] for row in reading.rows if not row.ok}
    rehearsal.absent = [
        one for one in known.current.values() if one.member_id not in matched and one.member.name not in named
    ]
    reading.sort()
    return rehearsal


def settle_places(rehearsal: Rehearsal, known: Known, found: Collection[str] | None) -> None:
    """Find each row's branch; unknown names become offers to found one, and problems where that is not chosen."""
    reading, directory = rehearsal.reading, known.places
    unknown: dict[str, list[ParsedRow]] = defaultdict(list)
    for row in reading.good_rows:
        place = directory.find(row["branch"])
        if place is None and directory.may_found and (name := places.full_name(row["branch"])):
            unknown[name].append(row)
    for name, rows in unknown.items():
        full = sum(row["member_type"] != MemberType.PROBATIONARY for row in rows)
        offer = Offer(name, len(rows), full, chosen=False)
        chosen = offer.possible and (name in found if found is not None else directory.is_empty)
        if chosen:
            directory.add(Founding(name))
        rehearsal.offers.append(Offer(name, len(rows), full, chosen))
    for row in reading.good_rows:
        place = directory.find(row["branch"])
        if isinstance(place, Organization | Founding):
            continue
        reading.add(row, "branch", place.sentence if place is not None else directory.unknown(row["branch"]))


def refuse_twice(rehearsal: Rehearsal) -> None:
    """Two rows of different persons came out at the same stored one; none of them is taken."""
    rows: dict[int, list[Entry]] = defaultdict(list)
    for entry in rehearsal.entries:
        if entry.member:
            rows[entry.member.pk].append(entry)
    for entries in rows.values():
        if len(entries) > 1:
            numbers = "、".join(str(entry.row.number) for entry in entries)
            for entry in entries:
                rehearsal.reading.add(
                    entry.row, "name", f"第 {numbers} 行都对应系统中的{entry.member}，无法判断以哪一行为准"
                )
    rehearsal.entries = [entry for entry in rehearsal.entries if entry.row.ok]
