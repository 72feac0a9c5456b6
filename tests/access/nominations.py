"""Nominations: each relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from awards.models import AwardCategory, Nomination, NominationFile
from awards.parts import OUTSTANDING
from awards.states import NominationState
from tests.access.cells import Codes, Row, empty, only, signed_in
from tests.access.items import LOG
from tests.awards import build_nominations as build
from tests.conftest import Cast

NOMINATORS = ("shuji1", "shuji2", "zongzhi", "ganshi")


def category(cast: Cast) -> AwardCategory:
    return build.members(build.round_of(cast.general, cast.ganshi))


def draft(cast: Cast) -> Nomination:
    """Branch one's draft about dangyuan1."""
    return build.written(category(cast), cast.one, cast.member1, cast.shuji1)


def handed_up(cast: Cast) -> Nomination:
    return build.recommended(category(cast), cast.one, cast.member1, cast.shuji1)


def secretarys(cast: Cast) -> Nomination:
    """About the secretary of who decides."""
    assert cast.zongzhi.member is not None
    return build.recommended(category(cast), cast.one, cast.zongzhi.member, cast.shuji1)


def branchs(cast: Cast) -> Nomination:
    """About branch one itself."""
    return build.recommended(
        build.organizations(build.round_of(cast.general, cast.ganshi)), cast.one, cast.one, cast.shuji1
    )


def commended(cast: Cast) -> Nomination:
    made = handed_up(cast)
    Nomination.objects.filter(pk=made.pk).update(state=NominationState.COMMENDED)
    return made


def of(make: Callable[[Cast], Nomination], **more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"pk": make(cast).pk, **more}


def made(make: Callable[[Cast], Any]) -> Callable[[Cast], dict[str, Any]]:
    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def paper(cast: Cast) -> dict[str, Any]:
    """A paper of what was handed up."""
    piece = NominationFile(
        entry=handed_up(cast), name="票样.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.shuji1
    )
    piece.file.save("x", ContentFile("票样".encode()))
    return {"pk": piece.pk}


def papers_of_commended(cast: Cast) -> dict[str, Any]:
    kwargs = paper(cast)
    Nomination.objects.update(state=NominationState.COMMENDED)
    return kwargs


def readers(code: int, **but: int) -> Codes:
    """A draft is for the branch's committee and those above; to others it does not exist."""
    return signed_in(404, **({"shuji1": code, "zongzhi": code, "ganshi": code} | but))


def read_by(code: int, **but: int) -> Codes:
    """What was handed up is also for whom it is about."""
    return readers(code, **({"dangyuan1": code} | but))


def typed(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return build.typed(version=Nomination.objects.get(pk=kwargs["pk"]).version)


def moving(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"version": Nomination.objects.get(pk=kwargs["pk"]).version, "note": "有理由"}


def chosen(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """The member of branch one, in its name: for others the first place they have, where he does not stand."""
    own = AwardCategory.objects.get(key=OUTSTANDING)
    return {"category": own.pk, "nominator": cast.one.pk, "nominee": f"m{cast.member1.pk}"}


ROWS = [
    Row(url="awards:nomination_list", args=made(handed_up), get=signed_in(200)),
    Row(url="awards:nomination_list", case="commended", args=made(commended), get=signed_in(200)),
    Row(
        url="awards:nomination_export",
        args=made(handed_up),
        get=only(200, *NOMINATORS),
        writes=LOG,
    ),
    Row(
        url="awards:nomination_add",
        args=made(category),
        get=signed_in(200),
        # the general branch recommends anybody below it
        post=signed_in(200, shuji1=302, shuji2=422, zongzhi=302, ganshi=302),
        data=chosen,
    ),
    Row(url="awards:nomination_detail", case="draft", args=of(draft), get=readers(200)),
    Row(url="awards:nomination_detail", case="handed up", args=of(handed_up), get=read_by(200)),
    Row(
        url="awards:nomination_detail",
        case="commended",
        args=of(commended),
        get=signed_in(200, stranger=404, guanli=404),
    ),
    Row(url="awards:nomination_file", args=paper, get=read_by(200)),
    Row(url="awards:nomination_file", case="commended", args=papers_of_commended, get=read_by(200)),
    Row(url="awards:nomination_print", args=of(handed_up), get=read_by(200)),
    Row(url="awards:nomination_print", case="commended", args=of(commended), get=read_by(200)),
    Row(
        url="awards:nomination_edit",
        args=of(draft),
        get=readers(403, shuji1=200),
        post=readers(403, shuji1=302),
        data=typed,
    ),
    Row(
        url="awards:nomination_edit",
        case="handed up",
        args=of(handed_up),
        get=read_by(403),
        post=read_by(403),
        data=typed,
    ),
    Row(url="awards:nomination_autosave", args=of(draft), post=readers(403, shuji1=200), data=typed),
    Row(
        url="awards:nomination_override",
        args=of(handed_up),
        get=read_by(403, zongzhi=200, ganshi=200),
        post=read_by(403, zongzhi=422, ganshi=422),
        data=empty,
    ),
    Row(
        url="awards:nomination_override",
        case="about the secretary himself",
        args=of(secretarys),
        get=readers(403, ganshi=200),
        post=readers(403, ganshi=422),
        data=empty,
    ),
    Row(
        url="awards:nomination_move",
        case="recommend",
        args=of(draft, verb="recommend"),
        post=readers(403, shuji1=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="recall",
        args=of(handed_up, verb="recall"),
        post=read_by(403, shuji1=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="preselect",
        args=of(handed_up, verb="preselect"),
        post=read_by(403, zongzhi=302, ganshi=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="preselect, about the secretary himself",
        args=of(secretarys, verb="preselect"),
        post=readers(403, ganshi=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="reject, about branch one",
        args=of(branchs, verb="reject"),
        post=readers(403, zongzhi=302, ganshi=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="withdraw",
        args=of(handed_up, verb="withdraw"),
        post=read_by(403, shuji1=302),
        data=moving,
    ),
    Row(
        url="awards:nomination_move",
        case="no such button",
        args=of(handed_up, verb="act"),
        post=read_by(400),
        data=moving,
    ),
]
