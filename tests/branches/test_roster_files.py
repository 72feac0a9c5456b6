"""The two roster files, cell by cell: every good row right, every planted problem named, nothing guessed, nothing lost."""

import json
import re
import unicodedata
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from branches import queries
from branches.models import Member, Membership, Organization, PostAssignment
from branches.scope import standing_of
from branches.sheets import ROSTER
from branches.states import Kind, MemberType, Post, Sex
from tests import build
from tests.branches.rosters import BRANCHES, CLEAN, DATA, MESSY, ON, commit, five_branches, problems_by_row, rehearsed

POSTS = {
    "党支部书记": (Kind.BRANCH, Post.SECRETARY),
    "党总支书记": (Kind.GENERAL_BRANCH, Post.SECRETARY),
    "党总支副书记": (Kind.GENERAL_BRANCH, Post.DEPUTY_SECRETARY),
    "组织委员": (Kind.BRANCH, Post.ORGANIZATION_COMMISSIONER),
    "宣传委员": (Kind.BRANCH, Post.PUBLICITY_COMMISSIONER),
    "纪检委员": (Kind.BRANCH, Post.DISCIPLINE_COMMISSIONER),
}
TYPES = {"正式党员": MemberType.FULL, "预备党员": MemberType.PROBATIONARY, "离退休党员": MemberType.RETIRED}
PLANTED = {problem["row"]: problem for problem in json.loads((DATA / "roster-messy.json").read_text())}
# what the message of each planted problem must contain, and in which column it must stand
NAMED = {
    "duplicate": ("重复", "B"),
    "unknown branch": ("对外联络党支部", "I"),
    "no name": ("必填", "B"),
    "impossible date": ("2013-02-30", "G"),
    "formula": ("公式", "G"),
    "bad e-mail": ("邮箱", "M"),
    "joined before birth": ("不晚于出生", "G"),
    "hidden row (import it, but say so)": ("隐藏", ""),
    "total line, not a person": ("合计", ""),
}


def as_written(value: Any) -> tuple[date | None, str]:
    """Read a date cell by rules of the test's own, written apart from the product's."""
    if value is None:
        return None, "day"
    if isinstance(value, datetime):
        return value.date(), "day"
    numbers = [int(n) for n in re.findall(r"\d+", unicodedata.normalize("NFKC", value))]
    return (date(*numbers), "day") if len(numbers) == 3 else (date(numbers[0], numbers[1], 1), "month")


