"""What the records say of a nominee: figures with their whole, and only what his committee may know."""

from datetime import date
from typing import Any

from awards.models import Honour
from awards.queries import evidence
from awards.queries.evidence import Rate
from pledges.actions import fulfilling
from pledges.actions.fulfilling import Account
from reviews.actions import appraisals
from reviews.states import SubjectKind
from schedule.states.study import Presence
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledges
from tests.reviews import comments, evaluations, results
from tests.reviews.build import round_of
from tests.schedule import activities, attendance, items

FIRST, LAST = date(2010, 9, 1), date(2011, 6, 30)


def test_fulfilment_counts_what_was_fulfilled_of_the_items_due_in_the_stretch(cast: Cast) -> None:
    cycle = pledges.cycle(cast.general)
    given = [
        pledges.text(due_on=date(2011, 5, 1)),
        pledges.text("讲一次党课"),
        pledges.text("年底的", date(2011, 12, 1)),
    ]
    pledge = pledges.published(cycle, cast.dangyuan1, cast.shuji1, items=given)
    assert evidence.fulfilment(cast.member1, FIRST, LAST) == Rate(0, 2)
    item = pledges.PledgeItem.objects.select_related("pledge__cycle", "pledge__organization", "pledge__member").filter(
        pledge=pledge
    )[0]
    day = date(2011, 5, 3)
    fulfilling.enter(item=item, day=day, text="做完了", account=Account("fulfilled"), by=cast.dangyuan1, on=day)
    assert evidence.fulfilment(cast.member1, FIRST, LAST) == Rate(1, 2)
    assert evidence.fulfilment(cast.member1, FIRST, date(2011, 5, 2)) == Rate(0, 1)
    assert evidence.fulfilment(cast.member2, FIRST, LAST) == Rate(0, 0)
    assert evidence.fulfilment(cast.one, FIRST, LAST) == Rate(0, 0)
    assert evidence.members_fulfilment(cast.one, FIRST, LAST) == Rate(1, 2)
    assert evidence.pledged(cast.member1, LAST) and not evidence.pledged(cast.member1, date(2011, 2, 1))
    assert not evidence.pledged(cast.member2, LAST)


def test_a_rate_of_nothing_reaches_nothing() -> None:
    assert Rate(0, 0).share is None
    assert not Rate(0, 0).reaches(1)
    assert Rate(9, 10).reaches(90) and not Rate(89, 100).reaches(90)


def test_comments_count_from_the_day_they_were_given_and_drafts_do_not(cast: Cast) -> None:
    round_ = round_of(cast.general)
    comments.draft(round_, SubjectKind.MEMBER, cast.member2, cast.shuji2)
    given = comments.issued(round_, SubjectKind.MEMBER, cast.member1, cast.shuji1)
    assert evidence.comments(cast.member1, FIRST, LAST) == [given]
    assert evidence.comments(cast.member1, FIRST, date(2011, 6, 19)) == []
    assert evidence.comments_of([cast.member1, cast.member2], FIRST, LAST) == {
        cast.member1.pk: 1,
        cast.member2.pk: 0,
    }
    assert evidence.comments(cast.one, FIRST, LAST) == []


def test_items_are_open_until_verified_and_overdue_after_their_day(cast: Cast) -> None:
    items.item(cast.one, cast.member1)
    items.verified(items.item(cast.one, cast.member1), cast.dangyuan1, cast.shuji1)
    items.item(cast.one, responsible=cast.member1)  # the branch's own
    assert (evidence.open_items(cast.member1, LAST), evidence.overdue_items(cast.member1, LAST)) == (1, 0)
    assert evidence.overdue_items(cast.member1, date(2011, 7, 1)) == 1
    assert evidence.open_items(cast.one, LAST) == 1
    assert evidence.overdue_items_of([cast.one, cast.two], date(2011, 7, 1)) == {cast.one.pk: 1, cast.two.pk: 0}


def test_attendance_is_presence_of_what_was_due_and_none_where_nothing_was(cast: Cast) -> None:
    for day, status in [(date(2011, 6, 7), Presence.PRESENT), (date(2011, 6, 8), Presence.ABSENT)]:
        made = attendance.session(cast.one, day)
        attendance.listed(made, cast.shuji1, {cast.member1: status})
    assert evidence.attendance(cast.member1, FIRST, LAST) == Rate(1, 2)
    assert evidence.attendance(cast.member2, FIRST, LAST) is None
    assert evidence.attendance(cast.member1, FIRST, date(2011, 6, 6)) is None
    # three members of the branch owed two sessions each
    assert evidence.attendance(cast.one, FIRST, LAST) == Rate(1, 6)


