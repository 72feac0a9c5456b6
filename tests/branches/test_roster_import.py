"""Taking rosters over and back: again, changed, doubtful, as a whole or not at all."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import ValidationError

from accounts.models import LogEntry
from branches import actions
from branches.models import Member, Membership, Organization, PostAssignment, RosterChange, RosterImport
from branches.rehearsal import rehearse
from branches.sheets import ROSTER
from branches.states import Kind, Post
from chuangxian.imports import ImportState
from chuangxian.workflow import Overtaken
from tests import build
from tests.branches.rosters import BRANCHES, CLEAN, MESSY, ON, commit, five_branches, rehearsed
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
LATER = date(2011, 3, 1)
HEADERS = ROSTER.headers
PERSON: dict[str, Any] = {
    "姓名": "王新", "性别": "男", "出生年月": "1970-05-06", "民族": "汉族", "学历": "本科", "入党时间": "1995-07-01",
    "转正时间": "1996-07-01", "所在党支部": "小学教研党支部", "党员类别": "正式党员", "电子邮箱": "wx@example.com",
}  # fmt: skip


def roster(*people: dict[str, Any]) -> bytes:
    """Write a roster of these people; each differs from PERSON in what it names."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADERS)
    for one in people:
        row = PERSON | one
        sheet.append([row.get(header) for header in HEADERS])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def altered(change: Callable[[Any], None]) -> bytes:
    """Return the clean roster with something changed in its sheet."""
    book = openpyxl.load_workbook(CLEAN)
    change(book.active)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def everything() -> list[Any]:
    """Return all that an import can touch, as it is stored; versions and keys of the search aside."""
    rows: list[Any] = []
    for model in (Organization, Member, Membership, PostAssignment):
        rows.append(
            list(
                model.objects.order_by("pk").values(
                    *[f.attname for f in model._meta.concrete_fields if f.name != "version"]
                )
            )
        )
    return rows


# ---- again ----


def test_a_second_import_of_the_same_file_finds_everybody_the_same_and_writes_nothing() -> None:
    general = five_branches()
    commit(CLEAN, general)
    before = everything()
    assert rehearsed(CLEAN, general).counts == {"add": 0, "change": 0, "same": 62, "absent": 0, "bad": 0}
    second = commit(CLEAN, general)
    assert everything() == before
    assert not second.changes.exists()


def test_the_same_file_waits_for_its_rehearsal_once() -> None:
    general = five_branches()
    stored = [
        actions.store_roster(
            organization=general, content=BytesIO(CLEAN.read_bytes()), file_name=name, roster_on=on, by=None, on=ON
        )
        for name, on in [("甲.xlsx", ON), ("乙.xlsx", ON), ("甲.xlsx", LATER)]
    ]
    assert stored[0] == stored[1] != stored[2]


def test_an_import_can_be_committed_once() -> None:
    general = five_branches()
    done = commit(CLEAN, general)
    with pytest.raises(Overtaken):
        actions.commit_roster(
            roster=done, reading=ROSTER.read(BytesIO(CLEAN.read_bytes())), only_good=True, by=None, on=ON
        )
    assert Member.objects.count() == 62


# ---- changed ----


def test_changed_cells_are_shown_old_and_new_and_taken_over() -> None:
    general = five_branches()
    commit(CLEAN, general)

    def change(sheet: Any) -> None:
        sheet["F2"], sheet["K2"], sheet["M2"] = "硕士研究生", "教研室主任", "lx@example.com"
        sheet["I22"], sheet["J23"] = "初中教研党支部", "党总支宣传委员"

    file = altered(change)
    rehearsal = rehearsed(file, general, on=LATER)
    assert rehearsal.problems == []
    said = {entry.name: [(one.label, one.old, one.new) for one in entry.differences] for entry in rehearsal.changes}
    assert said == {
        "卢雪": [("学历", "本科", "硕士研究生"), ("行政职务（岗位）", "数学教研员", "教研室主任"), ("电子邮箱", "dy7000@example.com", "lx@example.com")],
        "邓立": [("所在党支部", "小学教研党支部", "初中教研党支部")],
        "唐建水": [("党内职务", "", "党总支宣传委员")],
    }  # fmt: skip
    commit(file, general, on=LATER)
    first = Member.objects.get(name="卢雪")
    assert (first.education, first.unit_post, first.email, first.version) == (
        "硕士研究生",
        "教研室主任",
        "lx@example.com",
        2,
    )
    moved = Membership.objects.filter(member__name="邓立").order_by("starts_on")
    assert [(one.organization.name, one.starts_on, one.ends_on) for one in moved] == [
        ("小学教研党支部", ON, date(2011, 2, 28)),
        ("初中教研党支部", LATER, None),
    ]
    assert PostAssignment.objects.get(member__name="唐建水").organization == general
    entry = LogEntry.objects.get(verb="change_member", target_name="卢雪")
    assert entry.changes["email"] == ["dy7000@example.com", "lx@example.com"]
    assert entry.category == LogEntry.Category.IMPORT


