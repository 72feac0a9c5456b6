"""The campaign at a glance: where things lie, and what is said of a day."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from chuangxian import clock
from schedule import timeline
from schedule.actions.plan import load_plan
from schedule.models import Campaign, Milestone, Phase, Semester
from schedule.plan_file import read_plan
from schedule.queries import plan as queries
from schedule.states.plan import Precision
from schedule.timeline.shapes import Box, Picture, Scale, lanes, reach, text_width, wrapped
from tests.schedule.original import TOML

DAYS = [date(2010, 1, 1), date(2010, 7, 21), date(2010, 9, 5), date(2011, 6, 20), date(2012, 12, 31), date(2014, 1, 1)]
JUNE = date(2011, 6, 20)


@pytest.fixture
def story(db: Any) -> timeline.Story:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=date(2010, 7, 21))
    campaign = Campaign.objects.get()
    return timeline.Story(
        campaign, queries.phases_of(campaign), queries.semesters_of(campaign), queries.milestones_of(campaign)
    )


def small_story(*stretches: tuple[str, date, date]) -> timeline.Story:
    """A campaign of the year 2011 with these phases and one semester; nothing is saved."""
    campaign = Campaign(starts_on=date(2011, 1, 1), ends_on=date(2011, 12, 31))
    semester = Semester(campaign=campaign, starts_on=date(2011, 1, 1), ends_on=date(2011, 6, 30), short_label="春")
    semester.next_starts_on = None
    phases = [Phase(title=title, label=title, starts_on=first, ends_on=last) for title, first, last in stretches]
    return timeline.Story(campaign, phases, [semester], [])


def test_a_scale_gives_every_day_its_share() -> None:
    scale = Scale(date(2011, 1, 1), date(2011, 1, 10), at=100, length=200)
    assert (scale.start(date(2011, 1, 1)), scale.end(date(2011, 1, 1))) == (100, 120)
    assert scale.end(date(2011, 1, 10)) == 300
    assert scale.middle(date(2011, 1, 5), date(2011, 1, 6)) == 200


def test_days_beyond_the_scale_stop_at_its_ends() -> None:
    scale = Scale(date(2011, 1, 1), date(2011, 1, 10), at=100, length=200)
    assert (scale.start(date(2010, 1, 1)), scale.end(date(2013, 1, 28))) == (100, 300)
    assert not scale.shows(date(2010, 12, 31))
    assert scale.shows(date(2011, 1, 10))


def test_what_overlaps_gets_its_own_lane_and_what_follows_comes_back() -> None:
    assert lanes([(0, 50), (40, 200), (100, 150), (300, 400)]) == [0, 1, 0, 0]
    assert lanes([(0, 50), (50, 60)]) == [0, 1]
    assert lanes([]) == []


def test_whole_months_around_campaign_and_semesters_are_shown(story: timeline.Story) -> None:
    assert story.span() == (date(2010, 3, 1), date(2012, 12, 31))


def test_overlapping_phases_lie_in_lanes_that_do_not_touch(story: timeline.Story) -> None:
    first, second, third = timeline.across(story, JUNE).phases
    assert first.y == third.y < second.y
    assert second.x < first.x + first.width
    assert third.x == pytest.approx(second.x + second.width)


@pytest.mark.parametrize("on", DAYS)
def test_everything_lies_inside_the_pictures_on_any_day(story: timeline.Story, on: date) -> None:
    for picture, size in ((timeline.across(story, on), 16), (timeline.down(story, on), 12)):
        for box in boxes(picture):
            assert box.x >= 0
            assert box.x + box.width <= picture.width + 0.2
            assert box.y >= 0
            assert box.y + box.height <= picture.height
            assert box.width > 0
            assert box.height > 0
            for word in box.words:
                start, end = reach(word, size)
                assert -0.2 <= start < end <= picture.width + 0.2, word
                assert 0 <= word.y <= picture.height
        for mark in picture.milestones:
            for word in mark.words:
                assert word.y <= picture.height


def boxes(picture: Picture) -> list[Box]:
    flag = [picture.today_flag] if picture.today_flag else []
    return [*picture.years, *picture.semesters, *picture.phases, *flag]


def test_words_beside_the_downward_line_never_touch_and_never_leave_the_picture() -> None:
    crowded = [
        (f"第{n}个阶段的名称很长，长到一行放不下，只好分成几行", date(2011, 12, n), date(2011, 12, 31))
        for n in range(1, 7)
    ]
    picture = timeline.down(small_story(*crowded), JUNE)
    lines = [word for box in picture.phases for word in box.words]
    assert len(lines) > 6 * 2
    assert all(after.y - before.y > 16.9 for before, after in pairwise(lines))
    assert max(word.y for word in lines) < picture.height
    assert "".join(word.text for word in picture.phases[0].words if word.strong) == crowded[0][0]


def test_a_broken_line_does_not_begin_with_a_closing_mark() -> None:
    assert wrapped("健全机制，全面争创", 40, 10) == ["健全机制，", "全面争创"]
    assert wrapped("", 40, 10) == [""]


def test_a_title_stands_in_its_bar_or_after_it_or_before_it() -> None:
    within, after, before = timeline.across(
        small_story(
            ("宽", date(2011, 1, 1), date(2011, 6, 30)),
            ("这个标题比它的短阶段长得多", date(2011, 3, 1), date(2011, 3, 5)),
            ("这个标题在年底放不下只好在前", date(2011, 12, 25), date(2011, 12, 31)),
        ),
        JUNE,
    ).phases
    assert within.inside
    assert after.words[0].x > after.x + after.width
    assert before.words[0].anchor == "end"
    assert before.words[0].x < before.x
    assert not after.inside
    assert not before.inside


def test_a_term_and_its_vacation_lie_end_to_end(story: timeline.Story) -> None:
    semesters = timeline.across(story, JUNE).semesters
    assert [box.kind for box in semesters].count("term") == 6
    vacation, term = semesters[0], semesters[1]
    assert (vacation.kind, term.kind) == ("vacation", "term")
    assert vacation.x == pytest.approx(term.x + term.width)
    assert {box.standing for box in semesters[4:6]} == {"running"}


def test_today_is_marked_only_where_the_picture_reaches(story: timeline.Story) -> None:
    assert timeline.across(story, JUNE).today is not None
    assert timeline.across(story, date(2009, 1, 1)).today is None
    assert timeline.down(story, date(2014, 1, 1)).today is None


def test_a_chinese_character_is_square() -> None:
    assert text_width("学期", 10) == 20
    assert text_width("ab", 10) == pytest.approx(11.2)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2010, 7, 11), "活动将于2010年7月21日开始，还有10天。"),
        (
            date(2010, 7, 21),
            "2010年7月21日是活动的第1天（共895天）。正在进行“动员部署、组织学习”，2009—2010学年第二学期假期。距“建党90周年”还有345天。",
        ),
        (
            date(2010, 9, 5),
            "2010年9月5日是活动的第47天（共895天）。正在进行“动员部署、组织学习”、“健全机制，全面争创”，"
            "2010—2011学年第一学期。距“建党90周年”还有299天。",
        ),
        (
            date(2011, 7, 1),
            "2011年7月1日是活动的第346天（共895天）。正在进行“健全机制，全面争创”，2010—2011学年第二学期假期。“建党90周年”就在今天。",
        ),
        (
            date(2012, 12, 31),
            "2012年12月31日是活动的第895天（共895天）。正在进行“典型示范，总结提高”，2012—2013学年第一学期。",
        ),
        (date(2013, 1, 1), "活动已于2012年12月31日结束，历时895天。"),
    ],
)
def test_the_day_is_told_in_sentences(story: timeline.Story, on: date, said: str) -> None:
    assert timeline.in_words(story, on) == said


def test_between_two_phases_the_sentence_says_so() -> None:
    story = small_story(("一", date(2011, 1, 1), date(2011, 2, 1)))
    assert "两个阶段之间" in timeline.in_words(story, date(2011, 5, 1))


def test_a_milestone_known_to_the_month_is_now_all_month() -> None:
    milestone = Milestone(title="某会", date=date(2012, 11, 1), precision=Precision.MONTH)
    assert timeline.distance(milestone, date(2012, 10, 30)) == "还有2天"
    assert timeline.distance(milestone, date(2012, 11, 8)) == "就在2012年11月"
    assert timeline.distance(milestone, date(2012, 12, 1)) == "已过1天"


@pytest.mark.parametrize("on", DAYS)
def test_the_tables_say_what_the_pictures_show(client: Client, story: timeline.Story, on: date) -> None:
    with clock.standing_on(on):
        html = client.get("/plan/timeline/").content.decode()
    tables = html.partition("</figure>")[2]
    drawn = re.findall(r'<text class="timeline-title[^>]*>([^<]+)</text>', html.partition("timeline-down")[0])
    assert drawn == ["动员部署、组织学习", "健全机制，全面争创", "典型示范，总结提高", "建党90周年", "党的十八大召开"]
    assert [title for title in drawn if title not in tables] == []
    assert html.count('<rect class="timeline-flag"') == (2 if date(2010, 3, 1) <= on <= date(2012, 12, 31) else 0)
    assert 'style="' not in html
