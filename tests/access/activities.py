"""Activities and the statistics of the carriers: each relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from schedule.actions import activities as actions
from schedule.models import Activity, ActivityFile
from tests.access.cells import Row, only, signed_in
from tests.access.items import ALL_READERS, EVERYBODY_INSIDE, LOG, READERS, inside, made, of
from tests.conftest import Cast
from tests.schedule import activities as build


def held(cast: Cast) -> Activity:
    """Branch one's; dangyuan1 took part."""
    return build.activity(cast.one, cast.shuji1, cast.member1)


def units(cast: Cast) -> Activity:
    """The general branch's, in which dangyuan2 took part."""
    return build.activity(cast.general, cast.zongzhi, cast.member2)


def lent(cast: Cast) -> Activity:
    """Branch two's; somebody of branch two took part, nobody of branch one."""
    return build.activity(cast.two, cast.shuji2, cast.member2)


def withdrawn(cast: Cast) -> Activity:
    activity = held(cast)
    actions.withdraw_activity(activity=activity, reason="重复", version=1, by=cast.shuji1, on=build.ON)
    return activity


def photo(cast: Cast) -> dict[str, Any]:
    """A picture of branch one's activity."""
    piece = ActivityFile(
        entry=held(cast), name="现场.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.shuji1
    )
    piece.file.save("x", ContentFile("现场".encode()))
    return {"pk": piece.pk}


def place(cast: Cast) -> dict[str, Any]:
    build.carrier()
    return {"pk": cast.one.pk}


def typed(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Post a whole form on the activity as it was read."""
    return build.typed(version=Activity.objects.get(pk=kwargs["pk"]).version)


def new(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return build.typed()


def withdrawing(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"version": Activity.objects.get(pk=kwargs["pk"]).version, "reason": "重复记录"}


def seen(args: Callable[[Cast], dict[str, Any]], case: str, **who: int) -> Row:
    return Row(url="schedule:activity_detail", case=case, args=args, get=signed_in(404, **who))


ROWS = [
    Row(url="schedule:activity_list", args=made(held), get=signed_in(200)),
    Row(url="schedule:activity_export", args=made(held), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:activity_print", args=made(held), get=only(200, *ALL_READERS)),
    Row(url="schedule:carrier_statistics", args=made(held), get=only(200, *ALL_READERS)),
    Row(url="schedule:carrier_export", args=made(held), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:activity_detail", args=of(held), get=EVERYBODY_INSIDE),
    seen(of(units), "the unit's", dangyuan1=200, dangyuan2=200, shuji1=200, shuji2=200, zongzhi=200, ganshi=200),
    seen(of(lent), "another branch's", dangyuan2=200, shuji2=200, zongzhi=200, ganshi=200),
    Row(url="schedule:activity_file", args=photo, get=EVERYBODY_INSIDE),
    # who has only one organisation to choose is led straight to it
    Row(url="schedule:activity_add", get=only(200, "zongzhi", "ganshi", shuji1=302, shuji2=302)),
    Row(
        url="schedule:activity_record",
        args=place,
        get=only(200, *READERS, guanli=404, stranger=404),
        post=only(302, *READERS, guanli=404, stranger=404),
        data=new,
    ),
    Row(
        url="schedule:activity_record_autosave",
        args=place,
        post=only(200, *READERS, guanli=404, stranger=404),
        data=new,
    ),
    Row(
        url="schedule:activity_edit",
        args=of(held),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=typed,
    ),
    Row(
        url="schedule:activity_edit",
        case="taken back",
        args=of(withdrawn),
        get=inside(403),
        post=inside(403),
        data=typed,
    ),
    Row(url="schedule:activity_autosave", args=of(held), post=inside(200, *READERS), data=typed),
    Row(
        url="schedule:activity_withdraw",
        args=of(held),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=withdrawing,
    ),
]
