"""Holidays and weekends worked in exchange, as the State Council announced them for 2010 to 2012; and what the office sets right."""

from datetime import date

import pytest

from schedule.models import DayOverride
from schedule.queries.days import days_of, official, regular_workdays, workday_after
from schedule.states.days import DayKind
from tests import build

pytestmark = pytest.mark.django_db

# from the notices 国办发明电〔2009〕27号, 〔2010〕40号, 〔2011〕48号
OFF = [
    ("2010-09-22", "2010-09-24"),
    ("2010-10-01", "2010-10-07"),
    ("2011-01-01", "2011-01-03"),
    ("2011-02-02", "2011-02-08"),
    ("2011-04-03", "2011-04-05"),
    ("2011-04-30", "2011-05-02"),
    ("2011-06-04", "2011-06-06"),
    ("2011-09-10", "2011-09-12"),
    ("2011-10-01", "2011-10-07"),
    ("2012-01-01", "2012-01-03"),
    ("2012-01-22", "2012-01-28"),
    ("2012-04-02", "2012-04-04"),
    ("2012-04-29", "2012-05-01"),
    ("2012-06-22", "2012-06-24"),
    ("2012-09-30", "2012-10-07"),
]
WORKED = [
    *("2010-09-19", "2010-09-25", "2010-09-26", "2010-10-09", "2011-01-30", "2011-02-12", "2011-04-02"),
    *("2011-10-08", "2011-10-09", "2011-12-31", "2012-01-21", "2012-01-29", "2012-03-31", "2012-04-01"),
    *("2012-04-28", "2012-09-29"),
]


@pytest.mark.parametrize(("first", "last"), OFF)
def test_a_holiday_is_free_from_its_first_day_to_its_last(first: str, last: str) -> None:
    days = days_of(date.fromisoformat(first), date.fromisoformat(last))
    assert [day for day in days.values() if day.is_work] == []
    assert any(day.name for day in days.values())


@pytest.mark.parametrize("day", WORKED)
def test_a_weekend_worked_in_exchange_is_work_but_no_day_to_meet(day: str) -> None:
    on = date.fromisoformat(day)
    assert official(on).is_work and official(on).name == "调休上班"
    assert regular_workdays(on, on) == []


def test_the_office_sets_a_day_right() -> None:
    by = build.user("office")
    DayOverride.objects.create(day=date(2011, 6, 24), kind=DayKind.HOLIDAY, name="校庆", by=by)
    day = days_of(date(2011, 6, 24), date(2011, 6, 24))[date(2011, 6, 24)]
    assert (day.is_work, day.name) == (False, "校庆")


def test_beyond_the_known_years_weekends_are_free_and_it_is_said_that_nobody_announced_it() -> None:
    assert official(date(2090, 6, 24)).official is False
    assert official(date(2090, 6, 24)).is_work is False and date(2090, 6, 24).weekday() == 5


def test_five_workdays_after_the_eve_of_the_national_day() -> None:
    assert workday_after(date(2011, 9, 30), 5) == date(2011, 10, 12)  # 8 and 9 October are worked
