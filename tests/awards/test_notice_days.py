"""Which day is the last of five working days: the boundary cases around the holidays of 2010 to 2012, and confirmation before and after it."""

from datetime import date

import pytest

from awards.queries.notices import counted_days, last_day
from awards.rules.notices import days_have_passed
from awards.states import NominationState
from awards.workflow.nominations import NOMINATION
from chuangxian.verdicts import Refused
from schedule.actions.days import set_days
from schedule.states.days import DayKind
from tests.awards import build_notices as build
from tests.conftest import Cast

pytestmark = pytest.mark.django_db

# Holidays and weekends worked in exchange as the State Council's notices have them: 国办发明电〔2009〕27号 (2010), 〔2010〕40号 (2011),
# 〔2011〕48号 (2012). Each row: the day it was posted, how many working days, the last of them, and what lies between.
LAST_DAYS = [
    ("2010-09-17", 5, "2010-09-26", "中秋：19 日（周日）上班，22—24 日放假，25、26 日（周末）上班"),
    ("2010-09-21", 5, "2010-09-29", "中秋前一天发布，两个周末日上班"),
    ("2010-09-30", 5, "2010-10-13", "国庆 1—7 日放假，9 日（周六）上班"),
    ("2010-10-08", 5, "2010-10-14", "节后第一天发布，9 日（周六）上班"),
    ("2010-12-31", 5, "2011-01-10", "元旦 1—3 日放假"),
    ("2011-01-28", 5, "2011-02-10", "春节 2—8 日放假，1 月 30 日（周日）上班"),
    ("2011-02-01", 5, "2011-02-14", "除夕前一天发布，2 月 12 日（周六）上班"),
    ("2011-04-01", 5, "2011-04-11", "清明 3—5 日放假，4 月 2 日（周六）上班"),
    ("2011-04-29", 5, "2011-05-09", "五一 4 月 30 日—5 月 2 日放假"),
    ("2011-06-03", 5, "2011-06-13", "端午 4—6 日放假"),
    ("2011-06-13", 5, "2011-06-20", "没有节日，只隔一个周末"),
    ("2011-06-17", 1, "2011-06-20", "周五发布，一个工作日"),
    ("2011-06-18", 5, "2011-06-24", "周六发布"),
    ("2011-09-09", 5, "2011-09-19", "中秋 10—12 日放假"),
    ("2011-09-30", 5, "2011-10-12", "国庆 1—7 日放假，8、9 日（周末）上班"),
    ("2011-12-30", 5, "2012-01-09", "元旦 1—3 日放假，12 月 31 日（周六）上班"),
    ("2012-01-20", 5, "2012-02-01", "春节 22—28 日放假，1 月 21、29 日上班"),
    ("2012-03-30", 5, "2012-04-09", "清明 2—4 日放假，3 月 31 日、4 月 1 日（周末）上班"),
    ("2012-04-27", 5, "2012-05-07", "五一 4 月 29 日—5 月 1 日放假，4 月 28 日（周六）上班"),
    ("2012-06-21", 5, "2012-06-29", "端午 22—24 日放假"),
    ("2012-09-28", 5, "2012-10-11", "国庆 9 月 30 日—10 月 7 日放假，9 月 29 日（周六）上班"),
    ("2012-12-31", 5, "2013-01-08", "2013 年的元旦 1—3 日放假，5、6 日（周末）上班"),
]


@pytest.mark.parametrize(("posted", "number", "last", "between"), LAST_DAYS, ids=[row[0] for row in LAST_DAYS])
def test_the_last_working_day_is_the_one_of_the_official_calendar(
    posted: str, number: int, last: str, between: str
) -> None:
    assert f"{last_day(date.fromisoformat(posted), number)}" == last


def test_nobody_is_confirmed_on_the_fourth_day_nor_on_the_last_but_on_the_day_after(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    one = build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    build.posted(round_, cast.ganshi)
    one.refresh_from_db()
    sentence = "公示要满 5 个工作日，到 2011-06-20 为止，现在还不能审定。"
    for day in (date(2011, 6, 17), build.ENDS):  # the fourth and the fifth working day
        assert days_have_passed(one, cast.ganshi, day).reason == sentence
        with pytest.raises(Refused, match="公示要满 5 个工作日"):
            NOMINATION.move(one, "decide", by=cast.ganshi, on=day)
    assert days_have_passed(one, cast.ganshi, build.OVER)
    NOMINATION.move(one, "decide", by=cast.ganshi, on=build.OVER)
    assert build.state(one) == NominationState.DECIDED


def test_the_last_day_is_worked_out_when_it_is_posted_and_stays_when_the_calendar_is_changed(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    notice = build.posted(round_, cast.ganshi)
    assert (notice.posted_on, notice.ends_on) == (build.POSTED, build.ENDS)
    day = date(2011, 6, 16)
    set_days(first=day, last=day, kind=DayKind.HOLIDAY, name="校庆", by=cast.ganshi, on=day)
    assert build.again(notice).ends_on == build.ENDS
    assert counted_days(notice) == []


def test_each_day_of_the_notice_says_whether_it_counts(cast: Cast) -> None:
    round_ = build.round_of(
        cast.general, nominate_by=date(2011, 9, 20), decide_by=date(2011, 10, 20), commend_on=date(2011, 11, 1)
    )
    build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    notice = build.posted(round_, cast.ganshi, on=date(2011, 9, 30))
    said = [(f"{one.day.day:%m-%d}", one.number, one.day.name) for one in counted_days(notice)]
    assert said[0] == ("10-01", 0, "国庆节")
    assert said[7:] == [
        ("10-08", 1, "调休上班"),
        ("10-09", 2, "调休上班"),
        ("10-10", 3, ""),
        ("10-11", 4, ""),
        ("10-12", 5, ""),
    ]


def test_what_the_office_sets_for_itself_makes_a_notice_longer_and_never_shorter(cast: Cast) -> None:
    round_ = build.round_of(cast.general)
    build.nomination(round_, cast.member1, cast.one, cast.shuji1)
    weekend, day = (date(2011, 6, 18), date(2011, 6, 19)), date(2011, 6, 14)
    set_days(first=weekend[0], last=weekend[1], kind=DayKind.WORKDAY, name="补课", by=cast.ganshi, on=build.POSTED)
    notice = build.posted(round_, cast.ganshi)
    assert notice.ends_on == build.ENDS
    assert [one.number for one in counted_days(notice)] == [1, 2, 3, 4, 0, 0, 5]
    set_days(first=day, last=day, kind=DayKind.HOLIDAY, name="校庆", by=cast.ganshi, on=build.POSTED)
    assert build.posted(round_, cast.ganshi, replaces=notice).ends_on == date(2011, 6, 21)


def test_beyond_the_years_the_calendar_knows_a_weekend_the_office_says_is_worked_counts(cast: Cast) -> None:
    friday = date(2090, 6, 16)
    assert last_day(friday, 1) == date(2090, 6, 19)
    saturday = date(2090, 6, 17)
    set_days(first=saturday, last=saturday, kind=DayKind.WORKDAY, name="调休", by=cast.ganshi, on=build.POSTED)
    assert last_day(friday, 1) == saturday
