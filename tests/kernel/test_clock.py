"""The campaign day and the wall clock."""

from datetime import date, time

import pytest
from django.utils import timezone

from chuangxian import clock


def test_the_site_stands_on_the_day_it_is_told(settings: object) -> None:
    settings.CHUANGXIAN_TODAY = date(2011, 6, 20)  # type: ignore[attr-defined]
    assert clock.today() == date(2011, 6, 20)


def test_without_being_told_it_stands_on_the_real_day(settings: object) -> None:
    settings.CHUANGXIAN_TODAY = None  # type: ignore[attr-defined]
    assert clock.today() == timezone.localdate()


def test_days_nest_and_come_back_even_after_an_error() -> None:
    with clock.standing_on(date(2010, 9, 1)):
        with pytest.raises(ValueError), clock.standing_on(date(2012, 2, 29)):
            assert clock.now().date() == date(2012, 2, 29)
            raise ValueError
        assert clock.today() == date(2010, 9, 1)


def test_a_record_is_entered_on_the_campaign_day_at_the_wall_clocks_time() -> None:
    with clock.standing_on(date(2010, 9, 1)):
        entered, real = clock.now(), timezone.localtime(clock.wall())
    assert entered.date() == date(2010, 9, 1)
    assert abs((entered.hour * 60 + entered.minute) - (real.hour * 60 + real.minute)) <= 1


def test_the_wall_clock_ignores_the_campaign_day() -> None:
    with clock.standing_on(date(2010, 9, 1)):
        assert clock.wall().year >= 2026


def test_a_replay_gives_the_hour_too() -> None:
    with clock.standing_on(date(2010, 9, 1), time(8, 30)):
        assert clock.now().isoformat() == "2010-09-01T08:30:00+08:00"


@pytest.mark.django_db
def test_a_worker_goes_by_the_database_s_day(settings: object) -> None:
    settings.CHUANGXIAN_TODAY = None  # type: ignore[attr-defined]
    with clock.by_the_database() as moment:
        assert clock.now() == timezone.localtime(moment)
        assert clock.today() == timezone.localtime(moment).date()


@pytest.mark.django_db
def test_a_day_the_site_was_told_comes_before_the_database_s(settings: object) -> None:
    settings.CHUANGXIAN_TODAY = date(2011, 6, 20)  # type: ignore[attr-defined]
    with clock.by_the_database() as moment:
        assert clock.today() == date(2011, 6, 20)
        assert moment.year >= 2026
    with clock.standing_on(date(2010, 9, 1)), clock.by_the_database():
        assert clock.today() == date(2010, 9, 1)
