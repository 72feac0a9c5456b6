"""What those who decide may do: hear, pass on, keep for later, announce together; never about themselves, never more than there are places."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry
from awards.actions import deciding as actions
from awards.models import AuditOpinion, EligibilityRule, Nomination, Override
from awards.queries.pending import pending_in
from awards.rules import deciding as rules
from awards.scope.nominations import own
from awards.states import NominationState, Pending, Side, Stand
from awards.workflow.nominations import NOMINATION
from branches.scope import standing_of
from branches.states import Post
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule.models import Notice
from tests import build
from tests.awards import build_deciding as awards
from tests.awards.build_deciding import AFTER, ON, POSTED
from tests.conftest import Cast

S = NominationState


@pytest.fixture
def today(settings: Any) -> date:
    settings.CHUANGXIAN_TODAY = ON
    return ON


def handed_up(cast: Cast, number: int, places: int | None = 10) -> list[Nomination]:
    """So many nominations of the first branch in one category."""
    category = awards.category_of(awards.round_of(cast.general), places)
    return [awards.recommended(category, build.member(cast.one, f"人选{n}"), cast.one) for n in range(number)]


def hold(one: Nomination, cast: Cast, pending: str = Pending.PRESELECT, note: str = "", on: date = ON) -> None:
    fresh = awards.again(one)
    actions.hold(nomination=fresh, pending=pending, note=note, version=fresh.version, by=cast.ganshi, on=on)


def states(*nominations: Nomination) -> list[str]:
    return [awards.again(one).state for one in nominations]


class TestPlaces:
    def test_an_eleventh_for_ten_places_is_refused_with_how_the_places_were_counted(self, cast: Cast) -> None:
        *ten, eleventh = handed_up(cast, 11)
        for one in ten:
            actions.act(nomination=awards.again(one), verb="preselect", version=None, by=cast.ganshi, on=ON)
        with pytest.raises(Refused) as refused:
            actions.act(nomination=awards.again(eleventh), verb="preselect", version=None, by=cast.ganshi, on=ON)
        assert refused.value.reason == "“优秀共产党员”固定 10 个名额，已经用去 10 个，没有名额了。"
        assert states(eleventh) == [S.RECOMMENDED]

    def test_a_decision_kept_promises_a_place(self, cast: Cast) -> None:
        first, second = handed_up(cast, 2, places=1)
        hold(first, cast)
        with pytest.raises(Refused, match="还剩 1 个名额，已经拟初评通过 1 个，没有名额了。"):
            hold(second, cast)

    def test_a_rejection_kept_gives_its_place_back_to_promise(self, cast: Cast) -> None:
        first, second, third = handed_up(cast, 3, places=2)
        awards.moved(first, "preselect", by=cast.ganshi)
        hold(second, cast)
        with pytest.raises(Refused, match="没有名额了"):
            hold(third, cast)
        hold(first, cast, Pending.REJECT, "事迹材料核实不了")
        hold(third, cast)
        actions.announce_pending(round_=first.round, by=cast.ganshi, on=ON)
        assert states(first, second, third) == [S.REJECTED, S.PRESELECTED, S.PRESELECTED]


class TestOneself:
    def test_what_was_decided_about_him_is_not_in_the_numbers_he_is_told(self, cast: Cast) -> None:
        category = awards.category_of(awards.round_of(cast.general), 1)
        his = awards.recommended(category, cast.zongzhi.member, cast.one)
        other = awards.again(awards.recommended(category, cast.member1, cast.one))
        hold(his, cast)
        # were he refused here, he would know
        actions.hold(nomination=other, pending=Pending.PRESELECT, version=other.version, by=cast.zongzhi, on=ON)
        with pytest.raises(Refused, match="没有名额了。这一次一件也没有宣布"):
            actions.announce_pending(round_=category.round, by=cast.ganshi, on=ON)

    def test_what_is_about_oneself_is_the_same_asked_of_a_row_and_in_the_query(self, cast: Cast) -> None:
        category = awards.category_of(awards.round_of(cast.general), None)
        units = awards.category_of(category.round, None, key="unit", title="先进党支部", nominee_kind="organization")
        build.appoint(cast.zongzhi.member, cast.two, Post.DEPUTY_SECRETARY)
        rows = [
            awards.recommended(category, cast.zongzhi.member, cast.one),
            awards.recommended(category, cast.member1, cast.one),
            awards.recommended(units, cast.one, cast.one),
            awards.recommended(units, cast.two, cast.two),
        ]
        for name, user in cast.users().items():
            mine = set(Nomination.objects.filter(own(standing_of(user, ON))).values_list("pk", flat=True))
            assert mine == {one.pk for one in rows if not rules.is_somebody_else(one, user, ON)}, name
        assert [bool(rules.is_somebody_else(one, cast.zongzhi, ON)) for one in rows] == [False, True, True, False]

    def test_nobody_hears_decides_or_keeps_about_himself(self, cast: Cast) -> None:
        category = awards.category_of(awards.round_of(cast.general))
        one = awards.recommended(category, cast.zongzhi.member, cast.one)
        said = "涉及本人或者本人负责的党组织，应当回避。"
        assert rules.may_hear(one, cast.zongzhi, ON).reason == said
        assert NOMINATION.verdict(one, "preselect", by=cast.zongzhi, on=ON).reason == said
        with pytest.raises(Refused, match=said):
            actions.hold(nomination=one, pending=Pending.PRESELECT, version=one.version, by=cast.zongzhi, on=ON)

    def test_who_announces_neither_meets_nor_announces_what_is_about_himself(self, cast: Cast) -> None:
        category = awards.category_of(awards.round_of(cast.general))
        his = awards.recommended(category, cast.zongzhi.member, cast.one)
        other = awards.recommended(category, cast.member1, cast.one)
        hold(his, cast)
        hold(other, cast)
        assert pending_in(category.round, cast.zongzhi, ON) == [other]
        assert actions.announce_pending(round_=category.round, by=cast.zongzhi, on=ON) == [other]
        assert states(his, other) == [S.RECOMMENDED, S.PRESELECTED]
        assert actions.announce_pending(round_=category.round, by=cast.ganshi, on=ON) == [his]


class TestHearing:
    def test_the_audit_waits_for_all_three_sides(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        one = awards.moved(one, "preselect", by=cast.ganshi)
        verdict = NOMINATION.verdict(one, "audit", by=cast.ganshi, on=ON)
        assert verdict.reason == "还没有听取党员意见、群众意见、纪检意见。"
        one = awards.heard(one, cast.ganshi, discipline=Stand.OPPOSES)
        verdict = NOMINATION.verdict(one, "audit", by=cast.ganshi, on=ON)
        assert verdict.reason == "纪检意见是“不同意”，不能通过审核；核实以后可以再登记一次意见。"

    def test_the_last_word_of_a_side_counts_and_the_earlier_ones_stay(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        one = awards.heard(awards.moved(one, "preselect", by=cast.ganshi), cast.ganshi, members=Stand.OPPOSES)
        one = awards.heard(one, cast.ganshi, members=Stand.RESERVES)
        assert NOMINATION.verdict(one, "audit", by=cast.ganshi, on=ON)
        assert AuditOpinion.objects.filter(side=Side.MEMBERS).count() == 2

    def test_nothing_is_heard_once_the_audit_is_passed(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        one = awards.audited(one, cast.ganshi)
        assert rules.may_hear(one, cast.ganshi, ON).reason == "审核意见在审核通过以前登记，现在是“审核通过”。"

    def test_an_opinion_of_no_side_is_not_kept(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        given: dict[str, Any] = {"stand": "agrees", "text": "好", "heard": 1, "given_by": "会", "given_on": ON}
        with pytest.raises(ValidationError):
            actions.hear(nomination=one, side="nobody", **given, by=cast.ganshi, on=ON)

    def test_the_audit_asks_the_rules_again(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        one = awards.heard(awards.moved(one, "preselect", by=cast.ganshi), cast.ganshi)
        EligibilityRule.objects.create(category=one.category, kind="pledged")
        assert NOMINATION.verdict(one, "audit", by=cast.ganshi, on=ON).reason == "没有已公示的承诺。"


class TestKept:
    def test_all_is_announced_in_one_act_and_the_nominators_are_told(self, cast: Cast) -> None:
        first, second = handed_up(cast, 2)
        hold(first, cast)
        hold(second, cast, Pending.REJECT, "本年度已受过同级表彰")
        told = Notice.objects.count()
        done = actions.announce_pending(round_=first.round, by=cast.ganshi, on=ON)
        assert (done, states(first, second)) == ([second, first], [S.PRESELECTED, S.REJECTED])
        assert not Nomination.objects.exclude(pending="").exists()
        assert Nomination.objects.exclude(pending_note="").count() == 0
        notes = LogEntry.objects.filter(verb__in=["reject", "announce_decisions"]).order_by("pk")
        assert list(notes.values_list("note", flat=True)) == ["本年度已受过同级表彰", "2 件"]
        assert Notice.objects.count() >= told

    def test_one_that_cannot_be_done_stops_all_and_is_named(self, cast: Cast) -> None:
        first, second = handed_up(cast, 2, places=None)
        hold(first, cast)
        hold(second, cast)
        build_quota(first)
        with pytest.raises(Refused) as refused:
            actions.announce_pending(round_=first.round, by=cast.ganshi, on=ON)
        assert refused.value.reason.startswith("人选1（优秀共产党员）：“优秀共产党员”固定 1 个名额，已经用去 1 个")
        assert refused.value.reason.endswith("这一次一件也没有宣布。")
        assert states(first, second) == [S.RECOMMENDED] * 2
        assert Nomination.objects.exclude(pending="").count() == 2
        assert not LogEntry.objects.filter(verb__in=["preselect", "announce_decisions"]).exists()

    def test_only_what_could_be_done_that_day_is_kept(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        with pytest.raises(Refused, match="现在是“民主推荐”状态，不能审定。"):
            hold(one, cast, Pending.DECIDE)
        one = awards.audited(one, cast.ganshi)
        awards.posted(one, by=cast.ganshi)
        with pytest.raises(Refused, match="公示要满 5 个工作日"):
            hold(one, cast, Pending.DECIDE, on=POSTED)
        hold(one, cast, Pending.DECIDE, on=AFTER)
        actions.announce_pending(round_=one.round, by=cast.ganshi, on=AFTER)
        one = awards.again(one)
        assert (one.state, one.decided_on) == (S.DECIDED, AFTER)

    def test_a_rejection_says_why(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        with pytest.raises(Refused, match="必须写明理由"):
            hold(one, cast, Pending.REJECT, "  ")

    def test_it_can_be_taken_back_and_changed_but_not_behind_somebodys_back(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        stale = awards.again(one)
        hold(one, cast)
        for act in (
            lambda: actions.release(nomination=stale, version=stale.version, by=cast.ganshi, on=ON),
            lambda: actions.hold(
                nomination=stale, pending=Pending.REJECT, note="理由", version=stale.version, by=cast.ganshi, on=ON
            ),
        ):
            with pytest.raises(Refused):
                act()
        assert awards.again(one).pending == Pending.PRESELECT
        fresh = awards.again(one)
        actions.release(nomination=fresh, version=fresh.version, by=cast.ganshi, on=ON)
        assert awards.again(one).pending == ""
        with pytest.raises(Refused, match="没有待宣布的决定"):
            actions.announce_pending(round_=one.round, by=cast.ganshi, on=ON)

    def test_whoever_read_an_older_state_is_told(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        stale = awards.again(one)
        hold(one, cast)
        with pytest.raises(Overtaken):
            actions.hold(nomination=stale, pending=Pending.PRESELECT, version=stale.version, by=cast.ganshi, on=ON)

    @pytest.mark.parametrize("verb", ["recall", "return", "withdraw"])
    def test_it_does_not_outlive_the_nomination_it_was_about(self, verb: str, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        hold(one, cast)
        one = awards.moved(one, verb, by=cast.ganshi)
        assert (one.pending, one.pending_note) == ("", "")

    def test_the_log_that_others_read_does_not_say_what_was_decided(self, cast: Cast) -> None:
        (one,) = handed_up(cast, 1)
        hold(one, cast, Pending.REJECT, "本年度已受过同级表彰")
        entry = LogEntry.objects.get(verb="hold_decision")
        assert (entry.label, entry.note, entry.changes) == ("登记待宣布的决定", "", {})


def build_quota(one: Nomination) -> None:
    """One place, as if the plan had been changed after the meeting."""
    awards.AwardQuota.objects.create(category=one.category, basis="count", value=1)


# ---- pages ----


class TestPages:
    def test_the_desk_shows_places_states_and_what_is_still_missing(
        self, cast: Cast, client: Client, today: date
    ) -> None:
        first, second, third = handed_up(cast, 3, places=2)
        awards.heard(awards.moved(first, "preselect", by=cast.ganshi), cast.ganshi, masses=Stand.OPPOSES)
        awards.moved(second, "reject", by=cast.ganshi)
        hold(third, cast)
        client.force_login(cast.ganshi)
        page = client.get(reverse("awards:desk", args=[first.round_id])).content.decode()
        assert "名额 2 个，已用 1 个，还剩 <strong>1</strong> 个" in page
        assert "群众意见是“不同意”，不能通过审核" in page
        assert "拟初评通过" in page and "宣布 1 件决定" in page
        assert "不再参评：人选1（未通过）" in page

    def test_ones_own_lies_on_nobodys_own_desk(self, cast: Cast, client: Client, today: date) -> None:
        category = awards.category_of(awards.round_of(cast.general))
        awards.recommended(category, cast.zongzhi.member, cast.one)
        awards.recommended(category, cast.member1, cast.one)
        for address in (
            reverse("awards:desk", args=[category.round_id]),
            reverse("awards:comparison", args=[category.round_id, category.pk]),
            reverse("awards:comparison_print", args=[category.round_id, category.pk]),
        ):
            for user, shown in ((cast.ganshi, True), (cast.zongzhi, False)):
                client.force_login(user)
                page = client.get(address).content.decode()
                main = page[page.index("<main") :]
                assert "党员甲" in main and ("总支书记" in main) is shown, (address, user)

    def test_a_rule_that_bars_somebody_is_asked_only_on_demand(
        self, cast: Cast, client: Client, today: date, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (one,) = handed_up(cast, 1)
        desk = reverse("awards:desk", args=[one.round_id])
        client.force_login(cast.ganshi)
        page = client.get(desk, {"check": one.category_id}).content.decode()
        assert "都符合资格条件" in page
        assert "都符合资格条件" not in client.get(desk).content.decode()

    def test_the_rules_are_asked_of_many_in_as_many_queries(self, cast: Cast, client: Client, today: date) -> None:
        *many, passed_over = handed_up(cast, 6, places=None)
        category = passed_over.category
        rule = EligibilityRule.objects.create(category=category, kind="pledged", may_override=True)
        Override.objects.create(
            nomination=passed_over, rule=rule, sentence="没有承诺。", reason="新调入", by=cast.ganshi, on=ON
        )
        client.force_login(cast.ganshi)

        def cost() -> tuple[int, str]:
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = client.get(reverse("awards:desk", args=[category.round_id]), {"check": category.pk})
            return len(queries), page.content.decode()

        cost()
        dear, page = cost()
        assert page.count("：没有已公示的承诺。") == 5
        Nomination.objects.filter(pk__in=[one.pk for one in many[1:]]).update(state=S.DRAFT)
        assert cost()[0] == dear

    def test_a_desk_with_more_on_it_costs_no_more_queries(self, cast: Cast, client: Client, settings: Any) -> None:
        settings.CHUANGXIAN_TODAY = AFTER
        ones = handed_up(cast, 8, places=None)
        few, many = ones[:1], ones[1:]
        client.force_login(cast.ganshi)

        def cost() -> dict[str, int]:
            found = {}
            for name, args in (
                ("desk", [ones[0].round_id]),
                ("comparison", [ones[0].round_id, ones[0].category_id]),
                ("comparison_print", [ones[0].round_id, ones[0].category_id]),
                ("pending_announce", [ones[0].round_id]),
            ):
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    assert client.get(reverse(f"awards:{name}", args=args)).status_code == 200
                found[name] = len(queries)
            return found

        Nomination.objects.filter(pk__in=[one.pk for one in many]).update(state=S.DRAFT)
        for one in few:
            notice = awards.posted(awards.audited(one, cast.ganshi), by=cast.ganshi)
            awards.objection(notice)
        hold(few[0], cast, Pending.REJECT, "理由", on=AFTER)
        cost()  # what is asked once for all
        before = cost()
        Nomination.objects.filter(pk__in=[one.pk for one in many]).update(state=S.RECOMMENDED)
        for one in many:
            notice = awards.posted(awards.audited(awards.again(one), cast.ganshi), by=cast.ganshi)
            awards.objection(notice, one)
            hold(one, cast, Pending.REJECT, "理由", on=AFTER)
        assert cost() == before

    def test_an_opinion_registered_on_its_page(self, cast: Cast, client: Client, today: date) -> None:
        (one,) = handed_up(cast, 1)
        client.force_login(cast.ganshi)
        address = reverse("awards:opinion_add", args=[one.pk])
        typed = {
            "side": "masses",
            "stand": "reserves",
            "text": "建议再核实第三条",
            "given_by": "服务对象",
            "given_on": "2011-06-11",
        }
        page = client.post(address, typed)
        body = page.content.decode()
        assert page.status_code == 422
        assert "听取日期还没有到。" in body and "请写明听取了多少人的意见。" in body and "建议再核实第三条" in body
        done = client.post(address, {**typed, "given_on": "2011-06-09", "heard": "7"})
        assert done.status_code == 302
        opinion = AuditOpinion.objects.get()
        assert (opinion.side, opinion.stand, opinion.heard, opinion.by) == ("masses", "reserves", 7, cast.ganshi)

    def test_a_decision_now_and_a_refusal_that_gives_the_words_back(
        self, cast: Cast, client: Client, today: date
    ) -> None:
        first, second = handed_up(cast, 2, places=1)
        client.force_login(cast.ganshi)

        def post(one: Nomination, **data: Any) -> Any:
            fresh = awards.again(one)
            return client.post(reverse("awards:decision_move", args=[one.pk]), {"version": fresh.version, **data})

        assert post(first, verb="preselect", note="票数集中").status_code == 302
        assert states(first) == [S.PRESELECTED]
        refused = post(second, verb="preselect", note="写好的意见")
        body = refused.content.decode()
        assert refused.status_code == 403 and "没有名额了。" in body and "写好的意见" in body
        assert post(second, verb="commend").status_code == 400
        old = client.post(
            reverse("awards:decision_move", args=[second.pk]), {"version": 0, "verb": "reject", "note": "理由"}
        )
        assert old.status_code == 409 and "理由" in old.content.decode()

    def test_a_decision_kept_on_its_page_announced_from_the_desk(self, cast: Cast, client: Client, today: date) -> None:
        first, second = handed_up(cast, 2)
        client.force_login(cast.ganshi)
        address = reverse("awards:decision_hold", args=[first.pk])
        missing = client.post(address, {"version": first.version, "pending": "reject", "note": ""})
        assert missing.status_code == 422 and "拟不通过的，请写明理由。" in missing.content.decode()
        stale = client.post(address, {"version": 0, "pending": "reject", "note": "写了半天的理由"})
        assert stale.status_code == 409 and "写了半天的理由" in stale.content.decode()
        assert client.post(address, {"version": first.version, "pending": "reject", "note": "理由"}).status_code == 302
        hold(second, cast)
        announce = reverse("awards:pending_announce", args=[first.round_id])
        assert "宣布全部 2 件" in client.get(announce).content.decode()
        assert client.post(announce).status_code == 302
        assert states(first, second) == [S.REJECTED, S.PRESELECTED]
        assert client.post(announce).status_code == 403

    def test_taken_back_on_its_page(self, cast: Cast, client: Client, today: date) -> None:
        (one,) = handed_up(cast, 1)
        hold(one, cast)
        client.force_login(cast.ganshi)
        address = reverse("awards:decision_release", args=[one.pk])
        assert client.post(address, {"version": 0}).status_code == 409
        assert client.post(address, {"version": awards.again(one).version}).status_code == 302
        assert awards.again(one).pending == ""

    def test_a_pending_decision_is_on_no_page_of_the_nominator(self, cast: Cast, client: Client, today: date) -> None:
        (one,) = handed_up(cast, 1)
        hold(one, cast, Pending.REJECT, "秘密理由")
        client.force_login(cast.shuji1)
        data = {"verb": "reject", "pending": "reject", "note": "试试", "version": awards.again(one).version}
        for name in ("decision", "opinion_add"):
            page = client.get(reverse(f"awards:{name}", args=[one.pk]))
            assert page.status_code == 403 and "秘密理由" not in page.content.decode()
        for name in ("decision_move", "decision_hold", "decision_release"):
            page = client.post(reverse(f"awards:{name}", args=[one.pk]), data)
            assert page.status_code == 403 and "秘密理由" not in page.content.decode()
