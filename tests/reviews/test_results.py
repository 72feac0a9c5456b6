"""Results: nothing before the seal, only what may be shown, only to whom it is published; and what follows from them."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from branches.actions.members import leave
from chuangxian.verdicts import Refused
from reviews.actions import remarks as remark_actions
from reviews.actions.publishing import publish, weak_figures
from reviews.models import Appraisal, EvaluationRound, Remark
from reviews.states import AppraisalGrade, EvaluationState, ResultPublicity
from reviews.tally.disclosure import Show
from reviews.tally.results import results_of
from schedule.models import ActionItem
from schedule.sources import url_of
from tests import build
from tests.access.trying import client_of
from tests.conftest import Cast
from tests.reviews.evaluations import APPRAISAL, MEMBERS, SEALED, again, category, members_of, remarks
from tests.reviews.results import PARTY, STAFF, published, sealed, voted

pytestmark = pytest.mark.django_db
PAGES = ("result_detail", "result_print", "result_sheet", "result_public", "remark_list", "appraisal_edit", "appraisal_print")  # fmt: skip
LATER = {"opens_on": SEALED.replace(month=9), "closes_on": SEALED.replace(month=9, day=28), "name": "第二次"}


@pytest.fixture(autouse=True)
def the_day(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = SEALED


def read(client: Client, page: str, round_: EvaluationRound) -> str:
    """What a page or workbook says, as one text."""
    response: Any = client.get(reverse(f"reviews:{page}", args=[round_.pk]))
    assert response.status_code == 200, response.status_code
    if not response.streaming:
        return str(response.content.decode())
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    return "\n".join(
        " ".join(str(v) for v in row if v is not None) for s in book for row in s.iter_rows(values_only=True)
    )


class TestWhen:
    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize("publicity", ResultPublicity.values)
    def test_nobody_reads_anything_of_an_open_round(self, page: str, publicity: str, cast: Cast) -> None:
        round_ = voted(cast.general, cast.ganshi, [(12, 1)], [(12, 4)], subjects=[cast.one], publicity=publicity)
        for actor in (*cast.users(), "anonymous"):
            answer = client_of(actor, cast).get(reverse(f"reviews:{page}", args=[round_.pk]))
            assert answer.status_code in (302, 403, 404), (actor, answer.status_code)
            assert "100.0" not in answer.content.decode()
        assert not results_of(round_, cast.ganshi, SEALED).subjects

    def test_between_seal_and_publication_only_those_who_run_it(self, cast: Cast) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, [(12, 1)], publicity="public"), cast.ganshi)
        assert {name for name, user in cast.users().items() if results_of(round_, user, SEALED).subjects} == {
            "ganshi",
            "zongzhi",
        }

    def test_a_day_before_the_publication_still_shows_nothing(self, cast: Cast) -> None:
        round_ = published(voted(cast.general, cast.ganshi, [(12, 1)], publicity="unit"), cast.ganshi)
        assert results_of(round_, cast.dangyuan1, SEALED).subjects
        EvaluationRound.objects.update(published_on=SEALED.replace(day=25))
        assert not results_of(again(round_), cast.dangyuan1, SEALED).subjects


class TestWho:
    @pytest.mark.parametrize(
        ("publicity", "readers"),
        [
            ("committee", {"zongzhi", "ganshi", "shuji1"}),
            ("unit", {"zongzhi", "ganshi", "shuji1", "shuji2", "dangyuan1", "dangyuan2"}),
            ("public", {"zongzhi", "ganshi", "shuji1", "shuji2", "dangyuan1", "dangyuan2", "guanli", "stranger"}),
        ],
    )
    def test_organisations_by_publicity(self, publicity: str, readers: set[str], cast: Cast) -> None:
        round_ = voted(cast.general, cast.ganshi, [(12, 1)], subjects=[cast.one], publicity=publicity)
        round_ = published(round_, cast.ganshi)
        assert {name for name, user in cast.users().items() if results_of(round_, user, SEALED).subjects} == readers
        visitor = Client().get(reverse("reviews:result_public", args=[round_.pk]))
        assert visitor.status_code == (200 if publicity == "public" else 404)

    def test_a_member_reads_his_own_and_nobody_beside_him(self, cast: Cast) -> None:
        beside = build.account(build.member(cast.one, "同支部"))
        subjects = [cast.member1, cast.member2]
        round_ = published(voted(cast.general, cast.ganshi, [(12, 1)], key=MEMBERS, subjects=subjects), cast.ganshi)

        def whose(user: User) -> list[str]:
            return [str(one.subject) for one in results_of(round_, user, SEALED).subjects]

        assert whose(cast.dangyuan1) == ["党员甲"] and whose(cast.shuji2) == ["党员乙"]
        assert whose(cast.zongzhi) == ["党员甲", "党员乙"]
        assert whose(beside) == whose(cast.stranger) == whose(cast.guanli) == []


class TestWhat:
    def test_rates_side_by_side_with_what_they_are_of(self, cast: Cast) -> None:
        votes: list[tuple[int, int]] = [(6, 1), (3, 2), (4, 3), (2, 4), (5, 5)]
        round_ = sealed(voted(cast.general, cast.ganshi, votes), cast.ganshi)
        figure = results_of(round_, cast.ganshi, SEALED).subjects[0].whole.figures[0]
        assert (figure.valid, [one.count for one in figure.answered]) == (15, [6, 3, 4, 2, 5])
        assert figure.top is not None and figure.positive is not None
        assert (figure.top.part, figure.top.whole, figure.top.percent) == (6, 15, Decimal("40.0"))
        assert (figure.positive.part, figure.positive.percent) == (9, Decimal("60.0"))

    def test_small_groups_are_on_no_exit(self, cast: Cast) -> None:
        """Three guests chose the worst grade; no page, print or workbook has their figures, nor the others' to subtract."""
        round_ = voted(cast.general, cast.ganshi, [(20, 1)], [(15, 1)], [(3, 4)], subjects=[cast.one])
        round_ = published(round_, cast.ganshi)
        result = results_of(round_, cast.ganshi, SEALED).subjects[0]
        assert [part.show for part in result.everybody] == [
            Show.DISTRIBUTION, Show.DISTRIBUTION, Show.NOTHING, Show.NOTHING,
        ]  # fmt: skip
        client = client_of("shuji1", cast)
        for page in ("result_detail", "result_print", "result_sheet"):
            assert "人数少，不单独显示" in read(client, page, round_)
        lines = [line for line in read(client, "result_sheet", round_).splitlines() if "服务对象" in line]
        assert all("人数少" in line for line in lines[:5]) and len(lines) == 6  # the last one is the turnout

    def test_between_five_and_nine_there_is_a_mean_and_no_count(self, cast: Cast) -> None:
        round_ = published(voted(cast.general, cast.ganshi, [(4, 1), (3, 4)], subjects=[cast.one]), cast.ganshi)
        figure = results_of(round_, cast.ganshi, SEALED).subjects[0].whole.figures[0]
        assert figure.mean == Decimal("6.6")
        assert (figure.valid, figure.answered, figure.top, figure.positive) == (None, (), None, None)
        assert "6.6" in read(client_of("shuji1", cast), "result_detail", round_)

    def test_weights_only_where_every_category_is_shown(self, cast: Cast) -> None:
        weighted = [category(PARTY, weight=Decimal(75)), category(STAFF, weight=Decimal(25))]
        round_ = sealed(voted(cast.general, cast.ganshi, [(10, 1)], [(10, 4)], categories=weighted), cast.ganshi)
        found = results_of(round_, cast.ganshi, SEALED).subjects[0].weighted
        assert [one.positive for one in found] == [Decimal("75.0")] * 5
        weighted = [category(PARTY, weight=Decimal(75)), category(STAFF, weight=Decimal(25))]
        round_ = voted(cast.general, cast.ganshi, [(10, 1)], [(9, 4)], categories=weighted, name="另一次")
        assert not results_of(sealed(round_, cast.ganshi), cast.ganshi, SEALED).subjects[0].weighted

    def test_the_mean_of_a_few_opinions_among_those_who_do_not_know_is_not_shown(self, cast: Cast) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, [(5, 5), (1, 4)], subjects=[cast.one]), cast.ganshi)
        figures = results_of(round_, cast.ganshi, SEALED).subjects[0].whole.figures
        assert {(one.show, one.mean) for one in figures} == {(Show.MEAN, None)}

    def test_change_since_the_round_before(self, cast: Cast) -> None:
        published(
            voted(cast.general, cast.ganshi, [(5, 1), (5, 4)], subjects=[cast.one], publicity="unit"), cast.ganshi
        )
        second = voted(cast.general, cast.ganshi, [(8, 1), (2, 4)], subjects=[cast.one], **LATER)
        EvaluationRound.objects.filter(pk=second.pk).update(state="sealed", sealed_on=SEALED)
        result = results_of(again(second), cast.ganshi, SEALED).subjects[0]
        assert [change for _, change, _ in result.rows] == [Decimal("30.0")] * 5