def people(file: Path, first: int, last: int) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a file as they should end up, straight from openpyxl."""
    sheet = openpyxl.load_workbook(file).worksheets[0]
    found = []
    for number, row in enumerate(sheet.iter_rows(min_row=first, max_row=last, values_only=True), first):
        _, name, sex, born, ethnicity, education, joined, confirmed, branch, post, unit_post, kind, email = row[:13]
        (born_on, born_p), (joined_on, joined_p), (confirmed_on, confirmed_p) = map(
            as_written, (born, joined, confirmed)
        )
        found.append(
            (
                number,
                {
                    "name": re.sub(r"\s", "", name),
                    "sex": {"男": Sex.MALE, "女": Sex.FEMALE}[sex.strip()],
                    "born_on": born_on,
                    "born_precision": born_p,
                    "ethnicity": ethnicity,
                    "education": education,
                    "joined_on": joined_on,
                    "joined_precision": joined_p,
                    "confirmed_on": confirmed_on,
                    "confirmed_precision": confirmed_p,
                    "branch": branch if branch.endswith("党支部") else branch.replace("支部", "党支部"),
                    "post": POSTS[post] if post else None,
                    "unit_post": unit_post,
                    "member_type": TYPES[kind],
                    "email": email,
                },
            )
        )
    return found


def assert_stored(expected: dict[str, Any]) -> None:
    """Hold every field of one person against the database."""
    member = Member.objects.get(name=expected["name"], born_on=expected["born_on"])
    fields = {key: value for key, value in expected.items() if key not in ("branch", "post")}
    assert {key: getattr(member, key) for key in fields} == fields
    membership = Membership.objects.get(member=member)
    assert (membership.organization.name, membership.starts_on, membership.ends_on) == (expected["branch"], ON, None)
    held = [
        (post.organization.kind, post.post, post.starts_on) for post in PostAssignment.objects.filter(member=member)
    ]
    assert held == ([(*expected["post"], ON)] if expected["post"] else [])


@pytest.mark.django_db
def test_the_clean_roster_is_digested_completely() -> None:
    general = five_branches()
    rehearsal = rehearsed(CLEAN, general)
    assert rehearsal.problems == []
    commit(CLEAN, general)
    expected = people(CLEAN, 2, 63)
    assert Member.objects.count() == Membership.objects.count() == len(expected) == 62
    for _, person in expected:
        assert_stored(person)


@pytest.mark.django_db
def test_the_clean_roster_founds_the_branches_of_a_general_branch_that_has_none() -> None:
    general = build.general_branch("教研室党总支")
    rehearsal = rehearsed(CLEAN, general)
    assert [one.name for one in rehearsal.founded] == BRANCHES
    assert rehearsal.problems == []
    commit(CLEAN, general)
    founded = Organization.objects.filter(parent=general).order_by("path")
    assert [one.name for one in founded] == BRANCHES
    for _, person in people(CLEAN, 2, 63):
        assert_stored(person)


@pytest.mark.django_db
def test_the_messy_roster_gives_62_good_people_and_exactly_the_planted_problems() -> None:
    general = five_branches()
    rehearsal = rehearsed(MESSY, general)
    assert (rehearsal.counts["add"], rehearsal.counts["change"], rehearsal.counts["same"]) == (62, 0, 0)
    assert set(problems_by_row(rehearsal)) == set(PLANTED)
    for problem in rehearsal.problems:
        words, column = NAMED[PLANTED[problem.row]["problem"]]
        assert words in f"{problem.header}{problem.message}" and problem.column == column, problem
        assert problem.sheet == "Sheet1"
    levels = {problem.row: problem.level for problem in rehearsal.problems}
    assert {row for row, level in levels.items() if level == "note"} == {63, 73}
    commit(MESSY, general, only_good=True)
    expected = people(MESSY, 4, 65)
    assert len(expected) == Member.objects.count() == 62
    for _, person in expected:
        assert_stored(person)
    assert not Member.objects.filter(name__startswith="测").exists()


@pytest.mark.django_db
def test_in_a_general_branch_without_branches_one_person_founds_none() -> None:
    general = build.general_branch("教研室党总支")
    rehearsal = rehearsed(MESSY, general)
    assert [one.name for one in rehearsal.founded] == BRANCHES
    assert set(problems_by_row(rehearsal)) == set(PLANTED)
    assert [(one.name, one.possible) for one in rehearsal.offers if one.name not in BRANCHES] == [
        ("对外联络党支部", False)
    ]


@pytest.mark.django_db
def test_what_is_exported_can_be_imported_and_changes_nothing(cast: Any) -> None:
    general = five_branches()
    build.appoint(cast.ganshi, general, Post.OFFICE_STAFF)
    commit(MESSY, general, only_good=True)
    standing = standing_of(cast.ganshi, ON)
    stream = BytesIO()
    lines = queries.roster_lines(queries.roster(standing, ON, general.path), ON)
    assert ROSTER.write(stream, lines, heading=["党员名册"], as_of=ON) == 62
    sheet = openpyxl.load_workbook(stream).active
    assert sheet is not None
    top = next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == "序号")
    numbering = [sheet.cell(top + place, 1) for place in range(1, 63)]
    assert [(cell.value, cell.data_type) for cell in numbering] == [(place, "n") for place in range(1, 63)]
    numbering[0].value, numbering[1].value = "1-1", "附2"  # what people write there is nobody's business
    stream = BytesIO()
    sheet.parent.save(stream)
    again = rehearsed(stream.getvalue(), general)
    assert (again.counts["same"], again.counts["add"], again.counts["change"], again.problems) == (62, 0, 0, [])
