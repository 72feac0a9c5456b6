"""Tasks: what was set to branches and members, by each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from django.core.files.base import ContentFile

from schedule.models import Assignment, Task, TaskEvidence, TaskSeries
from tests.access.cells import Codes, Row, only, signed_in
from tests.access.items import inside, made, of
from tests.conftest import Cast
from tests.schedule import tasks as setting

LOG = frozenset({"accounts_logentry"})
READERS = ("shuji1", "zongzhi", "ganshi")  # committees and office above dangyuan1
ALL_READERS = (*READERS, "shuji2")
UNIT = ("dangyuan1", "dangyuan2", "shuji1", "shuji2", "zongzhi", "ganshi")  # who knows what the general branch sets


def known(code: int, *who: str, others: int = 403) -> Codes:
    """What the general branch set is known to its whole unit; to nobody outside."""
    return signed_in(404, **(dict.fromkeys(UNIT, others) | dict.fromkeys(who, code)))


def to_branches(cast: Cast) -> Task:
    """Set by the general branch to its branches."""
    return setting.task(cast.general, cast.zongzhi)


def to_members(cast: Cast) -> Task:
    """Set by the first branch to its members."""
    return setting.task(cast.one, cast.shuji1, target="member")


def of_branch(cast: Cast) -> Assignment:
    """What the general branch asks of the first branch."""
    return setting.of(to_branches(cast), cast.one)


def of_member(cast: Cast) -> Assignment:
    """What the first branch asks of dangyuan1."""
    return setting.of(to_members(cast), member=cast.member1)


def done(cast: Cast) -> Assignment:
    """Reported done by dangyuan1."""
    return setting.done(of_member(cast), cast.dangyuan1)


def series(cast: Cast) -> TaskSeries:
    return setting.series(cast.general, cast.zongzhi)


def branchs_series(cast: Cast) -> TaskSeries:
    """What comes again for the members of the first branch."""
    return setting.series(cast.one, cast.shuji1, target="member")


def occurrence(cast: Cast) -> Task:
    """One task of the series."""
    return series(cast).tasks.order_by("-due_on")[0]


def evidence(cast: Cast) -> dict[str, Any]:
    """A file beside what dangyuan1 has to do."""
    piece = TaskEvidence(
        entry=of_member(cast), name="体会.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.dangyuan1
    )
    piece.file.save("x", ContentFile("体会".encode()))
    return {"pk": piece.pk}


def typed(model: Any, **fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post these on the record as it was read."""
    return lambda cast, kwargs: {"version": model.objects.get(pk=kwargs["pk"]).version, **fields}


NEW = {
    "title": "报送小结",
    "target": "organization",
    "opens_on": "2011-06-20",
    "due": "2011年7月下旬",
    "confirmed": "1",
}
WEEKLY = {
    **{"title": "报送学习情况", "target": "organization", "kind": "week", "every": "2", "weekday": "FR", "day": "25"},
    **{"after": "15", "starts_on": "2011-06-20", "ends_on": "2011-09-30", "lead_days": "7", "confirmed": "1"},
}
INSIDE = ("dangyuan1", *READERS)

