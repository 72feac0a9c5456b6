"""The ballot pages: what a rater meets, and what they must not leave behind."""

import logging
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from chuangxian.logs import JsonLines
from chuangxian.no_trace import Untraced
from reviews import codes
from reviews.models import Ballot, Code, EvaluationRound, Remark
from reviews.states import EvaluationState
from reviews.tally.answers import written
from reviews.urls import voting as urls
from tests.conftest import Cast
from tests.reviews.test_casting import changed, snapshot
from tests.reviews.voting import ON, Vote, vote

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = ON


def fields(made: Vote, number: int = 0, **more: Any) -> dict[str, Any]:
    """A whole ballot as the page sends it."""
    grades = {f"g-{subject}-{item}": grade for (subject, item), grade in made.grades(number).items()}
    return {"code": made.codes[number], "nonce": "n" * 22, "remark": "", **grades, **more}


def url(made: Vote, name: str) -> str:
    return reverse(f"voting:{name}", args=[made.round.pk])


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestTheWayThrough:
    def test_a_code_opens_an_empty_ballot_with_grades_in_order_and_a_page_number_of_its_own(
        self, client: Client
    ) -> None:
        made = vote(1, subjects=2)
        answers = [text(client.post(url(made, "ballot"), {"code": codes.shown(made.codes[0])})) for _ in range(2)]
        assert "checked" not in answers[0]
        assert re.findall(r"<span>(\S*(?:满意|不了解))</span>", answers[0])[:5] == [
            "满意",
            "比较满意",
            "基本满意",
            "不满意",
            "不了解",
        ]
        nonces = {re.search(r'name="nonce" value="([^"]{22})"', answer)[1] for answer in answers}  # type: ignore[index]
        assert len(nonces) == 2
        assert not Code.objects.filter(is_used=True).exists()

    def test_a_whole_ballot_is_counted_and_thanked_for(self, client: Client) -> None:
        made = vote(1, subjects=2)
        answer = client.post(url(made, "cast"), fields(made, remark="多听课。"), follow=True)
        assert answer.redirect_chain == [(url(made, "done"), 302)]
        assert "已经计入" in text(answer)
        assert Ballot.objects.get().answers == written(made.grades(0), subjects=2, items=5)
        assert Remark.objects.get().text == "多听课。"

    def test_blanks_come_back_by_name_and_may_be_left(self, client: Client) -> None:
        made = vote(1, subjects=2)
        data = fields(made, remark="打了字")
        del data["g-1-3"]
        answer = text(client.post(url(made, "cast"), data))
        assert "还有 1 项没有选" in answer
        assert 'href="#g-1-3"' in answer
        assert answer.count("checked") == 9
        assert "打了字" in answer
        assert 'value="' + "n" * 22 in answer
        assert not Ballot.objects.exists()
        client.post(url(made, "cast"), {**data, "anyway": "1"})
        assert Ballot.objects.get().answers[7] == "0"

    def test_a_subject_may_be_left_out_as_a_whole(self, client: Client) -> None:
        made = vote(1, subjects=2)
        data = {name: value for name, value in fields(made).items() if not name.startswith("g-1-")}
        client.post(url(made, "cast"), {**data, "skip-1": "1"})
        assert Ballot.objects.get().answers[5:] == "00000"

    def test_left_out_and_rated_at_once_is_asked_back(self, client: Client) -> None:
        made = vote(1)
        answer = client.post(url(made, "cast"), fields(made) | {"skip-0": "1", "anyway": "1"})
        assert "请去掉一个" in text(answer)
        assert not Ballot.objects.exists()

    def test_a_remark_too_long_comes_back_whole(self, client: Client) -> None:
        made = vote(1)
        answer = text(client.post(url(made, "cast"), fields(made, remark="长" * 503)))
        assert "多了 3 个字" in answer
        assert "长" * 503 in answer
        assert not Ballot.objects.exists()

    def test_grades_the_page_does_not_offer_count_as_open(self, client: Client) -> None:
        made = vote(1)
        answer = text(client.post(url(made, "cast"), fields(made) | {"g-0-1": "9", "g-0-2": "满意", "g-7-7": "1"}))
        assert "还有 2 项没有选" in answer

    def test_a_wrong_code_keeps_what_was_chosen_and_typed(self, client: Client) -> None:
        made = vote(1)
        answer = client.post(url(made, "cast"), fields(made, code="ABCD", remark="打了字"))
        assert answer.status_code == 409
        assert "评议码不对" in text(answer)
        assert text(answer).count("checked") == 5
        assert "打了字" in text(answer)

    def test_a_spent_code_is_told_before_anything_is_filled_in(self, client: Client) -> None:
        made = vote(1)
        client.post(url(made, "cast"), fields(made))
        assert "已经用过" in text(client.post(url(made, "ballot"), {"code": made.codes[0]}))
        assert "已经用过" in text(client.post(url(made, "cast"), fields(made, nonce="m" * 22)))

    def test_the_reply_that_got_lost_is_given_again(self, client: Client) -> None:
        made = vote(1)
        answers = [client.post(url(made, "cast"), fields(made)) for _ in range(2)]
        assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, url(made, "done"))] * 2
        assert Ballot.objects.count() == 1

    def test_a_round_that_closed_meanwhile_says_when_and_gives_the_words_back(
        self, client: Client, settings: Any
    ) -> None:
        made = vote(1)
        settings.CHUANGXIAN_TODAY = made.round.closes_on.replace(month=7)
        answer = client.post(url(made, "cast"), fields(made, remark="打了字"))
        assert answer.status_code == 409
        assert "已经截止" in text(answer)
        assert "2011年6月30日" in text(answer)
        assert "打了字" in text(answer)
        assert "已经截止" in text(client.get(url(made, "enter")))
        assert "已经截止" in text(client.post(url(made, "ballot"), {"code": made.codes[0]}))

    def test_a_draft_and_a_number_nobody_has_are_not_found(self, client: Client) -> None:
        made = vote(1)
        EvaluationRound.objects.update(state=EvaluationState.DRAFT)
        assert client.get(url(made, "enter")).status_code == 404
        assert client.get("/v/99999999999999999999999/").status_code == 404
        assert client.post("/v/", {"round": str(made.round.pk)}).status_code == 404
        EvaluationRound.objects.update(state=EvaluationState.ANNOUNCED)
        assert client.post("/v/", {"round": f" {made.round.pk} "})["Location"] == url(made, "enter")

    def test_about_a_code_one_learns_only_whether_it_is_used(self, client: Client) -> None:
        made = vote(2)
        client.post(url(made, "cast"), fields(made))
        said = [text(client.post(url(made, "code"), {"code": code})) for code in [*made.codes, "ABCD"]]
        assert ["已经用过。" in answer for answer in said] == [True, False, False]
        assert ["还没有用过" in answer for answer in said] == [False, True, False]
        assert "评议码不对" in said[2]

    def test_on_a_shared_device_the_next_one_begins_where_this_one_began(self, client: Client) -> None:
        made = vote(1)
        entered = text(client.get(url(made, "enter_shared")))
        assert 'name="shared" value="1"' in entered
        page = text(client.post(url(made, "ballot"), {"code": made.codes[0], "shared": "1"}))
        assert 'name="shared" value="1"' in page
        answer = client.post(url(made, "cast"), fields(made, shared="1"), follow=True)
        assert answer.redirect_chain == [(url(made, "done_shared"), 302)]
        [(seconds, to)] = re.findall(r'http-equiv="refresh" content="(\d+);url=([^"]+)"', text(answer))
        assert int(seconds) <= 10
        assert to == url(made, "enter_shared")

    def test_casting_asks_the_database_little_and_no_more_for_more_subjects(
        self, client: Client, django_assert_max_num_queries: Any
    ) -> None:
        for subjects in (1, 6):
            made = vote(2, subjects=subjects)
            client.post(url(made, "cast"), fields(made, 0))  # the sheet is read once a process
            data = fields(made, 1)
            with django_assert_max_num_queries(
                9
            ):  # of them three open, lock and end the transaction, two ask whether to mix
                client.post(url(made, "cast"), data)


