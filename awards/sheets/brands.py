"""党建品牌台账 as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from awards.models import PartyBrand
from awards.queries.brands import for_ledger
from awards.scope.posts import BrandQuerySet
from awards.states import BrandState
from chuangxian.sheets import Column, Sheet


@dataclass(frozen=True, slots=True)
class BrandLine:
    """One brand, numbered."""

    brand: PartyBrand
    number: int

    @property
    def carriers(self) -> str:
        """The carriers it works through."""
        return "、".join(one.title for one in self.brand.carriers.all())


BRANDS: Sheet[BrandLine] = Sheet(
    "党建品牌台账",
    [
        Column("序号", "number", "integer", key="number", width=6),
        Column("党组织", "brand.organization.name", key="organization", width=18, wrap=True),
        Column("品牌名称", "brand.name", key="name", width=18, wrap=True),
        Column("品牌口号", "brand.slogan", key="slogan", width=20, wrap=True),
        Column("品牌内涵", "brand.meaning", key="meaning", width=34, wrap=True),
        Column("创建目标", "brand.goal", key="goal", width=34, wrap=True),
        Column("活动载体", "carriers", key="carriers", width=24, wrap=True),
        Column("品牌活动", "brand.held", "integer", key="held", width=9),
        Column("状态", "brand.state", "choice", choices=BrandState.choices, key="state", width=9),
        Column("发布日期", "brand.published_on", "date", key="published_on"),
        Column("停用日期", "brand.retired_on", "date", key="retired_on"),
        # from here on for the screen only
        Column("主要做法", "brand.measures", key="measures", width=40, wrap=True, printed=False),
        Column("创建成效", "brand.results", key="results", width=40, wrap=True, printed=False),
    ],
)


def brand_lines(brands: BrandQuerySet, on: date) -> Iterator[BrandLine]:
    """Walk these brands, numbered, in handfuls."""
    rows = for_ledger(brands, on).order_by("path", "name", "pk")
    for number, brand in enumerate(rows.iterator(chunk_size=200), 1):
        yield BrandLine(brand, number)