class TestConsequences:
    def test_every_weak_item_is_put_right_by_somebody(self, cast: Cast) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, [(5, 1), (7, 4)], subjects=[cast.one, cast.two]), cast.ganshi)
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        items = list(ActionItem.objects.order_by("source_place"))
        assert [item.source_place for item in items] == [*range(1, 6), *range(101, 106)]
        assert {item.responsible for item in items} == {cast.shuji1.member, cast.shuji2.member}
        assert (items[0].due_on - SEALED).days == 60
        assert "41.7%（5/12），低于整改线 60%" in items[0].problem
        assert url_of(items[0]) == reverse("reviews:result_detail", args=[round_.pk])

    def test_items_are_listed_only_for_those_who_read_them(self, cast: Cast) -> None:
        round_ = voted(cast.general, cast.ganshi, [(5, 1), (7, 4)], subjects=[cast.one], publicity="unit")
        published(round_, cast.ganshi)
        assert "提出的整改" in read(client_of("shuji1", cast), "result_detail", round_)
        assert "提出的整改" not in read(client_of("dangyuan2", cast), "result_detail", round_)

    def test_a_make_up_round_of_the_weak_ones_is_drafted_once(self, cast: Cast) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, [(5, 1), (7, 4)], subjects=[cast.one]), cast.ganshi)
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        again_ = EvaluationRound.objects.get(repeats=round_)
        assert again_.state == EvaluationState.DRAFT and (again_.opens_on - SEALED).days == 61
        assert [item.text for item in again_.items.all()] == [item.text for item in round_.items.all()]
        assert [str(one) for one in again_.subjects.all()] == ["第一党支部"]
        with pytest.raises(Refused):
            publish(round_=round_, by=cast.ganshi, on=SEALED)
        assert EvaluationRound.objects.count() == 2

    @pytest.mark.parametrize(
        "votes", [[(5, 1), (4, 4)], [(6, 1), (4, 4)]], ids=["too few to show", "exactly at the line"]
    )
    def test_nothing_follows_from_what_is_not_shown_or_not_below(
        self, votes: list[tuple[int, int]], cast: Cast
    ) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, votes, subjects=[cast.one]), cast.ganshi)
        assert weak_figures(round_, cast.ganshi, SEALED) == []
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        assert not ActionItem.objects.exists() and EvaluationRound.objects.count() == 1

    def test_nothing_follows_from_what_one_person_of_many_thinks(self, cast: Cast) -> None:
        round_ = sealed(voted(cast.general, cast.ganshi, [(11, 5), (1, 4)], subjects=[cast.one]), cast.ganshi)
        assert results_of(round_, cast.ganshi, SEALED).subjects[0].whole.figures[0].valid == 1
        assert weak_figures(round_, cast.ganshi, SEALED) == []

    def test_who_has_left_meanwhile_keeps_no_result_from_being_published(self, cast: Cast) -> None:
        gone, here = members_of(cast.general, 2)
        round_ = voted(cast.general, cast.ganshi, [(5, 1), (7, 4)], key=MEMBERS, subjects=[gone, here])
        round_ = sealed(round_, cast.ganshi)
        leave(member=gone, reason="调走", by=None, on=SEALED - timedelta(days=1))
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        assert [str(one) for one in EvaluationRound.objects.get(repeats=round_).subjects.all()] == [str(here)]

    def test_where_all_the_weak_have_left_nothing_is_repeated(self, cast: Cast) -> None:
        gone = members_of(cast.general, 1)[0]
        subjects, one = [gone], [category(STAFF)]
        round_ = voted(cast.general, cast.ganshi, [(5, 1), (7, 4)], key=MEMBERS, subjects=subjects, categories=one)
        round_ = sealed(round_, cast.ganshi)
        leave(member=gone, reason="调走", by=None, on=SEALED - timedelta(days=1))
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        assert not EvaluationRound.objects.filter(repeats=round_).exists()

    def test_nothing_follows_from_members_appraising_each_other(self, cast: Cast) -> None:
        round_ = sealed(
            voted(cast.general, cast.ganshi, [(12, 4)], key=APPRAISAL, subjects=[cast.member1, cast.member2]),
            cast.ganshi,
        )
        publish(round_=round_, by=cast.ganshi, on=SEALED)
        assert not ActionItem.objects.exists()


