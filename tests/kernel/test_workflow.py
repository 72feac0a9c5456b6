"""A table of moves is the whole life of a record."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from chuangxian.verdicts import YES, Refused, Verdict, no, stranger
from chuangxian.workflow import Move, Note, Overtaken, Workflow
from tests.paperwork.models import Paper, PaperState

ON = date(2011, 6, 20)
LOG: list[dict[str, Any]] = []
LETTERS: list[str] = []


def author(obj: Paper, by: str, on: date) -> Verdict:
    return YES if by == "author" else stranger("只有作者可以交。")


def reader(obj: Paper, by: str, on: date) -> Verdict:
    return no("不能审自己写的材料。") if by == "author" else YES


def has_text(obj: Paper, by: str, on: date) -> Verdict:
    return YES if obj.text else no("正文还是空的。")


def stamped(obj: Paper, by: str, on: date) -> dict[str, Any]:
    return {"stamped_on": on}


def tear_up(obj: Paper, by: str, on: date, note: str) -> None:
    if note == "fail":
        raise RuntimeError("what follows went wrong")


PAPERWORK = Workflow(
    "paper",
    states=PaperState,
    initial=PaperState.DRAFT,
    finals=[PaperState.STAMPED],
    moves=[
        Move(
            "hand_in", "交稿", [PaperState.DRAFT], PaperState.HANDED_IN, who=author, when=has_text, letter="handed_in"
        ),
        Move(
            "send_back", "退回", [PaperState.HANDED_IN], PaperState.DRAFT, who=reader, note=Note.REQUIRED, after=tear_up
        ),
        Move("stamp", "盖章", [PaperState.HANDED_IN], PaperState.STAMPED, who=reader, sets=stamped),
    ],
    record=lambda **line: LOG.append(line),
    announce=lambda kind, **rest: LETTERS.append(kind),
)


@pytest.fixture(autouse=True)
def nothing_told() -> Iterator[None]:
    LOG.clear()
    LETTERS.clear()
    yield


@pytest.fixture
def paper(db: Any) -> Paper:
    return Paper.objects.create(text="正文")


def test_a_move_changes_the_state_logs_itself_and_posts_its_letter(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    assert (paper.state, paper.version) == (PaperState.HANDED_IN, 2)
    assert LOG[0]["changes"] == {"state": ["draft", "handed_in"]}
    assert LETTERS == ["handed_in"]


def test_a_move_sets_what_it_decides(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    PAPERWORK.move(paper, "stamp", by="reader", on=ON)
    assert paper.stamped_on == ON


@pytest.mark.parametrize(
    ("verb", "by", "sentence"),
    [
        ("hand_in", "reader", "只有作者可以交。"),
        ("stamp", "author", "不能审自己写的材料。"),
        ("stamp", "reader", "现在是“草稿”状态，不能盖章。"),
    ],
)
def test_a_refusal_says_why_and_changes_nothing(paper: Paper, verb: str, by: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        PAPERWORK.move(paper, verb, by=by, on=ON)
    assert refusal.value.reason == sentence
    paper.refresh_from_db()
    assert (paper.state, LOG, LETTERS) == (PaperState.DRAFT, [], [])


def test_dates_and_content_are_asked_after_person_and_state(paper: Paper) -> None:
    paper.text = ""
    assert PAPERWORK.verdict(paper, "hand_in", by="author", on=ON).reason == "正文还是空的。"


def test_a_note_that_is_needed_cannot_be_blank(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    with pytest.raises(Refused, match="退回必须写明意见。"):
        PAPERWORK.move(paper, "send_back", note=" \x00 ", by="reader", on=ON)  # nor what no database keeps


def test_the_slower_of_two_is_told_that_someone_was_faster(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    slower = Paper.objects.get(pk=paper.pk)
    PAPERWORK.move(paper, "stamp", by="reader", on=ON)
    with pytest.raises(Overtaken):
        PAPERWORK.move(slower, "send_back", note="字迹不清", by="reader", on=ON)
    assert [line["verb"] for line in LOG] == ["hand_in", "stamp"]


def test_a_text_changed_since_it_was_read_cannot_be_stamped(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    with pytest.raises(Overtaken):
        PAPERWORK.move(paper, "stamp", version=1, by="reader", on=ON)
    paper.refresh_from_db()
    assert paper.state == PaperState.HANDED_IN


def test_when_what_follows_fails_the_move_has_not_happened(paper: Paper) -> None:
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    with pytest.raises(RuntimeError):
        PAPERWORK.move(paper, "send_back", note="fail", by="reader", on=ON)
    paper.refresh_from_db()
    assert paper.state == PaperState.HANDED_IN


def test_buttons_come_from_the_table_and_strangers_get_none(paper: Paper) -> None:
    assert PAPERWORK.available(paper, by="reader", on=ON) == []
    PAPERWORK.move(paper, "hand_in", by="author", on=ON)
    assert [bool(offer.verdict) for offer in PAPERWORK.available(paper, by="author", on=ON)] == [False, False]
    assert [bool(offer.verdict) for offer in PAPERWORK.available(paper, by="reader", on=ON)] == [True, True]


def test_a_hole_in_the_table_is_found() -> None:
    assert (PAPERWORK.unreachable(), PAPERWORK.dead_ends()) == (set(), set())
    holed = Workflow(
        "holed",
        states=PaperState,
        initial=PaperState.DRAFT,
        finals=[],
        moves=[PAPERWORK.moves["hand_in"]],
        record=lambda **line: None,
        announce=lambda kind, **rest: None,
    )
    assert holed.unreachable() == {"stamped"}
    assert holed.dead_ends() == {"handed_in", "stamped"}


def test_the_diagram_shows_every_move() -> None:
    diagram = PAPERWORK.diagram()
    assert "draft --> handed_in: 交稿" in diagram
    assert "handed_in --> draft: 退回" in diagram
