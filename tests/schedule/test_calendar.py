"""Dates as a plan writes them."""

from datetime import date

import pytest

from schedule import calendar
from schedule.calendar import Stretch
from schedule.states.plan import Precision, Standing

DAY, TEN_DAYS, MONTH = Precision.DAY, Precision.TEN_DAYS, Precision.MONTH


@pytest.mark.parametrize(
    ("written", "first", "last", "precision"),
    [
        ("2010年7月上旬", date(2010, 7, 1), date(2010, 7, 10), TEN_DAYS),
        ("2010年7月中旬", date(2010, 7, 11), date(2010, 7, 20), TEN_DAYS),
        ("2010年7月下旬", date(2010, 7, 21), date(2010, 7, 31), TEN_DAYS),
        ("2012年2月下旬", date(2012, 2, 21), date(2012, 2, 29), TEN_DAYS),
        ("2012年6月底", date(2012, 6, 21), date(2012, 6, 30), TEN_DAYS),
        ("2012年9月初", date(2012, 9, 1), date(2012, 9, 10), TEN_DAYS),
        ("2012年7月", date(2012, 7, 1), date(2012, 7, 31), MONTH),
        ("2012年底", date(2012, 12, 1), date(2012, 12, 31), MONTH),
        ("2012年末", date(2012, 12, 1), date(2012, 12, 31), MONTH),
        ("2011年7月1日", date(2011, 7, 1), date(2011, 7, 1), DAY),
        ("２０１１年 ７月 １日", date(2011, 7, 1), date(2011, 7, 1), DAY),
    ],
)
def test_written_date_means_exactly_these_days(written: str, first: date, last: date, precision: Precision) -> None:
    assert calendar.read_written(written) == Stretch(first, last, precision)


@pytest.mark.parametrize("written", ["", "七月", "2010年", "2010-07", "2010年7月第三旬", "2010年7月下旬左右"])
def test_what_is_not_a_date_is_refused_with_examples(written: str) -> None:
    with pytest.raises(ValueError, match="不是看得懂的日期，可以写 2011-07-01、2010年7月下旬"):
        calendar.read_written(written)


@pytest.mark.parametrize("written", ["2011年2月29日", "2010年13月", "2010年0月上旬", "0000年7月"])
def test_a_day_that_never_was_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=f"“{written}”这一天不存在"):
        calendar.read_written(written)


@pytest.mark.parametrize("day", [1, 10, 11, 20, 21, 31])
@pytest.mark.parametrize("precision", list(Precision))
def test_a_stretch_contains_its_day_and_says_the_same_from_any_of_its_days(day: int, precision: Precision) -> None:
    stretch = calendar.stretch(date(2010, 7, day), precision)
    assert stretch.first <= date(2010, 7, day) <= stretch.last
    assert calendar.spoken(stretch.first, precision) == calendar.spoken(stretch.last, precision)


def test_dates_are_said_as_exactly_as_they_are_known() -> None:
    assert calendar.spoken(date(2011, 7, 1), DAY) == "2011年7月1日"
    assert calendar.spoken(date(2010, 7, 31), TEN_DAYS) == "2010年7月下旬"
    assert calendar.spoken(date(2012, 12, 31), MONTH) == "2012年12月"


def test_a_range_says_its_year_once() -> None:
    assert calendar.spoken_range(date(2010, 7, 21), TEN_DAYS, date(2010, 9, 10), TEN_DAYS) == "2010年7月下旬—9月上旬"
    assert calendar.spoken_range(date(2010, 9, 1), TEN_DAYS, date(2012, 6, 30), DAY) == "2010年9月上旬—2012年6月30日"


def test_first_and_last_day_belong_to_a_stretch() -> None:
    first, last = date(2010, 7, 21), date(2010, 9, 10)
    assert calendar.standing(first, last, date(2010, 7, 20)) == Standing.AHEAD
    assert calendar.standing(first, last, first) == Standing.RUNNING
    assert calendar.standing(first, last, last) == Standing.RUNNING
    assert calendar.standing(first, last, date(2010, 9, 11)) == Standing.OVER


def test_months_are_walked_over_the_end_of_the_year() -> None:
    assert list(calendar.months(date(2010, 11, 30), date(2011, 2, 1))) == [
        date(2010, 11, 1),
        date(2010, 12, 1),
        date(2011, 1, 1),
        date(2011, 2, 1),
    ]
