"""Indicators: who keeps them, that what has been in force is never rewritten, and what the plan file does to them."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import LogEntry, User
from branches.states import Post
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from schedule.actions import indicators
from schedule.actions.plan import LoadReport, load_plan
from schedule.models import Campaign, Indicator, ScoringScheme, Standard
from schedule.plan_file import PlanProblems, read_plan
from schedule.queries.indicators import Ground, grounds
from schedule.queries.scoring import scheme_of, scoring_on
from schedule.states.plan import Target
from tests import build
from tests.conftest import Cast
from tests.pledges.build import campaign
from tests.schedule.indicators import ADDED, WORDS, added, scoring, standard
from tests.schedule.original import TOML

pytestmark = pytest.mark.django_db

LATER = ADDED + timedelta(days=30)
LAST = LATER + timedelta(days=30)


def again(indicator: Indicator) -> Indicator:
    found: Indicator = Indicator.objects.get(pk=indicator.pk)
    return found


def in_force(on: date) -> list[str]:
    return [row.text for row in Indicator.objects.in_force(on)]


def changed(indicator: Indicator, text: str, by: User, on: date = LATER) -> Indicator:
    return indicators.change(indicator=again(indicator), text=text, version=again(indicator).version, by=by, on=on)


# ---- who ----

GENERAL = {"zongzhi", "ganshi"}
OF_BRANCH_ONE = {"shuji1"}


@pytest.mark.parametrize("own", [False, True])
def test_the_office_and_leaders_keep_the_general_ones_a_committee_its_branchs(cast: Cast, own: bool) -> None:
    wanted = OF_BRANCH_ONE if own else GENERAL
    place = cast.one if own else None
    campaign()
    kept = added(cast.shuji1 if own else cast.ganshi, place)
    acts: dict[str, Callable[[User], object]] = {
        "add": lambda by: added(by, place),
        "change": lambda by: changed(kept, "换个说法。", by),
        "end": lambda by: indicators.end(indicator=again(kept), reason="", version=1, by=by, on=LATER),
    }
    for verb, act in acts.items():
        for name, user in cast.users().items():
            Indicator.objects.exclude(pk=kept.pk).delete()
            Indicator.objects.filter(pk=kept.pk).update(ended_on=None, version=1)
            if name in wanted:
                act(user)
            else:
                with pytest.raises(Refused) as refused:
                    act(user)
                assert refused.value.reason.endswith("。"), (verb, name)


def test_every_seat_of_a_branch_committee_counts_and_none_of_another_branch(cast: Cast) -> None:
    build.appoint(cast.member1, cast.one, Post.ORGANIZATION_COMMISSIONER)
    assert added(cast.dangyuan1, cast.one).organization == cast.one
    with pytest.raises(Refused, match="支部委员会"):
        added(cast.dangyuan1, cast.two)


# ---- versions ----


def test_on_its_first_day_the_row_itself_changes(cast: Cast) -> None:
    one = added(cast.ganshi)
    now = changed(one, "每学期听课不少于50节。", cast.ganshi, ADDED)
    assert (now.pk, now.version, now.text) == (one.pk, 2, "每学期听课不少于50节。")
    assert Indicator.objects.count() == 1


def test_afterwards_a_change_makes_a_new_version_and_ends_the_old_one_that_day(cast: Cast) -> None:
    one = added(cast.ganshi)
    two = changed(one, "每学期听课不少于50节。", cast.ganshi)
    three = changed(two, "每学期听课不少于40节。", cast.zongzhi, LAST)
    assert [(row.text, row.starts_on, row.ended_on, row.replaces) for row in map(again, (one, two, three))] == [
        (WORDS, ADDED, LATER, None),
        ("每学期听课不少于50节。", LATER, LAST, one),
        ("每学期听课不少于40节。", LAST, None, two),
    ]
    for day, text in [(ADDED, WORDS), (LATER - timedelta(days=1), WORDS), (LATER, two.text), (LAST, three.text)]:
        assert in_force(day) == [text]
    assert in_force(ADDED - timedelta(days=1)) == []
    assert list(LogEntry.objects.filter(verb="indicator_change").values_list("label", "changes")) == [
        ("修改指标", {"text": [two.text, three.text]}),
        ("修改指标", {"text": [WORDS, two.text]}),
    ]


def test_saving_the_same_words_makes_no_version(cast: Cast) -> None:
    one = added(cast.ganshi)
    assert changed(one, WORDS, cast.ganshi).pk == one.pk
    assert Indicator.objects.count() == 1


def test_words_that_were_not_given_go_on(cast: Cast) -> None:
    one = added(cast.ganshi)
    Indicator.objects.filter(pk=one.pk).update(
        points=10, rule="少一节扣1分。", post="教研员", evidence_kind="documents"
    )
    now = changed(one, "每学期听课不少于50节。", cast.ganshi)
    assert (now.points, now.rule, now.post, now.evidence_kind) == (10, "少一节扣1分。", "教研员", "documents")


def test_who_changes_what_was_changed_meanwhile_gets_both_texts(cast: Cast) -> None:
    one = added(cast.ganshi)
    two = changed(one, "每学期听课不少于50节。", cast.ganshi)
    with pytest.raises(Conflict) as lost:
        indicators.change(indicator=one, text="我的说法。", version=1, by=cast.zongzhi, on=LATER)
    assert (lost.value.current, lost.value.mine) == (two, {"text": "我的说法。"})
    fresh = added(cast.ganshi, on=LATER)
    with pytest.raises(Conflict):
        indicators.change(indicator=fresh, text="我的说法。", version=7, by=cast.zongzhi, on=LATER)
    with pytest.raises(Conflict) as lost:
        indicators.change(indicator=two, text="我的说法。", version=7, by=cast.zongzhi, on=LAST)
    assert lost.value.mine == {"text": "我的说法。"}
    assert Indicator.objects.count() == 3


def test_what_was_ended_stays_readable_and_is_never_changed_again(cast: Cast) -> None:
    one = added(cast.shuji1, cast.one)
    indicators.end(indicator=one, reason="不再适用。", version=1, by=cast.shuji1, on=LATER)
    with pytest.raises(Refused, match="以前的说法不能再改"):
        changed(one, "新的说法。", cast.shuji1, LAST)
    with pytest.raises(Refused, match="以前的说法不能再改"):
        indicators.end(indicator=again(one), reason="", version=2, by=cast.shuji1, on=LAST)
    assert LogEntry.objects.get(verb="indicator_end").note == "不再适用。"
    assert [held.indicator.text for held in ground(LAST).past] == [WORDS]


def ground(on: date) -> Ground:
    (found,) = grounds([standard()], Indicator.objects.all(), on)
    return found


def test_what_was_put_right_on_its_first_day_was_never_in_force_and_is_no_history(cast: Cast) -> None:
    row = Indicator.objects.create(standard=standard(), key="hours", text="文件的说法。", starts_on=ADDED)
    now = changed(row, "网页上的说法。", cast.ganshi, ADDED)
    assert now.pk != row.pk
    (held,) = ground(LATER).general
    assert (held.indicator, held.earlier, ground(LATER).past) == (now, [], [])
    last = changed(now, "又一种说法。", cast.ganshi, LAST)
    assert [(held.indicator, held.earlier) for held in ground(LAST).general] == [(last, [now])]


# ---- the plan file ----

BLOCK = """
    indicators = [
        { key = "hours", text = "每学期听课不少于60节。", points = 12, rule = "少一节扣1分。", evidence_kind = "documents" },
        { key = "answers", text = "教师来电当天答复。", points = 8 },
    ]
