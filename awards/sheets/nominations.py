"""推荐汇总表: one nominee a row, category by category. The figures are those of the dossier, frozen when he was handed up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from awards.models import Nomination
from awards.queries.nominations import for_lists
from awards.scope.nominations import NominationQuerySet
from branches.models import Member
from chuangxian.sheets import Column, Groups, PartialDate, Sheet

# category by category; in a category by the tree, then the name: it is no ranking
ORDER = ("-round__commend_on", "round", "category__place", "category", "path", "member__sort_key", "pk")


@dataclass(frozen=True, slots=True)
class Row:
    """A nominee, numbered within his category."""

    nomination: Nomination
    number: int

    @property
    def member(self) -> Member | None:
        """The person, where it is one."""
        return self.nomination.member

    @property
    def born(self) -> PartialDate | None:
        """Month of birth, or year where only that is known; never the day."""
        if self.member is None or self.member.born_on is None:
            return None
        vague = "year" if self.member.born_precision == "year" else "month"
        return PartialDate(self.member.born_on, vague)  # type: ignore[arg-type]

    @property
    def share_of_votes(self) -> float | None:
        """Votes for, of those due."""
        due, votes = self.nomination.votes_due, self.nomination.votes_for
        return votes / due if due and votes is not None else None

    @property
    def length(self) -> int:
        """Characters of the deeds, without white space."""
        return len("".join(self.nomination.deeds.split()))

    def share(self, key: str, label: str) -> float | None:
        """A share out of the dossier; none before it was handed up, or where there was nothing."""
        line = self._line(key, label)
        return line["number"] / line["of"] if line is not None and line.get("of") else None

    def number_of(self, key: str, label: str) -> int | None:
        """A number out of the dossier."""
        line = self._line(key, label)
        return line["number"] if line is not None else None

    @property
    def honours(self) -> str:
        """Earlier honours, a line each."""
        return "\n".join(line["text"] for line in self._lines("honours") if line["label"] != "荣誉")

    @property
    def overrides(self) -> str:
        """Which rules were passed over, and why."""
        return "\n".join(f"{one.sentence}理由：{one.reason}" for one in self.nomination.overrides.all())

    def _lines(self, key: str) -> list[Mapping[str, Any]]:
        sections = self.nomination.dossier.get("sections", [])
        return next((section["lines"] for section in sections if section["key"] == key), [])

    def _line(self, key: str, label: str) -> Mapping[str, Any] | None:
        return next((line for line in self._lines(key) if line["label"] == label), None)

    @property
    def attendance(self) -> float | None:
        """At study, the member's own or all members'."""
        mine = self.share("study", "学习出勤")
        return mine if mine is not None else self.share("study", "全体党员学习出勤")


SUMMARY: Sheet[Row] = Sheet(
    "推荐汇总表",
    [
        Column("荣誉称号", "nomination.category.title", key="category", width=18, wrap=True),
        Column("序号", "number", "integer", key="number", width=6),
        Column("推荐人选", lambda row: str(row.nomination.nominee), key="nominee", width=16, wrap=True),
        Column("性别", lambda row: row.member.get_sex_display() if row.member else "", key="sex", width=6),
        Column("出生年月", "born", "month", key="born", coarsest="year"),
        Column("学历", lambda row: row.member.education if row.member else "", key="education", width=10),
        Column("职务", lambda row: row.member.unit_post if row.member else "", key="post", width=14, wrap=True),
        Column("推荐单位", "nomination.nominator.name", key="nominator", width=18, wrap=True),
        Column("推荐日期", "nomination.voted_on", "date", key="voted_on"),
        Column("应到", "nomination.votes_due", "integer", key="votes_due", width=6),
        Column("实到", "nomination.votes_present", "integer", key="votes_present", width=6),
        Column("赞成", "nomination.votes_for", "integer", key="votes_for", width=6),
        Column("赞成占应到", "share_of_votes", "percent", key="share", width=10),
        Column("承诺兑现率", lambda row: row.share("pledges", "承诺兑现"), "percent", key="fulfilment", width=10),
        Column("学习出勤率", "attendance", "percent", key="attendance", width=10),
        Column("领导点评", lambda row: row.number_of("comments", "领导点评"), "integer", key="comments", width=8),
        Column("逾期整改", lambda row: row.number_of("comments", "其中逾期"), "integer", key="overdue", width=8),
        Column("所获荣誉", "honours", key="honours", width=28, wrap=True),
        Column("状态", lambda row: row.nomination.get_state_display(), key="state", width=10),
        Column("上报日期", "nomination.recommended_on", "date", key="recommended_on", printed=False),
        Column("事迹字数", "length", "integer", key="length", printed=False),
        Column("主要事迹", "nomination.deeds", key="deeds", width=60, wrap=True, printed=False),
        Column("破例", "overrides", key="overrides", width=36, wrap=True, printed=False),
        Column("批次", "nomination.round.name", key="round", width=24, wrap=True, printed=False),
    ],
)

GROUPS: Groups[Row] = Groups(
    key=lambda row: (row.nomination.category_id, row.nomination.category.title),
    label=lambda key: str(key[1]),
    counts=["number"],
)


def summary_rows(nominations: NominationQuerySet) -> Iterator[Row]:
    """Walk these nominations in ORDER, in handfuls."""
    rows = for_lists(nominations).prefetch_related("overrides")
    ordered = rows.order_by(*ORDER)
    number, category = 0, None
    for nomination in ordered.iterator(chunk_size=200):
        number = number + 1 if nomination.category_id == category else 1
        category = nomination.category_id
        yield Row(nomination, number)
