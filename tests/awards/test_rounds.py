"""Rounds: drafted, copied, changed, announced, taken back; who may do what when."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import LogEntry
from awards.actions import rounds as actions
from awards.models import AwardCategory, AwardQuota, AwardRound, Override
from awards.parts import ORGANIZATION, OUTSTANDING, WORKER, CategoryText, OwnPlaces, QuotaText, RuleText
from awards.states import NominationState, RoundState, RuleKind
from awards.workflow.rounds import ROUND, offers
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from schedule import letters
from tests import build as people
from tests.awards import build_rounds as build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs/workflows.md"
RUNNERS = {"zongzhi", "ganshi"}
DAY = timedelta(days=1)


def test_the_documents_show_the_moves_as_they_are() -> None:
    assert f"```mermaid\n{ROUND.diagram()}```\n" in DOCUMENT.read_text()


def test_every_state_is_reached_and_only_final_ones_end() -> None:
    assert ROUND.unreachable() == set() and ROUND.dead_ends() == set()


def test_every_letter_of_a_move_is_registered() -> None:
    assert all(letters.get(move.letter) for move in ROUND.moves.values() if move.letter)


# ---- actor × state × move ----

# from which states each move leads, for those who run the round; nobody else moves anything
MOVES = {
    "announce": {"draft"},
    "recall": {"announced"},
    "commend": {"announced"},
    "void": {"draft", "announced"},
}


@pytest.mark.parametrize("state", RoundState.values)
def test_actor_state_and_move(cast: Cast, state: str) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    allowed = set()
    for verb in ROUND.moves:
        # each move on a day and with nominations that stand in nobody's way
        decided = build.nomination(round_, cast.member1, cast.one, state=NominationState.DECIDED)
        if verb == "recall":
            decided.delete()
        AwardRound.objects.filter(pk=round_.pk).update(state=state)
        on = build.COMMEND_ON if verb == "commend" else build.ANNOUNCED
        for name, user in cast.users().items():
            if ROUND.verdict(build.again(round_), verb, by=user, on=on):
                allowed.add((name, verb))
        if decided.pk:
            decided.delete()
    assert allowed == {(name, verb) for name in RUNNERS for verb, sources in MOVES.items() if state in sources}


def test_a_branch_runs_rounds_of_its_own(cast: Cast) -> None:
    round_ = build.draft(cast.one, by=cast.shuji1, level="branch")
    who = {n for n, user in cast.users().items() if ROUND.verdict(round_, "announce", by=user, on=build.ANNOUNCED)}
    assert who == {"shuji1"}


def test_commending_has_a_page_of_its_own(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    found = {offer.move.verb for offer in offers(round_, by=cast.ganshi, on=build.MEETING)}
    assert found == {"recall", "void"}


# ---- drafting ----


def test_a_draft_begins_with_what_is_usual(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    assert (round_.nominate_by, round_.decide_by) == (build.NOMINATE_BY, build.DECIDE_BY)
    assert round_.evidence_from == date(2010, 7, 21)  # a year back lies before the campaign
    assert [one.key for one in round_.categories.all()] == [ORGANIZATION, OUTSTANDING, WORKER]
    rules = {one.key: [rule.kind for rule in one.rules.all()] for one in round_.categories.all()}
    assert rules[WORKER] == [
        "full_member", "belongs_for", "holds_post", "exclusive", "not_commended_since", "pledged", "fulfilment",
    ]  # fmt: skip
    exclusive = build.category(round_).rules.get(kind=RuleKind.EXCLUSIVE)
    assert exclusive.other == build.category(round_, WORKER)
    assert LogEntry.objects.filter(verb="draft_round", target_id=str(round_.pk)).exists()


def test_a_late_draft_still_has_its_days_in_order(cast: Cast) -> None:
    on = date(2011, 6, 28)
    round_ = build.draft(cast.general, by=cast.ganshi, on=on)
    assert on <= round_.nominate_by <= round_.decide_by <= build.COMMEND_ON


def test_only_those_who_run_the_unit_draft(cast: Cast) -> None:
    with pytest.raises(Refused, match="书记、副书记或者创先争优办公室"):
        build.draft(cast.general, by=cast.shuji1)


def test_a_copy_takes_over_categories_places_and_rules_and_points_within_itself(cast: Cast) -> None:
    first = build.draft(cast.general, by=cast.ganshi, categories=build.usual(title="创先争优优秀共产党员"))
    own = [OwnPlaces(build.category(first).pk, cast.one.pk, 3)]
    rules = [RuleText(RuleKind.EXCLUSIVE, other=ORGANIZATION, sentence="只能一类。", may_override=True)]
    texts = actions.texts_of(first)
    texts = [CategoryText(**{**vars(one), "rules": rules, "pk": build.category(first, one.key).pk})
             if one.key == OUTSTANDING else CategoryText(**{**vars(one), "pk": build.category(first, one.key).pk})
             for one in texts]  # fmt: skip
    build.change(first, cast.ganshi, categories=texts, own=own, deeds_most=1500)
    second = build.draft(cast.general, by=cast.ganshi, copied=build.again(first), year=2012,
                         commend_on=date(2012, 7, 1))  # fmt: skip
    assert second.deeds_most == 1500 and second.commend_on == date(2012, 7, 1)
    assert actions.texts_of(second) == actions.texts_of(first)
    rule = build.category(second).rules.get()
    assert (rule.other, rule.sentence, rule.may_override) == (build.category(second, ORGANIZATION), "只能一类。", True)
    assert AwardQuota.objects.get(category__round=second, organization=cast.one).value == 3


# ---- changing ----


def test_categories_keep_their_rows_when_they_are_changed_and_keys_may_change_places(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    rows = list(round_.categories.all())
    texts = [
        CategoryText("先进", key=ORGANIZATION, nominee_kind="organization", pk=rows[0].pk),
        CategoryText("工作者", key=WORKER, pk=rows[1].pk),
        CategoryText("党员", key=OUTSTANDING, pk=rows[2].pk),
        CategoryText("青年先锋"),
        CategoryText("服务标兵"),
    ]
    build.change(round_, cast.ganshi, categories=texts)
    found = [(one.pk, one.key, one.title) for one in build.again(round_).categories.order_by("place")]
    assert found[:3] == [
        (rows[0].pk, ORGANIZATION, "先进"), (rows[1].pk, WORKER, "工作者"), (rows[2].pk, OUTSTANDING, "党员"),
    ]  # fmt: skip
    assert [key for _, key, _ in found[3:]] == ["own-1", "own-2"]


def test_a_key_of_ones_own_is_not_given_twice_in_a_unit(cast: Cast) -> None:
    build.draft(cast.general, by=cast.ganshi, categories=[*build.usual()[:0], CategoryText("青年先锋")])
    second = build.draft(cast.general, by=cast.ganshi, categories=[CategoryText("服务标兵")])
    assert [one.key for one in second.categories.all()] == ["own-2"]


def test_a_category_goes_with_its_own_places_and_the_rules_that_point_to_it(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    own = [OwnPlaces(build.category(round_, WORKER).pk, cast.one.pk, 2)]
    build.change(round_, cast.ganshi, own=own)
    kept = [CategoryText(**{**vars(one), "pk": build.category(round_, one.key).pk})
            for one in actions.texts_of(round_) if one.key != WORKER]  # fmt: skip
    build.change(round_, cast.ganshi, categories=kept, own=own)
    assert not AwardCategory.objects.filter(round=round_, key=WORKER).exists()
    assert not AwardQuota.objects.filter(category__round=round_, organization=cast.one).exists()
    assert not build.category(round_).rules.filter(kind=RuleKind.EXCLUSIVE).exists()


def test_a_category_somebody_drafts_a_recommendation_for_stays(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    drafted = build.nomination(round_, cast.member1, cast.one, state=NominationState.DRAFT)
    actions.act(round_=round_, verb="recall", note="要改", version=round_.version, by=cast.ganshi, on=build.MEETING)
    with pytest.raises(ValidationError, match="起草“优秀共产党员”的推荐，这个类别不能删除"):
        build.change(round_, cast.ganshi, categories=[])
    assert build.again(round_).categories.count() == 3
    pk = drafted.category_id
    with pytest.raises(ValidationError, match="表彰对象不能再改"):
        changed = CategoryText("优秀共产党员", key=OUTSTANDING, nominee_kind="organization", pk=pk)
        build.change(round_, cast.ganshi, categories=[changed])
    rule = drafted.category.rules.get(kind=RuleKind.FULFILMENT)
    Override.objects.create(
        nomination=drafted, rule=rule, sentence="低于", reason="新任岗位", by=cast.ganshi, on=build.MEETING
    )
    with pytest.raises(ValidationError, match="已经有人破例，不能删除"):
        build.change(round_, cast.ganshi, categories=[CategoryText("优秀共产党员", key=OUTSTANDING, pk=pk)])


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"evidence_from": date(2011, 6, 2)}, "业绩起算不能晚于推荐截止"),
        ({"decide_by": date(2011, 5, 31)}, "审定截止不能早于推荐截止"),
        ({"commend_on": date(2011, 6, 23)}, "表彰日期不能早于审定截止"),
        ({"deeds_least": 3000}, "最多字数不能少于最少字数"),
    ],
)
def test_days_come_in_their_order(cast: Cast, fields: dict[str, Any], sentence: str) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    with pytest.raises(ValidationError, match=sentence):
        build.change(round_, cast.ganshi, **fields)


def test_what_cannot_be_saved_leaves_everything_as_it_was(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    half = [CategoryText("一", key="own-1"), CategoryText("二", key="own-2", whole=QuotaText(Decimal("1.5")))]
    with pytest.raises(ValidationError, match="“二”的固定名额要填整数"):
        build.change(round_, cast.ganshi, categories=half, name="改了")
    kept = build.again(round_)
    assert kept.name != "改了" and kept.version == round_.version and kept.categories.count() == 3
    twice = [CategoryText("一", key=WORKER), CategoryText("二", key=WORKER)]
    with pytest.raises(ValidationError, match="写了两次"):
        build.change(round_, cast.ganshi, categories=twice)
    one = build.category(round_).pk
    with pytest.raises(ValidationError, match="另定了两次名额"):
        build.change(round_, cast.ganshi, own=[OwnPlaces(one, cast.one.pk, 2), OwnPlaces(one, cast.one.pk, 3)])
    stranger = people.branch()
    with pytest.raises(ValidationError, match="不在本单位"):
        build.change(round_, cast.ganshi, own=[OwnPlaces(one, stranger.pk, 2)])


def test_the_second_to_save_learns_of_the_first(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    build.change(round_, cast.ganshi, name="先改的")
    with pytest.raises(Conflict):
        actions.change_round(round_=round_, name="后改的", version=round_.version, by=cast.zongzhi, on=build.DRAFTED)
    assert build.again(round_).name == "先改的"


def test_the_log_keeps_what_was_changed(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    build.change(round_, cast.ganshi, name="新名称", categories=[CategoryText("青年先锋", whole=QuotaText(Decimal(4)))])
    entry = LogEntry.objects.get(verb="change_round")
    assert entry.changes["name"] == ["2011年“七一”评选表彰", "新名称"]
    assert entry.changes["类别“青年先锋”"] == [None, "own-1；党员；全批 4 个，至少 1"]
    assert entry.changes["类别“优秀共产党员”"][1] is None


def test_what_was_announced_does_not_change(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    with pytest.raises(Refused, match="不能再改"):
        build.change(round_, cast.ganshi, name="偷偷改")


# ---- announcing, taking back ----


def refusal(round_: AwardRound, by: Any, on: date = build.ANNOUNCED, verb: str = "announce") -> str:
    return ROUND.verdict(build.again(round_), verb, by=by, on=on).reason


def test_what_those_who_recommend_need_is_asked_for_before_announcing(cast: Cast) -> None:
    round_ = build.draft(cast.general, by=cast.ganshi)
    assert refusal(round_, cast.ganshi) == ""
    assert "已经过了" in refusal(round_, cast.ganshi, build.NOMINATE_BY + DAY)
    assert refusal(round_, cast.ganshi, build.NOMINATE_BY) == ""
    rule = build.category(round_).rules.get(kind=RuleKind.FULFILMENT)
    type(rule).objects.filter(pk=rule.pk).update(number=None)
    assert "“承诺兑现率不低于”没有填完整" in refusal(round_, cast.ganshi)
    build.change(round_, cast.ganshi, categories=[])
    assert refusal(round_, cast.ganshi) == "还没有表彰类别。"


def test_the_days_leave_time_for_the_notice_by_the_official_calendar(cast: Cast) -> None:
    """In 2011 the dragon boat festival took 4 to 6 June: a notice of five days from the 2nd is over with the 10th."""
    round_ = build.draft(cast.general, by=cast.ganshi)
    build.change(round_, cast.ganshi, decide_by=date(2011, 6, 10))
    assert "5 个工作日到 2011-06-10 满" in refusal(round_, cast.ganshi)
    build.change(round_, cast.ganshi, decide_by=date(2011, 6, 11))
    assert refusal(round_, cast.ganshi) == ""


def test_the_announcement_keeps_its_day_and_a_recall_forgets_it(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert (round_.state, round_.announced_on) == (RoundState.ANNOUNCED, build.ANNOUNCED)
    with pytest.raises(Refused, match="收回的原因"):
        actions.act(round_=round_, verb="recall", version=round_.version, by=cast.ganshi, on=build.MEETING)
    actions.act(round_=round_, verb="recall", note="名额要改", version=None, by=cast.ganshi, on=build.MEETING)
    assert (round_.state, round_.announced_on) == (RoundState.DRAFT, None)


@pytest.mark.parametrize("state", NominationState.values)
def test_a_round_is_taken_back_only_while_nothing_has_been_handed_up(cast: Cast, state: str) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    build.nomination(round_, cast.member1, cast.one, state=state)
    said = refusal(round_, cast.ganshi, build.MEETING, "recall")
    assert ("已经收到 1 份推荐" in said) is (state != NominationState.DRAFT)


def test_whoever_was_slower_is_told(cast: Cast) -> None:
    mine = build.draft(cast.general, by=cast.ganshi)
    build.change(mine, cast.zongzhi, name="别人先改了")
    with pytest.raises(Overtaken):
        actions.act(round_=mine, verb="announce", version=mine.version, by=cast.ganshi, on=build.ANNOUNCED)


# ---- the day of the commendation ----


def test_a_round_is_commended_when_its_day_has_come_and_everything_is_decided(cast: Cast) -> None:
    round_ = build.announced(cast.general, by=cast.ganshi)
    assert "还没有审定任何推荐" in refusal(round_, cast.ganshi, build.COMMEND_ON, "commend")
    waiting = build.nomination(round_, cast.member1, cast.one)
    build.nomination(round_, cast.member2, cast.two, state=NominationState.DECIDED)
    assert refusal(round_, cast.ganshi, build.COMMEND_ON - DAY, "commend") == "表彰日期是 2011-07-01，还没有到。"
    for state in NominationState:
        type(waiting).objects.filter(pk=waiting.pk).update(state=state)
        stops = state in ("recommended", "preselected", "audited", "in_notice", "objected")
        assert ("还有 1 份推荐没有审定" in refusal(round_, cast.ganshi, build.COMMEND_ON, "commend")) is stops
