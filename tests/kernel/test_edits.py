"""Two people edit one record: one wins a version, the other keeps his text."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from chuangxian.edits import Conflict, save_version
from tests.paperwork.models import Paper


def test_saving_raises_the_version(db: Any) -> None:
    paper = Paper.objects.create(text="一稿")
    paper.text = "二稿"
    save_version(paper, ["text"], version=1)
    paper.refresh_from_db()
    assert (paper.text, paper.version) == ("二稿", 2)


def test_the_second_learns_of_the_first_and_keeps_both_texts(db: Any) -> None:
    paper = Paper.objects.create(text="一稿")
    mine = Paper.objects.get(pk=paper.pk)
    paper.text = "别人的"
    save_version(paper, ["text"], version=1)
    mine.text = "我的"
    with pytest.raises(Conflict) as conflict:
        save_version(mine, ["text"], version=1)
    assert conflict.value.mine == {"text": "我的"}
    assert conflict.value.current.text == "别人的"  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_exactly_one_wins_each_version() -> None:
    paper = Paper.objects.create(text="一稿")
    together, won, lost = Barrier(8), [], []

    def edit(number: int) -> None:
        mine = Paper.objects.get(pk=paper.pk)
        mine.text = f"第{number}人"
        together.wait(timeout=10)
        try:
            save_version(mine, ["text"], version=1)
            won.append(mine.text)
        except Conflict as conflict:
            lost.append(conflict.mine["text"])
        finally:
            connection.close()

    threads = [Thread(target=edit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    paper.refresh_from_db()
    assert (len(won), len(lost), paper.text, paper.version) == (1, 7, won[0], 2)
