"""A committee's secret ballot about nominees uses the evaluation's codes, but it is nobody's business outside and says nothing of the masses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from branches.models import Member
from branches.scope import standing_of
from branches.states import Post
from chuangxian.verdicts import Refused
from reviews import agenda
from reviews.actions import evaluations as actions
from reviews.actions.evaluation_templates import keep_template
from reviews.actions.evaluations import CategoryText, GradeText, ItemText, Parts
from reviews.actions.sealing import seal
from reviews.models import EvaluationRound, EvaluationSubject
from reviews.queries.standings import PARTLY
from reviews.reminders.evaluations import rounds_opening
from reviews.rules.evaluations import is_complete
from reviews.rules.results import may_read_subject
from reviews.states import EvaluationKind, RaterKind, ResultPublicity, SubjectKind
from reviews.tally.masses import masses_of
from reviews.tally.results import results_of
from tests import build
from tests.conftest import Cast
from tests.pledges.build import campaign
from tests.reviews import evaluations
from tests.reviews.build import semester
from tests.reviews.standings import standards

ON, OPENS, CLOSES, SEALED = date(2011, 6, 6), date(2011, 6, 10), date(2011, 6, 11), date(2011, 6, 12)


def ballot(cast: Cast, subjects: list[Any], kind: str = RaterKind.PARTY_MEMBER) -> EvaluationRound:
    """A draft of the general branch's ballot about these, cast by six."""
    subject_kind = SubjectKind.MEMBER if isinstance(subjects[0], Member) else SubjectKind.ORGANIZATION
    round_ = actions.draft_round(
        organization=cast.general,
        campaign=campaign(),
        kind=EvaluationKind.BALLOT,
        subject_kind=subject_kind,
        year=2011,
        name="优秀共产党员推荐票决",
        opens_on=OPENS,
        closes_on=CLOSES,
        rectify_below=None,
        with_remarks=False,
        by=cast.ganshi,
        on=ON,
    )
    parts = Parts(
        items=[ItemText("是否同意表彰")],
        grades=[
            GradeText("同意", Decimal(100), is_positive=True),
            GradeText("不同意", Decimal(0)),
            GradeText("弃权", Decimal(0)),
        ],
        subjects=subjects,
        categories=[CategoryText(kind, "委员", 6)],
    )
    actions.change_round(round_=round_, parts=parts, version=round_.version, by=cast.ganshi, on=ON)
    return evaluations.again(round_)


def announced(cast: Cast, subjects: list[Any]) -> EvaluationRound:
    round_ = ballot(cast, subjects)
    actions.act(round_=round_, verb="announce", version=round_.version, by=cast.ganshi, on=ON)
    return evaluations.again(round_)


def sealed(cast: Cast, subjects: list[Any]) -> EvaluationRound:
    round_ = announced(cast, subjects)
    category = evaluations.categories_of(round_)[0]
    evaluations.ballots(category, 5, grade=1)
    evaluations.ballots(category, 1, grade=2)
    seal(round_=round_, remark="", unused_counted=0, version=round_.version, by=cast.ganshi, on=SEALED)
    return evaluations.again(round_)


def test_only_the_committee_and_its_office_know_of_it(cast: Cast) -> None:
    round_ = announced(cast, [cast.member1, cast.member2])
    for name, user in cast.users().items():
        sees = EvaluationRound.objects.visible_to(user, ON).filter(pk=round_.pk).exists()
        subjects = EvaluationSubject.objects.visible_to(user, ON).exists()
        assert (sees, subjects) == (name in ("zongzhi", "ganshi"),) * 2, name


