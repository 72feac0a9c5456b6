"""Action items and meetings: each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from schedule.models import ActionEvidence, ActionItem, Meeting
from tests.access.cells import Codes, Row, only, signed_in
from tests.conftest import Cast
from tests.schedule import items as raising

LOG = frozenset({"accounts_logentry"})
READERS = ("shuji1", "zongzhi", "ganshi")  # committees and office above dangyuan1
ALL_READERS = (*READERS, "shuji2")


def inside(code: int, *who: str, **but: int) -> Codes:
    """These of dangyuan1 and those who read his branch's internal records; the others of them are refused, nobody else finds anything."""
    known = dict.fromkeys(("dangyuan1", *READERS), 403) | dict.fromkeys(who, code) | but
    return signed_in(404, **known)


EVERYBODY_INSIDE = inside(200, "dangyuan1", *READERS)


def raised(cast: Cast) -> ActionItem:
    """About dangyuan1, who answers for it himself; his branch's secretary verifies."""
    return raising.item(cast.one, cast.member1)


def submitted(cast: Cast) -> ActionItem:
    return raising.submitted(raised(cast), cast.dangyuan1)


def branchs(cast: Cast) -> ActionItem:
    """About the branch itself, its secretary answers; the level above verifies, its members may read."""
    return raising.item(cast.one, responsible=cast.shuji1.member)


def units(cast: Cast) -> ActionItem:
    """About the general branch: verified above the unit, registered by the office."""
    return raising.submitted(raising.item(cast.general, responsible=cast.zongzhi.member), cast.zongzhi)


def of(make: Callable[[Cast], Any]) -> Callable[[Cast], dict[str, Any]]:
    """The record as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def made(make: Callable[[Cast], Any]) -> Callable[[Cast], dict[str, Any]]:
    """The record is there; the URL names none."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def evidence(cast: Cast) -> dict[str, Any]:
    """A file kept with the progress of dangyuan1's item."""
    entry = raised(cast).entries.create(on=raising.DONE, text="听课两节", by=cast.dangyuan1)
    piece = ActionEvidence(
        entry=entry, name="记录.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.dangyuan1
    )
    piece.file.save("x", ContentFile("听课".encode()))
    return {"pk": piece.pk}


def typed(**fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post these on the item as it was read."""
    return lambda cast, kwargs: {"version": ActionItem.objects.get(pk=kwargs["pk"]).version, **fields}


def meeting(cast: Cast) -> Meeting:
    return raising.meeting(cast.one, cast.shuji1)


def committees(cast: Cast) -> Meeting:
    """What the branch's committee said among itself."""
    return raising.meeting(cast.one, cast.shuji1, kind="branch_committee")


NONE_RESOLVED = {"resolutions-TOTAL_FORMS": "0", "resolutions-INITIAL_FORMS": "0"}
HELD = {
    "kind": "comment",
    "title": "点评会",
    "held_on": "2011-06-15",
    "due_count": "",
    "present_count": "",
    **NONE_RESOLVED,
}

ROWS = [
    Row(url="schedule:item_list", args=made(raised), get=signed_in(200)),
    Row(url="schedule:item_export", args=made(raised), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:item_detail", args=of(raised), get=EVERYBODY_INSIDE),
    Row(
        url="schedule:item_detail",
        case="the branch's own",
        args=of(branchs),
        get=inside(200, "dangyuan1", *READERS),
    ),
    Row(url="schedule:item_print", args=of(raised), get=EVERYBODY_INSIDE),
    Row(url="schedule:item_evidence", args=evidence, get=EVERYBODY_INSIDE),
    Row(
        url="schedule:item_act",
        case="verify",
        args=of(submitted),
        post=inside(302, "shuji1"),
        data=typed(verb="verify"),
    ),
    Row(
        url="schedule:item_act",
        case="verify above the unit",
        args=of(units),
        post=only(302, "ganshi", others=404, zongzhi=403),
        data=typed(verb="verify"),
    ),
    Row(
        url="schedule:item_act",
        case="cancel",
        args=of(raised),
        post=inside(302, "shuji1"),
        data=typed(verb="cancel", note="重复提出"),
    ),
    Row(
        url="schedule:item_act",
        case="no such verb",
        args=of(raised),
        post=inside(400, "dangyuan1", *READERS),
        data=typed(verb="begin"),
    ),
    Row(
        url="schedule:item_plan",
        args=of(raised),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=typed(cause="忙", measure="每周听课两节"),
    ),
    Row(
        url="schedule:item_plan",
        case="handed in",
        args=of(submitted),
        get=inside(403),
        post=inside(403),
    ),
    Row(
        url="schedule:item_progress",
        args=of(raised),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=typed(on="2011-06-18", text="听课两节"),
    ),
    Row(
        url="schedule:item_progress_autosave",
        args=of(raised),
        post=inside(200, "dangyuan1"),
        data=typed(on="2011-06-18", text="听课两节"),
    ),
    Row(
        url="schedule:item_postpone",
        args=of(raised),
        get=inside(200, "shuji1"),
        post=inside(302, "shuji1"),
        data=typed(due_on="2011-07-31", reason="学校停课"),
    ),
    Row(
        url="schedule:item_postpone",
        case="the branch's own",
        args=of(branchs),
        get=inside(200, "zongzhi"),
        post=inside(302, "zongzhi"),
        data=typed(due_on="2011-07-31", reason="学校停课"),
    ),
    # who has only one organisation to choose is led straight to it
    Row(url="schedule:item_add", get=only(200, "zongzhi", "ganshi", shuji1=302, shuji2=302)),
    Row(
        url="schedule:item_raise",
        args=lambda cast: {"pk": cast.one.pk},
        get=only(200, *READERS, guanli=404, stranger=404),
        post=only(302, *READERS, guanli=404, stranger=404),
        data=lambda cast, kwargs: {
            "problem": "学习记录不全",
            "responsible": cast.member1.pk,
            "due_on": "2011-07-31",
        },
    ),
    Row(url="schedule:meeting_list", args=made(meeting), get=signed_in(200)),
    Row(url="schedule:meeting_detail", args=of(meeting), get=EVERYBODY_INSIDE),
    Row(
        url="schedule:meeting_detail",
        case="a committee's",
        args=of(committees),
        get=inside(200, *READERS, dangyuan1=404),
    ),
    Row(
        url="schedule:meeting_add",
        get=only(200, *ALL_READERS),
        post=only(302, *READERS, shuji2=422),
        data=lambda cast, kwargs: {"organization": cast.one.pk, **HELD},
    ),
    Row(url="schedule:meeting_add_autosave", post=only(200, *ALL_READERS), data=lambda cast, kwargs: HELD),
    Row(
        url="schedule:meeting_autosave",
        args=of(meeting),
        post=inside(200, *READERS),
        data=lambda cast, kwargs: {"version": Meeting.objects.get(pk=kwargs["pk"]).version, **HELD},
    ),
    Row(
        url="schedule:meeting_edit",
        args=of(meeting),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=lambda cast, kwargs: {"version": Meeting.objects.get(pk=kwargs["pk"]).version, **HELD},
    ),
]
