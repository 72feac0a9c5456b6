"""Self-reviews: each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from reviews.actions import self_reviews as actions
from reviews.models import CommentRound, SelfReview
from tests import build
from tests.access.cells import Codes, Row, only, signed_in
from tests.conftest import Cast
from tests.reviews import self_reviews as reviewing
from tests.reviews.build import round_of
from tests.schedule.indicators import scoring

LOG = frozenset({"accounts_logentry"})
READERS = ("shuji1", "zongzhi", "ganshi")  # committees and office above dangyuan1
Make = Callable[[Cast], SelfReview]


def inside(code: int, *others: str, **but: int | str) -> Codes:
    """dangyuan1 and those who read his branch's internal records; nobody else finds anything."""
    return only(code, "dangyuan1", *READERS, *others, others=404, **but)


def in_branch(code: int, **but: int | str) -> Codes:
    """Branch one and the level above: who may read what the branch wrote of itself."""
    return only(code, "dangyuan1", *READERS, others=404, **but)


# ---- self-reviews of dangyuan1 (branch one) in each state, and others where they differ ----


def draft(cast: Cast) -> SelfReview:
    return reviewing.written(reviewing.begun(round_of(cast.general), cast.dangyuan1), cast.dangyuan1)


def submitted(cast: Cast) -> SelfReview:
    return reviewing.submitted(round_of(cast.general), cast.dangyuan1)


def returned(cast: Cast) -> SelfReview:
    review = submitted(cast)
    actions.act(review=review, verb="return", note="差距太空", version=None, by=cast.shuji1, on=reviewing.ACCEPTED)
    return reviewing.again(review)


def accepted(cast: Cast) -> SelfReview:
    return reviewing.accepted(round_of(cast.general), cast.dangyuan1, cast.shuji1)


def scored(cast: Cast) -> SelfReview:
    """Handed in before the campaign began to keep scores."""
    review = submitted(cast)
    scoring()
    return review


def secretarys(cast: Cast) -> SelfReview:
    """The branch secretary's own goes to the level above."""
    return reviewing.submitted(round_of(cast.general), cast.shuji1)


def branchs(cast: Cast) -> SelfReview:
    """The branch's own, handed in by its secretary."""
    return reviewing.submitted(round_of(cast.general), cast.shuji1, organization=cast.one)


def branchs_draft(cast: Cast) -> SelfReview:
    """The branch's own before it is handed in."""
    return reviewing.begun(round_of(cast.general), cast.shuji1, organization=cast.one)


def unit(cast: Cast) -> SelfReview:
    """The general branch's own is read above it, outside the portal."""
    return reviewing.submitted(round_of(cast.general), cast.zongzhi, organization=cast.general)


def without_account(cast: Cast) -> SelfReview:
    """Written by the office for a member without an account."""
    return reviewing.begun(round_of(cast.general), cast.ganshi, build.member(cast.one, "无账号"))


