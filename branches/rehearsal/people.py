"""Which person a row means, and what it would change about him."""

from typing import Any

from branches.models import Member, Organization
from branches.rehearsal.checks import agree
from branches.rehearsal.entries import DATE_FIELDS, PLAIN_FIELDS, Difference, Entry, born_of, shown, stored_date
from branches.rehearsal.known import Known
from branches.states import Precision
from chuangxian.sheets import ParsedRow, Reading
from chuangxian.sheets.trips import settled


def match(reading: Reading[Any], row: ParsedRow, known: Known) -> Member | None:
    """Find the person, or nobody for somebody new; where it cannot be decided the row gets a problem."""
    people = list(known.by_name.get(row["name"], {}).values())
    same_birth = [one for one in people if agree(born_of(one), row["born"])]
    if len(same_birth) > 1:
        same_mail = [one for one in same_birth if row["email"] and one.email == row["email"]]
        if len(same_mail) != 1:
            reading.add(
                row,
                "name",
                f"系统中有 {len(same_birth)} 名姓名、出生年月相同的党员，无法判断是哪一位，请到党员页面修改",
            )
        return same_mail[0] if len(same_mail) == 1 else None
    if same_birth:
        return same_birth[0]
    for one in people:
        if one.born_on is None:
            if row["email"] and one.email == row["email"]:
                return one
            reading.add(row, "name", "系统中有同名党员而没有登记出生年月，无法判断是不是同一人，请先补上他的出生年月")
            return None
        if row["email"] and one.email == row["email"]:
            reading.add(
                row, "born", f"与系统中同名、同邮箱党员的出生年月（{born_of(one)}）不同，无法判断是不是同一人，请核对"
            )
            return None
    if people:
        reading.add(
            row, "name", f"系统中有同名党员（{born_of(people[0])}出生），出生年月不同，按另一人新增，请核对", "warning"
        )
    return None


def values_of(row: ParsedRow) -> dict[str, Any]:
    """The row as fields of a member; what the row leaves empty is not in it."""
    values: dict[str, Any] = {key: row[key] for key in PLAIN_FIELDS if row[key]}
    for key, stem in DATE_FIELDS.items():
        if row[key] is not None:
            values |= {f"{stem}_on": row[key].date, f"{stem}_precision": row[key].precision}
    return values


def compare(reading: Reading[Any], entry: Entry, known: Known) -> None:
    """Set the entry's differences. An empty cell, or a vaguer date, takes nothing away."""
    member, row = entry.member, entry.row
    assert member is not None
    for key in PLAIN_FIELDS:
        old = getattr(member, key)
        # what the reader tidies away in a cell nobody touched is no change
        if row[key] and row[key] not in (old, settled(reading.columns[key], old)):
            entry.differences.append(Difference(key, shown(key, old), shown(key, row[key])))
        elif row[key]:
            entry.values[key] = old
    for key, stem in DATE_FIELDS.items():
        new, old = row[key], stored_date(member, stem)
        if new is None or new == old:
            continue
        if old is not None and agree(new, old) and EXACTNESS[new.precision] <= EXACTNESS[old.precision]:
            entry.values.pop(f"{stem}_on")
            entry.values.pop(f"{stem}_precision")
            continue
        entry.differences.append(Difference(key, str(old or ""), str(new)))
    compare_place(reading, entry, known)


EXACTNESS: dict[str, int] = {Precision.YEAR: 0, Precision.MONTH: 1, Precision.DAY: 2}


def compare_place(reading: Reading[Any], entry: Entry, known: Known) -> None:
    """Compare the branch: a member of a group inside the named branch is where he should be."""
    member, row = entry.member, entry.row
    assert member is not None
    home, others = known.current.get(member.pk), known.others.get(member.pk, [])
    later = [one for one in others if one.starts_on > known.roster_on]
    entry.home = home
    if home is not None and isinstance(entry.place, Organization) and home.path.startswith(entry.place.path):
        return
    if later:
        since = min(one.starts_on for one in later)
        reading.add(
            row, "branch", f"系统中{member}自 {since} 起的党籍隶属与名册日期 {known.roster_on} 不符，请核对名册日期"
        )
        return
    if home is not None and home.ends_on is not None:
        reading.add(
            row, "branch", f"系统中{member}将于 {home.ends_on} 转出{home.organization}，不能按名册转到别处，请核对"
        )
        return
    if home is not None and home.starts_on >= known.roster_on:
        reading.add(
            row,
            "branch",
            f"系统中{member}自 {home.starts_on} 起在{home.organization}，名册日期 {known.roster_on} 不晚于这一天，不能转接",
        )
        return
    entry.moves = True
    old = str(home.organization.name) if home else "（已转出）"
    entry.differences.append(Difference("branch", old, entry.place.name))