class TestRemarks:
    def with_remarks(self, cast: Cast, number: int) -> EvaluationRound:
        round_ = voted(cast.general, cast.ganshi, [(12, 1)])
        remarks(round_, *(f"请多到第{number}所学校来" for number in range(number)))
        return sealed(round_, cast.ganshi)

    def test_fewer_than_ten_are_read_by_nobody(self, cast: Cast) -> None:
        round_ = self.with_remarks(cast, 9)
        assert "所学校" not in read(client_of("ganshi", cast), "remark_list", round_)
        with pytest.raises(Refused, match="不到 10 条"):
            remark_actions.propose(remark=Remark.objects.all()[0], shown="甲", by=cast.ganshi, on=SEALED)

    def test_each_is_read_by_two_and_then_all_are_shown_at_once(self, cast: Cast) -> None:
        round_ = self.with_remarks(cast, 10)
        rows = list(Remark.objects.select_related("round__organization"))
        for row in rows:
            remark_actions.propose(remark=row, shown=f"{row.text}。", by=cast.ganshi, on=SEALED)
        with pytest.raises(Refused, match="另一个人复核"):
            remark_actions.confirm(remark=rows[0], shown=f"{rows[0].text}。", by=cast.ganshi, on=SEALED)
        for row in rows[1:]:
            remark_actions.confirm(remark=row, shown=f"{row.text}。", by=cast.zongzhi, on=SEALED)
        found = results_of(round_, cast.ganshi, SEALED)
        assert not found.remarks and "还有 1 条" in found.remarks_word
        remark_actions.send_back(remark=rows[0], by=cast.zongzhi, on=SEALED)
        remark_actions.propose(remark=rows[0], shown="", by=cast.zongzhi, on=SEALED)
        remark_actions.confirm(remark=rows[0], shown="", by=cast.ganshi, on=SEALED)
        mine, others = (results_of(round_, user, SEALED).remarks for user in (cast.ganshi, cast.zongzhi))
        assert len(mine) == 9 and set(mine) == set(others) and mine != others
        with pytest.raises(Refused, match="已经由两个人整理好"):
            remark_actions.propose(remark=rows[0], shown="改", by=cast.ganshi, on=SEALED)

    def test_the_second_agrees_to_what_he_has_read(self, cast: Cast) -> None:
        round_ = self.with_remarks(cast, 10)
        row = Remark.objects.select_related("round__organization")[0]
        remark_actions.propose(remark=row, shown="第一行\r\n第二行", by=cast.ganshi, on=SEALED)
        client, url = client_of("zongzhi", cast), reverse("reviews:remark_act", args=[round_.pk, row.pk])
        remark_actions.propose(remark=row, shown="写着姓名", by=cast.ganshi, on=SEALED)
        stale = client.post(url, {"verb": "confirm", "shown": "第一行\n第二行"})
        assert stale.status_code == 403 and "刚刚改过" in stale.content.decode()
        remark_actions.propose(remark=row, shown="第一行\r\n第二行", by=cast.ganshi, on=SEALED)
        assert client.post(url, {"verb": "confirm", "shown": "第一行\n第二行"}).status_code == 302

    def test_a_text_too_long_comes_back(self, cast: Cast) -> None:
        round_ = self.with_remarks(cast, 10)
        row = Remark.objects.all()[0]
        url = reverse("reviews:remark_act", args=[round_.pk, row.pk])
        answer = client_of("ganshi", cast).post(url, {"verb": "propose", "shown": "长" * 501})
        assert answer.status_code == 422 and "长" * 501 in answer.content.decode()