def of(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The self-review as the URL's argument."""
    return lambda cast: {"pk": make(cast).pk}


def made(make: Make) -> Callable[[Cast], dict[str, Any]]:
    """The self-review is there; the URL names none."""

    def args(cast: Cast) -> dict[str, Any]:
        make(cast)
        return {}

    return args


def with_round(cast: Cast) -> dict[str, Any]:
    round_of(cast.general)
    return {}


def move(verb: str, note: str = "") -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post a move on the text as it was read."""
    return lambda cast, kwargs: {
        "verb": verb,
        "note": note,
        "version": SelfReview.objects.get(pk=kwargs["pk"]).version,
    }


def own_subject(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"subject": f"{CommentRound.objects.get().pk}-m{cast.member1.pk}"}


def accept_with_points(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    lines = SelfReview.objects.get(pk=kwargs["pk"]).lines.all()
    return {**move("accept")(cast, kwargs), **{f"assessed-s{line.standard_id}": "17.5" for line in lines}}


# the form keeps what somebody typed who was signed out meanwhile: 401 with the text, nothing of the self-review
SIGNED_OUT = {"anonymous": 401, "disabled": 401}

ROWS = [
    Row(url="reviews:self_review_list", args=made(accepted), get=signed_in(200)),
    Row(url="reviews:self_review_export", args=made(accepted), get=signed_in(200), writes=LOG),
    Row(
        url="reviews:self_review_start",
        args=with_round,
        get=signed_in(200),
        post=signed_in(403, dangyuan1=302),
        data=own_subject,
    ),
    Row(url="reviews:self_review_detail", case="draft", args=of(draft), get=only(200, "dangyuan1", others=404)),
    Row(
        url="reviews:self_review_detail",
        case="written by the office",
        args=of(without_account),
        get=only(200, "ganshi", others=404),
    ),
    Row(url="reviews:self_review_detail", case="submitted", args=of(submitted), get=inside(200)),
    Row(url="reviews:self_review_detail", case="returned", args=of(returned), get=inside(200)),
    Row(url="reviews:self_review_detail", case="accepted", args=of(accepted), get=inside(200)),
    Row(url="reviews:self_review_detail", case="a branch's", args=of(branchs), get=in_branch(200)),
    Row(
        url="reviews:self_review_detail",
        case="a branch's draft",
        args=of(branchs_draft),
        get=only(200, *READERS, others=404),
    ),
    Row(
        url="reviews:self_review_detail",
        case="the unit's own",
        args=of(unit),
        get=only(200, "zongzhi", "ganshi", others=404),
    ),
    Row(
        url="reviews:self_review_act",
        case="submit",
        args=of(draft),
        post=only(302, "dangyuan1", others=404),
        data=move("submit"),
    ),
    Row(
        url="reviews:self_review_act",
        case="accept",
        args=of(submitted),
        post=inside(403, shuji1=302),
        data=move("accept"),
    ),
    Row(
        url="reviews:self_review_act",
        case="accept with points",
        args=of(scored),
        post=inside(403, shuji1=302),
        data=accept_with_points,
    ),
    Row(
        url="reviews:self_review_act",
        case="accept without the points that are asked for",
        args=of(scored),
        post=inside(403, shuji1=422),
        data=move("accept"),
    ),
    Row(
        url="reviews:self_review_act",
        case="return without a word",
        args=of(submitted),
        post=inside(403),
        data=move("return"),
    ),
    Row(
        url="reviews:self_review_act",
        case="return",
        args=of(submitted),
        post=inside(403, shuji1=302),
        data=move("return", "差距太空"),
    ),
    Row(
        url="reviews:self_review_act",
        case="accept a secretary's",
        args=of(secretarys),
        post=only(403, "shuji1", "ganshi", others=404, zongzhi=302),
        data=move("accept"),
    ),
    Row(
        url="reviews:self_review_act",
        case="accept a branch's",
        args=of(branchs),
        post=in_branch(403, zongzhi=302),
        data=move("accept"),
    ),
    Row(
        url="reviews:self_review_act",
        case="register what was said above the unit",
        args=of(unit),
        post=only(403, "zongzhi", others=404, ganshi=302),
        data=move("register", "同意"),
    ),
    Row(url="reviews:self_review_act", case="no such move", args=of(accepted), post=inside(400), data=move("archive")),
    Row(url="reviews:self_review_print", case="draft", args=of(draft), get=only(200, "dangyuan1", others=404)),
    Row(url="reviews:self_review_print", case="accepted", args=of(accepted), get=inside(200)),
    Row(
        url="reviews:self_review_edit",
        case="draft",
        args=of(draft),
        get=only(200, "dangyuan1", others=404),
        post=only(409, "dangyuan1", others=404, **SIGNED_OUT),
    ),
    Row(
        url="reviews:self_review_edit",
        case="submitted",
        args=of(submitted),
        get=inside(403),
        post=inside(403, **SIGNED_OUT),
    ),
    Row(
        url="reviews:self_review_edit",
        case="a branch's",
        args=of(branchs_draft),
        get=only(403, *READERS, others=404, shuji1=200),
        post=only(403, *READERS, others=404, shuji1=409, **SIGNED_OUT),
    ),
    Row(
        url="reviews:self_review_autosave",
        args=of(returned),
        post=inside(403, dangyuan1=200, **SIGNED_OUT),
        data=move(""),
    ),
    Row(url="reviews:self_review_discard", args=of(draft), post=only(302, "dangyuan1", others=404)),
    Row(url="reviews:review_pile", args=made(submitted), get=signed_in(200), post=signed_in(422)),
    Row(url="reviews:review_read", args=of(submitted), get=only(200, "shuji1", others=404)),
    Row(url="reviews:review_read", case="a secretary's", args=of(secretarys), get=only(200, "zongzhi", others=404)),
]
