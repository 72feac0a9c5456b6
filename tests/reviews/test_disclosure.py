"""What may be shown: no small group, and no difference of shown groups that is one. The oracle tries every sum by brute force."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reviews.tally.disclosure import Group, Show, decide, shown

DEPTH = 3


@st.composite
def trees(draw: st.DrawFn, items: int = 0, depth: int = 0, name: str = "r") -> Group:
    """A round of up to four subjects of up to four categories; small numbers, for there everything goes wrong."""
    items = items or draw(st.integers(1, 3))
    number = draw(st.integers(0, 4)) if depth < DEPTH - 1 else 0
    parts = tuple(draw(trees(items, depth + 1, f"{name}.{place}")) for place in range(number))
    own = st.lists(st.integers(0, 14), min_size=items, max_size=items)
    beside = st.one_of(st.just([0] * items), own) if parts else own
    rest = draw(beside)
    return Group(name, tuple(rest[item] + sum(part.counts[item] for part in parts) for item in range(items)), parts)


def sums(group: Group, keys: frozenset[object], item: int) -> set[int]:
    """What sets of disjoint shown groups inside (and the group itself) can add up to."""
    found = {0}
    for part in group.parts:
        found = {one + other for one in found for other in sums(part, keys, item)}
    return found | {group.counts[item]} if group.key in keys else found


def differences(tree: Group, wholes: frozenset[object], keys: frozenset[object]) -> set[int]:
    """Every group of ``wholes``, and less every sum of disjoint groups of ``keys`` inside it, item by item."""
    found: set[int] = set()
    for whole in tree.walk():
        if whole.key in wholes:
            for item, n in enumerate(whole.counts):
                found |= {n} | {n - one for one in sums(whole, keys, item)}
    return found


# a mean two levels below, taken from a distribution
NESTED = Group(
    "r", (6, 4, 6), (Group("a", (4, 0, 4)), Group("b", (2, 4, 2), (Group("c", (0, 2, 0)), Group("d", (2,) * 3))))
)


@settings(max_examples=10_000, deadline=None, database=None)
@given(tree=trees(), k=st.integers(2, 12))
@example(tree=NESTED, k=2)
def test_nothing_shown_and_no_difference_is_about_few(tree: Group, k: int) -> None:
    for least in (k, 2 * k):
        keys = shown(tree, least)
        assert not {n for n in differences(tree, keys, keys) if 0 < n < least}
    verdict = decide(tree, k)
    told = frozenset(key for key, show in verdict.items() if show == Show.DISTRIBUTION)
    averaged = frozenset(key for key, show in verdict.items() if show >= Show.MEAN)
    assert not {n for n in differences(tree, told, averaged) if 0 < n < 2 * k}
    assert not {n for n in differences(tree, averaged, averaged) if 0 < n < k}
    assert {key for key, show in verdict.items() if show == Show.EMPTY} == {
        group.key for group in tree.walk() if not any(group.counts)
    }


def round_of(*categories: int) -> Group:
    return Group("all", (sum(categories),), tuple(Group(place, (n,)) for place, n in enumerate(categories)))


N, E, M, D = Show.NOTHING, Show.EMPTY, Show.MEAN, Show.DISTRIBUTION


@pytest.mark.parametrize(
    "categories, all_of_it, each",
    [
        ((4,), N, [N]),
        ((5,), M, [M]),
        ((9,), M, [M]),
        ((10,), D, [D]),
        ((0,), E, [E]),
        ((10, 0), D, [D, E]),
        ((10, 10), D, [D, D]),
        ((10, 9), D, [N, N]),
        ((10, 4), D, [N, N]),
        ((12, 5, 5), D, [D, N, N]),
        ((20, 6, 4, 4, 4), D, [D, M, N, N, N]),
        ((30, 11, 7, 2), D, [D, N, N, N]),
    ],
)
def test_twelve_cases(categories: tuple[int, ...], all_of_it: Show, each: list[Show]) -> None:
    verdict = decide(round_of(*categories), 5)
    assert verdict["all"] == all_of_it
    assert [verdict[place] for place in range(len(categories))] == each


def test_an_item_few_answered_hides_the_group_of_them_all() -> None:
    party, staff = Group("party", (12, 12)), Group("staff", (15, 3))
    assert decide(Group("all", (27, 15), (party, staff)), 5) == {"all": D, "party": N, "staff": N}


def test_parts_larger_than_the_whole_are_refused() -> None:
    with pytest.raises(ValueError, match="more than the whole"):
        shown(Group("all", (10,), (Group("a", (6,)), Group("b", (6,)))), 5)