"""


def text(block: str = BLOCK, head: str = "") -> str:
    """The plan with one block of indicators, under one standard, in place of all."""
    lines = TOML.read_text(encoding="utf-8").splitlines()
    kept, inside = [], False
    for line in lines:
        inside = inside or line == "    indicators = ["
        if not inside:
            kept.append(line)
        inside = inside and line != "    ]"
    place = next(at for at, line in enumerate(kept) if "带头服务师生" in line) + 1
    return "\n".join([*kept[:place], block, *kept[place:], head])


def load(content: str, on: date) -> LoadReport:
    return load_plan(plan=read_plan(content.encode()), by=None, on=on)


def stored() -> list[tuple[str, str, date, date | None]]:
    return list(Indicator.objects.order_by("pk").values_list("key", "text", "starts_on", "ended_on"))


LOADED, EFFECTIVE = date(2010, 7, 20), date(2010, 7, 21)


def test_what_comes_with_its_standard_holds_since_the_standard_does_and_loads_once() -> None:
    load(text(), LOADED)
    assert stored() == [
        ("hours", "每学期听课不少于60节。", EFFECTIVE, None),
        ("answers", "教师来电当天答复。", EFFECTIVE, None),
    ]
    assert load(text(), LATER).moved is False
    assert Indicator.objects.get(key="hours").rule == "少一节扣1分。"


def test_what_the_file_adds_later_holds_from_that_day() -> None:
    load(text(""), LOADED)
    assert len(load(text(), LATER).added) == 2
    assert {row[2] for row in stored()} == {LATER}


def test_other_words_in_the_file_end_the_old_version_and_begin_a_new_one() -> None:
    load(text(), LOADED)
    report = load(text().replace("不少于60节", "不少于50节"), LATER)
    assert report.changed == ["指标：每学期听课不少于50节。（指标）"]
    assert stored() == [
        ("", "每学期听课不少于60节。", EFFECTIVE, LATER),
        ("answers", "教师来电当天答复。", EFFECTIVE, None),
        ("hours", "每学期听课不少于50节。", LATER, None),
    ]
    assert load(text().replace("不少于60节", "不少于50节"), LAST).moved is False
    load(text().replace("不少于60节", "不少于45节"), LATER)  # the same day again: put right in place
    assert [row[1] for row in stored()] == ["每学期听课不少于60节。", "教师来电当天答复。", "每学期听课不少于45节。"]


def test_what_left_the_file_ends_and_can_come_back() -> None:
    load(text(), LOADED)
    assert load(text(""), LATER).withdrawn == ["指标：每学期听课不少于60节。", "指标：教师来电当天答复。"]
    assert in_force(LATER) == []
    assert load(text(""), LATER).moved is False
    assert len(load(text(), LAST).added) == 2
    assert len(in_force(LAST)) == 2


def test_what_was_never_in_force_goes_when_it_leaves_the_file() -> None:
    load(text(), LOADED)
    assert load(text(""), LOADED).removed == ["指标：每学期听课不少于60节。", "指标：教师来电当天答复。"]
    assert stored() == []


def test_what_was_changed_or_ended_on_the_page_is_left_to_the_page(cast: Cast) -> None:
    load(text(), LOADED)
    changed(Indicator.objects.get(key="hours"), "网页上的说法。", cast.ganshi)
    one = Indicator.objects.get(key="answers")
    indicators.end(indicator=one, reason="", version=one.version, by=cast.ganshi, on=LATER)
    assert load(text(), LAST).moved is False
    assert load(text().replace("不少于60节", "不少于50节"), LAST).moved is False
    assert load(text(""), LAST).moved is False
    assert in_force(LAST) == ["网页上的说法。"]


def test_a_standard_that_leaves_the_file_takes_the_files_indicators_along() -> None:
    load(text(), LOADED)
    content = text()
    start = content.index('    [[standard_sets.standards]]\n    key = "lead_service"')
    fewer = content[:start] + content[content.index("    [[standard_sets.standards]]\n", start + 1) :]
    fewer = fewer.replace(', "lead_service"', "")
    assert load(fewer, LATER).removed == ["标准：带头服务师生"]
    assert not Indicator.objects.exists()


SCORING = """
[scoring]
enabled = true
weight = 20
bands = [
    { from = 90, label = "好" },
    { from = 60, label = "一般" },
    { from = 0, label = "较差" },
]
"""


def test_scoring_is_off_until_the_file_switches_it_on_and_off_again() -> None:
    load(text(), LOADED)
    assert scoring_on(Campaign.objects.get()) is False and scoring_on(None) is False
    assert load(text(head=SCORING), LATER).added == ["计分办法：创先争优计分办法"]
    scheme = scheme_of(Campaign.objects.get())
    assert scheme is not None and scheme.weight == 20
    assert [scheme.band_of(Decimal(points), 100) for points in (100, 90, "89.5", 60, 59, 0)] == [
        "好",
        "好",
        "一般",
        "一般",
        "较差",
        "较差",
    ]
    assert load(text(head=SCORING), LATER).moved is False
    load(text(head=SCORING.replace("true", "false")), LATER)
    assert scoring_on(Campaign.objects.get()) is False and ScoringScheme.objects.count() == 1
    assert load(text(), LATER).removed == ["计分办法：创先争优计分办法"]


def test_scoring_without_more_words_has_its_own_bands() -> None:
    load(text(head="[scoring]\nenabled = true"), LOADED)
    scheme = ScoringScheme.objects.get()
    assert (scheme.weight, [band["label"] for band in scheme.bands]) == (20, ["好", "较好", "一般", "较差"])


def sentences(content: str) -> list[str]:
    with pytest.raises(PlanProblems) as wrong:
        read_plan(content.encode())
    return [str(problem) for problem in wrong.value.problems]


@pytest.mark.parametrize(
    ("before", "after", "at", "said"),
    [
        ("points = 8", "points = 7", 'key = "hours"', "标准“带头服务师生”各项指标的分值加起来是 19，应该正好是 20；要么都不写分值。"),
        ("points = 8", "points = 0", "points = 0", "“points”（分值）应该在 1 到 100 之间，现在是 0。"),
        ('"documents"', '"paper"', '"paper"', "“evidence_kind”（佐证材料）只能是 meetings（会议记录）、pledges（承诺和践诺记录）、"
         "study（学习记录）、evaluation（群众评议结果）、documents（文件、照片）、other（其他），现在是文字“paper”。"),
        ('key = "answers"', 'key = "hours"', "教师来电当天答复", "指标的代号“hours”写了两次，第 {first} 行已经有了。"),
        ('text = "教师来电当天答复。", ', "", "points = 8", "[[standard_sets.standards.indicators]] 缺少“text”（指标）。"),
        ("enabled = true", 'enabled = "yes"', 'enabled = "yes"', "“enabled”（计分）应该是 true（是）或者 false（否），不加引号，现在是文字“yes”。"),
        ("enabled = true\n", "", "[scoring]", "[scoring] 缺少“enabled”（计分）。"),
        ("from = 60", "from = 95", "from = 95", "等次“一般”的起点（95）要低于前一个“好”（90），请从高到低排列。"),
        ("from = 0,", "from = 10,", "from = 10,", "最后一个等次“较差”要从 0 开始，现在从 10 开始，低分就没有等次了。"),
        ("weight = 20\n", "weight = 25\n", 'key = "hours"', "标准“带头服务师生”各项指标的分值加起来是 20，应该正好是 25；要么都不写分值。"),
    ],
)  # fmt: skip
def test_every_mistake_is_one_sentence_with_its_line(before: str, after: str, at: str, said: str) -> None:
    content = text(head=SCORING)
    assert before in content
    content = content.replace(before, after)

    line = content.rpartition(at)[0].count("\n") + 1  # the file's own remarks stand before
    first = content.partition('key = "hours"')[0].count("\n") + 1
    assert sentences(content) == [f"第 {line} 行：{said.format(first=first)}"]


def test_points_given_to_none_are_no_problem() -> None:
    plain = text().replace(", points = 12", "").replace(", points = 8", "")
    assert read_plan(plain.encode()).all_standards()


# ---- the page ----


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, on: date = LATER, query: str = "") -> str:
    with clock.standing_on(on):
        response = client_of(user).get(reverse("schedule:indicator_list") + query)
    assert response.status_code == 200
    text: str = response.content.decode()
    return text


def test_everybody_reads_the_general_ones_and_the_branches_of_his_own_tree(cast: Cast) -> None:
    added(cast.ganshi, text="通用的。")
    added(cast.shuji1, cast.one, text="一支部的。")
    for name in ("dangyuan1", "dangyuan2", "zongzhi"):
        assert "通用的。" in page(cast.users()[name]) and "一支部的。" in page(cast.users()[name])
    for name in ("stranger", "guanli"):
        assert "通用的。" in page(cast.users()[name]) and "一支部的。" not in page(cast.users()[name])
    assert "一支部的。" not in page(cast.dangyuan1, query="?organization=general")
    assert "一支部的。" not in page(cast.dangyuan1, query=f"?organization={cast.two.pk}")
    assert "一支部的。" in page(cast.dangyuan1, query=f"?organization={cast.one.pk}")
    assert "一支部的。" in page(cast.dangyuan1, query="?organization=99999")


def test_the_page_shows_what_was_said_before(cast: Cast) -> None:
    one = added(cast.ganshi)
    changed(one, "每学期听课不少于50节。", cast.ganshi)
    now = page(cast.dangyuan1, LAST)
    assert now.index("每学期听课不少于50节。") < now.index("以前的说法（1）") < now.index(WORDS)
    before = page(cast.dangyuan1, LATER - timedelta(days=1))
    assert WORDS in before and "不少于50节" not in before


def test_points_are_shown_and_asked_for_only_while_scores_are_kept(cast: Cast) -> None:
    one = added(cast.ganshi)
    Indicator.objects.filter(pk=one.pk).update(points=15, rule="少一节扣1分。")
    edit = reverse("schedule:indicator_edit", args=[one.pk])
    client = client_of(cast.ganshi)
    with clock.standing_on(LATER):
        assert "扣分办法" not in page(cast.ganshi) and "15 分" not in page(cast.ganshi)
        assert 'name="points"' not in client.get(edit).content.decode()
        scoring()
        shown = page(cast.ganshi)
        assert "15 分" in shown and "少一节扣1分。" in shown and "通用指标的分值加起来是 15，应该是 20。" in shown
        assert 'name="points"' in client.get(edit).content.decode()


def test_one_is_added_changed_and_ended_through_the_pages(cast: Cast) -> None:
    client = client_of(cast.shuji1)
    with clock.standing_on(ADDED):
        add = reverse("schedule:indicator_add")
        refused = client.post(add, {"standard": standard().pk, "organization": cast.two.pk, "text": "别人的。"})
        assert refused.status_code == 422 and "别人的。" in refused.content.decode()
        assert client.post(add, {"standard": standard().pk, "text": "没有范围。"}).status_code == 422
        client.post(add, {"standard": standard().pk, "organization": cast.one.pk, "text": WORDS})
    one = Indicator.objects.get()
    assert (one.organization, one.text, one.starts_on) == (cast.one, WORDS, ADDED)
    with clock.standing_on(LATER):
        edit = reverse("schedule:indicator_edit", args=[one.pk])
        empty = client.post(edit, {"text": " ", "version": 1, "post": "教研员"})
        assert empty.status_code == 422 and "教研员" in empty.content.decode()
        said = client.post(edit, {"text": "每学期听课不少于50节。", "version": 1}, follow=True).content.decode()
        assert "已换成新的说法" in said
        lost = client.post(edit, {"text": "我的说法。", "version": 1})
        assert lost.status_code == 409
        assert "我的说法。" in lost.content.decode() and "每学期听课不少于50节。" in lost.content.decode()
        assert client.get(edit).status_code == 403
        end = reverse("schedule:indicator_end", args=[Indicator.objects.get(ended_on=None).pk])
        assert client.post(end, {"reason": "", "version": 1}).status_code == 422
        client.post(end, {"reason": "不再适用。", "version": 1})
    assert in_force(LATER) == []


def test_the_pages_of_a_general_one_and_of_a_portal_without_a_plan(cast: Cast) -> None:
    client = client_of(cast.ganshi)
    for name in ("indicator_list", "indicator_add"):
        assert "还没有装入活动方案" in client.get(reverse(f"schedule:{name}")).content.decode()
    found = campaign()
    with clock.standing_on(ADDED):
        client.post(reverse("schedule:indicator_add"), {"standard": standard().pk, "text": "通用的。"})
    assert Indicator.objects.get().organization is None
    assert {one.standard for one in Indicator.objects.all()} <= set(Standard.objects.filter(set__campaign=found))


def test_the_page_costs_the_same_with_three_and_with_three_hundred(cast: Cast) -> None:
    campaign()
    client, url = client_of(cast.zongzhi), reverse("schedule:indicator_list")

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    def many(number: int) -> None:
        for target in Target:
            rows: list[Any] = [
                Indicator(standard=standard(target), organization=place, text="又一条。", starts_on=ADDED)
                for _ in range(number)
                for place in (cast.one, None)
            ]
            Indicator.objects.bulk_create(rows)

    many(1)
    few = queries()
    many(75)
    assert queries() == few <= 16