ROWS = [
    Row(url="schedule:task_list", args=made(to_branches), get=signed_in(200)),
    Row(url="schedule:task_list", case="what was set", args=made(to_members), query="?show=set", get=signed_in(200)),
    Row(url="schedule:task_ledger", args=made(to_members), get=only(200, *ALL_READERS)),
    Row(url="schedule:task_export", args=made(to_members), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:task_print", args=made(to_members), get=only(200, *ALL_READERS)),
    Row(url="schedule:task_detail", args=of(to_branches), get=known(200, *UNIT)),
    Row(url="schedule:task_detail", case="a branch's own", args=of(to_members), get=inside(200, *INSIDE)),
    Row(
        url="schedule:task_add",
        get=only(200, *ALL_READERS),
        # the branches' secretaries are not offered the general branch
        post=only(302, "zongzhi", "ganshi", shuji1=422, shuji2=422),
        data=lambda cast, kwargs: {"organization": cast.general.pk, **NEW},
    ),
    Row(
        url="schedule:task_add",
        case="a branch to its members",
        get=only(200, *ALL_READERS),
        post=only(302, "shuji1", zongzhi=422, ganshi=422, shuji2=422),
        data=lambda cast, kwargs: {"organization": cast.one.pk, **NEW, "target": "member"},
    ),
    Row(
        url="schedule:task_edit",
        args=of(to_branches),
        get=known(200, "zongzhi", "ganshi"),
        post=known(302, "zongzhi", "ganshi"),
        data=typed(Task, title="报送总结", due="2011-07-10", reason="改了名称"),
    ),
    Row(
        url="schedule:task_cancel",
        args=of(to_branches),
        get=known(200, "zongzhi", "ganshi"),
        post=known(302, "zongzhi", "ganshi"),
        data=typed(Task, reason="不用报了"),
    ),
    Row(
        url="schedule:task_cancel",
        case="a branch's own",
        args=of(to_members),
        get=inside(200, "shuji1"),
        post=inside(302, "shuji1"),
        data=typed(Task, reason="不用报了"),
    ),
    Row(
        url="schedule:task_move",
        args=of(occurrence),
        get=known(200, "zongzhi", "ganshi"),
        post=known(302, "zongzhi", "ganshi"),
        data=typed(Task, due_on="2011-11-04", reason="停课"),
    ),
    # who sees nothing of those it reaches has nobody to remind
    Row(url="schedule:task_remind", args=of(to_branches), post=known(302, "zongzhi", "ganshi")),
    Row(
        url="schedule:task_remind",
        case="one of them",
        args=of(to_members),
        post=inside(302, *READERS),
        data=lambda cast, kwargs: {"assignment": Assignment.objects.get(member=cast.member1).pk},
    ),
    Row(url="schedule:assignment_detail", args=of(of_member), get=inside(200, *INSIDE)),
    Row(url="schedule:assignment_detail", case="a branch's", args=of(of_branch), get=inside(200, *INSIDE)),
    Row(
        url="schedule:assignment_act",
        case="return",
        args=of(done),
        post=inside(302, *READERS),
        data=typed(Assignment, verb="return", note="请补上记录"),
    ),
    Row(
        url="schedule:assignment_act",
        case="excuse",
        args=of(of_member),
        post=inside(302, "shuji1"),
        data=typed(Assignment, verb="excuse", note="外出学习"),
    ),
    Row(
        url="schedule:assignment_act",
        case="excuse a branch",
        args=of(of_branch),
        post=inside(302, "zongzhi", "ganshi"),
        data=typed(Assignment, verb="excuse", note="刚成立"),
    ),
    Row(
        url="schedule:assignment_act",
        case="no such verb",
        args=of(of_member),
        post=inside(400, *INSIDE),
        data=typed(Assignment, verb="done"),
    ),
    Row(
        url="schedule:assignment_done",
        args=of(of_member),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=typed(Assignment, done_on="2011-06-19", result="写好了"),
    ),
    Row(
        url="schedule:assignment_done",
        case="a branch's",
        args=of(of_branch),
        get=inside(200, "shuji1"),
        post=inside(302, "shuji1"),
        data=typed(Assignment, done_on="2011-06-19", result="写好了"),
    ),
    Row(url="schedule:assignment_done", case="done already", args=of(done), get=inside(403), post=inside(403)),
    Row(url="schedule:task_evidence", args=evidence, get=inside(200, *INSIDE)),
    Row(url="schedule:series_list", args=made(branchs_series), get=signed_in(200)),
    Row(url="schedule:series_detail", args=of(series), get=only(200, "zongzhi", "ganshi", others=404)),
    Row(
        url="schedule:series_add",
        get=only(200, *ALL_READERS),
        post=only(302, "zongzhi", "ganshi", shuji1=422, shuji2=422),
        data=lambda cast, kwargs: {"organization": cast.general.pk, **WEEKLY},
    ),
    Row(
        url="schedule:series_end",
        args=of(series),
        get=only(200, "zongzhi", "ganshi", others=404),
        post=only(302, "zongzhi", "ganshi", others=404),
        data=typed(TaskSeries, reason="不用报了"),
    ),
    Row(
        url="schedule:series_end",
        case="a branch's own",
        args=of(branchs_series),
        get=only(200, "shuji1", others=404, zongzhi=403, ganshi=403),
        post=only(302, "shuji1", others=404, zongzhi=403, ganshi=403),
        data=typed(TaskSeries, reason="不用报了"),
    ),
]
