"""What stands beside a self-review: what is known, last semester's text, what is still open; and what is made of it."""

from datetime import date

import pytest

from pledges.actions import fulfilling
from pledges.models import FulfilmentEntry, PledgeItem
from reviews.actions import self_reviews as actions
from reviews.models import CommentRound, SelfReview
from reviews.queries import coverage
from reviews.queries import facts as known
from reviews.queries import self_reviews as queries
from schedule.models import ActionItem, Standard
from schedule.states.items import ItemState
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import self_reviews as build
from tests.reviews.build import round_of
from tests.reviews.self_reviews import ON

CONTENT = "到农村初中听评课不少于四十节"


@pytest.fixture
def round_(cast: Cast) -> CommentRound:
    return round_of(cast.general)


def standard() -> Standard:
    return Standard.objects.get(key="five_takes_the_lead_one")


def pledged(cast: Cast) -> PledgeItem:
    """A published pledge of one item under the members' standard, with two entries in spring and one in January."""
    cycle = pledging.cycle(cast.general)
    item = pledging.only_item(
        pledging.published(
            cycle, cast.dangyuan1, cast.shuji1, items=[pledging.text(CONTENT, date(2011, 6, 10), standard=standard())]
        )
    )
    for day in (date(2011, 1, 5), date(2011, 3, 5), date(2011, 5, 5)):
        FulfilmentEntry.objects.create(item=item, on=day, text="听课", by=cast.dangyuan1)
    return item


def kept(item: PledgeItem, cast: Cast) -> None:
    """The member says that it is fulfilled, when he reports at the end of May."""
    account = {item.pk: fulfilling.Account(outcome="fulfilled", explanation="")}
    pledge = pledging.again(item.pledge)
    fulfilling.report(
        pledge=pledge, accounts=account, summary="", version=pledge.version, by=cast.dangyuan1, on=date(2011, 5, 15)
    )


def facts(review: SelfReview, on: date = ON) -> known.Facts:
    return known.facts_of(review, on)[standard().key]


def test_the_practice_begins_with_the_pledges_kept_and_how_often_something_was_written_down(
    cast: Cast, round_: CommentRound
) -> None:
    kept(pledged(cast), cast)
    line = build.begun(round_, cast.dangyuan1).lines.get()
    assert line.practice == f"公开承诺“{CONTENT}”2011年5月15日兑现，本学期践诺记录2次。"
    assert not line.answer and not line.gap


def test_what_is_still_being_done_is_told_as_such_and_what_nobody_worked_on_is_not_praised(
    cast: Cast, round_: CommentRound
) -> None:
    item = pledged(cast)
    assert (
        "正在践诺，本学期践诺记录2次，最近一次是2011年5月5日。"
        in build.begun(round_, cast.dangyuan1).lines.get().practice
    )
    FulfilmentEntry.objects.filter(item=item).delete()
    SelfReview.objects.all().delete()
    assert build.begun(round_, cast.dangyuan1).lines.get().practice == ""


def test_a_pledge_is_overdue_only_after_its_day(cast: Cast, round_: CommentRound) -> None:
    pledged(cast)
    review = build.begun(round_, cast.dangyuan1)
    assert [fact.label for fact in facts(review, date(2011, 6, 10)).pledges] == ["践诺中"]
    assert [(fact.label, fact.tone) for fact in facts(review).pledges] == [("逾期未说明", "late")]


def test_another_members_pledges_are_not_told_here(cast: Cast, round_: CommentRound) -> None:
    kept(pledged(cast), cast)
    review = build.begun(round_, cast.dangyuan2)
    assert standard().key not in known.facts_of(review, ON) and review.lines.get().practice == ""


def test_last_semesters_open_items_stand_under_their_standard_and_closed_ones_among_what_was_done(
    cast: Cast, round_: CommentRound
) -> None:
    measures = (build.MeasureText("甲", build.DUE), build.MeasureText("乙", build.DUE))
    last = build.last_round(cast.general)
    review = build.submitted(last, cast.dangyuan1, on=date(2010, 12, 1), measures=measures)
    actions.act(review=review, verb="accept", version=None, by=cast.shuji1, on=date(2010, 12, 8))
    closed = ActionItem.objects.get(measure="乙")
    ActionItem.objects.filter(pk=closed.pk).update(
        state=ItemState.VERIFIED, verified_on=date(2011, 3, 15), verified_by=cast.shuji1
    )
    now = build.begun(round_, cast.dangyuan1)
    found = facts(now)
    assert [item.measure for item in found.open] == ["甲"] and [item.measure for item in found.verified] == ["乙"]
    assert f"整改事项“{build.GAP}”已于2011年3月15日销号。" in now.lines.get().practice
    assert [item.measure for item in facts(now, date(2011, 3, 1)).open] == ["甲", "乙"], "as it stood on that day"


