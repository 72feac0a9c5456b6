"""The roster's own export comes back as nothing to do: nobody new, altered, moved or absent, no post given twice."""

import os
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from branches import queries
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import standing_of
from branches.sheets import ROSTER
from branches.states import MemberType, Post, Sex
from chuangxian import clock
from chuangxian.imports import snapshot
from tests import build
from tests.branches.rosters import CLEAN, commit, five_branches, rehearsed

pytestmark = pytest.mark.django_db
TRIPS = int(os.environ.get("ROUND_TRIPS", "20"))
ON = date(2011, 6, 20)
MODELS = (Member, Membership, PostAssignment, Organization)


def exported(place: Organization, viewer: Any) -> bytes:
    """The roster as its page writes it."""
    rows = queries.roster(standing_of(viewer, ON), ON, place.path).order_by("path", "member__sort_key", "member_id")
    stream = BytesIO()
    lines = queries.roster_lines(rows, ON)
    ROSTER.write(stream, lines, heading=[f"{place.name}党员名册"], as_of=ON, who="文员", at=clock.now())
    return stream.getvalue()


def everything() -> list[Any]:
    """Every field of everybody, of where he belongs and of his posts."""
    return [[(one.pk, snapshot(one)) for one in model._base_manager.order_by("pk")] for model in MODELS]


def office_of(general: Organization) -> Any:
    user = build.user(f"wenyuan{general.pk}", "文员")
    build.appoint(user, general, Post.OFFICE_STAFF)
    return user


def no_op(content: bytes, general: Organization) -> None:
    found = rehearsed(content, general, on=ON)
    assert not found.errors, [str(one) for one in found.problems]
    counts = {name: found.counts[name] for name in ("add", "change", "bad", "absent")}
    assert counts == {"add": 0, "change": 0, "bad": 0, "absent": 0}, [one.differences for one in found.changes]
    before = everything()
    commit(content, general, on=ON)
    assert everything() == before


def test_the_roster_of_the_files_goes_round() -> None:
    general = five_branches()
    office = office_of(general)
    commit(CLEAN, general)
    no_op(exported(general, office), general)


NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=12)
DATES = st.dates(date(1935, 1, 1), date(1985, 12, 31))


PRECISION = st.sampled_from(["day", "month"])


def partial(of: Any, precision: Any = PRECISION) -> Any:
    return st.tuples(of, precision).map(lambda one: (one[0].replace(day=1) if one[1] == "month" else one[0], one[1]))


def test_what_the_reader_tidies_away_is_no_change() -> None:
    general = build.general_branch()
    build.member(
        build.branch(general), "王建国", born_on=date(1970, 1, 1), unit_post="教研\xad员", education="大学　本科"
    )
    no_op(exported(general, office_of(general)), general)


@settings(
    max_examples=TRIPS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {
                "name": NAMES,
                "sex": st.sampled_from(Sex.values),
                "born": partial(DATES),
                "joined": partial(st.dates(date(2004, 1, 1), date(2008, 12, 31))),
                "ethnicity": st.sampled_from(["", "汉族", "回族"]),
                "education": WORDS,
                "unit_post": WORDS,
                "member_type": st.sampled_from([MemberType.FULL, MemberType.RETIRED]),
                "email": st.sampled_from(["", "a@example.com"]),
                "branch": st.integers(0, 1),
            }
        ),
        max_size=5,
        unique_by=lambda one: one["name"],
    ),
    led=st.booleans(),
)
def test_no_random_roster_is_changed_by_going_round(people: list[dict[str, Any]], led: bool) -> None:
    general = build.general_branch()
    branches = [build.branch(general), build.branch(general)]
    office = office_of(general)
    for number, one in enumerate(people):
        born, joined = one.pop("born"), one.pop("joined")
        mail = f"{number}{one.pop('email')}" if one["email"] else one.pop("email")
        member = build.member(
            branches[one.pop("branch")],
            one.pop("name"),
            born_on=born[0],
            born_precision=born[1],
            joined_on=joined[0],
            joined_precision=joined[1],
            email=mail,
            **one,
        )
        if led and number == 0:
            build.appoint(member, Membership.objects.get(member=member).organization)
    no_op(exported(general, office), general)
