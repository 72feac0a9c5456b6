"""The plan file: complete against the plan, and every mistake in it is one sentence with its line."""

import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from schedule.plan_file import PlanProblems, read_plan
from schedule.plan_file.positions import line_numbers
from tests.schedule.original import TOML, clauses


def strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict() | list():
            for inner in value.values() if isinstance(value, dict) else value:
                yield from strings(inner)


def changed(before: str, after: str) -> bytes:
    """The plan file with one thing in it replaced."""
    text = TOML.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"“{before}” stands {text.count(before)} times"
    return text.replace(before, after).encode()


def line_of(content: bytes, needle: str) -> int:
    text = content.decode()
    assert text.count(needle) == 1, f"“{needle}” stands {text.count(needle)} times"
    return text.partition(needle)[0].count("\n") + 1


def sentences(content: bytes) -> list[str]:
    with pytest.raises(PlanProblems) as wrong:
        read_plan(content)
    return [str(problem) for problem in wrong.value.problems]


def test_every_clause_of_the_original_plan_stands_in_the_file() -> None:
    whole = "".join("".join(strings(tomllib.loads(TOML.read_text(encoding="utf-8")))).split())
    halves = ("“两提升”即", "“两促进”即")
    sought = [clause.removeprefix(halves[0]).removeprefix(halves[1]).strip("“”") for clause in clauses()]
    missing = [clause for clause in sought if clause not in whole]
    assert len(clauses()) > 100
    assert missing == []