def test_empty_cells_and_vaguer_dates_take_nothing_away() -> None:
    general = five_branches()
    commit(roster({}), general)
    poorer = roster({"出生年月": "1970.5", "民族": None, "学历": "无", "转正时间": None, "电子邮箱": None})
    assert rehearsed(poorer, general).counts["same"] == 1
    commit(poorer, general)
    member = Member.objects.get()
    assert (member.born_on, member.born_precision, member.ethnicity, member.education) == (
        date(1970, 5, 6),
        "day",
        "汉族",
        "本科",
    )
    assert member.email == "wx@example.com"


def test_a_more_exact_date_replaces_a_vague_one() -> None:
    general = five_branches()
    commit(roster({"出生年月": "1970.5", "入党时间": "1995年7月"}), general)
    rehearsal = rehearsed(roster({}), general)
    assert [(one.label, one.old, one.new) for one in rehearsal.changes[0].differences] == [
        ("出生年月", "1970年5月", "1970-05-06"),
        ("入党时间", "1995年7月", "1995-07-01"),
    ]


def test_a_member_of_a_group_stays_in_his_group_when_the_file_names_the_branch() -> None:
    general = five_branches()
    commit(roster({}), general)
    group = build.organization(Kind.GROUP, Organization.objects.get(name="小学教研党支部"))
    actions.transfer_member(member=Member.objects.get(), organization=group, by=None, on=LATER)
    assert rehearsed(roster({}), general, on=date(2011, 6, 1)).counts["same"] == 1


def test_posts_the_file_does_not_mention_stay() -> None:
    general = five_branches()
    commit(roster({"党内职务": "组织委员、党总支宣传委员"}), general)
    assert PostAssignment.objects.count() == 2
    assert rehearsed(roster({"党内职务": "党总支宣传委员"}), general).counts["same"] == 1
    assert rehearsed(roster({"党内职务": None}), general).counts["same"] == 1


def test_those_missing_from_the_file_are_listed_and_leave_only_when_ticked() -> None:
    general = five_branches()
    commit(roster({}, {"姓名": "李走", "出生年月": "1960-01-01", "电子邮箱": "l@example.com"}), general)
    gone = Member.objects.get(name="李走")
    file = roster({})
    rehearsal = rehearsed(file, general, on=LATER)
    assert [one.member for one in rehearsal.absent] == [gone]
    commit(file, general, on=LATER)
    assert gone.memberships.get().ends_on is None
    commit(roster({"民族": "满族"}), general, on=LATER, leaving=[gone.pk])
    assert gone.memberships.get().ends_on == date(2011, 2, 28)


def test_somebody_whose_row_is_bad_does_not_count_as_missing() -> None:
    general = five_branches()
    commit(roster({}), general)
    assert rehearsed(roster({"电子邮箱": "不是邮箱"}), general).absent == []


def test_letters_follow_a_changed_address_and_come_back_with_an_undo() -> None:
    general = five_branches()
    commit(roster({}), general)
    user = build.account(Member.objects.get())
    done = commit(roster({"电子邮箱": "xin@example.com"}), general)
    user.refresh_from_db()
    assert user.email == "xin@example.com"
    actions.undo_roster(roster=done, by=None, on=ON)
    user.refresh_from_db()
    assert user.email == "wx@example.com"
    user.email = "own@example.com"
    user.save()
    commit(roster({"电子邮箱": "xin@example.com", "学历": "博士"}), general)
    user.refresh_from_db()
    assert user.email == "own@example.com"