def test_what_a_self_review_has_raised_itself_is_not_what_it_started_from(cast: Cast, round_: CommentRound) -> None:
    review = build.accepted(round_, cast.dangyuan1, cast.shuji1)
    assert ActionItem.objects.count() == 1 and not known.facts_of(review, ON)
    raised = queries.raised_by(review, cast.dangyuan1, ON)
    assert [item.measure for item in raised[standard().pk]] == ["每月下乡听课一次"]


def test_an_old_self_review_does_not_learn_of_later_semesters_items(cast: Cast, round_: CommentRound) -> None:
    older = build.submitted(build.last_round(cast.general), cast.dangyuan1, on=date(2010, 12, 1))
    build.accepted(round_, cast.dangyuan1, cast.shuji1)
    assert ActionItem.objects.count() == 1 and not known.facts_of(older, ON)


# ---- last semester's beside this one ----


def last_accepted(cast: Cast, practice: str = build.PRACTICE) -> SelfReview:
    last = build.last_round(cast.general)
    review = build.submitted(last, cast.dangyuan1, on=date(2010, 12, 1), practice=practice)
    actions.act(review=review, verb="accept", version=None, by=cast.shuji1, on=date(2010, 12, 8))
    return build.again(review)


def test_the_last_accepted_one_of_the_same_subject_stands_beside(cast: Cast, round_: CommentRound) -> None:
    last = last_accepted(cast)
    mine, other = build.begun(round_, cast.dangyuan1), build.begun(round_, cast.dangyuan2)
    assert queries.before([mine, other], cast.dangyuan1, ON) == {mine.pk: last}
    assert queries.before([last], cast.dangyuan1, ON) == {}, "nothing stands beside the first"
    assert queries.before([mine], cast.dangyuan2, ON) == {}, "only to whom it is open"


def test_nearly_last_semesters_words_are_remarked_on_and_new_ones_are_not(cast: Cast, round_: CommentRound) -> None:
    last = last_accepted(cast)
    same = build.written(
        build.begun(round_, cast.dangyuan1), cast.dangyuan1, gap="问题清单没有做到逐条回访和销号，底数不清楚"
    )
    assert queries.same_as_before(same, last) == {
        standard().key: "与上一次比，做法有 100% 相同。请看看这学期有没有新的情况。"
    }
    fresh = build.written(
        same, cast.dangyuan1, practice="参加集中学习十二次并主讲一次，写读书笔记两万余字", gap="没有形成制度"
    )
    assert queries.same_as_before(fresh, last) == {}
    assert queries.same_as_before(fresh, None) == {}


# ---- who has handed in ----


def test_the_board_learns_in_one_query_who_has_handed_in_by_a_day(
    cast: Cast, round_: CommentRound, django_assert_num_queries: object
) -> None:
    last = last_accepted(cast)
    mine = build.submitted(round_, cast.dangyuan1, on=date(2011, 6, 12))
    branch = build.submitted(round_, cast.shuji1, organization=cast.one)
    build.begun(round_, cast.dangyuan2)
    rounds = list(CommentRound.objects.all())
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = coverage.self_reviews_handed_in(rounds, ON)
    late = {one.pk: one.is_late for one in SelfReview.objects.select_related("round")}
    assert {key: (pk, late[pk]) for key, pk in found.items()} == {
        (last.round_id, ("member", cast.member1.pk)): (last.pk, False),
        (round_.pk, ("member", cast.member1.pk)): (mine.pk, True),
        (round_.pk, ("organization", cast.one.pk)): (branch.pk, False),
    }
    assert (round_.pk, ("member", cast.member1.pk)) not in coverage.self_reviews_handed_in(rounds, date(2011, 6, 11))


def test_it_is_begun_once(cast: Cast, round_: CommentRound) -> None:
    build.begun(round_, cast.dangyuan1)
    with pytest.raises(actions.Overtaken, match="已经有一份对照检查"):
        build.begun(round_, cast.dangyuan1)
    review = SelfReview.objects.get()
    actions.act(review=build.again(review), verb="lapse", version=None, by=cast.dangyuan1, on=ON)
    assert build.begun(round_, cast.dangyuan1).pk != review.pk