class TestPages:
    def test_from_the_seal_to_the_publication(self, cast: Cast) -> None:
        round_ = voted(cast.general, cast.ganshi, [(12, 1)], [(11, 4)], subjects=[cast.one])
        client = client_of("ganshi", cast)
        seal_url = reverse("reviews:evaluation_seal", args=[round_.pk])
        assert "先清点，再封存" in client.get(seal_url).content.decode()
        refused = client.post(seal_url, {"unused_counted": "-3", "remark": "两人监票", "version": round_.version})
        assert refused.status_code == 422 and "两人监票" in refused.content.decode()
        assert client.post(seal_url, {"unused_counted": "2", "remark": "两人监票"}).status_code == 302
        record = read(client, "closing_print", round_)
        assert "相差 2 张" in record and "监票人（签名）" in record and "两人监票" in record
        publish_url = reverse("reviews:evaluation_publish", args=[round_.pk])
        assert "各提出一项整改" in client.get(publish_url).content.decode()
        assert client.post(publish_url).status_code == 302
        assert client.post(publish_url).status_code == 403
        page = read(client, "result_detail", round_)
        assert "52.2%" in page and "12/23" in page and "满意率 = 选“满意、比较满意”的" in page

    def test_the_committee_decides_on_each_member(self, cast: Cast) -> None:
        subjects = [cast.member1, cast.member2]
        round_ = sealed(voted(cast.general, cast.ganshi, [(12, 1)], key=APPRAISAL, subjects=subjects), cast.ganshi)
        first = round_.subjects.get(member=cast.member1)
        client, url = client_of("ganshi", cast), reverse("reviews:appraisal_edit", args=[round_.pk])
        typed = {"decided_on": str(SEALED), f"grade-{first.pk}": "excellent"}
        refused = client.post(url, typed)
        assert refused.status_code == 422 and "请写评语" in refused.content.decode()
        assert client.post(url, typed | {f"opinion-{first.pk}": "带头下校"}).status_code == 302
        made = Appraisal.objects.get()
        assert (made.subject, made.grade, made.by) == (first, AppraisalGrade.EXCELLENT, cast.ganshi)
        assert "带头下校" in read(client, "appraisal_print", round_)
        late = client.post(url, typed | {f"opinion-{first.pk}": "改", "decided_on": "2011-06-01"})
        assert late.status_code == 422 and "封存之日到今天" in late.content.decode()