# ---- doubtful: a problem instead of a guess ----

DOUBTFUL: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]], str]] = [
    ("two of one name and birth stand", [{}, {"电子邮箱": "b@example.com"}], [{"电子邮箱": None}], "姓名、出生年月相同"),
    ("same name and mail, other birth", [{}], [{"出生年月": "1971-05-06"}], "出生年月（1970-05-06）不同"),
    ("duplicate row, vaguer date", [], [{}, {"出生年月": "1970.05", "所在党支部": "初中教研党支部"}], "与第 2 行重复"),
    ("duplicate of a bad row", [], [{"性别": "无"}, {}], "与第 2 行重复"),
    ("same name and mail, other birth, in the file", [], [{}, {"出生年月": "1971-01-01"}], "与第 2 行姓名、邮箱相同"),
    ("two rows of one person at one stored one", [{"出生年月": "1970.5"}], [{}, {"出生年月": "1970-05-20", "电子邮箱": "z@example.com"}], "都对应系统中的王新"),
    ("two secretaries in the file", [], [{"党内职务": "党支部书记"}, {"姓名": "赵二", "电子邮箱": "", "党内职务": "书记"}], "在第 2 行已有书记"),
    ("another secretary stands", [{"党内职务": "党支部书记"}], [{"姓名": "赵二", "电子邮箱": "", "党内职务": "党支部书记"}], "已有书记王新"),
    ("unknown post", [], [{"党内职务": "党支部委员"}], "不认识“党支部委员”"),
    ("a group's leader without a group", [], [{"党内职务": "党小组长"}], "没有本单位的党小组"),
    ("a post of a level that is not ours", [], [{"党内职务": "党委书记"}], "没有本单位的党委"),
    ("confirmed before joining", [], [{"转正时间": "1995-06-30"}], "早于入党时间"),
    ("joined in the month of birth", [], [{"出生年月": "1970.5", "入党时间": "1970-05-30"}], "不晚于出生年月"),
    ("joined after the day of the roster", [], [{"入党时间": "2010-07-21", "转正时间": None}], "晚于名册日期"),
    ("no birth", [], [{"出生年月": None}], "必填"),
    ("a year alone", [], [{"出生年月": "1970年"}], "只有年份"),
    ("unknown sex", [], [{"性别": "无"}], "不在可选范围内"),
    ("unknown type", [], [{"党员类别": "积极分子"}], "不在可选范围内"),
    ("too long a name", [], [{"姓名": "长" * 41}], "超过 40 字"),
]  # fmt: skip


@pytest.mark.parametrize(("stored", "rows", "words"), [row[1:] for row in DOUBTFUL], ids=[row[0] for row in DOUBTFUL])
def test_what_could_be_read_in_two_ways_is_a_problem(stored: list[Any], rows: list[Any], words: str) -> None:
    general = five_branches()
    for one in stored:
        enrolled = PERSON | one
        commit(roster(one), general) if len(stored) == 1 else _enroll(general, enrolled)
    before = Member.objects.count()
    file = roster(*rows)
    rehearsal = rehearsed(file, general)
    errors = [str(problem) for problem in rehearsal.errors]
    assert any(words in error for error in errors), errors
    good = len(rehearsal.adds)
    commit(file, general, only_good=True)
    assert Member.objects.count() == before + good


def _enroll(general: Organization, values: dict[str, Any]) -> None:
    branch = Organization.objects.get(name=values["所在党支部"], parent=general)
    build.member(branch, values["姓名"], ON, born_on=date(1970, 5, 6), email=values["电子邮箱"])


def test_a_namesake_of_another_birth_is_somebody_else_and_that_is_said() -> None:
    general = five_branches()
    commit(roster({}), general)
    rehearsal = rehearsed(
        roster({"出生年月": "1980-01-01", "入党时间": "2001-01-01", "转正时间": None, "电子邮箱": "n@example.com"}),
        general,
    )
    assert len(rehearsal.adds) == 1
    assert [one.level for one in rehearsal.problems] == ["warning"]
    assert "同名党员" in rehearsal.problems[0].message


