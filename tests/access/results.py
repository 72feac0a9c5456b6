"""The seal and the results of evaluation: nothing before the seal for anybody, then by state, publicity and kind of subject."""

from collections.abc import Callable
from typing import Any

from reviews.actions.publishing import publish
from reviews.actions.sealing import seal
from reviews.models import EvaluationRound, Remark
from tests.access.cells import Codes, Row, everybody, only
from tests.access.pledges import TREE
from tests.conftest import Cast
from tests.reviews.evaluations import APPRAISAL, CLOSES, MEMBERS, again, remarks
from tests.reviews.results import voted

LOG = frozenset({"accounts_logentry"})
RUN_BY = ("zongzhi", "ganshi")
TODAY = CLOSES


def tree(code: int, *actors: str, rest: int = 403) -> Codes:
    """For these; ``rest`` for the others of the tree, who know that there is a round; nothing for strangers."""
    return only(code, *actors, others=404, **dict.fromkeys(set(TREE) - set(actors), rest))


def made(cast: Cast, **given: Any) -> EvaluationRound:
    return voted(cast.general, cast.ganshi, [(12, 1)], **{"subjects": [cast.one], **given})


def opened(cast: Cast) -> dict[str, Any]:
    return {"pk": made(cast, publicity="public").pk}


def sealed(cast: Cast, **given: Any) -> dict[str, Any]:
    round_ = made(cast, **given)
    from_seal(round_, cast)
    return {"pk": round_.pk}


def from_seal(round_: EvaluationRound, cast: Cast) -> None:
    seal(round_=round_, unused_counted=0, by=cast.ganshi, on=TODAY)


def published(**given: Any) -> Callable[[Cast], dict[str, Any]]:
    def make(cast: Cast) -> dict[str, Any]:
        kwargs = sealed(cast, **given)
        publish(round_=again(EvaluationRound.objects.get(**kwargs)), by=cast.ganshi, on=TODAY)
        return kwargs

    return make


def of_members(cast: Cast) -> dict[str, Any]:
    return published(key=MEMBERS, subjects=[cast.member1, cast.member2])(cast)


def appraised(cast: Cast) -> dict[str, Any]:
    return sealed(cast, key=APPRAISAL, subjects=[cast.member1, cast.member2])


def with_remark(cast: Cast) -> dict[str, Any]:
    round_ = made(cast)
    remarks(round_, *"一二三四五六七八九十")
    from_seal(round_, cast)
    return {"pk": round_.pk, "remark": Remark.objects.all()[0].pk}


def proposing(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"verb": "propose", "shown": "请多到学校来"}


def deciding(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"decided_on": str(TODAY)}


ROWS: list[Row] = [
    Row(url="reviews:evaluation_seal", args=opened, get=tree(200, *RUN_BY), post=tree(302, *RUN_BY)),
    Row(url="reviews:evaluation_seal", case="sealed", args=sealed, get=tree(403), post=tree(403)),
    Row(url="reviews:evaluation_publish", case="open", args=opened, get=tree(403), post=tree(403)),
    Row(url="reviews:evaluation_publish", args=sealed, get=tree(200, *RUN_BY), post=tree(302, *RUN_BY)),
    Row(url="reviews:closing_print", case="open", args=opened, get=tree(403)),
    Row(url="reviews:closing_print", args=sealed, get=tree(200, *RUN_BY)),
    *(
        row
        for url, writes in (
            ("result_detail", frozenset[str]()),
            ("result_print", frozenset[str]()),
            ("result_sheet", LOG),
        )
        for row in (
            Row(url=f"reviews:{url}", case="open", args=opened, get=tree(403)),
            Row(url=f"reviews:{url}", case="sealed", args=sealed, get=tree(200, *RUN_BY), writes=writes),
            Row(
                url=f"reviews:{url}",
                case="to the committee",
                args=published(publicity="committee"),
                get=tree(200, *RUN_BY, "shuji1"),
                writes=writes,
            ),
            Row(
                url=f"reviews:{url}",
                case="to the unit",
                args=published(publicity="unit"),
                get=tree(200, *TREE),
                writes=writes,
            ),
            Row(
                url=f"reviews:{url}",
                case="of members",
                args=of_members,
                get=tree(200, *TREE),
                writes=writes,
            ),
        )
    ),
    Row(url="reviews:result_public", case="open", args=opened, get=everybody(404)),
    Row(url="reviews:result_public", case="to the unit", args=published(publicity="unit"), get=everybody(404)),
    Row(
        url="reviews:result_public",
        args=published(publicity="public"),
        get=everybody(200),
        told=("第一党支部",),  # it has been published to everybody
    ),
    Row(url="reviews:remark_list", case="open", args=opened, get=tree(403)),
    Row(url="reviews:remark_list", args=sealed, get=tree(200, *RUN_BY)),
    Row(url="reviews:remark_act", args=with_remark, post=tree(302, *RUN_BY), data=proposing),
    Row(url="reviews:appraisal_edit", case="of the masses", args=sealed, get=tree(403), post=tree(403)),
    Row(
        url="reviews:appraisal_edit",
        args=appraised,
        get=tree(200, *RUN_BY),
        post=tree(302, *RUN_BY),
        data=deciding,
    ),
    Row(url="reviews:appraisal_print", case="of the masses", args=sealed, get=tree(403)),
    Row(url="reviews:appraisal_print", args=appraised, get=tree(200, *RUN_BY)),
]