def test_the_file_means_what_the_plan_means() -> None:
    plan = read_plan(TOML.read_bytes())
    campaign = plan.campaign.values
    assert (campaign["starts_on"], campaign["ends_on"]) == (date(2010, 7, 21), date(2012, 12, 31))
    assert [(phase.values["starts_on"], phase.values["ends_on"]) for phase in plan.rows("phases")] == [
        (date(2010, 7, 21), date(2010, 9, 10)),
        (date(2010, 9, 1), date(2012, 6, 30)),
        (date(2012, 7, 1), date(2012, 12, 31)),
    ]
    assert [way.name for way in plan.rows("ways")] == ["公开承诺", "领导点评", "群众评议", "评选表彰"]
    assert [standard.name for standard in plan.all_standards()] == [
        "领导班子好",
        "党员队伍好",
        "工作机制好",
        "工作业绩好",
        "群众反映好",
        "带头学习提高",
        "带头争创佳绩",
        "带头服务师生",
        "带头遵纪守法",
        "带头弘扬正气",
    ]
    goals = [goal.key for goal in plan.rows("theme_goals")]
    assert [carrier.values["goal"] for carrier in plan.rows("carriers")] == goals
    assert [len(plan.rows("school_years")), len(plan.all_semesters())] == [3, 6]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('theme = "两提升', 'themes = "两提升', "[campaign] 不认识“themes”，是不是想写“theme”。"),
        (
            'issuer = "胡锦涛"',
            'author = "胡锦涛"',
            "[[phases.tasks.documents]] 不认识“author”。",
        ),
        (
            "interval_days = 14",
            'interval_days = "14"',
            "“interval_days”（间隔天数）应该是整数，现在是文字“14”。",
        ),
        ("interval_days = 14", "interval_days = true", "“interval_days”（间隔天数）应该是整数，现在是是/否值 true。"),
        ("interval_days = 14", "interval_days = 0", "“interval_days”（间隔天数）应该在 1 到 366 之间，现在是 0。"),
        (
            "starts_on = 2011-09-01",
            'starts_on = "2011年9月"',
            "“starts_on”（开学日期）应该是日期（如 2011-07-01，不加引号），现在是文字“2011年9月”。",
        ),
        (
            "starts_on = 2011-09-01",
            "starts_on = 2011-09-01T08:00:00",
            "“starts_on”（开学日期）应该是日期（如 2011-07-01，不加引号），现在是带时刻的日期。",
        ),
        (
            "date = 2011-07-01",
            'date = "七一"',
            "“date”（日期）写的“七一”不是看得懂的日期，可以写 2011-07-01、2010年7月下旬、2012年6月底、2012年7月或2012年底。",
        ),
        (
            'kind = "congress"',
            'kind = "party"',
            "“kind”（类别）只能是 anniversary（纪念日）、congress（党代会）、other（其他），现在是文字“party”。",
        ),
        (
            'kind = "congress"',
            'kind = ["congress"]',
            "“kind”（类别）只能是 anniversary（纪念日）、congress（党代会）、other（其他），现在是一个列表。",
        ),
        (
            'key = "hu_speech"',
            'key = "胡讲话"',
            "“key”（代号）只能用小写字母、数字、“_”和“-”，最多 60 个，现在是“胡讲话”。",
        ),
        ('title = "带头服务师生"', 'title = " "', "“title”（名称）不能是空的。"),
        ('title = "带头服务师生"', f'title = "{"带" * 201}"', "“title”（名称）太长了，最多 200 个字，现在有 201 个。"),
        ('title = "带头服务师生"', 'title = """带头\n服务师生"""', "“title”（名称）只能写一行。"),
        ('unit = "常州市教育教研室党总支"', "unit = 7", "“unit”（单位）应该是文字，现在是数字 7。"),
        (
            'goal = "teacher_growth"',
            'goal = "growth"',
            "载体“各类教研活动”的对应主题目标“growth”不认识，只能是 "
            "researcher_quality、study_capacity、teacher_growth、teaching_quality。",
        ),
        (
            'standards = ["good_reputation", "lead_service"]',
            'standards = ["good_reputation", "lead_masses"]',
            "载体“各类教研活动”的支撑的标准“lead_masses”不认识，只能是 good_leadership、good_mechanism、good_membership、"
            "good_performance、good_reputation、lead_achievement、lead_discipline、lead_integrity、lead_learning、lead_service。",
        ),
        (
            'standards = ["good_reputation", "lead_service"]',
            'standards = "good_reputation"',
            '“standards”（支撑的标准）应该是代号的列表，如 ["good_leadership"]，现在是文字“good_reputation”。',
        ),
        (
            'starts = "2012年7月"',
            'starts = "2013年1月"',
            "阶段“典型示范，总结提高”从 2013-01-01 开始，不在活动期间（2010-07-21 至 2012-12-31）之内。",
        ),
        (
            'ends = "2010年9月上旬"',
            "ends = 2010-06-30",
            "阶段“动员部署、组织学习”到 2010-06-30 结束，不在活动期间（2010-07-21 至 2012-12-31）之内。",
        ),
        (
            'ends = "2010年9月上旬"',
            "ends = 2010-06-30",
            "阶段“动员部署、组织学习”的结束（2010-06-30）早于开始（2010-07-21）。",
        ),
        (
            'starts = "2012年7月"',
            'starts = "2010年8月"',
            "阶段“典型示范，总结提高”排在“健全机制，全面争创”后面，却比它先开始，请按时间先后排列。",
        ),
        (
            "date = 2012-11-08",
            "date = 2013-03-05",
            "节点“党的十八大召开”（2013-03-05）不在活动期间（2010-07-21 至 2012-12-31）之内。",
        ),
        (
            "starts_on = 2011-02-14",
            "starts_on = 2011-01-22",
            "学期“2010—2011学年第二学期”从 2011-01-22 开始，与“2010—2011学年第一学期”（到 2011-01-22）重叠，学期不能重叠。",
        ),
        (
            "starts_on = 2011-09-01",
            "starts_on = 2011-02-14 # 改",
            "学期“2011—2012学年第一学期”排在“2010—2011学年第二学期”后面，却没有比它晚开学，请按时间先后排列。",
        ),
        (
            "ends_on = 2012-01-12",
            "ends_on = 2011-01-12",
            "学期“2011—2012学年第一学期”的放假日期（2011-01-12）早于开学日期（2011-09-01）。",
        ),
        (
            "starts_on = 2010-03-01",
            "starts_on = 2010-08-01",
            "第一个学期“2009—2010学年第二学期”从 2010-08-01 开始，晚于活动开始（2010-07-21），中间的日子不属于任何学期。",
        ),
        (
            "starts_on = 2012-09-01",
            "starts_on = 2013-01-02",
            "学期“2012—2013学年第一学期”在活动结束（2012-12-31）以后才开学。",
        ),
        (
            'ends = "2012年底"\n\nbackground',
            "ends = 2010-07-01\n\nbackground",
            "活动的结束（2010-07-01）早于开始（2010-07-21）。",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line(before: str, after: str, said: str) -> None:
    content = changed(before, after)
    assert f"第 {line_of(content, after)} 行：{said}" in sentences(content)


@pytest.mark.parametrize(
    ("taken", "instead", "called"),
    [
        ('key = "award"\n', 'key = "leader_comment"', "活动方式"),
        ('key = "sum_up"', 'key = "choose_models"', "阶段工作"),
        ('key = "city_outline"', 'key = "national_outline"', "学习材料"),
        ('key = "2012-autumn"', 'key = "2010-spring"', "学期"),
        ('key = "award_lesson"', 'key = "research_bodies"', "列举事项"),
    ],
)
def test_a_key_that_stands_twice_is_named_with_both_lines(taken: str, instead: str, called: str) -> None:
    content = changed(taken, f"{instead} # 重复\n" if taken.endswith("\n") else instead)
    first, second = (number for number, line in enumerate(content.decode().splitlines(), 1) if instead in line)
    if called == "列举事项":
        first, second = second, first  # its contents come before the points, wherever they stand
    key = instead.split('"')[1]
    assert sentences(content) == [f"第 {second} 行：{called}的代号“{key}”写了两次，第 {first} 行已经有了。"]


def test_what_is_missing_is_named_at_the_row_that_misses_it() -> None:
    content = changed('title = "建党90周年"\n', "")
    row = line_of(content, '[[milestones]]\nkey = "party_90th"')
    assert sentences(content) == [f"第 {row} 行：[[milestones]] 缺少“title”（名称）。"]


def test_a_section_that_is_missing_is_named() -> None:
    assert sentences(b"") == [
        "第 1 行：缺少 [campaign]（活动）一节。",
        "第 1 行：缺少“主题目标”，至少要有一条 [[theme_goals]]。",
        "第 1 行：缺少“学年”，至少要有一条 [[school_years]]。",
        "第 1 行：缺少“标准”，至少要有一条 [[standard_sets]]。",
        "第 1 行：缺少“活动方式”，至少要有一条 [[ways]]。",
        "第 1 行：缺少“活动载体”，至少要有一条 [[carriers]]。",
        "第 1 行：缺少“阶段”，至少要有一条 [[phases]]。",
    ]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[campaign]\n", "[[campaign]]\n", "“活动”只有一个，要写成 [campaign]。"),
        (
            '[[founding_conditions]]\nkey = "leadership_honours"',
            '[founding_condition]\nkey = "leadership_honours"',
            "文件里 不认识“founding_condition”，是不是想写“founding_conditions”。",
        ),
    ],
)
def test_a_section_in_the_wrong_brackets_or_name_is_named(before: str, after: str, said: str) -> None:
    content = changed(before, after)
    line = content.decode().partition(after)[0].count("\n") + 1
    assert f"第 {line} 行：{said}" in sentences(content)


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines() -> None:
    text = changed("date = 2011-07-01", "date = 2001-07-01").decode()
    text = text.replace('theme = "两提升', 'themes = "两提升').replace("interval_days = 14", "interval_days = 1.5")
    told = sentences(text.encode())
    assert [sentence.split("：")[1] for sentence in told] == [
        "[campaign] 缺少“theme”（实践主题）。",
        "[campaign] 不认识“themes”，是不是想写“theme”。",
        "节点“建党90周年”（2001-07-01）不在活动期间（2010-07-21 至 2012-12-31）之内。",
        "“interval_days”（间隔天数）应该是整数，现在是数字 1.5。",
    ]
    assert [int(sentence.split()[1]) for sentence in told] == sorted(int(sentence.split()[1]) for sentence in told)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'[campaign]\nkey = "a"\nkey = "b"\n', "第 3 行：同一个名称写了两次。"),
        (b"[campaign]\n[ways]\n[campaign]\n", "第 3 行：同一节写了两次（可以重复的节要用双方括号，如 [[phases]]）。"),
        (b'[campaign]\nname = "a\n', "第 2 行：有不能出现的字符，文字跨行时要用三个引号。"),
        (b"[campaign]\nname\n", "第 2 行：名称后面缺少等号。"),
        ("[campaign]\nname = 创先争优\n".encode(), "第 2 行：等号后面的值写法不对（文字要加引号）。"),
        (b"[campaign]\n\n\nstarts = 2011-02-30\n", "第 4 行：日期不存在。"),
        (b'[campaign]\nmotto = """a\nb\n\n', "第 3 行：引号没有配对。"),
        ("[campaign]\n\n\nname = “创先争优”\n".encode(), "第 4 行：等号后面的值写法不对（文字要加引号）。"),
        (
            "# 第一行\n[campaign]\nname = '创先'\n".encode("gb18030"),
            "第 1 行：文件不是 UTF-8 编码，请另存为 UTF-8 后再试。",
        ),
    ],
)
def test_what_is_no_toml_at_all_is_told_in_a_sentence_with_its_line(content: bytes, said: str) -> None:
    assert sentences(content) == [said]