def test_a_namesake_without_known_birth_is_matched_by_mail_only() -> None:
    general = five_branches()
    branch = Organization.objects.get(name="小学教研党支部")
    member = build.member(branch, "王新", ON, email="wx@example.com")
    assert rehearsed(roster({}), general).changes[0].member == member
    assert "无法判断" in rehearsed(roster({"电子邮箱": None}), general).errors[0].message


def test_people_of_another_unit_are_never_matched() -> None:
    elsewhere = build.branch(name="小学教研党支部")
    build.member(elsewhere, "王新", ON, born_on=date(1970, 5, 6), email="wx@example.com")
    general = five_branches()
    rehearsal = rehearsed(roster({}), general)
    assert (len(rehearsal.adds), rehearsal.problems) == (1, [])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("小学教研党支部", "小学教研党支部"),
        ("小学教研支部", "小学教研党支部"),
        (" 小学教研 党支部 ", "小学教研党支部"),
        ("教研室党总支小学教研支部", "小学教研党支部"),
        ("小教", "小学教研党支部"),
        ("小学教研", None),
        ("小学党支部", None),
        ("一支部", None),
    ],
)
def test_a_branch_is_found_by_its_names_and_not_by_likeness(written: str, meant: str | None) -> None:
    general = five_branches()
    Organization.objects.filter(name="小学教研党支部").update(short_name="小教")
    rehearsal = rehearsed(roster({"所在党支部": written}), general)
    assert [entry.place.name for entry in rehearsal.adds] == ([meant] if meant else [])
    assert bool(rehearsal.errors) == (meant is None)


def test_a_short_name_two_branches_share_is_a_problem() -> None:
    general = five_branches()
    Organization.objects.filter(name__in=BRANCHES[:2]).update(short_name="一支部")
    assert "可以指" in rehearsed(roster({"所在党支部": "一支部"}), general).errors[0].message


def test_an_older_roster_does_not_rewrite_what_came_later() -> None:
    general = five_branches()
    commit(roster({}), general, on=LATER)
    rehearsal = rehearsed(roster({"所在党支部": "初中教研党支部"}), general, on=ON)
    assert "名册日期" in rehearsal.errors[0].message


# ---- rights inside a file ----


def office(general: Organization, on: date = date(2010, 7, 1)) -> Any:
    user = build.user()
    build.appoint(user, general, Post.OFFICE_STAFF, on)
    return user


def test_nobody_appoints_himself_through_a_file() -> None:
    general = five_branches()
    branch = Organization.objects.get(name="小学教研党支部")
    member = build.member(branch, "王新", ON, born_on=date(1970, 5, 6))
    user = build.account(member)
    build.appoint(member, general, Post.OFFICE_STAFF, ON)
    reading = ROSTER.read(BytesIO(roster({"党内职务": "党支部书记", "电子邮箱": None})))
    rehearsal = rehearse(organization=general, reading=reading, roster_on=ON, by=user, on=ON)
    assert "自己的任职" in rehearsal.errors[0].message


def test_nobody_moves_or_dismisses_himself_through_a_file() -> None:
    general = five_branches()
    member = build.member(Organization.objects.get(name="小学教研党支部"), "王新", ON, born_on=date(1970, 5, 6))
    user = build.account(member)
    build.appoint(member, general, Post.OFFICE_STAFF, ON)
    reading = ROSTER.read(BytesIO(roster({"所在党支部": "初中教研党支部", "电子邮箱": None})))
    rehearsal = rehearse(organization=general, reading=reading, roster_on=LATER, by=user, on=LATER)
    assert "自己的组织关系" in rehearsal.errors[0].message
    with pytest.raises(ValidationError, match="自己的组织关系"):
        commit(roster({"姓名": "别人", "电子邮箱": None}), general, on=LATER, by=user, leaving=[member.pk])
    assert member.memberships.get().ends_on is None


