"""Many at the same sheet at the same moment: one winner a version, and no text lost."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import drafts
from accounts.models import Typed
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from chuangxian.workflow import Overtaken
from reviews.actions import comments as actions
from reviews.models import LeaderComment
from reviews.states import CommentState
from schedule.workflow.items import ITEM
from tests.conftest import Cast
from tests.reviews import comments as build
from tests.reviews.comments import ON, round_of

EDITS = 200
AT_ONCE = 20


def at_once(number: int, work: Callable[[int], Any]) -> list[Any]:
    """Let so many threads, each with its own connection, begin at the same moment; returns what each brought home, by its number."""
    gate = threading.Barrier(number)
    home: list[Any] = [None] * number

    def run(place: int) -> None:
        try:
            gate.wait(30)
            home[place] = work(place)
        except Exception as error:
            home[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return home


@pytest.mark.usefixtures("racing")
def test_of_two_hundred_edits_of_one_sheet_one_wins_each_version_and_no_text_is_lost(cast: Cast) -> None:
    comment = build.draft(round_of(cast.general), "member", cast.member1, cast.shuji1)
    saved: dict[int, str] = {}
    shown: list[str] = []
    for start in range(0, EDITS, AT_ONCE):
        read = build.again(comment).version

        def edit(place: int, start: int = start, read: int = read) -> str:
            words = f"第 {start + place} 人写的话"
            text = build.text(build.problem(words), direction=words)
            mine = build.again(comment)
            try:
                actions.save_text(comment=mine, text=text, version=read, by=cast.shuji1, on=ON)
            except Conflict as conflict:
                # as the page does: both texts are shown, and what was typed is kept
                typed = {"direction": [conflict.mine["direction"]]}
                drafts.keep(form=actions.form_of(mine), typed=typed, by=cast.shuji1)
                shown.append(conflict.mine["direction"])
                return ""
            return words

        home = at_once(AT_ONCE, edit)
        assert not [one for one in home if isinstance(one, Exception)], home
        winners = [words for words in home if words]
        assert len(winners) == 1, winners
        lies = build.again(comment)
        assert (lies.version, lies.direction) == (read + 1, winners[0])
        assert [problem.text for problem in lies.problems.all()] == winners
        saved[lies.version] = winners[0]
    assert len(saved) == EDITS // AT_ONCE
    assert sorted([*saved.values(), *shown]) == sorted(f"第 {n} 人写的话" for n in range(EDITS))
    assert Typed.objects.count() <= 1


@pytest.mark.usefixtures("racing")
def test_of_two_who_begin_the_same_sheet_one_is_told_that_somebody_was_faster(cast: Cast) -> None:
    round_ = round_of(cast.general)

    def begin(place: int) -> LeaderComment:
        by = [cast.shuji1, cast.ganshi][place % 2]
        return build.draft(round_, "member", cast.member1, by, commentator=cast.shuji1.member)

    home = at_once(4, begin)
    assert sum(isinstance(one, LeaderComment) for one in home) == 1, home
    assert sum(isinstance(one, Overtaken) for one in home) == 3, home
    assert LeaderComment.objects.count() == 1


@pytest.mark.usefixtures("racing")
def test_a_comment_is_given_once_however_often_the_button_is_pressed(cast: Cast) -> None:
    comment = build.draft(round_of(cast.general), "member", cast.member1, cast.shuji1, build.problem())

    def give(place: int) -> bool:
        actions.issue(comment=build.again(comment), version=comment.version, by=cast.shuji1, on=ON)
        return True

    home = at_once(4, give)
    assert home.count(True) == 1 and sum(isinstance(one, Refused) for one in home) == 3, home
    assert len(build.items(comment)) == 1


@pytest.mark.usefixtures("racing")
def test_when_the_last_two_items_are_verified_at_once_the_comment_is_verified(cast: Cast) -> None:
    comment = build.issued(
        round_of(cast.general), "member", cast.member1, cast.shuji1, build.problem("甲"), build.problem("乙")
    )
    for item in build.items(comment):
        type(item).objects.filter(pk=item.pk).update(state="submitted", measure="改", result="改了")
    LeaderComment.objects.filter(pk=comment.pk).update(state=CommentState.RECTIFYING, acknowledged_on=ON)
    items = build.items(comment)

    def verify(place: int) -> bool:
        ITEM.move(items[place], "verify", by=cast.shuji1, on=ON + timedelta(days=1))
        return True

    assert at_once(2, verify) == [True, True]
    assert build.again(comment).state == CommentState.VERIFIED
