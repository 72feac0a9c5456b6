"""What can be wrong with the rows by themselves: the same person twice, dates that cannot be true together."""

from collections import defaultdict
from datetime import date
from typing import Any

from branches.states import MemberType
from chuangxian.sheets import ParsedRow, PartialDate, Reading

ADULT_YEARS = 18


def check_duplicates(reading: Reading[Any]) -> None:
    """The second row of the same person is refused, whichever of the two is better."""
    # dates that agree are of one year, and only rows that are no duplicate are kept: ten thousand namesakes stay affordable
    seen: dict[tuple[str, int], list[ParsedRow]] = defaultdict(list)
    mails: dict[str, ParsedRow] = {}
    for row in reading.rows:
        name, born, email = row["name"], row["born"], row["email"]
        if not name:
            continue
        same = seen[name, born.date.year if born else 0]
        twin = next((earlier for earlier in same if agree(earlier["born"], born)), None)
        mate = mails.setdefault(email, row) if email else row
        if twin is not None:
            reading.add(row, "name", f"与第 {twin.number} 行重复（姓名、出生年月相同），这一行没有导入")
            continue
        if mate is not row and mate["name"] != name:
            reading.add(row, "email", f"与第 {mate.number} 行{mate['name']}的邮箱相同，请核对", "warning")
        elif mate is not row and born and mate["born"]:
            reading.add(row, "name", f"与第 {mate.number} 行姓名、邮箱相同而出生年月不同，无法判断是不是同一人")
        if born:
            same.append(row)


def agree(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether two dates can be the same day, as far as both are known."""
    return one is not None and other is not None and coarse(one, other) == coarse(other, one)


def coarse(value: PartialDate, other: PartialDate) -> tuple[int, ...]:
    """The date as exactly as both are known."""
    parts = {"day": 3, "month": 2, "year": 1}
    whole = (value.date.year, value.date.month, value.date.day)
    return whole[: min(parts[value.precision], parts[other.precision])]


def before(one: PartialDate | None, other: PartialDate | None) -> bool:
    """Whether one date lies before the other for certain."""
    return one is not None and other is not None and coarse(one, other) < coarse(other, one)


def check_dates(reading: Reading[Any], row: ParsedRow, roster_on: date) -> None:
    """Dates that cannot be true together. The first contradiction is named; what follows from it is not."""
    born, joined, confirmed = row["born"], row["joined"], row["confirmed"]
    if before(PartialDate(roster_on), born):
        reading.add(row, "born", f"{born} 晚于名册日期 {roster_on}，请核对")
    elif joined is not None and not before(born, joined):
        reading.add(row, "joined", f"{joined} 不晚于出生年月 {born}，请核对这两个日期")
    elif before(PartialDate(roster_on), joined):
        reading.add(row, "joined", f"{joined} 晚于名册日期 {roster_on}，请核对")
    elif before(confirmed, joined):
        reading.add(row, "confirmed", f"{confirmed} 早于入党时间 {joined}，请核对这两个日期")
    elif row["member_type"] == MemberType.PROBATIONARY and confirmed is not None and confirmed.date <= roster_on:
        reading.add(row, "confirmed", "是预备党员，却填了已过的转正时间，请核对党员类别", "warning")
    if row.ok and born and joined and before(joined, PartialDate(_years_after(born.date, ADULT_YEARS), born.precision)):
        reading.add(row, "joined", f"{joined} 入党时不满 {ADULT_YEARS} 周岁，请核对", "warning")


def _years_after(day: date, years: int) -> date:
    # 29 February comes of age on 1 March
    return date(day.year + years, 3, 1) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + years)
