"""The organisation: who sees it, who keeps the roster."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from branches.actions import delegate, store_roster, transfer_member
from branches.models import Organization, PostAssignment, RosterImport
from branches.sheets import ROSTER
from branches.states import Kind, Post
from chuangxian import clock
from chuangxian.imports import ImportState
from tests import build
from tests.access.cells import Codes, Row, only, signed_in
from tests.conftest import Cast

# the office and the leaders of the general branch keep the roster; who is in its tree learns that, others find nothing
OUTSIDE = {"guanli": 404, "stranger": 404}
KEEPERS = ("zongzhi", "ganshi")
LOG = frozenset({"accounts_logentry"})


def keepers(code: int = 200, *others: str) -> Codes:
    """The keepers of the roster, and those named."""
    return only(code, *KEEPERS, *others, **OUTSIDE)


def at(name: str) -> Callable[[Cast], dict[str, Any]]:
    """An organisation of the cast."""
    return lambda cast: {"pk": getattr(cast, name).pk}


def member(name: str) -> Callable[[Cast], dict[str, Any]]:
    """The member behind an account."""
    return lambda cast: {"pk": cast.users()[name].member.pk}


def without_account(cast: Cast) -> dict[str, Any]:
    """A member of branch one who has no account."""
    return {"pk": build.member(cast.one, "无账号").pk}


def newcomer(cast: Cast) -> dict[str, Any]:
    """A member of branch one who belonged to the other tree before."""
    elsewhere = cast.stranger.member.memberships.get().organization
    came = build.member(elsewhere, "转来的")
    transfer_member(member=came, organization=cast.one, by=None, on=date(2010, 10, 1))
    return {"pk": came.pk}


def post_of(name: str) -> Callable[[Cast], dict[str, Any]]:
    """The post somebody holds."""
    return lambda cast: {"pk": PostAssignment.objects.get(member__user=cast.users()[name]).pk}


def lent(cast: Cast) -> dict[str, Any]:
    """What the secretary of branch one has lent to its ordinary member."""
    held = PostAssignment.objects.get(member=cast.shuji1.member)
    on = clock.today()
    return {"pk": delegate(assignment=held, member=cast.member1, starts_on=on, ends_on=on, by=None, on=on).pk}


def roster_file() -> BytesIO:
    """A roster of one row, and that one without a name."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(ROSTER.headers)
    sheet.append([None if column.name == "name" else "" for column in ROSTER.columns])
    sheet.cell(2, ROSTER.headers.index("性别") + 1, "男")
    stream = BytesIO()
    book.save(stream)
    return stream


def roster(state: str = ImportState.REHEARSED, at: str = "one") -> Callable[[Cast], dict[str, Any]]:
    """A roster file of branch one."""

    def args(cast: Cast) -> dict[str, Any]:
        organization: Organization = getattr(cast, at)
        found = store_roster(
            organization=organization,
            content=roster_file(),
            file_name="名册.xlsx",
            roster_on=date(2010, 9, 1),
            by=None,
            on=build.DAY,
        )
        RosterImport.objects.filter(pk=found.pk).update(state=state)
        return {"pk": found.pk}

    return args


# the roster of branch one: its own people and whoever reads it from above
IN_BRANCH_ONE = only(200, "dangyuan1", "shuji1", "zongzhi", "ganshi", others=404)

