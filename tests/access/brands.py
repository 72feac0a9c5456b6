"""Brands: each relation that changes who may do what."""

from typing import Any

from awards.models import PartyBrand
from tests.access.cells import Row, everybody, only, signed_in
from tests.access.items import ALL_READERS, LOG, made, of
from tests.access.posts import UNIT, known
from tests.awards import build_brands as build
from tests.conftest import Cast
from tests.schedule import activities


def draft(cast: Cast) -> PartyBrand:
    """Branch one's."""
    return build.drafted(cast.one, cast.shuji1)


def published(cast: Cast) -> PartyBrand:
    return build.published(cast.one, cast.shuji1)


def units(cast: Cast) -> PartyBrand:
    """The general branch's, published."""
    return build.published(cast.general, cast.zongzhi)


def branding(verb: str, note: str = "") -> Any:
    """Make a move on the brand as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": PartyBrand.objects.get(pk=kwargs["pk"]).version,
    }


def typed(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A whole form of a brand, on the brand as it was read."""
    text = build.text()
    data = {**text.fields, "carriers": [one.pk for one in text.carriers]}
    if "pk" not in kwargs:
        return data | {"organization": cast.one.pk}
    return data | {"version": PartyBrand.objects.get(pk=kwargs["pk"]).version}


def choosing(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"version": PartyBrand.objects.get(pk=kwargs["pk"]).version}


def with_an_activity(cast: Cast) -> PartyBrand:
    """Branch one's, published; its activity is known to the branch only."""
    held = activities.activity(cast.one, cast.shuji1, cast.member1)
    return build.carried_by(published(cast), cast.shuji1, held.pk)


ROWS = [
    Row(url="awards:brand_list", args=made(published), get=signed_in(200)),
    Row(url="awards:brand_export", args=made(published), get=only(200, *ALL_READERS), writes=LOG),
    Row(
        url="awards:brand_add",
        get=only(200, *ALL_READERS),
        # 422: branch one is not among those they may choose
        post=only(302, "shuji1", "ganshi", shuji2=422, zongzhi=422),
        data=typed,
    ),
    Row(url="awards:brand_add_autosave", post=only(200, *ALL_READERS), data=typed),
    Row(
        url="awards:brand_detail", case="draft", args=of(draft), get=signed_in(404, shuji1=200, zongzhi=200, ganshi=200)
    ),
    Row(url="awards:brand_detail", case="published", args=of(with_an_activity), get=known(200, *UNIT)),
    Row(
        url="awards:brand_edit",
        args=of(draft),
        get=signed_in(404, shuji1=200, zongzhi=403, ganshi=200),
        post=signed_in(404, shuji1=302, zongzhi=403, ganshi=302),
        data=typed,
    ),
    Row(
        url="awards:brand_edit",
        case="the unit's",
        args=of(units),
        get=known(200, "zongzhi", "ganshi"),
        post=known(302, "zongzhi", "ganshi"),
        data=typed,
    ),
    Row(
        url="awards:brand_autosave",
        args=of(draft),
        post=signed_in(404, shuji1=200, zongzhi=403, ganshi=200),
        data=typed,
    ),
    Row(
        url="awards:brand_activities",
        args=of(draft),
        get=signed_in(404, shuji1=200, zongzhi=403, ganshi=200),
        post=signed_in(404, shuji1=302, zongzhi=403, ganshi=302),
        data=choosing,
    ),
    Row(
        url="awards:brand_move",
        case="publish",
        args=of(draft),
        post=signed_in(404, shuji1=302, zongzhi=302, ganshi=302),
        data=branding("publish"),
    ),
    Row(
        url="awards:brand_move",
        case="retire",
        args=of(published),
        post=known(302, "shuji1", "zongzhi", "ganshi"),
        data=branding("retire", "换届"),
    ),
    Row(url="awards:brands_public", args=made(published), get=everybody(200)),
    Row(url="awards:brand_public", args=of(published), get=everybody(200)),
    Row(url="awards:brand_public", case="draft", args=of(draft), get=everybody(404)),
]
