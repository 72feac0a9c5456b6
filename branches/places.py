"""Which branch does a roster mean? By full name, short name, or 支部 for 党支部, and only where exactly one organisation fits."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from branches.models import Organization
from branches.states import Kind

ENDING = re.compile(r"党?支部(委员会)?$")
SUGGEST_MOST = 8


@dataclass(frozen=True)
class Founding:
    """A branch that would be founded with the import."""

    name: str

    @property
    def pk(self) -> None:
        return None

    def __str__(self) -> str:
        return self.name


Place = Organization | Founding


@dataclass(frozen=True)
class Several:
    """A name that fits more than one."""

    sentence: str


def plain(name: str) -> str:
    """The name for comparing: 支部 is 党支部, case and spaces do not count."""
    return ENDING.sub("党支部", "".join(name.split()).casefold())


def full_name(name: str) -> str:
    """The name a branch would be founded under, or "" when it does not call itself one."""
    return ENDING.sub("党支部", "".join(name.split())) if ENDING.search(name) else ""


class Directory:
    """The organisations a roster of ``root`` may name."""

    def __init__(self, root: Organization, below: Iterable[Organization]) -> None:
        self.root = root
        self.branches: list[Place] = [one for one in below if one.kind == Kind.BRANCH]
        self.by_name: dict[str, set[Place]] = defaultdict(set)
        for one in self.branches:
            self._enter(one)

    @property
    def is_empty(self) -> bool:
        """No branch yet: the organisation is new."""
        return not any(isinstance(one, Organization) for one in self.branches)

    @property
    def may_found(self) -> bool:
        """Branches can stand under the root."""
        return self.root.kind not in (Kind.BRANCH, Kind.GROUP)

    def add(self, one: Founding) -> None:
        """Count a branch that would be founded among the known ones."""
        self.branches.append(one)
        self._enter(one)

    def _enter(self, one: Place) -> None:
        names = {one.name} | ({one.short_name} if isinstance(one, Organization) and one.short_name else set())
        above = {"", plain(self.root.name), plain(self.root.short_name)}
        for name in names:
            for prefix in above:
                self.by_name[prefix + plain(name)].add(one)

    def find(self, name: str) -> Place | Several | None:
        """Return the one organisation meant, `Several` when the name fits more, None when it fits none."""
        exact = [one for one in self.branches if one.name == name]
        found = exact if len(exact) == 1 else list(self.by_name.get(plain(name), ()))
        if len(found) > 1:
            return Several(f"“{name}”可以指 {'、'.join(sorted(one.name for one in found))}，无法判断是哪一个，请写全称")
        return found[0] if found else None

    def unknown(self, name: str) -> str:
        """Say that nothing fits, and what there is."""
        names = [one.name for one in self.branches]
        listed = "、".join(names[:SUGGEST_MOST]) + ("等" if len(names) > SUGGEST_MOST else "")
        return f"没有叫“{name}”的党支部" + (f"，现有：{listed}" if names else "，本单位还没有党支部")
