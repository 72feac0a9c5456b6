"""What the tables look up by name: the organisation a row is of, and people."""

from collections.abc import Iterable, Mapping
from typing import Any

from branches.models import Member, Organization
from chuangxian.sheets import ParsedRow
from schedule.trips import BadCells


def places_of(root: Organization) -> dict[str, Organization]:
    """Return the organisation and all below it by name; a short name or a name twice given is left out. One query."""
    found: dict[str, list[Organization]] = {}
    for one in Organization.objects.within(root.path).order_by("path"):
        found.setdefault(one.name, []).append(one)
    return {name: places[0] for name, places in found.items() if len(places) == 1}


def place_of(row: ParsedRow, places: Mapping[str, Organization]) -> Organization:
    """Return the organisation a row names, or raise BadCells."""
    place = places.get(row["organization"] or "")
    if place is None:
        raise BadCells(("organization", f"这里没有叫“{row['organization'] or ''}”的党组织，请写全称"), row=row)
    return place


def person_of(row: ParsedRow, column: str, candidates: Iterable[Member], where: str) -> Member | None:
    """Return the member a cell names, None for an empty one; BadCells when nobody or several are called so."""
    name = row[column]
    if not name:
        return None
    found = [one for one in candidates if "".join(one.name.split()) == name]
    if len(found) == 1:
        return found[0]
    sentence = (
        f"{where}没有叫“{name}”的党员" if not found else f"{where}有 {len(found)} 名叫“{name}”的党员，无法判断是哪一位"
    )
    raise BadCells((column, sentence), row=row)


def parts(text: str | None) -> list[str]:
    """Return what stands between ；."""
    return [one.strip() for one in (text or "").replace(";", "；").split("；") if one.strip()]


def titled(row: ParsedRow, column: str, known: Mapping[str, Any], what: str) -> list[Any]:
    """Return what a cell names one after the other, between ；; BadCells for a title nothing has."""
    titles = parts(row[column])
    if strange := [title for title in titles if title not in known]:
        raise BadCells((column, f"没有叫“{strange[0]}”的{what}"), row=row)
    return [known[title] for title in titles]
