"""Certificates: what they say, on paper and as a file; what is told where no font can write them."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from fpdf import FPDF

from accounts.models import LogEntry
from awards.models import Honour
from awards.queries.honours import certificate_of
from awards.sheets import certificates
from awards.sheets.certificates import FontMissing, certificates_pdf, lines_of
from chuangxian import clock
from tests.awards import build_honours as build
from tests.awards.build_honours import ON
from tests.conftest import Cast

has_font = pytest.mark.skipif(
    not any(path.is_file() for path in certificates.places()), reason="没有中文字体（apt install fonts-noto-cjk）"
)


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(ON):
        yield


@pytest.fixture
def honours(cast: Cast) -> list[Honour]:
    """Of a branch, and of dangyuan1."""
    round_ = build.round_of(cast.general)
    build.decided(round_, cast.member1, cast.ganshi)
    build.decided(round_, cast.two, cast.ganshi)
    return [build.again(one) for one in build.commended(round_, cast.ganshi)]


def get(cast: Cast, view: str, pk: int) -> Any:
    client = Client()
    client.force_login(cast.ganshi)
    return client.get(reverse(f"awards:{view}", args=[pk]))


def test_a_certificate_says_who_for_what_by_whom_and_when(honours: list[Honour]) -> None:
    branchs, personal = map(certificate_of, honours)
    assert (personal.to, personal.by, personal.day) == ("党员甲 同志：", "教研室党总支", "二〇一一年六月十八日")
    assert personal.text == "在创先争优活动中成绩突出，被评为2011年度“优秀共产党员”。"
    assert branchs.to == "第二党支部："
    assert branchs.text == "在创先争优活动中成绩突出，被授予2011年度“先进党支部”荣誉称号。"
    assert (branchs.number, personal.number) == ("2011-总支-0001", "2011-总支-0002")


def test_all_certificates_of_a_round_stand_in_one_print(cast: Cast, honours: list[Honour]) -> None:
    page = get(cast, "round_certificates", honours[0].nomination.round_id).content.decode()  # type: ignore[union-attr]
    assert page.count("<h1>荣誉证书</h1>") == 2 and "党员甲" in page and "第二党支部" in page


@has_font
def test_the_file_has_a_page_each_and_embeds_its_letters(cast: Cast, honours: list[Honour]) -> None:
    response = get(cast, "round_certificates_pdf", honours[0].nomination.round_id)  # type: ignore[union-attr]
    body = response.content
    assert body.startswith(b"%PDF-") and body.count(b"/Type /Page\n") == 2 and b"/FontFile" in body
    assert len(body) < 200_000, "the letters used, not the font"
    assert response["Content-Type"] == "application/pdf" and "attachment" in response["Content-Disposition"]
    assert LogEntry.objects.get(category=LogEntry.Category.EXPORT).label == "下载荣誉证书"


@has_font
def test_the_longest_citation_still_fits_a_page(honours: list[Honour]) -> None:
    honour = honours[1]
    honour.citation = "三十年坚守教研一线，带出“二十名”骨干教师。" * 14
    assert certificates_pdf([certificate_of(honour)], "证书").count(b"/Type /Page\n") == 1


@has_font
def test_the_longest_names_stay_inside_the_frame(honours: list[Honour], monkeypatch: pytest.MonkeyPatch) -> None:
    edges: list[tuple[float, float, float]] = []

    class Measured(FPDF):
        def text(self, x: float, y: float, text: str = "") -> None:
            edges.append((x, x + self.get_string_width(text), y))
            super().text(x, y, text)

    monkeypatch.setattr(certificates, "FPDF", Measured)
    honour = honours[0]
    honour.organization.name, honour.awarded_by = "中共某某省某某市教育科学研究院" * 5, "某某市委教育工作委员会" * 7
    assert certificates_pdf([certificate_of(honour)], "证书").count(b"/Type /Page\n") == 1
    left, right = min(one[0] for one in edges), max(one[1] for one in edges)
    assert left >= certificates.LEFT - 0.01 and right <= certificates.WIDE - certificates.RIGHT + 0.01
    assert len({one[2] for one in edges}) == len(edges), "no line over another"


def test_line_breaks_in_a_citation_are_blanks_on_a_certificate(honours: list[Honour]) -> None:
    honours[1].citation = "第一句。\r\n第二句，\t有制表。"
    assert certificate_of(honours[1]).citation == "第一句。 第二句， 有制表。"


@has_font
def test_a_font_file_that_cannot_be_read_is_passed_over_and_named_where_no_other_serves(
    cast: Cast, honours: list[Honour], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = tmp_path
    (tmp_path / "fonts").mkdir()
    (tmp_path / "fonts" / "坏了的.ttf").write_bytes(b"no font at all")
    (tmp_path / "fonts" / "半个.ttc").write_bytes(b"ttcf\x00\x01\x00\x00\x00\x00\x00\x02" + b"\xff" * 40)
    assert get(cast, "honour_certificate_pdf", honours[1].pk)["Content-Type"] == "application/pdf"
    monkeypatch.setattr(certificates, "PLACES", ())
    page = get(cast, "honour_certificate_pdf", honours[1].pk).content.decode()
    assert "坏了的.ttf" in page and "读不出" in page


@has_font
def test_a_name_no_font_can_write_is_told_letter_by_letter(honours: list[Honour]) -> None:
    honour = honours[1]
    honour.citation = "\ue000"  # a private letter, as some registries use for rare names
    with pytest.raises(FontMissing) as caught:
        certificates_pdf([certificate_of(honour)], "证书")
    assert "写不出“\ue000”" in caught.value.sentence


def test_without_a_font_the_page_says_so_and_leads_to_the_print(
    cast: Cast, honours: list[Honour], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "PLACES", ("/nowhere/none.ttc",))
    response = get(cast, "honour_certificate_pdf", honours[1].pk)
    page = response.content.decode()
    assert response.status_code == 200 and "没有中文字体" in page
    assert reverse("awards:honour_certificate", args=[honours[1].pk]) in page
    assert not LogEntry.objects.filter(category=LogEntry.Category.EXPORT).exists()


@has_font
def test_the_offices_own_font_is_taken_first(
    honours: list[Honour], settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA = tmp_path
    own = tmp_path / "fonts"
    own.mkdir()
    usual = next(path for path in certificates.places() if path.is_file())
    (own / usual.name).symlink_to(usual)
    (own / "readme.txt").write_text("no font")
    monkeypatch.setattr(certificates, "PLACES", ())
    assert [path.parent for path in certificates.places()] == [own]
    assert certificates_pdf([certificate_of(honours[0])], "证书").startswith(b"%PDF-")


def test_lines_neither_begin_with_a_closing_mark_nor_end_with_an_opening_one_and_keep_figures_together() -> None:
    def broken(text: str) -> list[str]:
        return lines_of(text, 5, lambda line: float(len(line)))

    assert broken("一二三四五，六七") == ["一二三四", "五，六七"]
    assert broken("一二三四“五”六") == ["一二三四", "“五”六"]
    assert broken("一二三2011年") == ["一二三", "2011年"]
    assert broken("，，，，，，，") == ["，", "，，，，，，"] or "".join(broken("，，，，，，，")) == "，，，，，，，"
    assert broken("") == []


def test_what_others_gave_has_no_certificate_of_ours(cast: Cast) -> None:
    honour = build.honour(cast.one, cast.ganshi, cast.member1)
    assert get(cast, "honour_certificate", honour.pk).status_code == 403
    assert "证书由表彰单位颁发" in get(cast, "honour_detail", honour.pk).content.decode()


def test_the_data_folder_is_where_the_office_puts_a_font() -> None:
    assert isinstance(site.DATA, Path)