def test_it_is_not_a_kind_of_the_list_for_somebody_who_sits_nowhere(cast: Cast, client: Client, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON
    announced(cast, [cast.member1, cast.member2])
    for user, shown in ((cast.ganshi, True), (cast.dangyuan1, False)):
        client.force_login(user)
        page = client.get("/reviews/evaluations/", {"kind": "ballot"}).content.decode()
        assert ("推荐票决" in page, "优秀共产党员推荐票决" in page) == (shown, shown)


def test_members_get_no_letter_and_no_calendar_shows_it(cast: Cast) -> None:
    announced(cast, [cast.member1, cast.member2])
    assert list(rounds_opening(OPENS, CLOSES)) == []
    assert list(agenda.public_evaluations(cast.one, OPENS, CLOSES, OPENS)) == []


def test_nobody_on_the_committee_reads_what_was_said_of_himself(cast: Cast) -> None:
    secretary = cast.zongzhi.member
    round_ = sealed(cast, [cast.member1, secretary])
    assert [str(one.subject) for one in results_of(round_, cast.zongzhi, SEALED).subjects] == ["党员甲"]
    assert [str(one.subject) for one in results_of(round_, cast.ganshi, SEALED).subjects] == ["党员甲", "总支书记"]
    verdict = may_read_subject(round_.subjects.get(member=secretary), round_, cast.zongzhi, SEALED)
    assert verdict.reason == "涉及本人或者本人负责的党组织，应当回避。"


def test_the_nominee_does_not_read_it_even_when_it_is_published(cast: Cast) -> None:
    round_ = sealed(cast, [cast.member1, cast.member2])
    EvaluationRound.objects.filter(pk=round_.pk).update(state="published", published_on=SEALED)
    round_ = evaluations.again(round_)
    for user in (cast.dangyuan1, cast.shuji1, cast.shuji2, cast.guanli, cast.stranger):
        assert results_of(round_, user, SEALED).subjects == ()


def test_who_leads_an_organisation_does_not_read_what_was_said_of_it(cast: Cast) -> None:
    build.appoint(cast.member1, cast.general, Post.DISCIPLINE_COMMISSIONER)
    build.appoint(cast.member1, cast.two, Post.DEPUTY_SECRETARY)
    round_ = sealed(cast, [cast.one, cast.two])
    EvaluationRound.objects.filter(pk=round_.pk).update(state="published", published_on=SEALED)
    found = results_of(evaluations.again(round_), cast.dangyuan1, SEALED)
    assert [str(one.subject) for one in found.subjects] == ["第一党支部"]


def test_its_result_says_how_many_agree(cast: Cast) -> None:
    found = results_of(sealed(cast, [cast.member1, cast.member2]), cast.ganshi, SEALED)
    figure = found.subjects[0].whole.figures[0]
    # of six who cast it the share that agrees, of ten or more also who said what
    assert (figure.mean, figure.positive, found.word) == (Decimal("83.3"), None, "同意")


def test_it_says_nothing_of_what_the_masses_think(cast: Cast) -> None:
    round_ = sealed(cast, [cast.one])
    round_.items.update(standard=standards("organization")[0])
    EvaluationRound.objects.filter(pk=round_.pk).update(state="published", published_on=SEALED)

    def levels() -> list[int]:
        return list(masses_of(cast.one, [semester()], standing_of(cast.ganshi, SEALED), SEALED).values())

    assert levels() == []
    EvaluationRound.objects.filter(pk=round_.pk).update(kind=EvaluationKind.MASS)
    assert levels() == [PARTLY]  # the same sheet as a mass evaluation would speak


def test_only_members_of_the_committee_cast_it(cast: Cast) -> None:
    round_ = ballot(cast, [cast.member1], kind=RaterKind.NON_PARTY_STAFF)
    assert is_complete(round_, cast.ganshi, ON).reason == "推荐票决只由本单位委员会的委员参加。"


def test_its_result_cannot_be_published_to_others(cast: Cast) -> None:
    round_ = ballot(cast, [cast.one])
    with pytest.raises(ValidationError, match="推荐票决的结果只告诉委员会"):
        actions.change_round(
            round_=round_, version=round_.version, publicity=ResultPublicity.PUBLIC, by=cast.ganshi, on=ON
        )


def test_it_does_not_become_a_template(cast: Cast) -> None:
    with pytest.raises(Refused, match="不存为测评表"):
        keep_template(round_=ballot(cast, [cast.one]), by=cast.ganshi, on=ON)
