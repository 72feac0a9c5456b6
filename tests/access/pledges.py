"""Pledges: each state and relation that changes who may do what."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.files.base import ContentFile

from pledges.actions import fulfilling, writing
from pledges.models import Evidence, FulfilmentEntry, Pledge, PledgeCycle
from tests import build
from tests.access.cells import Codes, Row, everybody, only, signed_in
from tests.conftest import Cast
from tests.pledges import build as pledging

LOG = frozenset({"accounts_logentry"})
READERS = ("shuji1", "zongzhi", "ganshi")  # committees and office above dangyuan1
TREE = ("dangyuan1", "dangyuan2", "shuji1", "shuji2", "zongzhi", "ganshi")
Make = Callable[[Cast], Pledge]


def inside(code: int, *others: str, **but: int | str) -> Codes:
    """dangyuan1 and those who read his branch's internal records; nobody else finds anything."""
    return only(code, "dangyuan1", *READERS, *others, others=404, **but)


def in_tree(code: int, **but: int | str) -> Codes:
    """Everybody of the general branch."""
    return only(code, *TREE, others=404, **but)


def cycle(cast: Cast) -> PledgeCycle:
    return pledging.cycle(cast.general)


# ---- pledges of dangyuan1 (branch one) in each state, and others where they differ ----


def draft(cast: Cast) -> Pledge:
    return pledging.draft(cycle(cast), cast.dangyuan1)


def submitted(cast: Cast) -> Pledge:
    return pledging.submitted(cycle(cast), cast.dangyuan1)


def returned(cast: Cast) -> Pledge:
    pledge = submitted(cast)
    writing.act(
        pledge=pledge,
        verb="return",
        note="请写明数量和时限。",
        version=pledge.version,
        by=cast.shuji1,
        on=pledging.APPROVED,
    )
    return pledging.again(pledge)


def approved(cast: Cast) -> Pledge:
    return pledging.approved(cycle(cast), cast.dangyuan1, cast.shuji1)


def published(cast: Cast) -> Pledge:
    return pledging.published(cycle(cast), cast.dangyuan1, cast.shuji1)


def reported(cast: Cast) -> Pledge:
    pledge = published(cast)
    item = pledging.only_item(pledge)
    fulfilling.report(
        pledge=pledge,
        accounts={item.pk: fulfilling.Account(outcome="fulfilled", explanation="")},
        summary="",
        version=pledge.version,
        by=cast.dangyuan1,
        on=pledging.ON,
    )
    return pledging.again(pledge)


def secretarys(cast: Cast) -> Pledge:
    """The branch secretary's own goes to the level above."""
    return pledging.submitted(cycle(cast), cast.shuji1)


def branchs(cast: Cast) -> Pledge:
    """The branch's own, handed in by its secretary."""
    return pledging.submitted(cycle(cast), cast.shuji1, organization=cast.one)


def unit(cast: Cast) -> Pledge:
    """The general branch's own is approved above it, outside the portal."""
    return pledging.submitted(cycle(cast), cast.zongzhi, organization=cast.general)


def without_account(cast: Cast) -> Pledge:
    """Written by the office for a member without an account."""
    return pledging.draft(cycle(cast), cast.ganshi, build.member(cast.one, "无账号"))


def of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The pledge as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def item_of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The pledge's one item."""
    return lambda cast: {"pk": pledging.only_item(make(cast)).pk}


def made(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The pledge is there; the URL names none."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def evidence(cast: Cast) -> dict[str, Any]:
    """A file for an item of a published pledge."""
    item = pledging.only_item(published(cast))
    entry = FulfilmentEntry.objects.create(item=item, on=date(2011, 5, 1), text="听课五节", by=cast.dangyuan1)
    piece = Evidence(
        entry=entry, name="记录.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.dangyuan1
    )
    piece.file.save("x", ContentFile("听课".encode()))
    return {"pk": piece.pk}


def move(verb: str, note: str = "") -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post a move on the text as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": Pledge.objects.get(pk=kwargs["pk"]).version,
    }


