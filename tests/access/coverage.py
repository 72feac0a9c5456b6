"""The coverage board: who reads it, who reminds, who ends a round."""

from typing import Any

from tests.access.cells import Row, only, signed_in
from tests.conftest import Cast
from tests.reviews import build

LOG = frozenset({"accounts_logentry"})
READERS = ("shuji1", "shuji2", "zongzhi", "ganshi")
TREE = ("dangyuan1", "dangyuan2", *READERS)


def there(cast: Cast) -> dict[str, Any]:
    """A round is running."""
    build.round_of(cast.general)
    return {}


def named(cast: Cast) -> dict[str, Any]:
    """The running round is the URL's argument."""
    return {"pk": build.round_of(cast.general).pk}


def reasons(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """One reason for all."""
    return {"same": "本学期抽调在外"}


ROWS = [
    Row(url="reviews:coverage_board", args=there, get=only(200, *READERS)),
    Row(url="reviews:coverage_export", args=there, get=only(200, *READERS), writes=LOG),
    Row(url="reviews:coverage_print", args=there, get=only(200, *READERS)),
    Row(
        url="reviews:round_missing",
        args=named,
        get=only(200, *READERS, others=404, dangyuan1=403, dangyuan2=403),
    ),
    Row(
        url="reviews:round_remind",
        args=named,
        post=only(302, *READERS, others=404, dangyuan1=403, dangyuan2=403),
        data=lambda cast, kwargs: {"duty": "self_review"},
    ),
    Row(
        url="reviews:round_close",
        args=named,
        get=signed_in(404, **dict.fromkeys(TREE, 403) | {"zongzhi": 200, "ganshi": 200}),
        post=signed_in(404, **dict.fromkeys(TREE, 403) | {"zongzhi": 302, "ganshi": 302}),
        data=reasons,
    ),
]
