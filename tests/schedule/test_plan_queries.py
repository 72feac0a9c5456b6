"""What runs on a day, and what it is measured by."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from schedule.actions.plan import load_plan
from schedule.models import Campaign, Semester, StandardSet
from schedule.plan_file import read_plan
from schedule.queries import plan as queries
from schedule.states.plan import Standing, Target
from tests.schedule.original import TOML

FIRST_DAY = date(2010, 7, 21)
LAST_DAY = date(2012, 12, 31)


@pytest.fixture
def campaign(db: Any) -> Campaign:
    load_plan(plan=read_plan(TOML.read_bytes()), by=None, on=FIRST_DAY)
    return Campaign.objects.get()


@pytest.mark.django_db
def test_without_a_plan_nothing_runs() -> None:
    assert queries.current_campaign(FIRST_DAY) is None
    assert queries.phases_on(FIRST_DAY) == []
    assert queries.semester_on(FIRST_DAY) is None
    assert queries.milestones_ahead(FIRST_DAY, 1000) == []
    assert list(queries.standards_of(Target.MEMBER, FIRST_DAY)) == []


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2010, 1, 1), Standing.AHEAD),
        (FIRST_DAY, Standing.RUNNING),
        (LAST_DAY, Standing.RUNNING),
        (date(2013, 1, 1), Standing.OVER),
    ],
)
def test_the_nearest_campaign_is_current_and_says_how_it_stands(
    campaign: Campaign, on: date, standing: Standing
) -> None:
    current = queries.current_campaign(on)
    assert current == campaign
    assert current.standing(on) == standing


@pytest.mark.parametrize(
    ("on", "running"),
    [
        (date(2010, 7, 20), []),
        (date(2010, 7, 21), ["mobilise_and_study"]),
        (date(2010, 8, 31), ["mobilise_and_study"]),
        (date(2010, 9, 1), ["mobilise_and_study", "build_and_strive"]),
        (date(2010, 9, 10), ["mobilise_and_study", "build_and_strive"]),
        (date(2010, 9, 11), ["build_and_strive"]),
        (date(2012, 6, 30), ["build_and_strive"]),
        (date(2012, 7, 1), ["model_and_sum_up"]),
        (date(2012, 12, 31), ["model_and_sum_up"]),
        (date(2013, 1, 1), []),
    ],
)
def test_phases_of_a_day_both_where_they_overlap(campaign: Campaign, on: date, running: list[str]) -> None:
    assert [phase.key for phase in queries.phases_on(on)] == running


@pytest.mark.parametrize(
    ("on", "key"),
    [
        (date(2010, 2, 28), None),
        (date(2010, 3, 1), "2010-spring"),
        (date(2010, 7, 21), "2010-spring"),
        (date(2010, 8, 31), "2010-spring"),
        (date(2010, 9, 1), "2010-autumn"),
        (date(2011, 2, 13), "2010-autumn"),
        (date(2011, 6, 20), "2011-spring"),
        (date(2012, 12, 31), "2012-autumn"),
        (date(2013, 1, 1), None),
    ],
)
def test_vacation_counts_to_the_semester_before_it(campaign: Campaign, on: date, key: str | None) -> None:
    semester = queries.semester_on(on)
    assert (semester.key if semester else None) == key


def test_every_day_of_the_campaign_counts_to_exactly_one_semester(campaign: Campaign) -> None:
    semesters = queries.semesters_of(campaign)
    stretches = [(semester.starts_on, semester.reporting_until) for semester in semesters]
    assert [end for _, end in stretches] == [
        date(2010, 8, 31),
        date(2011, 2, 13),
        date(2011, 8, 31),
        date(2012, 2, 5),
        date(2012, 8, 31),
        date(2012, 12, 31),
    ]
    day = campaign.starts_on
    while day <= campaign.ends_on:
        assert sum(start <= day <= end for start, end in stretches) == 1, day
        day += timedelta(days=1)


def test_a_semester_knows_its_end_without_asking_again(
    campaign: Campaign, django_assert_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_num_queries(1):
        assert len({semester.reporting_until for semester in queries.semesters_of(campaign)}) == 6
    with django_assert_num_queries(1):
        assert Semester.objects.get(key="2012-autumn").reporting_until == LAST_DAY


def test_a_semester_not_read_from_the_database_knows_its_end_too(campaign: Campaign) -> None:
    fresh = Semester(campaign=campaign, starts_on=date(2011, 2, 14), ends_on=date(2011, 6, 30))
    assert fresh.reporting_until == date(2011, 8, 31)


def test_milestones_ahead_are_those_within_the_days(campaign: Campaign) -> None:
    assert [milestone.key for milestone in queries.milestones_ahead(date(2011, 6, 1), 30)] == ["party_90th"]
    assert queries.milestones_ahead(date(2011, 6, 1), 29) == []
    assert [milestone.key for milestone in queries.milestones_ahead(date(2011, 7, 1), 0)] == ["party_90th"]
    assert [milestone.key for milestone in queries.milestones_ahead(date(2011, 7, 2), 600)] == ["congress_18th"]


def test_standards_are_those_of_the_target_in_order(campaign: Campaign) -> None:
    assert [standard.title for standard in queries.standards_of(Target.ORGANIZATION, FIRST_DAY)] == [
        "领导班子好",
        "党员队伍好",
        "工作机制好",
        "工作业绩好",
        "群众反映好",
    ]
    assert [standard.title for standard in queries.standards_of(Target.MEMBER, FIRST_DAY)][2] == "带头服务师生"


def test_the_version_in_effect_on_the_day_counts(campaign: Campaign) -> None:
    newer = StandardSet.objects.create(
        campaign=campaign,
        key="five_takes_the_lead_2012",
        target=Target.MEMBER,
        effective_from=date(2012, 3, 1),
        order=3,
    )
    newer.standards.create(key="lead_learning", title="带头学习提高")
    assert queries.standards_of(Target.MEMBER, date(2012, 2, 29)).count() == 5
    assert [standard.set for standard in queries.standards_of(Target.MEMBER, date(2012, 3, 1))] == [newer]
    assert queries.standards_of(Target.MEMBER, date(2010, 1, 1)).count() == 5