ROWS = [
    Row(url="branches:organization_list", get=signed_in(200)),
    Row(url="branches:organization_detail", args=at("one"), get=signed_in(200, **OUTSIDE)),
    Row(url="branches:organization_detail", case="missing", args=lambda cast: {"pk": 10**9}, get=signed_in(404)),
    Row(url="branches:organization_create", args=at("general"), get=keepers(), post=keepers()),
    Row(
        url="branches:organization_create",
        case="complete",
        args=at("one"),
        get=keepers(),
        post=keepers(302),
        data=lambda cast, kwargs: {"kind": Kind.GROUP, "name": "第一党小组", "established_on": "2010-09-01"},
    ),
    Row(url="branches:organization_edit", args=at("one"), get=keepers(), post=keepers()),
    Row(url="branches:member_create", args=at("one"), get=keepers(), post=keepers()),
    Row(
        url="branches:member_create",
        case="complete",
        args=at("one"),
        get=keepers(),
        post=keepers(302),
        data=lambda cast, kwargs: {
            "name": "新来",
            "sex": "male",
            "member_type": "full",
            "starts_on": "2011-01-01",
            "joined": "1999-07",
        },
    ),
    Row(url="branches:post_appoint", args=at("one"), get=keepers(), post=keepers()),
    Row(
        url="branches:post_appoint",
        case="oneself",
        args=at("one"),
        get=keepers(),
        post=only(302, "ganshi", zongzhi=200, **OUTSIDE),  # the form does not offer him himself
        data=lambda cast, kwargs: {
            "post": Post.ORGANIZATION_COMMISSIONER,
            "member": cast.zongzhi.member.pk,
            "on": "2011-01-01",
        },
    ),
    Row(url="branches:roster_import", args=at("general"), get=keepers(), post=keepers()),
    Row(url="branches:roster_import", case="branch", args=at("one"), get=keepers(), post=keepers()),
    Row(url="branches:roster_template", args=at("one"), get=keepers()),
    Row(url="branches:roster_export", case="own branch's", args=at("one"), get=keepers(200, "shuji1"), writes=LOG),
    Row(url="branches:member_list", get=signed_in(200)),
    Row(url="branches:member_detail", args=member("dangyuan1"), get=IN_BRANCH_ONE),
    Row(
        url="branches:member_detail",
        case="of another branch",
        args=member("dangyuan2"),
        get=only(200, "dangyuan2", "shuji2", "zongzhi", "ganshi", others=404),
    ),
    Row(
        url="branches:member_detail",
        case="came from the other tree",
        args=newcomer,
        get=only(200, "dangyuan1", "shuji1", "zongzhi", "ganshi", others=404, stranger=200),
        told=("第一党支部",),  # who knew him learns where he went
    ),
    Row(
        url="branches:member_reveal",
        args=member("dangyuan1"),
        post=only(200, "shuji1", "zongzhi", "ganshi", others=404, dangyuan1=302),
    ),
    Row(
        url="branches:member_reveal",
        case="a colleague's",
        args=member("shuji1"),
        post=only(200, "zongzhi", "ganshi", others=404, dangyuan1=403, shuji1=302),
    ),
    # opening the form shows the personal data, and that is written down
    Row(
        url="branches:member_edit",
        args=member("dangyuan1"),
        get=only(200, "shuji1", *KEEPERS, others=404, dangyuan1=403),
        post=only(200, "shuji1", *KEEPERS, others=404, dangyuan1=403),
        writes=LOG,
    ),
    Row(
        url="branches:member_transfer",
        args=member("dangyuan1"),
        get=only(200, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        post=only(200, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
    ),
    Row(
        url="branches:member_transfer",
        case="own",
        args=member("zongzhi"),
        get=only(200, "ganshi", others=404, dangyuan1=403, shuji1=403, zongzhi=403),
        post=only(200, "ganshi", others=404, dangyuan1=403, shuji1=403, zongzhi=403),
    ),
    Row(
        url="branches:member_leave",
        args=member("dangyuan1"),
        get=only(200, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        post=only(302, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        data=lambda cast, kwargs: {"on": "2011-01-01", "reason": "调出"},
    ),
    Row(
        url="branches:member_account",
        args=without_account,
        get=only(200, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        post=only(200, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        data=lambda cast, kwargs: {"username": "wuzhanghao"},
    ),
    Row(
        url="branches:member_account",
        case="has one",
        args=member("dangyuan1"),
        get=only(403, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
        post=only(403, *KEEPERS, others=404, dangyuan1=403, shuji1=403),
    ),
    Row(
        url="branches:post_end",
        args=post_of("shuji1"),
        get=keepers(),
        post=keepers(302),
        data=lambda cast, kwargs: {"on": "2011-01-01", "reason": "调整"},
    ),
    Row(
        url="branches:post_end",
        case="own",
        args=post_of("zongzhi"),
        get=only(200, "ganshi", **OUTSIDE),
        post=only(200, "ganshi", **OUTSIDE),
    ),
    # the holder himself too; nobody else below the keepers of the roster
    Row(
        url="branches:post_delegate",
        args=post_of("shuji1"),
        get=keepers(200, "shuji1"),
        post=keepers(422, "shuji1"),
    ),
    Row(
        url="branches:post_delegate",
        case="of the general branch's secretary",
        args=post_of("zongzhi"),
        get=keepers(),
        post=keepers(422),
    ),
    # who stands in may give it up
    Row(
        url="branches:acting_end",
        args=lent,
        get=keepers(200, "shuji1", "dangyuan1"),
        post=keepers(302, "shuji1", "dangyuan1"),
        data=lambda cast, kwargs: {"at_once": "on"},
    ),
    Row(url="branches:roster_import_detail", args=roster(), get=only(200, *KEEPERS, others=404)),
    Row(
        url="branches:roster_import_detail",
        case="committed",
        args=roster(ImportState.COMMITTED),
        get=only(200, *KEEPERS, others=404),
    ),
    Row(url="branches:roster_import_commit", args=roster(), post=only(200, *KEEPERS, others=404)),
    Row(url="branches:roster_import_undo", args=roster(ImportState.COMMITTED), post=only(302, *KEEPERS, others=404)),
    Row(url="branches:roster_import_undo", case="not committed", args=roster(), post=only(403, *KEEPERS, others=404)),
    Row(url="branches:roster_import_discard", args=roster(), post=only(302, *KEEPERS, others=404)),
    Row(url="branches:roster_import_bad_rows", args=roster(), get=only(200, *KEEPERS, others=404), writes=LOG),
]
