"""Indicators: the general ones, a branch's own, and one that holds no longer."""

from datetime import date
from typing import Any

from schedule.actions import indicators
from schedule.models import Indicator
from tests.access.cells import Codes, Row, only, signed_in
from tests.conftest import Cast
from tests.schedule.indicators import added, standard

KEEPERS = ("zongzhi", "ganshi")
TREE = ("dangyuan1", "dangyuan2", "shuji1", "shuji2", "zongzhi", "ganshi")
TODAY = date(2011, 6, 20)


def general(cast: Cast) -> dict[str, Any]:
    return {"pk": added(cast.ganshi).pk}


def of_branch_one(cast: Cast) -> dict[str, Any]:
    return {"pk": added(cast.shuji1, cast.one, text="第一党支部每月下校一次。").pk}


def ended(cast: Cast) -> dict[str, Any]:
    one = added(cast.ganshi)
    indicators.end(indicator=one, reason="", version=1, by=cast.ganshi, on=TODAY)
    return {"pk": one.pk}


def both(cast: Cast) -> dict[str, Any]:
    general(cast)
    of_branch_one(cast)
    return {}


def words(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"text": "换一种说法。", "version": Indicator.objects.get(pk=kwargs["pk"]).version}


def reason(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"reason": "不再适用。", "version": Indicator.objects.get(pk=kwargs["pk"]).version}


def for_branch_one(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"standard": standard().pk, "organization": cast.one.pk, "text": "每月下校一次。"}


def for_everybody(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"standard": standard().pk, "text": "每学期听课不少于60节。"}


def two_bands(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    standard()
    return {"enabled": "on", "version": 1, "label_0": "好", "from_0": 90, "label_1": "较差", "from_1": 0}


ADD, EDIT, END = "schedule:indicator_add", "schedule:indicator_edit", "schedule:indicator_end"


def kept_by_shuji1(code: int) -> Codes:
    """The rest of the tree reads it and hears who keeps it."""
    others: dict[str, int | str] = dict.fromkeys(TREE, 403)
    return only(404, others=404, **(others | {"shuji1": code}))


ROWS = [
    Row(url="schedule:scoring_edit", get=only(200, *KEEPERS), data=two_bands, post=only(302, *KEEPERS)),
    Row(url="schedule:indicator_list", args=both, get=signed_in(200)),
    Row(url=ADD, case="通用", args=both, get=only(200, "shuji1", "shuji2", *KEEPERS), data=for_everybody,
        post=only(302, *KEEPERS, shuji1=422, shuji2=422)),
    Row(url=ADD, case="第一支部", args=both, get=only(200, "shuji1", "shuji2", *KEEPERS), data=for_branch_one,
        post=only(302, "shuji1", shuji2=422, zongzhi=422, ganshi=422)),
    Row(url=EDIT, case="通用", args=general, get=only(200, *KEEPERS), data=words, post=only(302, *KEEPERS)),
    Row(url=EDIT, case="第一支部", args=of_branch_one, get=kept_by_shuji1(200), data=words, post=kept_by_shuji1(302)),
    Row(url=EDIT, case="已停用", args=ended, get=signed_in(403), data=words, post=signed_in(403)),
    Row(url=END, case="通用", args=general, get=only(200, *KEEPERS), data=reason, post=only(302, *KEEPERS)),
    Row(url=END, case="第一支部", args=of_branch_one, get=kept_by_shuji1(200), data=reason, post=kept_by_shuji1(302)),
    Row(url=END, case="已停用", args=ended, get=signed_in(403), data=reason, post=signed_in(403)),
]  # fmt: skip
