"""Public notices and objections: each state and relation that changes who may do what."""

from collections.abc import Callable
from datetime import date
from typing import Any

from awards.actions import notices
from awards.models import Nomination, Objection, PublicNotice
from awards.queries.notices import candidates_for
from tests.access.cells import Codes, Row, everybody, only, signed_in
from tests.access.pledges import in_tree
from tests.awards import build_notices as build
from tests.conftest import Cast

KEEPERS = ("zongzhi", "ganshi")
# the days of access are those around 20 June 2011: one notice hangs then, one has ended long before
LONG_AGO = date(2011, 5, 10)


def round_of_one(cast: Cast) -> Any:
    """A round in which dangyuan1 waits to be posted; its name must not reach the other tree, nor its notice's."""
    round_ = build.round_of(cast.general, name="第一党支部等七一表彰")
    build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    return round_


def of_the_secretary(cast: Cast) -> Any:
    """A round in which the secretary of the general branch himself waits to be posted."""
    round_ = build.round_of(cast.general)
    build.nomination(round_, cast.zongzhi.member, cast.one, cast.shuji1)
    return round_


def draft(cast: Cast) -> PublicNotice:
    return build.again(build.draft(round_of_one(cast), cast.ganshi))


def posted(cast: Cast) -> PublicNotice:
    return build.posted(round_of_one(cast), cast.ganshi, title="第一党支部等拟表彰对象公示")


def ended(cast: Cast) -> PublicNotice:
    """Past the thirty days in which visitors read the names."""
    return build.posted(round_of_one(cast), cast.ganshi, on=LONG_AGO)


def posted_with_secretary(cast: Cast) -> PublicNotice:
    return build.posted(of_the_secretary(cast), cast.ganshi)


def objected(cast: Cast) -> Objection:
    notice = posted(cast)
    return build.objection(notice, Nomination.objects.get())


def objected_secretary(cast: Cast) -> Objection:
    notice = posted_with_secretary(cast)
    return build.objection(notice, Nomination.objects.get())


def answered(cast: Cast) -> Objection:
    return build.answered(objected(cast), cast.ganshi)


def of(make: Callable[[Cast], Any]) -> Callable[[Cast], dict[str, Any]]:
    """The record as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def made(make: Callable[[Cast], Any]) -> Callable[[Cast], dict[str, Any]]:
    """The record is there; the URL names none."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def kept_by(code: int, *but: str) -> Codes:
    """For those who keep the notice; the others of the tree are refused, strangers find nothing."""
    keepers = [actor for actor in KEEPERS if actor not in but]
    return in_tree(403, **dict.fromkeys(keepers, code))


def drafted_by(code: int) -> Codes:
    """A draft nobody else finds."""
    return only(code, *KEEPERS, others=404)


