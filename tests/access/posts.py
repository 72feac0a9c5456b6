"""Model posts: each relation that changes who may do what."""

from typing import Any

from awards.models import ModelPost
from tests.access.cells import Codes, Row, everybody, only, signed_in
from tests.access.items import ALL_READERS, EVERYBODY_INSIDE, LOG, inside, made, of
from tests.awards import build_posts as build
from tests.conftest import Cast

UNIT = (
    "dangyuan1",
    "dangyuan2",
    "shuji1",
    "shuji2",
    "zongzhi",
    "ganshi",
)  # who knows what is known in the general branch
APPLICANTS = ("dangyuan1", "dangyuan2", "shuji1", "shuji2", "zongzhi", "stranger")  # whoever belongs to a branch


def known(code: int, *who: str, others: int = 403) -> Codes:
    """What is known in the whole unit, and to nobody outside."""
    return signed_in(404, **(dict.fromkeys(UNIT, others) | dict.fromkeys(who, code)))


def applied(cast: Cast) -> ModelPost:
    """dangyuan1's, not reviewed yet."""
    return build.applied(cast.member1, cast.dangyuan1)


def reviewed(cast: Cast) -> ModelPost:
    return build.reviewed(cast.member1, cast.dangyuan1, cast.shuji1)


def secretarys(cast: Cast) -> ModelPost:
    """The general branch's secretary's own, reviewed: he stays out of granting it."""
    return build.reviewed(cast.zongzhi.member, cast.zongzhi, cast.shuji1)


def secretarys_plate(cast: Cast) -> ModelPost:
    return build.moved(secretarys(cast), "grant", cast.ganshi, build.GRANTED)


def posting(verb: str, note: str = "") -> Any:
    """Make a move on the post as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": ModelPost.objects.get(pk=kwargs["pk"]).version,
    }


def new(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Apply for dangyuan1; who may not finds himself unable to choose him."""
    return build.words(member=cast.member1.pk)


def words(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return build.words(version=ModelPost.objects.get(pk=kwargs["pk"]).version)


def assessing(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    version = ModelPost.objects.get(pk=kwargs["pk"]).version
    return {"held_on": f"{build.ON}", "kept": "1", "assess_by": "", "text": "做到了", "version": version}


ROWS = [
    Row(url="awards:post_list", args=made(applied), get=signed_in(200)),
    Row(url="awards:post_list", case="with a plate", args=made(build.his), get=signed_in(200)),
    Row(url="awards:post_export", args=made(build.his), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="awards:post_plates", args=made(build.his), get=only(200, *ALL_READERS)),
    Row(
        url="awards:post_add",
        get=only(200, *APPLICANTS),
        # 422: dangyuan1 is not among those they may choose
        post=only(302, "dangyuan1", "shuji1", dangyuan2=422, shuji2=422, zongzhi=422, stranger=422),
        data=new,
    ),
    Row(url="awards:post_detail", case="applied for", args=of(applied), get=EVERYBODY_INSIDE),
    Row(url="awards:post_detail", case="with its plate", args=of(build.his), get=known(200, *UNIT)),
    Row(
        url="awards:post_edit",
        args=of(applied),
        get=inside(200, "dangyuan1", "shuji1"),
        post=inside(302, "dangyuan1", "shuji1"),
        data=words,
    ),
    Row(url="awards:post_edit", case="reviewed", args=of(reviewed), get=inside(403), post=inside(403), data=words),
    Row(url="awards:post_move", case="review", args=of(applied), post=inside(302, "shuji1"), data=posting("review")),
    Row(
        url="awards:post_move",
        case="withdraw",
        args=of(applied),
        post=inside(302, "dangyuan1", "shuji1"),
        data=posting("withdraw"),
    ),
    Row(
        url="awards:post_move",
        case="grant",
        args=of(reviewed),
        post=inside(302, "zongzhi", "ganshi"),
        data=posting("grant"),
    ),
    Row(
        url="awards:post_move",
        case="grant one's own",
        args=of(secretarys),
        post=signed_in(404, shuji1=403, zongzhi=403, ganshi=302),
        data=posting("grant"),
    ),
    Row(
        url="awards:post_assess",
        args=of(build.his),
        get=known(200, "zongzhi", "ganshi"),
        post=known(302, "zongzhi", "ganshi"),
        data=assessing,
    ),
    Row(
        url="awards:post_assess",
        case="one's own",
        args=of(secretarys_plate),
        get=known(200, "ganshi"),
        post=known(302, "ganshi"),
        data=assessing,
    ),
    Row(url="awards:post_assess", case="no plate", args=of(applied), get=inside(403), post=inside(403), data=assessing),
    Row(url="awards:post_print", args=of(build.his), get=known(200, *UNIT)),
    Row(url="awards:post_print", case="no plate", args=of(applied), get=inside(403)),
    Row(url="awards:posts_public", args=made(build.his), get=everybody(200)),
]