def test_a_deputy_names_no_secretary_of_his_own_level_through_a_file() -> None:
    general = five_branches()
    deputy = build.member(Organization.objects.get(name="小学教研党支部"), "副书记")
    build.appoint(deputy, general, Post.DEPUTY_SECRETARY)
    user = build.account(deputy)
    reading = ROSTER.read(BytesIO(roster({"党内职务": "党总支书记"})))
    rehearsal = rehearse(organization=general, reading=reading, roster_on=ON, by=user, on=ON)
    assert "由上级任命" in rehearsal.errors[0].message


# ---- as a whole or not at all ----


def test_a_file_with_errors_is_refused_unless_only_the_good_rows_are_wanted() -> None:
    general = five_branches()
    with pytest.raises(ValidationError):
        commit(MESSY, general)
    assert not Member.objects.exists()
    assert RosterImport.objects.get().state == ImportState.REHEARSED


def test_a_failure_at_the_very_end_leaves_nothing_behind() -> None:
    general = five_branches()
    late = build.member(Organization.objects.get(name="小学教研党支部"), "晚来", on=ON, born_on=date(1965, 1, 1))
    before = everything()
    # the last thing an import does with people is to let the ticked ones go, and this one only begins on that day
    with pytest.raises(ValidationError, match="没有党籍隶属"):
        commit(CLEAN, general, leaving=[late.pk])
    assert everything() == before
    assert not RosterChange.objects.exists()


def test_what_was_not_on_the_screen_is_not_done() -> None:
    general = five_branches()
    seen = rehearsed(roster({}), general).digest
    build.member(Organization.objects.get(name="小学教研党支部"), "王新", ON, born_on=date(1970, 5, 6))
    with pytest.raises(actions.Changed):
        commit(roster({}), general, seen=seen)
    assert Member.objects.count() == 1


def test_only_those_listed_as_missing_can_be_ticked() -> None:
    general = five_branches()
    stranger = build.member()
    with pytest.raises(actions.Changed):
        commit(roster({}), general, leaving=[stranger.pk])
    assert stranger.memberships.get().ends_on is None


# ---- taking it back ----


def test_undo_removes_every_new_row_and_founded_branch() -> None:
    general = build.general_branch("教研室党总支")
    before = everything()
    done = commit(CLEAN, general)
    assert Organization.objects.filter(parent=general).count() == 5
    actions.undo_roster(roster=done, by=None, on=ON)
    assert everything() == before
    assert RosterImport.objects.get().state == ImportState.UNDONE


def test_undo_restores_every_field_transfer_and_post() -> None:
    general = five_branches()
    commit(CLEAN, general)
    before = everything()

    def change(sheet: Any) -> None:
        sheet["B2"].value = sheet["B2"].value  # the name is the key and stays
        sheet["C2"], sheet["E2"], sheet["F2"], sheet["K2"], sheet["L2"], sheet["M2"] = (
            "女",
            "回族",
            "大专",
            "馆员",
            "离退休党员",
            "n@example.com",
        )
        sheet["G2"], sheet["H2"] = date(1982, 3, 1), date(1983, 3, 1)
        sheet["I7"] = "初中教研党支部"  # 文勇, 组织委员 of the branch he leaves
        sheet["J22"] = "宣传委员"
        sheet.delete_rows(63)

    gone = Member.objects.get(name="赖松建")
    done = commit(altered(change), general, on=LATER, leaving=[gone.pk])
    held = PostAssignment.objects.filter(member__name="文勇").order_by("pk")
    assert [(one.organization.name, one.ends_on) for one in held] == [
        ("小学教研党支部", date(2011, 2, 28)),
        ("初中教研党支部", None),
    ]
    assert gone.memberships.get().ends_on == date(2011, 2, 28)
    actions.undo_roster(roster=done, by=None, on=LATER)
    assert everything() == before
    assert LogEntry.objects.filter(verb="undo_roster").count() == 1


