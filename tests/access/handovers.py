"""Handing over a post, and what nobody has in hand."""

from collections.abc import Callable
from datetime import date
from typing import Any

from branches.models import PostAssignment
from branches.states import Post
from reports.models import Handover
from schedule.queries.hanging import ITEM
from tests import build
from tests.access.cells import Row, only, signed_in
from tests.conftest import Cast
from tests.schedule import items

LEADERS = ("shuji1", "shuji2", "zongzhi", "ganshi")
READERS = ("shuji1", "dangyuan1", "zongzhi", "ganshi")
DEPUTY_SINCE = date(2010, 9, 1)


def drawn_up(cast: Cast) -> dict[str, Any]:
    """The secretary of branch one was stood down for its ordinary member, and left something open."""
    items.item(cast.one, responsible=cast.shuji1.member)
    build.appoint(cast.member1, cast.one, Post.SECRETARY, on=date(2011, 6, 1))
    return {"pk": Handover.objects.get().pk}


def handed_over(side: str) -> Callable[[Cast], dict[str, Any]]:
    """The same once everything has moved."""

    def args(cast: Cast) -> dict[str, Any]:
        found = drawn_up(cast)
        Handover.objects.update(state="handed_over", handed_over_on=date(2011, 6, 2))
        return found | {"side": side}

    return args


def left_behind(cast: Cast) -> dict[str, Any]:
    """Something about branch one for which somebody answers who is no longer its deputy."""
    former = build.member(cast.one, "前任副书记")
    build.appoint(former, cast.one, Post.DEPUTY_SECRETARY, on=DEPUTY_SINCE)
    PostAssignment.objects.filter(member=former).update(ends_on=date(2010, 12, 31))
    item = items.item(cast.one, responsible=former, due_on=date(2011, 6, 30))
    return {"record": ITEM, "number": item.pk}


def made(make: Callable[[Cast], dict[str, Any]]) -> Callable[[Cast], dict[str, Any]]:
    """Make it, for a page whose address names nothing."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


ROWS = [
    Row(url="reports:handover_list", args=made(drawn_up), get=signed_in(200)),
    Row(
        url="reports:handover_detail",
        args=drawn_up,
        get=only(200, *READERS, others=404),
        post=only(403, *READERS, others=404, shuji1=302),
    ),  # fmt: skip
    Row(url="reports:handover_print", args=drawn_up, get=only(200, *READERS, others=404)),
    # who takes over does not hand over to himself
    Row(url="reports:handover_act", args=drawn_up, post=only(302, *READERS, others=404, dangyuan1=403)),
    Row(
        url="reports:handover_sign",
        case="outgoing",
        args=handed_over("outgoing"),
        post=only(403, *READERS, others=404, shuji1=302),
    ),  # fmt: skip
    Row(
        url="reports:handover_sign",
        case="incoming",
        args=handed_over("incoming"),
        post=only(403, *READERS, others=404, dangyuan1=302),
    ),  # fmt: skip
    Row(
        url="reports:handover_sign",
        case="supervisor",
        args=handed_over("supervisor"),
        post=only(302, "zongzhi", "ganshi", others=404, shuji1=403, dangyuan1=403),
    ),  # fmt: skip
    Row(url="reports:handover_sign", case="no such side", args=handed_over("nobody"), post=only(404, others=404)),
    Row(url="reports:ownerless", args=made(left_behind), get=only(200, *LEADERS)),
    Row(
        url="reports:ownerless_assign",
        args=left_behind,
        get=only(200, "shuji1", "zongzhi", "ganshi", shuji2=404),
        post=only(422, "shuji1", "zongzhi", "ganshi", shuji2=404),
    ),
]
