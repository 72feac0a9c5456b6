"""评议码: what is printed, what may be typed, what is kept."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import codes
from reviews.tally import answers


def test_a_typed_code_is_known_however_it_is_typed() -> None:
    code = codes.new_code()
    assert len(code) == 17
    wide = codes.shown(code).translate({ord(c): ord(c) + 0xFEE0 for c in codes.ALPHABET})
    for typed in (code, codes.shown(code), code.lower(), f"  {codes.shown(code)} ", wide, code.replace("0", "O")):
        assert codes.tidy(typed) == code


def test_one_wrong_symbol_is_caught_before_anything_is_asked() -> None:
    code = codes.new_code()
    for place in range(len(code)):
        for symbol in codes.ALPHABET:
            if symbol != code[place]:
                assert codes.tidy(code[:place] + symbol + code[place + 1 :]) is None


@pytest.mark.parametrize("typed", ["", "ABC", "A" * 18, "?" * 17, "评议码评议码评议码评议码评议码码码"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.tidy(typed) is None


def test_codes_are_all_different_and_use_every_symbol_alike() -> None:
    made = [codes.new_code() for _ in range(20_000)]
    assert len(set(made)) == len(made)
    counts = Counter("".join(code[: codes.SYMBOLS] for code in made))
    expected = len(made) * codes.SYMBOLS / len(codes.ALPHABET)
    chi_square = sum((counts[symbol] - expected) ** 2 / expected for symbol in codes.ALPHABET)
    assert chi_square < 65  # 31 degrees of freedom, p > 0.0003


def test_the_same_code_is_kept_differently_by_every_round() -> None:
    code = codes.new_code()
    assert codes.digest(1, code) != codes.digest(2, code) != codes.receipt(2, code)
    assert code not in codes.digest(1, code).upper()


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(1, 8)), st.integers(1, 9)))
def test_answers_come_back_as_they_were_written(grades: dict[tuple[int, int], int]) -> None:
    text = answers.written(grades, subjects=7, items=8)
    assert len(text) == 56
    assert answers.read(text, items=8) == grades
    assert all(int(text[answers.position(*key, items=8)]) == grade for key, grade in grades.items())
