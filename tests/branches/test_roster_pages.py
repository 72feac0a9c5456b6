"""The roster's way through the office: upload, rehearsal, the bad rows back, commit, undo, export; and from the shell."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import LogEntry, User
from branches import actions
from branches.models import Member, Membership, Organization, RosterImport
from branches.states import Post
from chuangxian.imports import ImportState
from tests import build
from tests.branches.rosters import BRANCHES, CLEAN, DATA, MESSY, five_branches
from tests.branches.test_roster_import import roster as roster_of
from tests.kernel.hostile_workbooks import FILES

pytestmark = pytest.mark.django_db
ON = date(2011, 6, 20)
PLANTED = {problem["row"] for problem in json.loads((DATA / "roster-messy.json").read_text())}


@pytest.fixture(autouse=True)
def campaign_day(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.CHUANGXIAN_TODAY = ON
    settings.MEDIA_ROOT = tmp_path
    yield


@pytest.fixture
def general() -> Organization:
    return five_branches()


@pytest.fixture
def office(general: Organization, client: Client) -> Client:
    """A browser in which the office is signed in."""
    user = build.user("wenyuan", "文员")
    build.appoint(user, general, Post.OFFICE_STAFF)
    client.force_login(user)
    return client


def upload(client: Client, general: Organization, content: bytes, name: str = "名册.xlsx", **data: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(
        reverse("branches:roster_import", args=[general.pk]), {"file": file, "roster_on": "2010-07-20", **data}
    )


def rehearsed(client: Client, general: Organization, content: bytes) -> tuple[RosterImport, Any]:
    """Upload and follow to the rehearsal."""
    response = upload(client, general, content)
    assert response.status_code == 302
    return RosterImport.objects.latest("pk"), client.get(response["Location"])


def commit_url(roster: RosterImport) -> str:
    return reverse("branches:roster_import_commit", args=[roster.pk])


def text(response: Any) -> str:
    return str(response.content.decode())


def workbook(response: Any) -> Any:
    return openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content)))


# ---- upload and rehearsal ----


def test_the_rehearsal_shows_everything_and_writes_nothing(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, MESSY.read_bytes())
    body = text(response)
    assert not Member.objects.exists()
    rehearsal = response.context["rehearsal"]
    assert rehearsal.counts == {"add": 62, "change": 0, "same": 0, "absent": 0, "bad": 7}
    for problem in rehearsal.problems:
        assert problem.row in PLANTED
        assert problem.place.split(" ")[0] in body
    assert "仅导入无问题的 62 行，其余 7 行改正后再导入" in body
    assert str(roster.file.name).startswith("rosters/") and "名册" not in str(roster.file.name)


def test_the_rehearsal_names_the_row_of_the_file_not_its_own_numbering(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, MESSY.read_bytes())
    shown = {
        name: (int(number), "隐藏行" in after)
        for number, name, after in re.findall(
            r'<td data-label="行" class="num place">(\d+)</td>\s*<th scope="row">(\w+)(.*?)</th>', text(response)
        )
    }
    assert len(shown) == 62
    assert shown["田琴鸣"] == (4, False)
    assert shown["刘远"] == (63, True)
    assert [name for name, (_, hidden) in shown.items() if hidden] == ["刘远"]
    assert office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest, "only_good": "1"})
    book = openpyxl.load_workbook(BytesIO(MESSY.read_bytes()))
    book.active["C4"] = "男" if book.active["C4"].value == "女" else "女"
    stream = BytesIO()
    book.save(stream)
    again = text(rehearsed(office, general, stream.getvalue())[1])
    assert re.search(r'<td data-label="行" class="num">4</td>\s*<th scope="row"><a [^>]*>田琴鸣</a>', again)


def test_the_good_rows_are_imported_only_with_the_tick_and_what_was_ticked_stays(
    office: Client, general: Organization
) -> None:
    roster, response = rehearsed(office, general, MESSY.read_bytes())
    data = {"seen": response.context["rehearsal"].digest}
    refused = office.post(commit_url(roster), data)
    assert "仅导入无问题的行" in text(refused) and not Member.objects.exists()
    assert office.post(commit_url(roster), {**data, "only_good": "1"}).status_code == 302
    assert Member.objects.count() == 62
    result = text(office.get(roster.get_absolute_url()))
    assert "下载待改正的 7 行" in result and "整体撤销" in result
    roster.refresh_from_db()
    assert roster.counts == {"add": 62, "change": 0, "same": 0, "absent": 0, "bad": 7, "found": 0, "left": 0}


def test_a_second_press_of_the_button_imports_nothing_twice(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, CLEAN.read_bytes())
    data = {"seen": response.context["rehearsal"].digest}
    assert office.post(commit_url(roster), data).status_code == 302
    assert office.post(commit_url(roster), data).status_code == 409
    assert Member.objects.count() == 62


def test_a_rehearsal_overtaken_by_events_is_shown_again(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, CLEAN.read_bytes())
    build.member(Organization.objects.get(name=BRANCHES[0]), "卢雪", born_on=date(1954, 2, 27))
    again = office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest})
    assert "重新核对" in text(again) and Member.objects.count() == 1
    assert office.post(commit_url(roster), {"seen": again.context["rehearsal"].digest}).status_code == 302
    assert Member.objects.count() == 62


def test_the_branches_of_a_new_general_branch_are_offered_and_can_be_declined(
    office: Client, general: Organization
) -> None:
    fresh = build.general_branch("新总支")
    build.appoint(User.objects.get(username="wenyuan"), fresh, Post.OFFICE_STAFF)
    roster, response = rehearsed(office, fresh, CLEAN.read_bytes())
    assert [(offer.name, offer.people, offer.chosen) for offer in response.context["rehearsal"].offers][0] == (
        BRANCHES[0],
        13,
        True,
    )
    some = office.get(roster.get_absolute_url(), {"chosen": "1", "found": BRANCHES[:2]})
    rehearsal = some.context["rehearsal"]
    assert [one.name for one in rehearsal.founded] == BRANCHES[:2]
    assert rehearsal.counts["add"] == 26 and rehearsal.counts["bad"] == 36
    data = {"seen": rehearsal.digest, "chosen": 1, "found": BRANCHES[:2], "only_good": 1}
    assert office.post(commit_url(roster), data).status_code == 302
    assert [one.name for one in Organization.objects.filter(parent=fresh)] == BRANCHES[:2]


def test_ticks_come_back_when_the_import_is_refused(office: Client, general: Organization) -> None:
    away = build.member(Organization.objects.get(name=BRANCHES[0]), "已走")
    roster, response = rehearsed(office, general, MESSY.read_bytes())
    refused = office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest, "leaving": away.pk})
    assert f'value="{away.pk}" id="leaving-{away.pk}" checked' in text(refused)


# ---- the bad rows back ----


def test_the_bad_rows_come_back_as_a_workbook_with_notes_in_the_cells(office: Client, general: Organization) -> None:
    roster, _ = rehearsed(office, general, MESSY.read_bytes())
    book = workbook(office.get(reverse("branches:roster_import_bad_rows", args=[roster.pk])))
    sheet = book.active
    notes = {
        cell.comment.text.splitlines()[0]: (cell.column_letter, cell.comment.text)
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment
    }
    expected = {66: "B", 67: "I", 68: "B", 69: "G", 70: "G", 71: "M", 72: "G"}
    assert {f"原第 {row} 行": letter for row, letter in expected.items()} == {
        key: value[0] for key, value in notes.items()
    }
    assert "重复" in notes["原第 66 行"][1] and "公式" in notes["原第 70 行"][1]
    names = [row[1].value for row in sheet.iter_rows(min_row=3)]
    assert names == ["苏行", "测一二三", None, "测四五六", "测七八九", "测十", "测十一"]
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT, target_id=str(roster.pk)).count() == 1


def test_the_repaired_workbook_imports_the_rest(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, MESSY.read_bytes())
    office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest, "only_good": 1})
    book = workbook(office.get(reverse("branches:roster_import_bad_rows", args=[roster.pk])))
    sheet = book.active
    rows = {row[1].value: row[0].row for row in sheet.iter_rows(min_row=3)}
    sheet.cell(rows["测一二三"], 9).value = "离退休党支部"
    sheet.cell(rows["测四五六"], 7).value = "2007-03-21"
    sheet.cell(rows["测七八九"], 7).value = "1981-04-24"
    sheet.cell(rows["测十"], 13).value = "ceshi@example.com"
    sheet.cell(rows["测十一"], 4).value = "1960-01-01"
    sheet.cell(rows["测十一"], 7).value = "1982-04-02"
    sheet.delete_rows(rows[None])
    stream = BytesIO()
    book.save(stream)
    second, again = rehearsed(office, general, stream.getvalue())
    counts = again.context["rehearsal"].counts
    # 苏行 is there already: his second row now says what stands
    assert (counts["add"], counts["same"], counts["bad"]) == (5, 1, 0), again.context["rehearsal"].problems
    assert office.post(commit_url(second), {"seen": again.context["rehearsal"].digest}).status_code == 302
    assert Member.objects.count() == 67


# ---- hostile and useless files ----


@pytest.mark.parametrize("name", sorted(FILES))
def test_hostile_files_are_refused_with_a_sentence_and_nothing_is_kept(
    name: str, office: Client, general: Organization
) -> None:
    file_name, build_file, _ = FILES[name]
    response = upload(office, general, build_file(), file_name)
    assert response.status_code == 200
    assert [str(error).endswith("。") for error in response.context["form"].errors["file"]] == [True]
    assert not RosterImport.objects.exists()


USELESS: list[tuple[str, Callable[[], bytes], str]] = [
    ("no header", lambda: _book([["甲", "乙"], [1, 2]]), "没有找到表头"),
    ("a column missing", lambda: _book([["姓名", "性别", "出生年月", "党员类别"], ["甲", "男", "1970-01-01", "正式党员"]]), "缺少必需的列"),
    ("only the header", lambda: roster_of(), ""),
]  # fmt: skip


def _book(rows: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(("content", "words"), [row[1:] for row in USELESS], ids=[row[0] for row in USELESS])
def test_a_file_without_people_says_what_is_missing(content: Callable[[], bytes], words: str, office: Client, general: Organization) -> None:  # fmt: skip
    _, response = rehearsed(office, general, content())
    assert words in text(response)
    assert response.context["rehearsal"].counts["add"] == 0
    assert "确认导入" not in text(response)


def test_text_never_becomes_markup_on_the_page(office: Client, general: Organization) -> None:
    _, response = rehearsed(
        office, general, roster_of({"姓名": "<b>王</b>", "行政职务（岗位）": "<script>alert(1)</script>"})
    )
    assert "<b>王</b>" not in text(response) and "<script>alert" not in text(response)


# ---- undo, discard ----


def test_an_import_is_undone_on_its_page_and_refused_with_reasons_when_used(
    office: Client, general: Organization
) -> None:
    roster, response = rehearsed(office, general, CLEAN.read_bytes())
    office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest})
    account = build.account(Member.objects.get(name="邓立"))
    undo = reverse("branches:roster_import_undo", args=[roster.pk])
    refused = office.post(undo)
    assert "邓立已经开通账号" in text(refused) and Member.objects.count() == 62
    Member.objects.filter(user=account).update(user=None)
    assert office.post(undo).status_code == 302
    assert not Member.objects.exists()
    assert "已撤销" in text(office.get(roster.get_absolute_url()))
    assert office.post(undo).status_code == 403


def test_a_file_put_aside_is_gone(
    office: Client, general: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    roster, _ = rehearsed(office, general, CLEAN.read_bytes())
    path = Path(roster.file.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        office.post(reverse("branches:roster_import_discard", args=[roster.pk]))
    assert not path.exists()
    assert "已放弃" in text(office.get(roster.get_absolute_url()))
    assert RosterImport.objects.get().state == ImportState.DISCARDED


# ---- export and template ----


def test_the_export_is_typed_dated_logged_and_in_scope(office: Client, general: Organization) -> None:
    roster, response = rehearsed(office, general, CLEAN.read_bytes())
    office.post(commit_url(roster), {"seen": response.context["rehearsal"].digest})
    gone = Member.objects.get(name="邓立")
    actions.leave(member=gone, reason="调出", by=None, on=date(2011, 1, 31))
    branch = Organization.objects.get(name=BRANCHES[0])
    for query, people in (("", 12), ("?on=2011-01-31", 13), ("?on=2010-07-19", 0)):
        answer = office.get(reverse("branches:roster_export", args=[branch.pk]) + query)
        assert answer["Content-Disposition"].startswith("attachment")
        rows = list(workbook(answer).active.iter_rows(min_row=4))
        assert len(rows) == people
    assert LogEntry.objects.filter(category=LogEntry.Category.EXPORT, target_id=str(branch.pk)).count() == 3
    sheet = workbook(office.get(reverse("branches:roster_export", args=[branch.pk]))).active
    heads = [cell.value for cell in sheet[3]]
    first = dict(zip(heads, sheet[4], strict=True))
    born = Member.objects.get(name=first["姓名"].value).born_on
    assert first["出生年月"].value.date() == born and first["出生年月"].is_date
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("payload", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "|calc", "%0A"])
def test_no_name_or_post_becomes_a_formula(payload: str, office: Client, general: Organization) -> None:
    branch = Organization.objects.get(name=BRANCHES[0])
    build.member(branch, f"{payload}人", unit_post=payload, education=payload)
    book = workbook(office.get(reverse("branches:roster_export", args=[branch.pk])))
    cells = [cell for row in book.active.iter_rows(min_row=4) for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert payload in [cell.value for cell in cells]


def test_the_template_offers_the_branches_and_takes_what_is_filled_in(office: Client, general: Organization) -> None:
    book = workbook(office.get(reverse("branches:roster_template", args=[general.pk])))
    sheet = book.worksheets[0]
    lists = " ".join(str(rule.formula1) for rule in sheet.data_validations.dataValidation)
    assert BRANCHES[0] in lists and "正式党员" in lists
    row = next(n for n in range(1, 10) if sheet.cell(n, 2).value and str(sheet.cell(n, 2).value).startswith("姓名")) + 1
    person = [
        1,
        "王新",
        "男",
        "1970-05",
        "汉族",
        "本科",
        "1995-07",
        "1996-07",
        BRANCHES[0],
        "",
        "",
        "正式党员",
        "wx@example.com",
    ]
    for column, value in enumerate(person, 1):
        sheet.cell(row, column).value = value
    stream = BytesIO()
    book.save(stream)
    _, response = rehearsed(office, general, stream.getvalue())
    assert response.context["rehearsal"].counts["add"] == 1 and response.context["rehearsal"].errors == []


# ---- from the shell ----


def run(*arguments: str) -> dict[str, Any]:
    """Run the command and return its JSON."""
    out = StringIO()
    call_command("import_roster", *arguments, "--json", stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def test_the_command_rehearses_without_writing(general: Organization) -> None:
    told = run(str(MESSY), "--organization", general.name, "--rehearse")
    assert (told["add"], told["change"], told["same"], told["rehearsal"]) == (62, 0, 0, True)
    assert {problem["row"] for problem in told["problems"]} == PLANTED
    assert {"sheet", "row", "column", "message"} <= set(told["problems"][0])
    assert not Member.objects.exists() and not RosterImport.objects.exists()


def test_the_command_imports_the_good_rows_and_again_finds_them_the_same(general: Organization) -> None:
    told = run(str(MESSY), "--organization", general.name, "--on", "2010-07-20")
    assert (told["add"], told["bad"]) == (62, 7) and told["import"]
    assert Membership.objects.filter(starts_on=date(2010, 7, 20)).count() == 62
    again = run(str(MESSY), "--organization", general.name, "--on", "2010-07-20")
    assert (again["add"], again["change"], again["same"]) == (0, 0, 62)


def test_the_command_can_insist_on_all_or_nothing(general: Organization) -> None:
    with pytest.raises(CommandError, match="没有导入任何一行"):
        call_command("import_roster", str(MESSY), "--organization", general.name, "--all-or-nothing", stdout=StringIO())
    assert not Member.objects.exists()
    assert run(str(CLEAN), "--organization", general.name, "--all-or-nothing")["add"] == 62


@pytest.mark.parametrize(("option", "founded"), [([], 5), (["--create-branches"], 5), (["--create-branches", "no"], 0)])
def test_the_command_founds_the_branches_of_a_new_general_branch(option: list[str], founded: int) -> None:
    fresh = build.general_branch("新总支")
    told = run(str(CLEAN), "--organization", "新总支", *option)
    assert (len(told["found"]), told["add"]) == (founded, 62 if founded else 0)
    assert Organization.objects.filter(parent=fresh).count() == founded


def test_the_command_founds_nothing_beside_known_branches_unless_told(general: Organization, tmp_path: Path) -> None:
    other = roster_of(*({"姓名": f"甲{n}", "电子邮箱": None, "所在党支部": "幼教教研支部"} for n in range(3)))
    path = tmp_path / "x.xlsx"
    path.write_bytes(other)
    assert run(str(path), "--organization", general.name, "--rehearse")["bad"] == 3
    told = run(str(path), "--organization", general.name, "--rehearse", "--create-branches")
    assert (told["found"], told["add"]) == (["幼教教研党支部"], 3)


WRONG_CALLS = [
    (["nowhere.xlsx", "--organization", "教研室党总支"], "打不开文件"),
    ([str(CLEAN), "--organization", "没有"], "没有叫“没有”的党组织。现有：教研室党总支"),
    ([str(DATA / "roster-messy.json"), "--organization", "教研室党总支"], "xlsx"),
]


@pytest.mark.parametrize(("arguments", "words"), WRONG_CALLS)
def test_a_wrong_call_is_answered_with_a_sentence(arguments: list[str], words: str, general: Organization) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import_roster", *arguments)


def test_the_command_speaks_plainly_without_json(general: Organization) -> None:
    out = StringIO()
    call_command("import_roster", str(MESSY), "--organization", general.name, "--rehearse", stdout=out)
    assert "[错误] 第 66 行 B 列“姓名”：与第 8 行重复" in out.getvalue()
    assert "预演：新增 62 人，修改 0 人，不变 0 人，未导入 7 行" in out.getvalue()


def test_paths_are_checked_and_repaired_from_the_shell(general: Organization) -> None:
    out = StringIO()
    call_command("check_paths", stdout=out)
    assert "全部正确" in out.getvalue()
    Organization.objects.filter(name=BRANCHES[0]).update(unit_path="0099")
    with pytest.raises(CommandError, match="1 处错误"):
        call_command("check_paths", stdout=out)
    call_command("check_paths", "--fix", stdout=out)
    assert "已改正 1 处" in out.getvalue()
    call_command("check_paths", stdout=StringIO())
