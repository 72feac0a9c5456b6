"""Self and others on one page: an organisation's, a member's, and that of a member without anybody's word."""

from typing import Any

from tests import build
from tests.access.cells import Row, only
from tests.conftest import Cast
from tests.reviews.build import round_of
from tests.reviews.standings import comment, review, standards

ORGANIZATION, MEMBER = "reviews:standing_organization", "reviews:standing_member"
ABOVE = ("shuji1", "zongzhi", "ganshi")


def organization(cast: Cast) -> dict[str, Any]:
    round_ = round_of(cast.general)
    review(round_, cast.one, cast.one, cast.shuji1)
    comment(round_, cast.one, cast.one, cast.zongzhi, [(standards("organization")[0], "台账不全")])
    return {"pk": cast.one.pk}


def unit(cast: Cast) -> dict[str, Any]:
    round_of(cast.general)
    return {"pk": cast.general.pk}


def member(cast: Cast) -> dict[str, Any]:
    round_ = round_of(cast.general)
    review(round_, cast.member1, cast.one, cast.dangyuan1)
    comment(round_, cast.member1, cast.one, cast.shuji1, [(standards()[0], "听课太少")])
    return {"pk": cast.member1.pk}


def beside(cast: Cast) -> dict[str, Any]:
    """Another member of the first branch, whom dangyuan1 knows by name."""
    round_of(cast.general)
    return {"pk": build.member(cast.one, "同支部党员").pk}


ROWS = [
    Row(url=ORGANIZATION, case="第一支部", args=organization,
        get=only(200, "dangyuan1", *ABOVE, others=404, dangyuan2=403, shuji2=403)),
    Row(url=ORGANIZATION, case="总支", args=unit,
        get=only(200, "zongzhi", "ganshi", others=404, dangyuan1=403, dangyuan2=403, shuji1=403, shuji2=403)),
    Row(url=MEMBER, case="本支部", args=member, get=only(200, "dangyuan1", *ABOVE, others=404)),
    Row(url=MEMBER, case="旁边的人", args=beside, get=only(200, *ABOVE, others=404, dangyuan1=403)),
]  # fmt: skip