def test_activities_are_those_taken_part_in_or_held(cast: Cast) -> None:
    made = activities.activity(cast.one, cast.shuji1, cast.member1)
    assert evidence.activities(cast.member1, FIRST, LAST) == [made]
    assert evidence.activities(cast.general, FIRST, LAST) == [made]
    assert evidence.activities(cast.member2, FIRST, LAST) == evidence.activities(cast.two, FIRST, LAST) == []


def test_satisfaction_is_of_published_rounds_only(cast: Cast) -> None:
    round_ = results.voted(cast.general, cast.ganshi, [(12, 1), (8, 5)], subjects=[cast.one])
    assert evidence.satisfaction(cast.one, FIRST, LAST) == []
    sealed = results.sealed(round_, cast.ganshi)
    assert evidence.satisfaction(cast.one, FIRST, LAST) == []
    results.publish(round_=sealed, by=cast.ganshi, on=evaluations.SEALED)
    (rated,) = evidence.satisfaction(cast.one, FIRST, LAST)
    assert (rated.round.pk, rated.rate) == (round_.pk, Rate(60, 60))  # five items, 不了解 does not count
    assert evidence.satisfaction(cast.one, FIRST, date(2011, 6, 20)) == []
    assert evidence.satisfaction(cast.two, FIRST, LAST) == []


def test_satisfaction_of_few_raters_is_not_shown(cast: Cast) -> None:
    round_ = results.voted(cast.general, cast.ganshi, [(9, 1)], subjects=[cast.one])
    results.published(round_, cast.ganshi)
    (rated,) = evidence.satisfaction(cast.one, FIRST, LAST)
    assert rated.rate is None  # of nine only a mean may be shown


def test_satisfaction_of_a_member_stays_with_the_committee_of_his_branch(cast: Cast) -> None:
    mover = build.member(cast.one, "调动的")
    round_ = results.voted(
        cast.general, cast.ganshi, [(12, 2)], subjects=[cast.member1, mover], key=evaluations.MEMBERS
    )
    results.published(round_, cast.ganshi)
    assert evidence.satisfaction(cast.member1, FIRST, LAST)[0].rate == Rate(48, 48)
    from_day = date(2011, 6, 25)
    build.actions.transfer_member(member=mover, organization=cast.two, reason="", by=None, on=from_day)
    assert evidence.satisfaction(mover, FIRST, LAST) == []


def test_the_appraisal_counts_once_its_round_is_published(cast: Cast) -> None:
    by = evaluations.runner(cast.one)
    for _ in range(12):
        build.member(cast.one)
    own = [evaluations.category(eligible=12)]
    about = [cast.member1, cast.shuji1.member]
    round_ = results.voted(cast.one, by, [(12, 1)], subjects=about, key=evaluations.APPRAISAL, categories=own)
    sealed = results.sealed(round_, by)
    subject = sealed.subjects.get(member=cast.member1)
    day = date(2011, 6, 22)
    appraisals.appraise(round_=sealed, decided={subject.pk: ("excellent", "带头作用好")}, decided_on=day, by=by, on=day)
    assert evidence.appraisal(cast.member1, FIRST, LAST) is None
    results.publish(round_=evaluations.again(sealed), by=by, on=day)
    found = evidence.appraisal(cast.member1, FIRST, LAST)
    assert found is not None and found.get_grade_display() == "优秀"


def test_honours_count_until_they_are_revoked(cast: Cast) -> None:
    fields: dict[str, Any] = {"level": "city", "year": 2010, "awarded_by": "市委", "by": cast.ganshi}
    kept = Honour.objects.create(
        nominee_kind="member",
        organization=cast.one,
        member=cast.member1,
        title="优秀共产党员",
        awarded_on=date(2010, 7, 1),
        **fields,
    )
    Honour.objects.create(
        nominee_kind="organization",
        organization=cast.one,
        title="先进党支部",
        awarded_on=date(2010, 7, 1),
        revoked_on=date(2011, 1, 1),
        **fields,
    )
    assert evidence.honours(cast.member1, LAST) == [kept]
    assert evidence.honours(cast.member1, date(2010, 6, 30)) == []
    assert evidence.honours(cast.one, LAST) == []
    assert len(evidence.honours(cast.one, date(2010, 12, 31))) == 1


def test_the_questions_cost_the_same_for_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    many = [build.member(cast.one) for _ in range(20)]
    round_ = results.voted(cast.general, cast.ganshi, [(12, 2)], subjects=many[:3], key=evaluations.MEMBERS)
    results.published(round_, cast.ganshi)
    with django_assert_max_num_queries(17):
        evidence.fulfilment_of(many, FIRST, LAST)
        evidence.pledged_of(many, LAST)
        evidence.comments_of(many, FIRST, LAST)
        evidence.overdue_items_of(many, LAST)
        evidence.open_items_of(many, LAST)
        evidence.honours_of(many, LAST)
        evidence.attendance_of(many, FIRST, LAST)
        evidence.satisfaction_of(many, FIRST, LAST)
