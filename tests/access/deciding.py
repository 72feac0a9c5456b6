"""The desk of those who decide: who sits there, and who only knows of the round."""

from typing import Any

from awards.models import Nomination
from awards.states import Pending
from tests.access.cells import Row, only
from tests.access.pledges import TREE
from tests.awards import build_deciding as build
from tests.conftest import Cast

# sits on the committee of the unit, or serves its office
DECIDE = ("zongzhi", "ganshi")
# leads the branch that recommended
READ_IT = ("shuji1",)


def in_the_tree(code: int = 200) -> dict[str, Any]:
    """Those who decide; 403 for the others who know the round; nobody else finds it."""
    return only(code, *DECIDE, others=404, **dict.fromkeys(set(TREE) - set(DECIDE), 403))  # type: ignore[return-value]


def who_reads(code: int = 200) -> dict[str, Any]:
    """Those who decide; 403 for those who only read the nomination; nobody else finds it."""
    return only(code, *DECIDE, others=404, **dict.fromkeys((*READ_IT, "dangyuan1"), 403))  # type: ignore[return-value]


def about_the_secretary(code: int = 200) -> dict[str, Any]:
    """One's own is refused with its sentence, whatever post one holds."""
    return only(code, "ganshi", others=404, **dict.fromkeys((*READ_IT, "zongzhi"), 403))  # type: ignore[return-value]


def handed_up(cast: Cast) -> Nomination:
    return build.recommended(build.category_of(build.round_of(cast.general)), cast.member1, cast.one)


def a_round(cast: Cast) -> dict[str, Any]:
    return {"pk": handed_up(cast).round_id}


def a_category(cast: Cast) -> dict[str, Any]:
    one = handed_up(cast)
    return {"pk": one.round_id, "category": one.category_id}


def for_a_ballot(cast: Cast) -> dict[str, Any]:
    build.committee(cast, 5)
    return a_category(cast)


def a_nomination(cast: Cast) -> dict[str, Any]:
    return {"pk": handed_up(cast).pk}


def his_own(cast: Cast) -> dict[str, Any]:
    category = build.category_of(build.round_of(cast.general))
    return {"pk": build.recommended(category, cast.zongzhi.member, cast.one).pk}


def kept(cast: Cast) -> Nomination:
    one = handed_up(cast)
    Nomination.objects.filter(pk=one.pk).update(pending=Pending.PRESELECT)
    return one


def with_one_kept(cast: Cast) -> dict[str, Any]:
    return {"pk": kept(cast).round_id}


def one_kept(cast: Cast) -> dict[str, Any]:
    return {"pk": kept(cast).pk}


def days(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"opens_on": "2011-06-21", "closes_on": "2011-06-22"}


def an_opinion(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    said = {"side": "masses", "stand": "agrees", "text": "没有不同意见", "heard": "8"}
    return {**said, "given_by": "座谈会", "given_on": "2011-06-20"}


def a_decision(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    version = Nomination.objects.get(pk=kwargs["pk"]).version
    return {"verb": "preselect", "pending": "preselect", "note": "票数集中", "version": version}


ROWS: list[Row] = [
    Row(url="awards:desk", args=a_round, get=in_the_tree()),
    Row(url="awards:pending_announce", args=with_one_kept, get=in_the_tree(), post=in_the_tree(302)),
    Row(url="awards:comparison", args=a_category, get=in_the_tree()),
    Row(url="awards:comparison_print", args=a_category, get=in_the_tree()),
    Row(url="awards:ballot_start", args=for_a_ballot, get=in_the_tree(), post=in_the_tree(302), data=days),
    Row(
        url="awards:ballot_start",
        case="委员会人少",
        args=a_category,
        get=in_the_tree(403),
        post=in_the_tree(403),
        data=days,
    ),
    Row(url="awards:opinion_add", args=a_nomination, get=who_reads(), post=who_reads(302), data=an_opinion),
    Row(
        url="awards:opinion_add",
        case="涉及本人",
        args=his_own,
        get=about_the_secretary(),
        post=about_the_secretary(302),
        data=an_opinion,
    ),
    Row(url="awards:decision", args=a_nomination, get=who_reads()),
    Row(url="awards:decision", case="涉及本人", args=his_own, get=about_the_secretary()),
    Row(url="awards:decision_move", args=a_nomination, post=who_reads(302), data=a_decision),
    Row(url="awards:decision_hold", args=a_nomination, post=who_reads(302), data=a_decision),
    Row(url="awards:decision_release", args=one_kept, post=who_reads(302), data=a_decision),
]
