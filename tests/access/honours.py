"""Honours, certificates and stories: each relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from awards.actions import honours as actions
from awards.models import AwardRound, Honour, ModelStory
from branches.states import Post
from tests import build as people
from tests.access.cells import Codes, Row, everybody, only, signed_in
from tests.access.items import ALL_READERS, LOG, made, of
from tests.awards import build_honours as build
from tests.conftest import Cast

KEEPERS = ("zongzhi", "ganshi")  # whoever keeps the roster of the unit
IN_THE_TREE = ("dangyuan1", "dangyuan2", "shuji1", "shuji2", *KEEPERS)
READERS = ("shuji1", *KEEPERS)  # of branch one's internal records


def in_tree(code: int, *who: str, others: int = 403, **but: int) -> Codes:
    """These of the unit; the others of it are refused, nobody else finds anything."""
    return signed_in(404, **(dict.fromkeys(IN_THE_TREE, others) | dict.fromkeys(who, code) | but))


def member1s(cast: Cast) -> Honour:
    """Given by the city, entered by the office."""
    return build.honour(cast.one, cast.ganshi, cast.member1)


def revoked(cast: Cast) -> Honour:
    honour = member1s(cast)
    actions.revoke_honour(honour=honour, reason="受到处分", version=1, by=cast.ganshi, on=build.ON)
    return honour


def zongzhis(cast: Cast) -> Honour:
    """The general secretary's own."""
    return build.honour(cast.one, cast.ganshi, cast.zongzhi.member)


def ready(cast: Cast) -> AwardRound:
    """Decided, and to be commended today."""
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    return round_


def commended(cast: Cast) -> AwardRound:
    round_ = ready(cast)
    build.commended(round_, cast.ganshi)
    return round_


def certified(cast: Cast) -> Honour:
    """dangyuan1's, with a certificate of the unit."""
    commended(cast)
    return Honour.objects.get()


def draft(cast: Cast) -> ModelStory:
    """About dangyuan1, who has not been asked."""
    return build.story(cast.one, cast.shuji1, cast.member1, pictures=[("photo0", build.accepted(), "在实验室")])


def asked(cast: Cast) -> ModelStory:
    return build.asked(draft(cast), cast.shuji1)


def agreed(cast: Cast) -> ModelStory:
    return build.agreed(draft(cast), cast.shuji1)


def published(cast: Cast) -> ModelStory:
    return build.moved(agreed(cast), "publish", cast.shuji1)


def without_account(cast: Cast) -> ModelStory:
    """About a member who has no account."""
    return build.story(cast.one, cast.shuji1, people.member(cast.one, "无账号党员"))


def about_the_secretary(cast: Cast) -> ModelStory:
    """About the branch's secretary, who agreed and does not publish it himself."""
    return build.agreed(build.story(cast.one, cast.ganshi, cast.shuji1.member), cast.ganshi)


def picture_of(make: Callable[[Cast], ModelStory]) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"pk": make(cast).evidence.get().pk}


def place(cast: Cast) -> dict[str, Any]:
    return {"pk": cast.one.pk}


def committee_member(cast: Cast) -> dict[str, Any]:
    """dangyuan2 sits on branch one's committee: he writes there, and keeps no roster."""
    people.appoint(cast.member2, cast.one, Post.ORGANIZATION_COMMISSIONER)
    return {"pk": cast.one.pk}


