"""Tables out and in: whose, the file on its way, and the way back."""

from collections.abc import Callable
from typing import Any

from chuangxian.imports import ImportState
from schedule import trips
from schedule.models import TableImport
from tests.access.cells import Row, only, signed_in
from tests.access.items import ALL_READERS, LOG, READERS
from tests.conftest import Cast
from tests.schedule import study
from tests.schedule.trips import Book, committed, exported, uploaded

OUT = only(200, *READERS, guanli=404, stranger=404)
IN = only(200, *READERS, others=404)
OVER = only(302, *READERS, others=404)


def at_one(cast: Cast) -> dict[str, Any]:
    """A branch with a session ahead."""
    study.session(cast.one, cast.shuji1, lecturer=cast.member1)
    return {"table": "study", "pk": cast.one.pk}


def whose(table: str) -> Callable[[Cast], dict[str, Any]]:
    """The organisations of a table."""
    return lambda cast: {"table": table}


def file(state: str = ImportState.REHEARSED) -> Callable[[Cast], dict[str, Any]]:
    """A file of branch one in which a topic has been changed, and perhaps taken over."""

    def args(cast: Cast) -> dict[str, Any]:
        at_one(cast)
        table = trips.get("study")
        assert table is not None
        book = Book(exported(table, cast.one, cast.shuji1))
        book.set(1, "主题", "新的主题")
        imported = uploaded(table, cast.one, book.saved(), cast.shuji1)
        if state == ImportState.COMMITTED:
            committed(table, imported, cast.shuji1)
        return {"pk": imported.pk}

    return args


def seen(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"seen": TableImport.objects.get(pk=kwargs["pk"]).found["digest"]}


ROWS = [
    Row(url="schedule:table_list", args=whose("study"), get=only(200, *ALL_READERS)),
    Row(url="schedule:table_list", case="pledges", args=whose("pledges"), get=only(200, *ALL_READERS)),
    Row(url="schedule:table_list", case="activities", args=whose("activities"), get=only(200, *ALL_READERS)),
    Row(url="schedule:table_list", case="no such table", args=whose("nothing"), get=signed_in(404)),
    Row(url="schedule:table_import", args=at_one, get=OUT, post=only(422, *READERS, guanli=404, stranger=404)),
    Row(url="schedule:table_export", args=at_one, get=OUT, writes=LOG),
    Row(url="schedule:table_import_detail", args=file(), get=IN),
    Row(url="schedule:table_import_detail", case="committed", args=file(ImportState.COMMITTED), get=IN),
    Row(url="schedule:table_import_commit", args=file(), post=OVER, data=seen),
    Row(url="schedule:table_import_undo", args=file(ImportState.COMMITTED), post=OVER),
    Row(url="schedule:table_import_discard", args=file(), post=OVER),
    Row(url="schedule:table_import_annotated", args=file(), get=IN, writes=LOG),
]
