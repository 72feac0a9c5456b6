"""Comments: each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from reviews.models import LeaderComment
from reviews.states import Publicity
from tests import build as people
from tests.access.cells import Codes, Row, everybody, only, signed_in
from tests.access.pledges import LOG, SIGNED_OUT, TREE, in_tree, inside
from tests.conftest import Cast
from tests.reviews import build as reviewing
from tests.reviews import comments as build

Make = Callable[[Cast], LeaderComment]
ABOVE = "?for=above"


def draft(cast: Cast) -> LeaderComment:
    return build.draft(reviewing.round_of(cast.general), "member", cast.member1, cast.shuji1, build.problem())


def issued(cast: Cast) -> LeaderComment:
    """The branch secretary's, on dangyuan1, told to nobody else."""
    return build.issued(
        reviewing.round_of(cast.general), "member", cast.member1, cast.shuji1, publicity=Publicity.PRIVATE
    )


def published(cast: Cast) -> LeaderComment:
    return build.issued(
        reviewing.round_of(cast.general), "member", cast.member1, cast.shuji1, publicity=Publicity.PUBLIC
    )


def branchs(cast: Cast) -> LeaderComment:
    """On branch one, open to its members."""
    return build.issued(reviewing.round_of(cast.general), "organization", cast.one, cast.zongzhi)


def without_account(cast: Cast) -> LeaderComment:
    member = people.member(cast.one, "无账号")
    return build.issued(reviewing.round_of(cast.general), "member", member, cast.shuji1, publicity=Publicity.PRIVATE)


def registered(cast: Cast) -> LeaderComment:
    """The branch secretary's words on dangyuan1, being written down by the office."""
    return build.draft(
        reviewing.round_of(cast.general), "member", cast.member1, cast.ganshi, commentator=cast.shuji1.member
    )


def verified(cast: Cast) -> LeaderComment:
    comment = issued(cast)
    LeaderComment.objects.filter(pk=comment.pk).update(state="verified", verified_on=build.ON)
    return build.again(comment)