def own_subject(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"subject": f"{PledgeCycle.objects.get().pk}-m{cast.member1.pk}"}


def with_cycle(cast: Cast) -> dict[str, Any]:
    cycle(cast)
    return {}


# the form keeps what somebody typed who was signed out meanwhile: 401 with the text, nothing of the pledge
SIGNED_OUT = {"anonymous": 401, "disabled": 401}

ROWS = [
    Row(url="pledges:pledge_list", args=made(published), get=signed_in(200)),
    Row(url="pledges:pledge_export", args=made(published), get=signed_in(200), writes=LOG),
    Row(
        url="pledges:pledge_start",
        args=with_cycle,
        get=signed_in(200),
        post=signed_in(403, dangyuan1=302),
        data=own_subject,
    ),
    Row(url="pledges:pledge_detail", case="draft", args=of(draft), get=only(200, "dangyuan1", others=404)),
    Row(
        url="pledges:pledge_detail",
        case="written by the office",
        args=of(without_account),
        get=only(200, "ganshi", others=404),
    ),
    Row(url="pledges:pledge_detail", case="submitted", args=of(submitted), get=inside(200)),
    Row(url="pledges:pledge_detail", case="returned", args=of(returned), get=inside(200)),
    Row(url="pledges:pledge_detail", case="published", args=of(published), get=in_tree(200)),
    Row(
        url="pledges:pledge_detail",
        case="the unit's own",
        args=of(unit),
        get=only(200, "zongzhi", "ganshi", others=404),
    ),
    Row(
        url="pledges:pledge_act",
        case="submit",
        args=of(draft),
        post=only(302, "dangyuan1", others=404),
        data=move("submit"),
    ),
    Row(
        url="pledges:pledge_act",
        case="approve",
        args=of(submitted),
        post=inside(403, shuji1=302),
        data=move("approve"),
    ),
    Row(
        url="pledges:pledge_act",
        case="return without a word",
        args=of(submitted),
        post=inside(403),
        data=move("return"),
    ),
    Row(
        url="pledges:pledge_act",
        case="return",
        args=of(submitted),
        post=inside(403, shuji1=302),
        data=move("return", "请写明数量。"),
    ),
    Row(
        url="pledges:pledge_act",
        case="approve a secretary's",
        args=of(secretarys),
        post=only(403, "shuji1", "ganshi", others=404, zongzhi=302),
        data=move("approve"),
    ),
    Row(
        url="pledges:pledge_act",
        case="approve a branch's",
        args=of(branchs),
        post=only(403, "shuji1", "ganshi", others=404, zongzhi=302),
        data=move("approve"),
    ),
    Row(
        url="pledges:pledge_act", case="publish", args=of(approved), post=inside(403, shuji1=302), data=move("publish")
    ),
    Row(url="pledges:pledge_act", case="no such move", args=of(published), post=in_tree(400), data=move("erase")),
    Row(
        url="pledges:pledge_record",
        args=of(unit),
        get=only(200, "zongzhi", "ganshi", others=404),
        post=only(302, "zongzhi", "ganshi", others=404),
        data=lambda cast, kwargs: {"document": "常教党〔2011〕3号", "document_on": "2011-03-01"},
    ),
    Row(url="pledges:pledge_record", case="approved inside", args=of(submitted), get=inside(403), post=inside(403)),
    Row(url="pledges:pledge_print", case="draft", args=of(draft), get=only(200, "dangyuan1", others=404)),
    Row(url="pledges:pledge_print", case="published", args=of(published), get=in_tree(200)),
    Row(
        url="pledges:pledge_edit",
        case="draft",
        args=of(draft),
        get=only(200, "dangyuan1", others=404),
        post=only(409, "dangyuan1", others=404, **SIGNED_OUT),
    ),
    Row(
        url="pledges:pledge_edit",
        case="submitted",
        args=of(submitted),
        get=inside(403),
        post=inside(403, **SIGNED_OUT),
    ),
    Row(
        url="pledges:pledge_edit",
        case="published",
        args=of(published),
        get=in_tree(403),
        post=in_tree(403, **SIGNED_OUT),
    ),
    Row(
        url="pledges:pledge_autosave",
        args=of(returned),
        post=inside(403, dangyuan1=200, **SIGNED_OUT),
        data=move(""),
    ),
    Row(url="pledges:draft_discard", args=of(draft), post=only(302, "dangyuan1", others=404)),
    Row(
        url="pledges:pledge_revise",
        args=of(published),
        get=in_tree(403, dangyuan1=200),
        post=in_tree(403, dangyuan1=302),
        data=lambda cast, kwargs: {"reason": "任务有调整"},
    ),
    Row(url="pledges:pledge_revise", case="not published", args=of(submitted), get=inside(403), post=inside(403)),
    Row(
        url="pledges:pledge_report",
        args=of(published),
        get=in_tree(403, dangyuan1=200),
        post=in_tree(403, dangyuan1=422),
        data=lambda cast, kwargs: {"submit": "1"},
    ),
    Row(
        url="pledges:pledge_appraise",
        args=of(reported),
        get=in_tree(403, shuji1=200),
        post=in_tree(403, shuji1=302),
        data=lambda cast, kwargs: {
            f"outcome-{item.pk}": item.outcome for item in Pledge.objects.get(pk=kwargs["pk"]).items.all()
        },
    ),
    Row(
        url="pledges:entry_add",
        args=item_of(published),
        get=in_tree(403, dangyuan1=200),
        post=in_tree(403, dangyuan1=302),
        data=lambda cast, kwargs: {"on": "2011-05-01", "text": "听课五节"},
    ),
    Row(url="pledges:entry_add", case="not published", args=item_of(submitted), get=inside(403), post=inside(403)),
    Row(url="pledges:evidence_file", args=evidence, get=in_tree(200)),
    Row(url="pledges:review_list", args=made(submitted), get=signed_in(200), post=signed_in(200)),
    Row(url="pledges:review_read", args=of(submitted), get=inside(403, shuji1=200)),
    Row(
        url="pledges:review_read",
        case="a secretary's",
        args=of(secretarys),
        get=only(403, *READERS, others=404, zongzhi=200),
    ),
    Row(url="pledges:publish_list", args=made(approved), get=signed_in(200), post=signed_in(200)),
    Row(url="pledges:pledge_coverage", args=with_cycle, get=only(200, "shuji1", "shuji2", "zongzhi", "ganshi")),
    Row(
        url="pledges:coverage_export",
        args=with_cycle,
        get=only(200, "shuji1", "shuji2", "zongzhi", "ganshi"),
        writes=LOG,
    ),
    Row(url="pledges:cycle_list", args=with_cycle, get=signed_in(200)),
    Row(
        url="pledges:cycle_add",
        args=with_cycle,
        get=only(200, "zongzhi", "ganshi"),
        post=only(422, "zongzhi", "ganshi"),
        data=lambda cast, kwargs: {"name": ""},
    ),
    Row(url="pledges:cycle_add", case="no plan yet", get=signed_in(403), post=signed_in(403)),
    Row(
        url="pledges:cycle_edit",
        args=lambda cast: {"pk": cycle(cast).pk},
        get=in_tree(403, zongzhi=200, ganshi=200),
        post=in_tree(403, zongzhi=422, ganshi=422),
        data=lambda cast, kwargs: {"name": ""},
    ),
    Row(
        url="pledges:cycle_close",
        args=lambda cast: {"pk": cycle(cast).pk},
        get=in_tree(403, zongzhi=200, ganshi=200),
        post=in_tree(403, zongzhi=302, ganshi=302),
        data=lambda cast, kwargs: {"note": "提前结束"},
    ),
    Row(url="pledges:pledge_wall", args=made(published), get=everybody(200)),
    Row(url="pledges:wall_pledge", case="published", args=of(published), get=everybody(200)),
    Row(url="pledges:wall_pledge", case="approved only", args=of(approved), get=everybody(404)),
]
