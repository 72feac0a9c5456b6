"""Minutes and study records as Word files: the facts in a small table, then the words as they were written."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from chuangxian.sheets.brush import without_controls
from schedule.models import Meeting, StudySession

FONT = "仿宋"


def minutes_of(meeting: Meeting) -> BytesIO:
    """Return the minutes of a meeting with its resolutions and their votes."""
    facts = [
        ("党组织", str(meeting.organization)),
        ("类别", meeting.get_kind_display()),
        ("日期", f"{meeting.held_on}"),
        ("地点", meeting.place),
        ("主持人", meeting.host),
        ("应到、实到", _of(meeting.due_count, meeting.present_count)),
        ("缺席人员及原因", meeting.absent),
    ]
    resolved = [
        f"{one.text}（应到 {one.voters_due} 人，赞成 {one.votes_for}，反对 {one.votes_against}，弃权 {one.abstained}）"
        for one in meeting.resolutions.all()
    ]
    return _paper(meeting.title, facts, [("会议纪要", meeting.minutes.splitlines()), ("决议", resolved)])


def study_record_of(session: StudySession) -> BytesIO:
    """Return the record of a study session."""
    facts = [
        ("党组织", str(session.organization)),
        ("日期", f"{session.on}"),
        ("地点", session.place),
        ("主持人", session.host),
        ("主讲人", str(session.lecturer) if session.lecturer else ""),
        ("学习材料", session.materials),
    ]
    return _paper(session.topic or "集体学习", facts, [("讨论记录", session.discussion.splitlines())])


def _of(due: int | None, present: int | None) -> str:
    return "" if due is None and present is None else f"{_said(due)}、{_said(present)}"


def _said(number: int | None) -> str:
    return "没有登记" if number is None else f"{number} 人"


def _paper(title: str, facts: Iterable[tuple[str, str]], texts: Iterable[tuple[str, list[str]]]) -> BytesIO:
    document = Document()
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(12)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    head = document.add_paragraph()
    run = head.add_run(without_controls(title))
    run.bold, run.font.size = True, Pt(16)
    told = [(name, value) for name, value in facts if value]
    table = document.add_table(rows=len(told), cols=2, style="Table Grid")
    for row, (name, value) in zip(table.rows, told, strict=True):
        row.cells[0].text, row.cells[1].text = name, without_controls(value)
    for name, lines in texts:
        kept = [line for line in lines if line.strip()]
        document.add_paragraph().add_run(name).bold = True
        for line in kept or ["（没有记录）"]:
            document.add_paragraph(without_controls(line))
    target = BytesIO()
    document.save(target)
    target.seek(0)
    return target