def of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The comment as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def made(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The comment is there; the URL names none."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def a_round(cast: Cast) -> dict[str, Any]:
    return {"pk": reviewing.round_of(cast.general).pk}


def closed_round(cast: Cast) -> dict[str, Any]:
    round_ = reviewing.ended(reviewing.round_of(cast.general), cast.zongzhi)
    return {"pk": round_.pk}


def closed_sheet(cast: Cast) -> dict[str, Any]:
    return {**closed_round(cast), "subject": f"member-{cast.member1.pk}"}


def sheet(kind: str) -> Callable[[Cast], dict[str, Any]]:
    """A sheet nobody has begun: on dangyuan1, on branch one, or on the general branch."""

    def args(cast: Cast) -> dict[str, Any]:
        number = {"member": cast.member1.pk, "organization": cast.one.pk, "top": cast.general.pk}[kind]
        return {**a_round(cast), "subject": f"{'organization' if kind == 'top' else kind}-{number}"}

    return args


def sheet_of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The sheet of a comment on a member."""

    def args(cast: Cast) -> dict[str, Any]:
        comment = make(cast)
        return {"pk": comment.round_id, "subject": f"member-{comment.member_id}"}

    return args


def move(verb: str, note: str = "") -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post a move on the comment as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": LeaderComment.objects.get(pk=kwargs["pk"]).version,
    }


def words(**more: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """A sheet filled in."""
    return lambda cast, kwargs: {
        "version": 0,
        "form": "individual",
        "held_on": "2011-06-20",
        "direction": "多写建议",
        "publicity": "branch",
        "problems-TOTAL_FORMS": 0,
        "problems-INITIAL_FORMS": 0,
        **more,
    }


def as_read(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """A sheet filled in on the version that lies there."""
    return words(save="1", version=LeaderComment.objects.get().version, direction="又想了想")(cast, kwargs)


def walking(code: int | str, *actors: str, **but: int | str) -> Codes:
    """These leaders; the rest of the tree hears why not, others find nothing."""
    rest = dict.fromkeys(set(TREE) - set(actors), 403)
    return only(code, *actors, others=404, **{**rest, **but})


OVER_1 = ("shuji1", "zongzhi")  # who may comment on dangyuan1 by himself

ROWS: list[Row] = [
    Row(url="reviews:comment_register", args=a_round, get=walking(200, "ganshi")),
    Row(url="reviews:comment_pile", args=a_round, get=walking(200, "shuji1", "shuji2", "zongzhi")),
    Row(url="reviews:comment_pile", case="for above", args=a_round, query=ABOVE, get=walking(200, "ganshi")),
    Row(
        url="reviews:comment_write",
        case="a member",
        args=sheet("member"),
        get=walking(200, *OVER_1),
        post=walking(409, *OVER_1, **SIGNED_OUT),
    ),
    Row(
        url="reviews:comment_write",
        case="filled in",
        args=sheet("member"),
        get=walking(200, *OVER_1),
        post=walking(302, *OVER_1, **SIGNED_OUT),
        data=words(save="1"),
    ),
    Row(
        url="reviews:comment_write",
        case="given",
        args=sheet("organization"),
        get=walking(200, "zongzhi"),
        post=walking(302, "zongzhi", **SIGNED_OUT),
        data=words(issue="1"),
    ),
    Row(
        url="reviews:comment_write",
        case="for above",
        args=sheet("top"),
        query=ABOVE,
        get=walking(200, "ganshi"),
        post=walking(302, "ganshi", **SIGNED_OUT),
        data=words(save="1", commentator_name="局领导", commentator_post="副书记"),
    ),
    Row(
        url="reviews:comment_autosave",
        args=sheet("member"),
        post=walking(200, *OVER_1, **SIGNED_OUT),
        data=words(),
    ),
    Row(
        url="reviews:comment_write",
        case="the office writes it",
        args=sheet_of(registered),
        get=walking(200, "zongzhi", shuji1=403),
        post=walking(302, "zongzhi", shuji1=403, **SIGNED_OUT),
        data=words(save="1"),
    ),
    Row(
        url="reviews:comment_write",
        case="already given",
        args=sheet_of(issued),
        get=walking(200, *OVER_1),
        post=walking(403, "shuji1", zongzhi=409, **SIGNED_OUT),
        data=as_read,
    ),
    Row(url="reviews:comment_register", case="closed", args=closed_round, get=walking(403)),
    Row(url="reviews:comment_pile", case="closed", args=closed_round, get=walking(403)),
    Row(
        url="reviews:comment_write",
        case="closed",
        args=closed_sheet,
        get=walking(403),
        post=walking(403, **SIGNED_OUT),
        data=words(save="1"),
    ),
    Row(
        url="reviews:comment_autosave",
        case="closed",
        args=closed_sheet,
        post=walking(403, **SIGNED_OUT),
        data=words(),
    ),
    Row(
        url="reviews:comment_autosave",
        case="already given",
        args=sheet_of(issued),
        post=walking(403, "shuji1", zongzhi=409, **SIGNED_OUT),
        data=as_read,
    ),
    Row(url="reviews:comment_forget", args=sheet("member"), post=walking(302, *OVER_1)),
    Row(url="reviews:comment_list", args=made(issued), get=signed_in(200)),
    Row(url="reviews:comment_export", args=made(issued), get=signed_in(200), writes=LOG),
    Row(
        url="reviews:comment_export",
        case="all",
        args=made(issued),
        query="?state=",
        get=signed_in(200),
        writes=LOG,
    ),
    Row(url="reviews:comment_detail", case="draft", args=of(draft), get=only(200, "shuji1", others=404)),
    Row(url="reviews:comment_detail", case="private", args=of(issued), get=inside(200)),
    Row(url="reviews:comment_detail", case="public", args=of(published), get=in_tree(200)),
    Row(url="reviews:comment_detail", case="a branch's", args=of(branchs), get=inside(200)),
    Row(
        url="reviews:comment_act",
        case="recall",
        args=of(issued),
        post=inside(403, shuji1=302),
        data=move("recall"),
    ),
    Row(
        url="reviews:comment_act",
        case="discard",
        args=of(draft),
        post=only(302, "shuji1", others=404),
        data=move("discard"),
    ),
    Row(
        url="reviews:comment_act",
        case="close",
        args=of(verified),
        post=inside(403, shuji1=302, ganshi=302),
        data=move("close"),
    ),
    Row(url="reviews:comment_act", case="no such move", args=of(published), post=in_tree(400), data=move("issue")),
    Row(
        url="reviews:comment_acknowledge",
        case="a member's",
        args=of(issued),
        get=inside(403, dangyuan1=200),
        post=inside(403, dangyuan1=302),
    ),
    Row(
        url="reviews:comment_acknowledge",
        case="a branch's",
        args=of(branchs),
        get=inside(403, shuji1=200),
        post=inside(403, shuji1=302),
    ),
    Row(
        url="reviews:comment_acknowledge",
        case="without account",
        args=of(without_account),
        get=only(403, "shuji1", "zongzhi", others=404, ganshi=200),
        post=only(403, "shuji1", "zongzhi", others=404, ganshi=302),
    ),
    Row(url="reviews:round_sheets", args=lambda cast: {"pk": issued(cast).round_id}, get=in_tree(200)),
    Row(url="reviews:comment_print", case="draft", args=of(draft), get=only(200, "shuji1", others=404)),
    Row(url="reviews:comment_print", case="private", args=of(issued), get=inside(200)),
    Row(url="reviews:comments_public", args=made(published), get=everybody(200)),
]