def test_a_file_saved_by_a_windows_editor_reads_the_same() -> None:
    ours = read_plan(TOML.read_bytes())
    theirs = read_plan(b"\xef\xbb\xbf" + TOML.read_bytes().replace(b"\n", b"\r\n"))
    assert theirs == ours


TRICKY = '''\
# a comment with [[brackets]] and key = "value"
top."dotted key" = 1 # [no.table]

[table] # comment
text = "a \\" quote, # no comment ] }"
'literal' = 'C:\\path\\'
long = """
[[not.a.table]]
key = "no" ""
"""
longer = \'\'\'
it's "fine" \'\'\'
list = [
  1, 2, # two, ]
  { a = "}", b = [ "x", 'y' ] },
]

[[many]]
name = 1
[[many.inner]]
x = 2010-07-21 08:00:00
[many.inner.deep]
y = true
[[many]]
  [[many.inner]]
  x = 3
'''


def test_lines_are_found_through_everything_toml_allows() -> None:
    found = line_numbers(TRICKY)
    assert found == {
        ("top",): 2,
        ("top", "dotted key"): 2,
        ("table",): 4,
        ("table", "text"): 5,
        ("table", "literal"): 6,
        ("table", "long"): 7,
        ("table", "longer"): 11,
        ("table", "list"): 13,
        ("table", "list", 0): 14,
        ("table", "list", 1): 14,
        ("table", "list", 2): 15,
        ("table", "list", 2, "a"): 15,
        ("table", "list", 2, "b"): 15,
        ("table", "list", 2, "b", 0): 15,
        ("table", "list", 2, "b", 1): 15,
        ("many",): 18,
        ("many", 0): 18,
        ("many", 0, "name"): 19,
        ("many", 0, "inner"): 20,
        ("many", 0, "inner", 0): 20,
        ("many", 0, "inner", 0, "x"): 21,
        ("many", 0, "inner", 0, "deep"): 22,
        ("many", 0, "inner", 0, "deep", "y"): 23,
        ("many", 1): 24,
        ("many", 1, "inner"): 25,
        ("many", 1, "inner", 0): 25,
        ("many", 1, "inner", 0, "x"): 26,
    }


def places(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        yield (*place, name)
        yield from places(inner, (*place, name))


@pytest.mark.parametrize("text", [TOML.read_text(encoding="utf-8"), TRICKY], ids=["plan", "tricky"])
def test_every_place_of_the_data_has_a_line(text: str) -> None:
    assert set(line_numbers(text)) == set(places(tomllib.loads(text)))