def _on(model: Any, **fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post these on the record as it was read."""
    return lambda cast, kwargs: {"version": model.objects.get(pk=kwargs["pk"]).version, **fields}


def _story(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    story = ModelStory.objects.get(pk=kwargs["pk"])
    captions = {f"caption-{one.pk}": one.caption for one in story.evidence.all()}
    return build.typed(version=story.version, subject=str(story.member_id), **captions)


def answer(make: Callable[[Cast], ModelStory], verb: str, codes: Codes, **fields: Any) -> Row:
    """The person is asked, or answers."""
    return Row(
        url="awards:story_answer", case=verb, args=of(make), post=codes, data=_on(ModelStory, verb=verb, **fields)
    )


def move(make: Callable[[Cast], ModelStory], verb: str, case: str, codes: Codes, **fields: Any) -> Row:
    data = _on(ModelStory, verb=verb, **fields)
    return Row(url="awards:story_move", case=f"{verb} {case}", args=of(make), post=codes, data=data)


OUTSIDE_READS = {"guanli": 403, "stranger": 403}  # what is published everybody reads; it is another's to work on
# published for everybody with the person's consent
TOLD = ("党员甲", "第一党支部")

ROWS = [
    Row(url="awards:honour_list", args=made(member1s), get=signed_in(200)),
    Row(url="awards:honour_export", args=made(member1s), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="awards:honour_print", args=made(member1s), get=only(200, *ALL_READERS)),
    Row(url="awards:honour_detail", args=of(member1s), get=in_tree(200, *IN_THE_TREE)),
    Row(url="awards:honour_add", get=only(200, *KEEPERS)),
    Row(
        url="awards:honour_record",
        args=committee_member,
        get=in_tree(200, *KEEPERS),
        post=in_tree(302, *KEEPERS),
        data=lambda cast, kwargs: build.typed_honour(),
    ),
    Row(
        url="awards:honour_edit",
        args=of(member1s),
        get=in_tree(200, *KEEPERS),
        post=in_tree(302, *KEEPERS),
        data=_on(Honour, **build.typed_honour(title="优秀党务工作者")),
    ),
    Row(
        url="awards:honour_edit",
        case="one's own",
        args=of(zongzhis),
        get=in_tree(200, "ganshi"),
        post=in_tree(302, "ganshi"),
        data=_on(Honour, **build.typed_honour()),
    ),
    Row(
        url="awards:honour_show",
        args=of(member1s),
        post=in_tree(302, "dangyuan1", *KEEPERS),
        data=_on(Honour, shown="0"),
    ),
    Row(
        url="awards:honour_revoke",
        args=of(member1s),
        get=in_tree(200, *KEEPERS),
        post=in_tree(302, *KEEPERS),
        data=_on(Honour, reason="受到处分"),
    ),
    Row(
        url="awards:honour_revoke",
        case="revoked already",
        args=of(revoked),
        get=in_tree(403),
        post=in_tree(403),
        data=_on(Honour, reason="受到处分"),
    ),
    Row(url="awards:honour_certificate", args=of(certified), get=in_tree(200, "dangyuan1", *READERS)),
    Row(url="awards:honour_certificate", case="given by others", args=of(member1s), get=in_tree(403)),
    Row(url="awards:honour_certificate_pdf", args=of(certified), get=in_tree(200, "dangyuan1", *READERS), writes=LOG),
    Row(
        url="awards:round_commend",
        args=of(ready),
        get=in_tree(200, *KEEPERS),
        post=in_tree(302, *KEEPERS),
        data=_on(AwardRound, awarded_on=f"{build.AWARDED}"),
    ),
    Row(
        url="awards:round_commend",
        case="commended already",
        args=of(commended),
        get=in_tree(200, *KEEPERS),
        post=in_tree(403),
        data=_on(AwardRound, awarded_on=f"{build.AWARDED}"),
    ),
    Row(url="awards:round_certificates", args=of(commended), get=in_tree(200, *KEEPERS)),
    Row(url="awards:round_certificates", case="not commended", args=of(ready), get=in_tree(403)),
    Row(url="awards:round_certificates_pdf", args=of(commended), get=in_tree(200, *KEEPERS), writes=LOG),
    Row(url="awards:public_honours", args=made(member1s), get=everybody(200)),
    # ---- stories ----
    Row(url="awards:story_list", args=made(draft), get=signed_in(200)),
    Row(url="awards:story_list", case="published", args=made(published), get=signed_in(200), told=TOLD),
    Row(url="awards:story_detail", args=of(draft), get=signed_in(404, dangyuan1=200, **dict.fromkeys(READERS, 200))),
    Row(url="awards:story_detail", case="published", args=of(published), get=signed_in(200), told=TOLD),
    Row(
        url="awards:story_picture",
        args=picture_of(draft),
        get=signed_in(404, dangyuan1=200, **dict.fromkeys(READERS, 200)),
    ),
    Row(url="awards:story_picture", case="published", args=picture_of(published), get=signed_in(200)),
    # who has only one organisation to choose is led straight to its page
    Row(url="awards:story_add", get=only(200, *KEEPERS, shuji1=302, shuji2=302)),
    Row(
        url="awards:story_write",
        args=committee_member,
        get=in_tree(200, "dangyuan2", *READERS),
        post=in_tree(302, "dangyuan2", *READERS),
        data=lambda cast, kwargs: build.typed(),
    ),
    Row(
        url="awards:story_write_autosave",
        args=place,
        post=in_tree(200, *READERS),
        data=lambda cast, kwargs: build.typed(),
    ),
    Row(
        url="awards:story_edit",
        args=of(draft),
        get=signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 200)),
        post=signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 302)),
        data=_story,
    ),
    Row(
        url="awards:story_edit",
        case="published",
        args=of(published),
        get=signed_in(403),
        post=signed_in(403),
        data=_story,
    ),
    Row(
        url="awards:story_autosave",
        args=of(draft),
        post=signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 200)),
        data=_story,
    ),
    move(agreed, "publish", "agreed", signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 302))),
    move(draft, "publish", "not agreed", signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 403))),
    move(about_the_secretary, "publish", "about oneself", signed_in(404, shuji1=403, zongzhi=302, ganshi=302)),
    move(
        published,
        "withdraw",
        "by the person too",
        signed_in(403, dangyuan1=302, **dict.fromkeys(READERS, 302)),
        note="本人要求",
    ),
    answer(draft, "ask", signed_in(404, dangyuan1=403, **dict.fromkeys(READERS, 302))),
    answer(asked, "agree", signed_in(404, dangyuan1=302, **dict.fromkeys(READERS, 403))),
    answer(asked, "decline", signed_in(404, dangyuan1=302, **dict.fromkeys(READERS, 403)), note="写得太高了"),
    answer(without_account, "note", signed_in(404, **dict.fromkeys(READERS, 302)), agreed_on="2011-06-19"),
    Row(url="awards:public_stories", args=made(published), get=everybody(200)),
    Row(url="awards:public_story", args=of(published), get=everybody(200)),
    Row(url="awards:public_story", case="in draft", args=of(draft), get=everybody(404)),
    Row(url="awards:public_picture", args=picture_of(published), get=everybody(200)),
    Row(url="awards:public_picture", case="in draft", args=picture_of(draft), get=everybody(404)),
]