HINDERED: list[tuple[str, Callable[[Member], Any], str]] = [
    ("changed since", lambda m: actions.change_member(member=_with(m, education="博士"), fields=["education"], version=m.version, by=None, on=ON), "又有改动"),
    ("transferred since", lambda m: actions.transfer_member(member=m, organization=Organization.objects.get(name="初中教研党支部"), by=None, on=LATER), "又有改动"),
    ("appointed since", lambda m: actions.appoint(holder=m, organization=m.memberships.get().organization, post=Post.SECRETARY, by=None, on=LATER), "任职记录"),
    ("account opened", lambda m: build.account(m), "已经开通账号"),
]  # fmt: skip


def _with(member: Member, **values: Any) -> Member:
    for name, value in values.items():
        setattr(member, name, value)
    return member


@pytest.mark.parametrize(("use", "words"), [row[1:] for row in HINDERED], ids=[row[0] for row in HINDERED])
def test_undo_is_refused_with_a_sentence_when_something_was_built_on_it(
    use: Callable[[Member], Any], words: str
) -> None:
    general = five_branches()
    done = commit(roster({}, {"姓名": "李同", "电子邮箱": None}), general)
    use(Member.objects.get(name="王新"))
    before = everything()
    with pytest.raises(ValidationError) as refusal:
        actions.undo_roster(roster=done, by=None, on=ON)
    assert any(words in sentence for sentence in refusal.value.messages)
    assert everything() == before
    assert RosterImport.objects.get().state == ImportState.COMMITTED


def test_undo_of_a_founded_branch_is_refused_while_somebody_else_belongs_to_it() -> None:
    general = build.general_branch("教研室党总支")
    done = commit(CLEAN, general)
    build.member(Organization.objects.get(name="小学教研党支部"), "后来者", on=LATER)
    with pytest.raises(ValidationError, match="党籍隶属"):
        actions.undo_roster(roster=done, by=None, on=LATER)


def test_imports_are_undone_from_the_last_to_the_first() -> None:
    general = five_branches()
    before = everything()
    first, second = commit(roster({}), general), commit(roster({"学历": "博士研究生"}), general)
    with pytest.raises(ValidationError):
        actions.undo_roster(roster=first, by=None, on=ON)
    actions.undo_roster(roster=second, by=None, on=ON)
    assert Member.objects.get().education == "本科"
    actions.undo_roster(roster=first, by=None, on=ON)
    assert everything() == before


def test_an_undone_file_can_be_imported_again() -> None:
    general = five_branches()
    actions.undo_roster(roster=commit(CLEAN, general), by=None, on=ON)
    commit(CLEAN, general)
    assert Member.objects.count() == 62


def test_a_discarded_file_is_deleted_and_cannot_be_imported(django_capture_on_commit_callbacks: Any) -> None:
    general = five_branches()
    waiting = actions.store_roster(
        organization=general, content=BytesIO(CLEAN.read_bytes()), file_name="名册.xlsx", roster_on=ON, by=None, on=ON
    )
    storage, name = waiting.file.storage, str(waiting.file.name)
    with django_capture_on_commit_callbacks(execute=True):
        actions.discard_roster(roster=waiting, by=None, on=ON)
    assert not storage.exists(name)
    with pytest.raises(Overtaken):
        actions.discard_roster(roster=waiting, by=None, on=ON)


def test_an_import_costs_the_same_questions_whatever_its_length(django_assert_num_queries: Any) -> None:
    general = five_branches()
    build.member(Organization.objects.get(name="小学教研党支部"), "早在", ON)

    def many(count: int) -> bytes:
        return roster(*({"姓名": f"人{n}", "电子邮箱": f"p{n}@example.com"} for n in range(count)))

    for count in (3, 300):
        reading = ROSTER.read(BytesIO(many(count)))
        with django_assert_num_queries(4):
            rehearse(organization=general, reading=reading, roster_on=ON, by=None, on=ON)


def test_everybody_in_the_log_of_an_import_is_named_with_whoever_did_it(cast: Cast) -> None:
    general = five_branches()
    user = office(general)
    commit(CLEAN, general, by=user)
    assert LogEntry.objects.filter(verb="enroll_member", actor=user, category=LogEntry.Category.IMPORT).count() == 62
    assert "新增 62 人" in LogEntry.objects.get(verb="commit_roster").note
