"""Forms the office lays out itself: handed in, tried, put into force, filled with what the reader may read, in the cells they name."""

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from openpyxl import Workbook, load_workbook

from accounts.models import LogEntry, User
from branches.models import Organization
from branches.scope import standing_of
from chuangxian.uploads import accept
from chuangxian.verdicts import Refused
from reports import actions, papers
from reports.archive import archive_of
from reports.catalogue import Asked
from reports.models import OfficeTemplate
from reports.queries.templates import in_force_for
from reviews.models import LeaderComment
from schedule.models import Meeting, Resolution
from tests import build
from tests.conftest import Cast
from tests.pledges import build as pledging
from tests.reviews import comments as commenting
from tests.reviews.build import round_of

TODAY = date(2011, 6, 20)
LIST = reverse("reports:form_list")
DETAIL = reverse("reports:form_detail", args=["pledge-member"])


@pytest.fixture(autouse=True)
def today(settings: Any, tmp_path: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    settings.MEDIA_ROOT = tmp_path


def xlsx(**cells: Any) -> bytes:
    book = Workbook()
    for place, value in cells.items():
        book.active[place] = value
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def docx(*paragraphs: str) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


PLEDGE = xlsx(
    A1="{{党组织}}", C4="{{承诺人}}", B6="{{事项.序号}}", C6="{{事项.内容}}", D6="{{事项.完成时限}}", C7="签名"
)


def kept(
    cast: Cast,
    content: bytes = PLEDGE,
    *,
    form: str = "pledge-member",
    at: Organization | None = None,
    name: str = "新表.xlsx",
    used: bool = True,
    by: User | None = None,
) -> OfficeTemplate:
    by = by or cast.ganshi
    file = accept(SimpleUploadedFile(name, content))
    made = actions.add_template(form=form, organization=at or cast.general, file=file, note="", by=by, on=TODAY)
    if used:
        actions.use_template(template=made, by=by, on=TODAY)
    return OfficeTemplate.objects.get(pk=made.pk)


def handed_in(client: Client, cast: Cast, content: bytes, name: str = "新表.xlsx", url: str = DETAIL) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(url, {"organization": cast.general.pk, "file": file, "note": "2012年新格式"})


def filled_url(key: str, pk: int) -> str:
    return reverse("reports:form_filled", args=[key, pk])


def body(answer: Any) -> bytes:
    assert answer.status_code == 200, answer.status_code
    return b"".join(answer.streaming_content)


def pledge_of(cast: Cast) -> Any:
    items = [pledging.text("听课四十节"), pledging.text("=HYPERLINK(1)"), pledging.text("帮带两人")]
    return pledging.published(pledging.cycle(cast.general), cast.dangyuan1, cast.shuji1, items=items)


# ---- from the upload to the filled sheet ----


def test_a_changed_form_is_handed_in_tried_used_and_filled_in_its_own_cells(client: Client, cast: Cast) -> None:
    pledge = pledge_of(cast)
    client.force_login(cast.ganshi)
    answer = handed_in(client, cast, PLEDGE)
    template = OfficeTemplate.objects.get()
    assert answer["Location"] == template.get_absolute_url()
    assert (template.state, template.number, template.note, template.by) == ("draft", 1, "2012年新格式", cast.ganshi)
    assert client.get(filled_url("pledge-member", pledge.pk)).status_code == 404, "not before it is in force"

    tried = load_workbook(BytesIO(body(client.get(reverse("reports:form_version_example", args=[template.pk]))))).active
    assert tried["C4"].value == "王建国" and tried["C6"].value == "全年听评课不少于 40 节"

    client.post(reverse("reports:form_version_use", args=[template.pk]))
    client.force_login(cast.dangyuan1)
    page = client.get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()
    assert filled_url("pledge-member", pledge.pk) in page and "按本单位表样下载（Excel）" in page
    sheet = load_workbook(BytesIO(body(client.get(filled_url("pledge-member", pledge.pk))))).active
    assert (sheet["A1"].value, sheet["C4"].value) == ("第一党支部", "党员甲")
    assert [sheet[f"C{row}"].value for row in (6, 7, 8, 9)] == ["听课四十节", "=HYPERLINK(1)", "帮带两人", "签名"]
    assert (
        sheet["C7"].data_type == "s"
        and sheet["D6"].is_date
        and [sheet[f"B{row}"].value for row in (6, 7, 8)] == [1, 2, 3]
    )
    labels = list(LogEntry.objects.order_by("pk").values_list("label", flat=True))
    assert labels[-4:] == ["上传表样", "下载表样试填", "启用表样", "按表样导出党员承诺书"]
    taken = LogEntry.objects.latest("pk")
    assert (taken.category, taken.actor, taken.target_id) == (LogEntry.Category.EXPORT, cast.dangyuan1, str(pledge.pk))


@pytest.mark.parametrize(
    ("name", "content", "sentences"),
    [
        (
            "表.xlsx",
            xlsx(A1="{{承诺入}}", B2="{{承诺人", C3="{{事项.内容}}{{事项.内荣}}", D4='=WEBSERVICE("http://x")'),
            [
                "工作表“Sheet”的 A1：“承诺入”不是可用的名称，是不是“承诺人”？",
                "工作表“Sheet”的 B2：“{{”没有配对的“}}”",
                "工作表“Sheet”的 C3：“事项.内荣”不是可用的名称，是不是“事项.内容”？",
                "工作表“Sheet”的 D4：公式用了函数 WEBSERVICE",
            ],
        ),
        (
            "表.docx",
            docx("我是{{承诺入}}"),
            ["正文第 1 段（“我是{{承诺入}}”）：“承诺入”不是可用的名称，是不是“承诺人”？"],
        ),
        ("表.xlsx", xlsx(A1="空表"), ["文件里没有任何名称"]),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, ["只接受 Excel（.xlsx）和 Word（.docx）"]),
        ("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), ["设了打开密码"]),
        ("表.xlsm", PLEDGE, ["含宏"]),
        ("表.xlsx", b"0" * (10 * 2**20 + 1), ["超过 10 MB 的上限"]),
    ],
)
def test_a_wrong_form_is_not_kept_and_everything_wrong_in_it_is_said(
    client: Client, cast: Cast, name: str, content: bytes, sentences: list[str]
) -> None:
    client.force_login(cast.ganshi)
    answer = handed_in(client, cast, content, name)
    page = answer.content.decode().replace("&quot;", '"')
    assert answer.status_code == 422 and not OfficeTemplate.objects.exists()
    for sentence in sentences:
        assert sentence in page
    assert "2012年新格式" in page


def test_a_doubtful_form_is_kept_with_what_to_look_at(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)
    handed_in(client, cast, xlsx(A1="{{党组织}}", A2="{{事项.1.内容}}"))
    page = client.get(OfficeTemplate.objects.get().get_absolute_url()).content.decode()
    assert "没有放“承诺人”" in page and "“事项”只放了第 1 到第 1 项" in page and "看过了，启用" in page


@pytest.mark.parametrize("kind", ["xlsx", "docx"])
@pytest.mark.parametrize("form", papers.FORMS, ids=lambda form: form.key)
def test_every_form_has_a_form_to_begin_with_that_can_be_handed_in_as_it_is(
    client: Client, cast: Cast, form: papers.Form, kind: str
) -> None:
    client.force_login(cast.ganshi)
    content = body(client.get(reverse("reports:form_start", args=[form.key, kind])))
    handed_in(client, cast, content, f"{form.title}.{kind}", reverse("reports:form_detail", args=[form.key]))
    template = OfficeTemplate.objects.get()
    page = client.get(template.get_absolute_url())
    assert page.status_code == 200 and page.context["troubles"] == []
    assert body(client.get(reverse("reports:form_version_example", args=[template.pk])))


# ---- versions ----


def test_one_version_is_in_force_and_an_older_one_can_be_taken_again(client: Client, cast: Cast) -> None:
    first, second = kept(cast), kept(cast, xlsx(A1="{{承诺人}}"))
    client.force_login(cast.ganshi)

    def states() -> list[tuple[int, str]]:
        return list(OfficeTemplate.objects.order_by("number").values_list("number", "state"))

    assert states() == [(1, "retired"), (2, "in_force")]
    client.post(reverse("reports:form_version_use", args=[first.pk]))
    assert states() == [(1, "in_force"), (2, "retired")]
    assert client.post(reverse("reports:form_version_use", args=[first.pk])).status_code == 403
    client.post(reverse("reports:form_version_retire", args=[first.pk]))
    assert states() == [(1, "retired"), (2, "retired")]
    assert in_force_for("pledge-member", cast.one) is None
    with pytest.raises(Refused):
        actions.retire_template(template=second, by=cast.ganshi, on=TODAY)
    old = body(client.get(reverse("reports:form_version_file", args=[second.pk])))
    assert load_workbook(BytesIO(old)).active["A1"].value == "{{承诺人}}"


def test_the_nearest_form_up_the_tree_is_used_but_not_beyond_the_unit(cast: Cast) -> None:
    whole, own = kept(cast), kept(cast, at=cast.one)
    assert in_force_for("pledge-member", cast.one) == own
    assert in_force_for("pledge-member", cast.two) == in_force_for("pledge-member", cast.general) == whole
    assert in_force_for("comment", cast.one) is None
    cast.one.unit_path = cast.one.path
    assert in_force_for("pledge-member", cast.one) == own
    cast.two.unit_path = cast.two.path
    assert in_force_for("pledge-member", cast.two) is None


def test_a_file_that_was_changed_behind_the_portal_is_not_opened(client: Client, cast: Cast) -> None:
    pledge, template = pledge_of(cast), kept(cast)
    with open(template.file.path, "ab") as file:
        file.write(b"more")
    client.force_login(cast.dangyuan1)
    answer = client.get(filled_url("pledge-member", pledge.pk))
    assert answer.status_code == 403 and "请办公室重新上传" in answer.content.decode()


# ---- who ----


def test_only_the_office_lays_out_forms_and_only_for_its_own(client: Client, cast: Cast) -> None:
    template = kept(cast)
    for user in (cast.zongzhi, cast.shuji1, cast.dangyuan1, cast.guanli):
        client.force_login(user)
        assert client.get(LIST).status_code == client.get(DETAIL).status_code == 403
        assert client.get(template.get_absolute_url()).status_code == 404
        with pytest.raises(Refused):
            kept(cast, by=user)
    client.force_login(cast.ganshi)
    elsewhere = Organization.objects.get(name="外单位党支部")
    answer = client.post(DETAIL, {"organization": elsewhere.pk, "file": SimpleUploadedFile("表.xlsx", PLEDGE)})
    assert answer.status_code == 422 and OfficeTemplate.objects.count() == 1


def test_a_record_is_filled_only_for_who_sees_it(client: Client, cast: Cast) -> None:
    kept(cast)
    draft = pledging.draft(pledging.cycle(cast.general), cast.dangyuan1)
    url = filled_url("pledge-member", draft.pk)
    for user, code in [(cast.dangyuan1, 200), (cast.dangyuan2, 404), (cast.stranger, 404)]:
        client.force_login(user)
        assert client.get(url).status_code == code
    assert client.get(filled_url("pledge-organization", draft.pk)).status_code == 404
    assert client.get(filled_url("nothing", draft.pk)).status_code == 404


def test_how_a_comment_went_on_is_filled_only_for_who_may_read_it(client: Client, cast: Cast) -> None:
    round_ = round_of(cast.general)
    comment = commenting.issued(round_, "member", cast.member1, cast.shuji1, commenting.problem())
    LeaderComment.objects.filter(pk=comment.pk).update(response="接受点评，认真整改。", acknowledged_on=TODAY)
    text = [
        "{{点评对象}}",
        "{{点评人}}说：{{努力方向}}",
        "{{问题.序号}}．{{问题.内容}}",
        "签收：{{签收意见}}{{整改落实情况}}",
    ]
    kept(cast, docx(*text), form="comment", name="点评.docx")
    colleague = build.account(build.member(cast.one, "党员丙"), "dangyuan3")

    def told(user: User) -> list[str]:
        client.force_login(user)
        read = Document(BytesIO(body(client.get(filled_url("comment", comment.pk)))))
        return [one.text for one in read.paragraphs]

    own, other = told(cast.dangyuan1), told(colleague)
    assert (
        own[:3] == other[:3] == ["党员甲", "书记一说：把建议写到每一节课上", "1．听评课只记了分数，没有写给老师的建议"]
    )
    assert own[3].startswith("签收：接受点评，认真整改。1. ") and other[3] == "签收："


def test_minutes_are_filled_with_their_resolutions(client: Client, cast: Cast) -> None:
    meeting = Meeting.objects.create(
        organization=cast.one, kind="branch_assembly", title="支部党员大会", held_on=date(2011, 5, 10), minutes="一、学习。\n二、讨论。",
        due_count=12, present_count=11,
    )  # fmt: skip
    for order, text in enumerate(["同意甲", "同意乙"]):
        Resolution.objects.create(meeting=meeting, order=order, text=text, voters_due=12, votes_for=11 - order)
    kept(
        cast,
        xlsx(A1="{{会议名称}}", A2="{{会议内容}}", A3="{{应到}}", B5="{{决议.内容}}", C5="{{决议.赞成}}", B6="完"),
        form="meeting",
    )
    client.force_login(cast.shuji1)
    sheet = load_workbook(BytesIO(body(client.get(filled_url("meeting", meeting.pk))))).active
    assert (sheet["A2"].value, sheet["A3"].value) == ("一、学习。\n二、讨论。", 12)
    assert [(sheet[f"B{row}"].value, sheet[f"C{row}"].value) for row in (5, 6, 7)] == [
        ("同意甲", 11),
        ("同意乙", 10),
        ("完", None),
    ]


# ---- the pages ----


def test_the_list_says_what_is_used_and_costs_no_more_with_more_of_it(client: Client, cast: Cast) -> None:
    client.force_login(cast.ganshi)

    def cost(url: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    kept(cast)
    cost(LIST)
    once = cost(LIST), cost(DETAIL)
    kept(cast, at=cast.one)
    kept(cast, at=cast.two, used=False)
    kept(cast, form="comment", content=xlsx(A1="{{点评人}}"))
    assert (cost(LIST), cost(DETAIL)) == once
    page = client.get(LIST).content.decode()
    assert "教研室党总支第 1 版（Excel）" in page and "系统自带" in page
    assert LIST in client.get(reverse("reports:ledger_list")).content.decode()
    client.force_login(cast.shuji1)
    assert LIST not in client.get(reverse("reports:ledger_list")).content.decode()


def test_without_forms_of_its_own_a_print_page_offers_nothing(client: Client, cast: Cast) -> None:
    pledge = pledge_of(cast)
    client.force_login(cast.dangyuan1)
    assert "按本单位表样" not in client.get(reverse("pledges:pledge_print", args=[pledge.pk])).content.decode()


# ---- tables and the archive ----


def test_a_table_of_the_centre_is_had_in_the_form_of_its_office(client: Client, cast: Cast) -> None:
    pledge_of(cast)
    content = xlsx(A1="{{党组织范围}}承诺台账", F2="截至{{截至日期}}", B4="{{行.序号}}", C4="{{行.承诺人}}", D4="{{行.承诺内容}}", E4="{{行.完成时限}}", C5="合计", D5="{{行数}}")  # fmt: skip
    kept(cast, content, form="ledger-pledges")
    client.force_login(cast.zongzhi)
    url = reverse("reports:ledger_own", args=["pledges"])
    assert url in client.get(reverse("reports:ledger_detail", args=["pledges"])).content.decode()
    sheet = load_workbook(BytesIO(body(client.get(url)))).active
    assert (sheet["A1"].value, sheet["F2"].value) == ("教研室党总支承诺台账", "截至2011年6月20日")
    rows = [[sheet.cell(row, column).value for column in (2, 3, 4)] for row in (4, 5, 6)]
    assert rows == [[1, "党员甲", "听课四十节"], [2, "党员甲", "=HYPERLINK(1)"], [3, "党员甲", "帮带两人"]]
    assert sheet["E4"].is_date and (sheet["C7"].value, sheet["D7"].value) == ("合计", 3)
    assert LogEntry.objects.latest("pk").label == "按表样导出承诺台账"
    assert client.get(reverse("reports:ledger_own", args=["items"])).status_code == 404
    client.force_login(cast.dangyuan1)
    assert client.get(url).status_code == 403


def test_the_archive_packs_minutes_in_the_form_of_the_office(cast: Cast) -> None:
    for place in (cast.one, cast.two):
        Meeting.objects.create(
            organization=place, kind="branch_assembly", title="支部党员大会", held_on=date(2011, 5, 10)
        )
    template = kept(cast, xlsx(A1="{{会议名称}}", B1="{{党组织}}"), form="meeting", at=cast.one)

    def minutes() -> list[Any]:
        found = archive_of(Asked(standing_of(cast.ganshi, TODAY), TODAY)).documents
        return [one for one in found if one.folder == "02 会议记录"]

    assert sorted((one.organization, one.path[-5:]) for one in minutes()) == [
        ("第一党支部", ".xlsx"),
        ("第二党支部", ".docx"),
    ]
    (own,) = [one for one in minutes() if one.path.endswith(".xlsx")]
    sheet = load_workbook(own.open()).active
    assert (sheet["A1"].value, sheet["B1"].value) == ("支部党员大会", "第一党支部")
    template.file.delete(save=False)
    assert {one.path[-5:] for one in minutes()} == {".docx"}, "the built-in one stands when the file is gone"
