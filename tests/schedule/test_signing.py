"""The moving code: whose it is, how long it is taken, and that it cannot be guessed from another."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from schedule import signing

NOON = datetime(2011, 6, 20, 4, 0, 10, tzinfo=UTC)
SESSION = SimpleNamespace(pk=7, sign_key="a" * 32)
ME, OTHER = SimpleNamespace(pk=1), SimpleNamespace(pk=2)


def later(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_a_code_is_taken_in_its_half_minute_and_the_next_and_not_after() -> None:
    window = signing.window_of(NOON)
    code, digits = signing.code_of(SESSION, window), signing.digits_of(SESSION, window)
    assert [signing.takes_code(SESSION, code, later(s)) for s in (0, 19, 20, 49, 50, 120)] == [True] * 4 + [False] * 2
    assert [signing.takes_digits(SESSION, digits, later(s)) for s in (0, 49, 50, 120)] == [True, True, False, False]
    assert not signing.takes_code(SESSION, code, later(-30))  # nor before its time


def test_the_two_codes_and_those_of_other_sessions_and_times_all_differ() -> None:
    other = SimpleNamespace(pk=8, sign_key=SESSION.sign_key)
    rekeyed = SimpleNamespace(pk=7, sign_key="b" * 32)
    windows = range(signing.window_of(NOON), signing.window_of(NOON) + 500)
    codes = [signing.code_of(one, window) for one in (SESSION, other, rekeyed) for window in windows]
    assert len(set(codes)) == len(codes) and {len(code) for code in codes} == {16}
    assert {len(signing.digits_of(SESSION, window)) for window in windows} == {6}


def test_the_screen_tells_when_the_code_changes() -> None:
    assert signing.seconds_left(NOON) == 20
    assert signing.seconds_left(later(19)) == 1
    assert signing.seconds_left(later(20)) == 30


def test_a_ticket_is_one_persons_for_one_session_and_a_minute_and_a_half() -> None:
    ticket = signing.ticket_for(SESSION, ME, NOON)
    assert signing.takes_ticket(SESSION, ME, ticket, later(90))
    assert not signing.takes_ticket(SESSION, ME, ticket, later(91))
    assert not signing.takes_ticket(SESSION, ME, ticket, later(-1))
    assert not signing.takes_ticket(SESSION, OTHER, ticket, NOON)
    assert not signing.takes_ticket(SimpleNamespace(pk=8), ME, ticket, NOON)
    for forged in ("", "x", ticket[:-1], ticket + "x", "\x00", "a:b:c"):
        assert not signing.takes_ticket(SESSION, ME, forged, NOON)


def test_junk_is_no_code() -> None:
    for junk in ("", "９" * 6, "x" * 5000, "\x00"):
        assert not signing.takes_code(SESSION, junk, NOON)
        assert not signing.takes_digits(SESSION, junk, NOON)
