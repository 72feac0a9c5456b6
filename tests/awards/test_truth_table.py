"""Every actor in every state before every move of a nomination, as one table a person can read.

`truth_table.txt` is what is right: whoever changes the table of moves or its rules changes that file and reads the difference.
Everything else is as it should be (votes, deeds, places, opinions, days), so that only person and state decide.

    ●  may     ×  not this person     –  not in this state     …  this person in this state, but not yet
"""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import User
from awards.models import Nomination
from awards.states import NominationState
from awards.workflow.nominations import NOMINATION
from branches.states import Post
from tests import build
from tests.awards import build_deciding as awards
from tests.awards.build_deciding import AFTER, COMMEND, ON, POSTED
from tests.conftest import Cast

FILE = Path(__file__).with_name("truth_table.txt")
S = NominationState
# the states, with the day one stands on and how a nomination got there; being objected to is asked before and after the answer
COLUMNS: dict[str, tuple[S, date]] = {
    "起草": (S.DRAFT, ON),
    "推荐": (S.RECOMMENDED, ON),
    "初评": (S.PRESELECTED, ON),
    "审核": (S.AUDITED, POSTED),
    "公示": (S.IN_NOTICE, POSTED),
    "期满": (S.IN_NOTICE, AFTER),
    "收异": (S.IN_NOTICE, AFTER),
    "异议": (S.OBJECTED, AFTER),
    "已答": (S.OBJECTED, AFTER),
    "审定": (S.DECIDED, AFTER),
    "表彰日": (S.DECIDED, COMMEND),
    "已表彰": (S.COMMENDED, COMMEND),
    "未通过": (S.REJECTED, AFTER),
    "撤回": (S.WITHDRAWN, AFTER),
}
UNANSWERED = ("收异", "异议")


def actors(cast: Cast) -> dict[str, User]:
    """Who is tried: the nominee sits on the committee that decides."""
    nominee = build.member(cast.one, "候选委员")
    build.appoint(nominee, cast.general, Post.PUBLICITY_COMMISSIONER)
    discipline = build.member(cast.two, "纪检委员")
    build.appoint(discipline, cast.general, Post.DISCIPLINE_COMMISSIONER)
    return {
        "推荐支部书记": cast.shuji1,
        "推荐支部党员": cast.dangyuan1,
        "别的支部书记": cast.shuji2,
        "总支书记": cast.zongzhi,
        "总支纪检委员": build.account(discipline),
        "总支办公室": cast.ganshi,
        "候选人（总支委员）": build.account(nominee),
        "管理员": cast.guanli,
        "外单位党员": cast.stranger,
    }


def nomination_in(name: str, cast: Cast, nominee: User) -> Nomination:
    """A nomination of that member by the first branch, brought to its state by the moves themselves."""
    state, by = COLUMNS[name][0], cast.ganshi
    round_ = awards.round_of(cast.general)
    one = awards.draft(awards.category_of(round_), nominee.member, cast.one)
    if state == S.DRAFT:
        return awards.again(one)
    one = awards.moved(one, "recommend", by=by)
    if state in (S.RECOMMENDED, S.REJECTED, S.WITHDRAWN):
        ends = {S.REJECTED: ["reject"], S.WITHDRAWN: ["withdraw"]}
        return awards.moved(one, *ends.get(state, []), by=by)
    one = awards.heard(awards.moved(one, "preselect", by=by), by)
    if state == S.PRESELECTED:
        return one
    one = awards.moved(one, "audit", by=by)
    if state == S.AUDITED:
        return one
    notice = awards.posted(one, by=by)
    if name in ("收异", "异议", "已答"):
        objection = awards.objection(notice, one)
        if state == S.OBJECTED:
            one = awards.moved(one, "object", by=by, on=POSTED)
        if name not in UNANSWERED:
            awards.answered(objection)
    if state in (S.DECIDED, S.COMMENDED):
        one = awards.moved(one, "decide", by=by, on=AFTER)
    if state == S.COMMENDED:
        one = awards.moved(one, "commend", by=by, on=COMMEND)
    return awards.again(one)


def sign(nomination: Nomination, verb: str, by: User, on: date) -> str:
    """Return how the person stands before the move."""
    move = NOMINATION.moves[verb]
    if nomination.state not in move.sources:
        return "–"
    if not move.who(nomination, by, on):
        return "×"
    verdict = NOMINATION.verdict(nomination, verb, by=by, on=on)
    assert verdict or verdict.reason.endswith("。")
    return "●" if verdict else "…"


def wide(text: str, width: int) -> str:
    """Pad a text in which Chinese takes two columns."""
    return text + " " * (width - sum(2 if ord(one) > 0x2000 and one not in "●×–…" else 1 for one in text))


@pytest.mark.django_db
def test_every_actor_in_every_state_before_every_move(cast: Cast) -> None:
    people = actors(cast)
    found: dict[tuple[str, str, str], str] = {}
    for column, (state, on) in COLUMNS.items():
        nomination = nomination_in(column, cast, people["候选人（总支委员）"])
        assert nomination.state == state, column
        for name, person in people.items():
            for verb in NOMINATION.moves:
                found[verb, name, column] = sign(nomination, verb, person, on)
    lines = []
    for verb, move in NOMINATION.moves.items():
        lines.append(wide(f"{move.label}（{verb}）", 24) + "".join(wide(column, 8) for column in COLUMNS))
        lines += [
            wide(f"  {name}", 24) + "".join(wide(found[verb, name, column], 8) for column in COLUMNS) for name in people
        ]
        lines.append("")
    table = "\n".join(line.rstrip() for line in lines)
    assert table == FILE.read_text(encoding="utf-8"), f"\n{table}"
