"""Summaries: each relation that changes who may do what."""

from typing import Any

from awards.models import Summary
from tests.access.cells import Row, only, signed_in
from tests.access.items import ALL_READERS, LOG, made, of
from tests.awards import build_summaries as build
from tests.conftest import Cast

# branch one's committee and the office write it; the general branch's secretary reads it; to all others it does not exist
READING = only(200, "shuji1", "zongzhi", "ganshi", others=404)
WRITING = only(200, "shuji1", "ganshi", others=404, zongzhi=403)


def begun(cast: Cast) -> Summary:
    return build.summary(cast.one, cast.shuji1)


def written(cast: Cast) -> Summary:
    return build.written(begun(cast), cast.shuji1, ahead=build.AHEAD)


def final(cast: Cast) -> Summary:
    return build.final(cast.one, cast.shuji1)


def campaign(cast: Cast) -> dict[str, Any]:
    build.campaign()
    return {}


def new(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"organization": cast.one.pk, "first": "2010-07-21", "last": "2011-06-30", "title": ""}


def typed(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    version = Summary.objects.get(pk=kwargs["pk"]).version
    # no name of the tree: whoever is refused finds again what he sent
    return {"version": version, "title": "工作总结", "text-ahead": build.AHEAD}


def moving(verb: str, note: str = "") -> Any:
    """Post a move of the summary as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": Summary.objects.get(pk=kwargs["pk"]).version,
    }


ROWS = [
    Row(url="awards:summary_list", args=made(begun), get=signed_in(200)),
    # who may choose only among others' organisations is told so at the field
    Row(
        url="awards:summary_add",
        args=campaign,
        get=only(200, *ALL_READERS),
        post=only(302, "shuji1", "ganshi", zongzhi=422, shuji2=422),
        data=new,
    ),
    Row(url="awards:summary_detail", args=of(begun), get=READING),
    Row(url="awards:summary_print", args=of(begun), get=READING),
    Row(url="awards:summary_word", args=of(begun), get=READING, writes=LOG),
    Row(
        url="awards:summary_edit",
        args=of(begun),
        get=WRITING,
        post=only(302, "shuji1", "ganshi", others=404, zongzhi=403),
        data=typed,
    ),
    Row(
        url="awards:summary_edit",
        case="final",
        args=of(final),
        get=only(403, "shuji1", "ganshi", "zongzhi", others=404),
        post=only(403, "shuji1", "ganshi", "zongzhi", others=404),
        data=typed,
    ),
    Row(url="awards:summary_autosave", args=of(begun), post=WRITING, data=typed),
    Row(
        url="awards:summary_gather",
        args=of(begun),
        get=WRITING,
        post=only(302, "shuji1", "ganshi", others=404, zongzhi=403),
        data=typed,
    ),
    Row(
        url="awards:summary_move",
        case="finalise",
        args=of(written),
        post=only(302, "shuji1", others=404, zongzhi=403, ganshi=403),
        data=moving("finalise"),
    ),
    Row(
        url="awards:summary_move",
        case="reopen",
        args=of(final),
        post=only(302, "shuji1", others=404, zongzhi=403, ganshi=403),
        data=moving("reopen", "补一个数字"),
    ),
    Row(
        url="awards:summary_move",
        case="discard",
        args=of(begun),
        post=only(302, "shuji1", "ganshi", others=404, zongzhi=403),
        data=moving("discard", "写错了时段"),
    ),
]