def listing(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """Post a whole form that lists everybody."""
    number = Nomination.objects.get().pk
    return {**build.words(), f"listed_{number}": "on", f"deeds_{number}": "下校听课四十节。"}


def listing_again(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**listing(cast, kwargs), "version": PublicNotice.objects.get(pk=kwargs["pk"]).version}


def verb(name: str) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    return lambda cast, kwargs: {"verb": name, "version": PublicNotice.objects.get(pk=kwargs["pk"]).version}


def said(**more: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post an objection to the only nominee."""
    return lambda cast, kwargs: {"nomination": Nomination.objects.get().pk, "text": build.TEXT, **more}


def answer(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {**build.ANSWER, "version": Objection.objects.get(pk=kwargs["pk"]).version}


def with_next_edition(cast: Cast) -> PublicNotice:
    """A posted notice whose next edition lies in draft."""
    notice = posted(cast)
    listed = {one.pk: "事迹" for one in candidates_for(notice.round, notice)}
    notices.draft_notice(
        round_=notice.round, replaces=notice, listed=listed, by=cast.ganshi, on=build.POSTED, **build.words()
    )
    return notice


ROWS: list[Row] = [
    Row(url="awards:notice_list", args=made(posted), get=signed_in(200)),
    Row(
        url="awards:notice_add",
        args=of(round_of_one),
        get=kept_by(200),
        post=kept_by(302),
        data=listing,
    ),
    Row(
        url="awards:notice_add",
        case="with the secretary in it",
        args=of(of_the_secretary),
        get=kept_by(200, "zongzhi"),
        post=kept_by(302, "zongzhi"),
        data=listing,
    ),
    Row(url="awards:notice_add_autosave", args=of(round_of_one), post=kept_by(200), data=listing),
    Row(url="awards:notice_detail", args=of(posted), get=in_tree(200)),
    Row(url="awards:notice_detail", case="draft", args=of(draft), get=drafted_by(200)),
    Row(
        url="awards:notice_edit",
        args=of(draft),
        get=drafted_by(200),
        post=drafted_by(302),
        data=listing_again,
    ),
    Row(
        url="awards:notice_edit",
        case="posted",
        args=of(posted),
        get=in_tree(403),
        post=in_tree(403),
        data=listing_again,
    ),
    Row(url="awards:notice_autosave", args=of(draft), post=drafted_by(200), data=listing_again),
    Row(url="awards:notice_autosave", case="posted", args=of(posted), post=in_tree(403), data=listing_again),
    Row(
        url="awards:notice_edition",
        args=of(posted),
        get=kept_by(200),
        post=kept_by(302),
        data=listing,
    ),
    Row(
        url="awards:notice_edition",
        case="with the secretary in it",
        args=of(posted_with_secretary),
        get=kept_by(200, "zongzhi"),
        post=kept_by(302, "zongzhi"),
        data=listing,
    ),
    Row(url="awards:notice_edition", case="begun", args=of(with_next_edition), get=kept_by(302), post=kept_by(302)),
    Row(url="awards:notice_edition_autosave", args=of(posted), post=kept_by(200), data=listing),
    Row(url="awards:notice_act", case="post", args=of(draft), post=drafted_by(302), data=verb("post")),
    Row(url="awards:notice_act", case="close too early", args=of(posted), post=in_tree(403), data=verb("close")),
    Row(url="awards:notice_act", case="close", args=of(ended), post=kept_by(302), data=verb("close")),
    Row(url="awards:notice_print", args=of(posted), get=in_tree(200)),
    Row(url="awards:notice_print", case="draft", args=of(draft), get=drafted_by(200)),
    Row(
        url="awards:objection_add",
        args=of(posted),
        get=kept_by(200),
        post=kept_by(200),
        data=said(received_on=f"{build.POSTED}"),
    ),
    # a branch may hold rounds of its own; of the unit's its secretary finds none
    Row(url="awards:objection_list", args=made(objected), get=only(200, *KEEPERS, "shuji1", "shuji2")),
    Row(url="awards:objection_detail", args=of(objected), get=drafted_by(200)),
    Row(
        url="awards:objection_detail",
        case="about the secretary",
        args=of(objected_secretary),
        get=only(200, "ganshi", others=404),
    ),
    Row(
        url="awards:objection_answer",
        args=of(objected),
        get=drafted_by(200),
        post=drafted_by(302),
        data=answer,
    ),
    Row(
        url="awards:objection_answer",
        case="about the secretary",
        args=of(objected_secretary),
        get=only(200, "ganshi", others=404),
        post=only(302, "ganshi", others=404),
        data=answer,
    ),
    Row(
        url="awards:objection_answer",
        case="answered",
        args=of(answered),
        get=drafted_by(403),
        post=drafted_by(403),
        data=answer,
    ),
    Row(url="awards:objection_autosave", args=of(objected), post=drafted_by(200), data=answer),
    Row(url="awards:objection_autosave", case="answered", args=of(answered), post=drafted_by(403), data=answer),
    Row(url="awards:public_notice_list", args=made(posted), get=everybody(200)),
    Row(url="awards:public_notice", args=of(posted), get=everybody(200)),
    Row(url="awards:public_notice", case="past its time", args=of(ended), get=everybody(200)),
    Row(url="awards:public_notice", case="draft", args=of(draft), get=everybody(404)),
    Row(url="awards:public_object", args=of(posted), get=everybody(200), post=everybody(200), data=said()),
    Row(
        url="awards:public_object",
        case="too late",
        args=of(ended),
        get=everybody(200),
        post=everybody(409),
        data=said(),
    ),
    Row(url="awards:public_reply", get=everybody(200), post=everybody(422), data=lambda cast, kwargs: {"number": "1"}),
]
