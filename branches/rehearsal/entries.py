"""What a rehearsal is made of: good rows and what they come to, branches that could be founded, and the whole."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from branches.models import Member, Membership, Organization
from branches.places import Founding, Place
from branches.states import MemberType, Sex
from chuangxian.sheets import ParsedRow, PartialDate, Problem, Reading

BRANCH_LEAST_FULL_MEMBERS = 3  # Party constitution, article 30: three full members make a branch

# column of the sheet → fields of Member; a date has its precision beside it
PLAIN_FIELDS = ("name", "sex", "ethnicity", "education", "member_type", "unit_post", "email")
DATE_FIELDS = {"born": "born", "joined": "joined", "confirmed": "confirmed"}
LABELS = {
    "name": "姓名", "sex": "性别", "born": "出生年月", "ethnicity": "民族", "education": "学历", "joined": "入党时间",
    "confirmed": "转正时间", "branch": "所在党支部", "posts": "党内职务", "unit_post": "行政职务（岗位）", "member_type": "党员类别",
    "email": "电子邮箱",
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """A post as a roster names it: which, and on which level."""

    post: str
    kind: str
    title: str


@dataclass(frozen=True)
class Appointment:
    """A post somebody would be given."""

    post: str
    place: Place
    title: str


@dataclass(frozen=True)
class Difference:
    """One field that would change, as a reader sees it."""

    key: str
    old: str
    new: str

    @property
    def label(self) -> str:
        return LABELS[self.key]


@dataclass
class Entry:
    """A good row and what it comes to: somebody new, somebody changed, or nothing."""

    row: ParsedRow
    place: Place
    values: dict[str, Any]
    member: Member | None = None
    home: Membership | None = None
    differences: list[Difference] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    moves: bool = False
    made: Member | None = None  # somebody new, once the import has made him

    @property
    def name(self) -> str:
        return str(self.values["name"])

    @property
    def row_number(self) -> int:
        """Where the row stands in Excel. A template that asks the row itself gets a cell of that name, the file's 序号."""
        return self.row.number

    @property
    def is_hidden(self) -> bool:
        return self.row.hidden

    @property
    def type_label(self) -> str:
        return str(MemberType(self.values["member_type"]).label)

    @property
    def is_new(self) -> bool:
        return self.member is None

    @property
    def is_same(self) -> bool:
        return self.member is not None and not self.differences


@dataclass(frozen=True)
class Offer:
    """A branch the file names and the portal does not know: may be founded when enough people belong to it."""

    name: str
    people: int
    full_members: int
    chosen: bool

    @property
    def possible(self) -> bool:
        return self.full_members >= BRANCH_LEAST_FULL_MEMBERS


@dataclass
class Rehearsal:
    """What the file comes to on that day."""

    organization: Organization
    roster_on: date
    reading: Reading[Any]
    entries: list[Entry] = field(default_factory=list)
    absent: list[Membership] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)

    @property
    def adds(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_new]

    @property
    def changes(self) -> list[Entry]:
        return [entry for entry in self.entries if not entry.is_new and not entry.is_same]

    @property
    def same(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_same]

    @property
    def founded(self) -> list[Founding]:
        # in the order of the file: that is the order in which the office thinks of its branches
        return list(dict.fromkeys(entry.place for entry in self.entries if isinstance(entry.place, Founding)))

    @property
    def problems(self) -> list[Problem]:
        """Everything worth saying about the file, but the lines above its header."""
        return [one for one in self.reading.problems if not 0 < one.row < self.reading.header_row]

    @property
    def errors(self) -> list[Problem]:
        return [one for one in self.problems if one.level == "error"]

    @property
    def bad_rows(self) -> int:
        return sum(not row.ok for row in self.reading.rows)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "add": len(self.adds),
            "change": len(self.changes),
            "same": len(self.same),
            "absent": len(self.absent),
            "bad": self.bad_rows,
        }

    @property
    def does_nothing(self) -> bool:
        return not self.adds and not self.changes

    @property
    def digest(self) -> str:
        """What was on the screen, in one word: a commit that would do anything else is refused."""
        seen = [
            [e.row.number, e.member.pk if e.member else 0, e.name, e.place.name]
            + [[d.key, d.old, d.new] for d in e.differences]
            + [[a.title, a.place.name] for a in e.appointments]
            for e in self.entries
        ]
        said = [[one.row, one.column, one.message] for one in self.errors]
        away = [one.pk for one in self.absent]
        whole = json.dumps([seen, said, away, [one.name for one in self.founded]], ensure_ascii=False)
        return hashlib.sha256(whole.encode()).hexdigest()


def born_of(member: Member) -> PartialDate | None:
    """The birth as exactly as it is stored."""
    return stored_date(member, "born")


def stored_date(member: Member, stem: str) -> PartialDate | None:
    """One of a member's dates as exactly as it is stored."""
    day = getattr(member, f"{stem}_on")
    return PartialDate(day, getattr(member, f"{stem}_precision")) if day else None


def shown(key: str, value: Any) -> str:
    """The value as a reader sees it."""
    match key:
        case "sex":
            return Sex(value).label if value else ""
        case "member_type":
            return MemberType(value).label if value else ""
    return str(value or "")
