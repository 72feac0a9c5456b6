"""The calendar as each sees it; days, which the office sets; feeds, each its owner's, and the address that needs no sign-in."""

from typing import Any

from tests.access.cells import Row, everybody, only, signed_in
from tests.conftest import Cast
from tests.schedule import calendars

KEEPERS = ("shuji1", "zongzhi", "ganshi")  # committees and office above the first branch


def a_session(cast: Cast) -> dict[str, Any]:
    """The first branch studies on a Saturday still to come; its member lectures."""
    calendars.session(cast.one, calendars.SATURDAY, lecturer=cast.member1, host="书记一")
    return {}


def own_feed(cast: Cast) -> dict[str, Any]:
    return {"pk": calendars.feed(cast.dangyuan1).feed.pk}


def branchs_feed(cast: Cast) -> dict[str, Any]:
    return {"pk": calendars.feed(cast.shuji1, cast.one).feed.pk}


def somebodys_feeds(cast: Cast) -> dict[str, Any]:
    own_feed(cast)
    branchs_feed(cast)
    return {}


def branchs_address(cast: Cast) -> dict[str, Any]:
    a_session(cast)
    return {"secret": calendars.feed(cast.shuji1, cast.one).secret}


def revoked_address(cast: Cast) -> dict[str, Any]:
    made = calendars.feed(cast.dangyuan1)
    calendars.feed(cast.dangyuan1)
    return {"secret": made.secret}


def set_days(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"first": "2011-06-24", "last": "2011-06-25", "kind": "holiday", "name": "校庆"}


ROWS = [
    Row(url="schedule:calendar_month", args=a_session, get=signed_in(200)),
    Row(
        url="schedule:calendar_month",
        case="some kinds",
        args=a_session,
        query="?month=2011-07&kind=study",
        get=signed_in(200),
    ),
    Row(url="schedule:calendar_semester", args=a_session, get=signed_in(200)),
    Row(
        url="schedule:calendar_semester",
        case="another unit's",
        args=a_session,
        query="?semester=999999",
        get=signed_in(404),
    ),
    Row(url="schedule:calendar_print", args=a_session, get=signed_in(200)),
    Row(url="schedule:calendar_campaign", args=a_session, get=signed_in(200)),
    Row(url="schedule:day_list", args=a_session, get=signed_in(200)),
    Row(url="schedule:day_set", args=a_session, post=only(302, "ganshi"), data=set_days),
    Row(url="schedule:day_set", case="nothing typed", args=a_session, post=only(422, "ganshi")),
    Row(
        url="schedule:day_clear",
        post=only(302, "ganshi"),
        data=lambda cast, kwargs: {"first": "2011-06-24", "last": "2011-06-24"},
    ),
    Row(url="schedule:day_clear", case="nothing typed", post=only(302, "ganshi")),
    Row(url="schedule:feed_list", args=somebodys_feeds, get=signed_in(200)),
    Row(url="schedule:feed_make", post=signed_in(200), data=lambda cast, kwargs: {"name": "手机"}),
    Row(
        url="schedule:feed_make",
        case="a branch's",
        # who keeps no organisation is offered none and makes his own
        post=signed_in(200, shuji2=422),
        data=lambda cast, kwargs: {"organization": cast.one.pk, "name": "网站"},
    ),
    Row(
        url="schedule:feed_revoke",
        args=own_feed,
        get=only(200, "dangyuan1", others=404),
        post=only(302, "dangyuan1", others=404),
    ),
    Row(
        url="schedule:feed_revoke",
        case="a branch's",
        args=branchs_feed,
        get=only(200, *KEEPERS, others=404),
        post=only(302, *KEEPERS, others=404),
    ),
    Row(url="schedule:feed", args=branchs_address, get=everybody(200)),
    Row(url="schedule:feed", case="taken back", args=revoked_address, get=everybody(404)),
]
