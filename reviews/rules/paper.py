"""When a stub goes into the box, who keys the sheets, and when a pile counts."""

from datetime import date

from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no
from reviews.models import EvaluationRound, PaperPile
from reviews.queries.casting import sheet_of
from reviews.queries.paper import column_of, differences_in, standing_of_pile
from reviews.rules.batches import is_running
from reviews.rules.evaluations import runs, takes_ballots


def may_set_up_box(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Set up a ballot box of one category."""
    if on > round_.closes_on:
        return first_no(runs(round_, by, on), is_running(round_), no("评议已经截止，不再收票。"))
    return first_no(runs(round_, by, on), is_running(round_))


def takes_stub(pile: PaperPile, by: Viewer, on: date) -> Verdict:
    """Take a stub at the box: while ballots are taken, and until the box has been opened."""
    return first_no(runs(pile.round, by, on), takes_ballots(pile.round, on), _is_shut(pile))


def _is_shut(pile: PaperPile) -> Verdict:
    if pile.first_id is None and pile.second_id is None and pile.committed_on is None:
        return YES
    return no("这个票箱已经开箱，不再投票；请用另一个票箱。")


def _is_in_work(pile: PaperPile) -> Verdict:
    return YES if pile.committed_on is None else no("这一叠纸质票已经计入，不能再改。")


def may_key(pile: PaperPile, by: Viewer, on: date) -> Verdict:
    """Key the sheets: two people who run the round, each for himself. Before the last day nobody reads any, nor so few that one knows whose
    they are while more may come.
    """
    round_ = pile.round
    user = standing_of(by, on).user
    if not pile.stubs:
        refusal = no("票箱里还没有票。")
    elif on < round_.closes_on:
        refusal = no(f"评议到 {round_.closes_on:%Y-%m-%d} 截止，截止那天起才能开箱录入：封存以前，谁也不先知道结果。")
    elif pile.stubs < round_.least_group and on <= round_.closes_on:
        refusal = no(f"票箱里不到 {round_.least_group} 张，现在开箱认得出是谁的票。等多一些，或者等评议截止以后再开。")
    elif not column_of(pile, user):  # type: ignore[arg-type]
        refusal = no(f"这一叠由{pile.first}和{pile.second}分别录入，第三个人不能再录。")
    else:
        refusal = YES
    return first_no(runs(round_, by, on), is_running(round_), _is_in_work(pile), refusal)


def may_handle(pile: PaperPile, by: Viewer, on: date) -> Verdict:
    """Have a pile keyed again by somebody else, or leave it out."""
    return first_no(runs(pile.round, by, on), is_running(pile.round), _is_in_work(pile))


def are_both_done(pile: PaperPile) -> Verdict:
    """Both have keyed the same sheets; before that nobody sees where they differ."""
    keyed = standing_of_pile(pile)
    if not keyed.first or not keyed.second:
        return no("要由两个人分别录完，才能核对。")
    if keyed.gaps:
        places = "、".join(str(place) for place in keyed.gaps[:5])
        return no(
            f"第 {places} 张{'等' if len(keyed.gaps) > 5 else ''}还没有两个人都录（一人录了 {keyed.first} 张，一人 {keyed.second} 张）。"
        )
    return YES


def may_commit(pile: PaperPile, by: Viewer, on: date) -> Verdict:
    """Count a pile: both have keyed the same, and there are not more sheets than stubs."""
    allowed = first_no(may_handle(pile, by, on), are_both_done(pile))
    if not allowed:
        return allowed
    if differences_in(pile, sheet_of(pile.round)):
        return no("两个人录的还有不一样的地方，改到一样才能计入。")
    if standing_of_pile(pile).first > pile.stubs:
        return no("录的票比投进票箱的票根多，不能计入，请先查明。")
    return YES


def piles_done(round_: EvaluationRound) -> Verdict:
    """Every pile has been counted or left out; asked before the seal."""
    left = PaperPile.objects.filter(round=round_, committed_on__isnull=True, stubs__gt=0)
    names = [str(pile) for pile in left[:3]]
    return no(f"还有纸质票没有计入：{'、'.join(names)}。请先录入核对，或者写明原因不计入。") if names else YES
