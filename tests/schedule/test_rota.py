"""Whose turn it is, and on which days: the promises of the rota, tried on whatever dates and people there may be."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schedule.rota import (
    Placed,
    Shift,
    Speaker,
    Turn,
    assign,
    lacking,
    longest_gap,
    place,
    rhythm,
    shifted,
    swapped,
)

FIRST = date(2011, 2, 18)
JOINED = date(2010, 7, 1)
any_day = st.dates(date(2010, 9, 1), date(2012, 12, 31))
any_dates = st.lists(any_day, min_size=26, max_size=26, unique=True)


def twelve() -> list[Speaker[int]]:
    return [Speaker(number, JOINED) for number in range(12)]


@given(any_dates)
def test_nobody_speaks_a_third_time_before_all_have_spoken_twice(dates: list[date]) -> None:
    plan = assign(twelve(), [], dates)
    spoken: Counter[int | None] = Counter()
    for day in sorted(dates):
        speaker = plan[day]
        if spoken[speaker] == 2:
            assert all(spoken[one.key] >= 2 for one in twelve())
        spoken[speaker] += 1
    assert max(spoken.values()) - min(spoken[one.key] for one in twelve()) <= 1


@given(any_dates, st.data())
def test_a_swap_keeps_everybodys_count(dates: list[date], data: st.DataObject) -> None:
    plan = assign(twelve(), [], dates)
    pairs = st.lists(st.sampled_from(dates), min_size=2, max_size=2, unique=True)
    after = plan
    for one, other in data.draw(st.lists(pairs, max_size=5)):
        after = swapped(after, one, other)
    assert Counter(after.values()) == Counter(plan.values())


stays = st.tuples(any_day, st.none() | st.integers(0, 500))


@given(any_dates, st.lists(stays, min_size=1, max_size=12))
def test_nobody_gets_a_second_turn_before_the_others_who_were_there_all_along_got_theirs(
    dates: list[date], coming: list[tuple[date, int | None]]
) -> None:
    people = [
        Speaker(number, since, since + timedelta(days=length) if length is not None else None)
        for number, (since, length) in enumerate(coming)
    ]
    plan = assign(people, [], dates)
    for speaker in people:
        mine = [day for day in sorted(dates) if plan[day] == speaker.key]
        assert all(speaker.is_there(day) for day in mine)
        for first, second in zip(mine, mine[1:], strict=False):
            for other in people:
                if other is not speaker and other.is_there(first) and other.is_there(second):
                    assert any(plan[day] == other.key for day in dates if first < day < second)


@given(any_dates, st.lists(any_day, min_size=2, max_size=8, unique=True))
def test_newcomers_come_after_those_already_waiting_for_their_first_turn(dates: list[date], joined: list[date]) -> None:
    people = [Speaker(number, day) for number, day in enumerate(joined)]
    plan = assign(people, [], dates)
    first = {key: min((day for day in dates if plan[day] == key), default=date.max) for key in range(len(people))}
    for one in people:
        for other in people:
            if one.since < other.since:
                assert first[one.key] < first[other.key] or first[other.key] == date.max


@given(any_dates, st.integers(0, 25))
def test_planned_in_two_parts_it_is_the_same_plan(dates: list[date], cut: int) -> None:
    dates = sorted(dates)
    whole = assign(twelve(), [], dates)
    begun = assign(twelve(), [], dates[:cut])
    rest = assign(twelve(), [Turn(day, key) for day, key in begun.items() if key is not None], dates[cut:])
    assert begun | rest == whole


def test_a_turn_that_stands_further_on_counts_as_had() -> None:
    people = [Speaker(name, JOINED) for name in "甲乙丙"]
    later = Turn(FIRST + timedelta(days=42), "甲")
    days = rhythm(FIRST, FIRST + timedelta(days=28), 14)
    assert list(assign(people, [later], days).values()) == ["乙", "丙", "乙"]


def test_where_nobody_belongs_to_the_branch_nobody_is_asked() -> None:
    assert assign([Speaker("甲", FIRST)], [], [JOINED]) == {JOINED: None}


def test_a_turn_that_falls_away_is_the_next_one_and_the_rest_follow() -> None:
    places = [(2, "乙"), (3, None), (4, "丁")]
    assert shifted("甲", places) == ([Shift(2, "乙", "甲"), Shift(3, None, "乙")], None)
    assert shifted("甲", [(2, "乙")]) == ([Shift(2, "乙", "甲")], "乙")
    assert shifted("甲", []) == ([], "甲")


def weekdays_but(*off: date) -> set[date]:
    days = [date(2010, 8, 1) + timedelta(days=n) for n in range(900)]
    return {day for day in days if day.weekday() < 5 and day not in off}


def test_a_day_off_moves_so_that_the_gaps_stay_short_and_the_rhythm_goes_on() -> None:
    holiday = [date(2010, 10, n) for n in range(1, 8)]
    days = rhythm(date(2010, 9, 17), date(2010, 10, 29), 14)
    assert place(days, weekdays_but(*holiday), 14) == [
        Placed(date(2010, 9, 17), date(2010, 9, 17)),
        Placed(date(2010, 10, 1), date(2010, 9, 30)),
        Placed(date(2010, 10, 15), date(2010, 10, 15)),
        Placed(date(2010, 10, 29), date(2010, 10, 29)),
    ]


def test_of_two_days_as_near_the_earlier_is_taken_and_none_twice() -> None:
    assert place([date(2011, 3, 5), date(2011, 3, 6)], weekdays_but(), 1)[0].day == date(2011, 3, 4)
    daily = place(rhythm(date(2011, 3, 4), date(2011, 3, 8), 1), weekdays_but(), 1)
    assert len({one.day for one in daily}) == len(daily)


def test_where_no_workday_is_near_no_session_is_put() -> None:
    assert place([date(2011, 3, 5)], [], 14) == []


@given(any_day, st.integers(7, 14), st.sets(st.integers(0, 119), max_size=60))
def test_sessions_stay_within_fourteen_days_unless_a_day_off_leaves_no_choice(
    first: date, interval: int, off: set[int]
) -> None:
    workdays = {first + timedelta(days=n) for n in range(120) if n not in off}
    days = rhythm(first, first + timedelta(days=119), interval)
    placed = place(days, workdays, interval)
    assert all(one.day in workdays for one in placed)
    assert [one.day for one in placed] == sorted({one.day for one in placed})
    for before, after in zip(placed, placed[1:], strict=False):
        if not before.moved and not after.moved and (after.rhythm - before.rhythm).days == interval:
            assert (after.day - before.day).days <= 14


def test_only_what_lacks_is_filled() -> None:
    wanted = rhythm(FIRST, FIRST + timedelta(days=42), 14)
    kept = [FIRST + timedelta(days=2), FIRST + timedelta(days=21)]
    assert lacking(wanted, kept, 14) == [
        FIRST + timedelta(days=14),
        FIRST + timedelta(days=28),
        FIRST + timedelta(days=42),
    ]


def test_the_longest_gap_counts_from_the_first_day_of_term_and_up_to_today() -> None:
    term, today = date(2011, 2, 14), date(2011, 4, 20)
    assert longest_gap([], term, today) == 65
    assert longest_gap([date(2011, 3, 1), date(2011, 3, 15), date(2010, 12, 1)], term, today) == 36
    assert longest_gap([], today, term) == 0