class TestNoTrace:
    def test_fifty_different_ballots_are_thanked_for_byte_by_byte_alike(self, client: Client) -> None:
        made = vote(50)
        pages = {
            client.post(url(made, "cast"), fields(made, n, remark="话" * n), follow=True).content for n in range(50)
        }
        assert len(pages) == 1

    def test_every_answer_sets_no_cookie_and_is_kept_nowhere(self, client: Client, cast: Cast) -> None:
        made = vote(3)
        client.force_login(cast.dangyuan1)
        held = dict(client.cookies)
        tries = [client.get("/v/nothing-here/"), client.get("/v/0/")]
        for pattern in urls.urlpatterns:
            where = reverse(f"voting:{pattern.name}", args=[] if pattern.name == "door" else [made.round.pk])
            tries += [client.get(where), client.post(where, fields(made)), client.post(where, {"code": "ABCD"})]
        assert {answer.status_code for answer in tries} >= {200, 302, 404, 405, 409}
        for answer in tries:
            assert not answer.cookies
            assert answer["Cache-Control"] == "no-store"
            assert answer["Referrer-Policy"] == "no-referrer"
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert not answer.wsgi_request.user.is_authenticated
            assert "党员甲" not in text(answer)
        assert dict(client.cookies) == held

    @pytest.mark.parametrize("signed_in", [False, True])
    def test_a_ballot_through_the_page_changes_its_two_rows_whoever_is_signed_in(
        self, client: Client, cast: Cast, signed_in: bool
    ) -> None:
        made = vote(2)
        if signed_in:
            client.force_login(cast.dangyuan1)
            client.get("/")
        before = snapshot()
        client.get(url(made, "enter"))
        client.post(url(made, "ballot"), {"code": made.codes[0]})
        assert changed(before, snapshot()) == {}
        assert client.post(url(made, "cast"), fields(made)).status_code == 302
        assert changed(before, snapshot()) == {"reviews.Code": 1, "reviews.Ballot": 1}

    def test_other_pages_keep_their_cookies(self, client: Client, cast: Cast) -> None:
        client.force_login(cast.dangyuan1)
        assert client.get("/").wsgi_request.user == cast.dangyuan1

    def test_no_ballot_page_is_logged_and_an_error_tells_only_its_kind_and_place(
        self, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        made = vote(1)
        client.raise_request_exception = False
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE reviews_ballot RENAME TO reviews_ballot_away")
        with caplog.at_level(logging.DEBUG):
            caplog.handler.addFilter(Untraced())
            try:
                client.get("/v/0/")
                client.get(url(made, "cast"), HTTP_USER_AGENT="sniff")
                client.put(url(made, "cast"))
                client.post(url(made, "cast"), fields(made, remark="不能进日志的话"))
            finally:
                caplog.handler.filters.clear()
        lines = [JsonLines().format(record) for record in caplog.records if record.name != "django.db.backends"]
        assert len(lines) == 1, lines
        assert "error on a ballot page" in lines[0]
        assert "casting.py" in lines[0]
        for secret in (made.codes[0], "不能进日志", "/v/", codes.digest(made.round.pk, made.codes[0]), "INSERT"):
            assert secret not in lines[0]


@pytest.mark.usefixtures("counted_afresh")
class TestLimits:
    def test_wrong_codes_are_slowed_down_and_right_ones_never(self, client: Client) -> None:
        made = vote(2)
        tries = [client.post(url(made, "ballot"), {"code": "ABCD"}).status_code for _ in range(22)]
        assert tries == [409] * 20 + [429] * 2
        assert client.post(url(made, "code"), {"code": "ABCD"}).status_code == 429
        assert client.post(url(made, "cast"), fields(made, code="ABCD")).status_code == 429
        assert client.post(url(made, "ballot"), {"code": made.codes[0]}).status_code == 200
        assert client.post(url(made, "cast"), fields(made)).status_code == 302
        elsewhere = client.post(url(made, "ballot"), {"code": "ABCD"}, REMOTE_ADDR="10.0.0.9")
        assert elsewhere.status_code == 409

    def test_all_addresses_together_have_a_limit_too(self, client: Client, settings: Any) -> None:
        settings.CODE_FAILURES_OVERALL = 5
        made = vote(1)
        tries = [
            client.post(url(made, "ballot"), {"code": "ABCD"}, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(7)
        ]
        assert tries == [409] * 5 + [429] * 2
        assert client.post(url(made, "cast"), fields(made)).status_code == 302

    def test_three_hundred_people_behind_one_address_are_all_counted(self, client: Client) -> None:
        made = vote(300)
        answers = {client.post(url(made, "cast"), fields(made, number)).status_code for number in range(300)}
        assert answers == {302}
        assert Ballot.objects.count() == 300

    def test_what_is_counted_names_no_address(self, client: Client, counted_afresh: str) -> None:
        made = vote(1)
        client.post(url(made, "ballot"), {"code": "ABCD"}, REMOTE_ADDR="10.1.2.3")
        client.post(url(made, "cast"), fields(made))
        kept = cache._cache  # type: ignore[attr-defined]
        names = list(kept) if isinstance(kept, dict) else [str(n) for n in kept.get_client().keys(f"{counted_afresh}*")]
        names = [name for name in names if counted_afresh in name]
        assert len([name for name in names if "failed:code" in name]) == 2
        assert "10.1.2.3" not in str(names)
        assert made.codes[0] not in str(names)
