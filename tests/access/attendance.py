"""Attendance at study sessions and study hours: each state and relation that changes who may do what."""

from collections.abc import Callable
from typing import Any

from chuangxian import clock
from schedule.models import Attendance, StudySession
from tests.access.cells import Row, only, signed_in
from tests.access.items import ALL_READERS, LOG, READERS, inside, made, of
from tests.conftest import Cast
from tests.schedule import attendance as study

MEMBERS = ("dangyuan1", "shuji1", "zongzhi")  # of the first branch, who may sign there; the office may not


def today(cast: Cast) -> StudySession:
    """The first branch's session of today, not begun."""
    return study.session(cast.one)


def open_(cast: Cast) -> StudySession:
    """It takes signatures."""
    return study.open_(cast.one, cast.shuji1)


def lectured(cast: Cast) -> StudySession:
    """dangyuan1 lectures."""
    return study.session(cast.one, lecturer=cast.member1)


def held(cast: Cast) -> StudySession:
    return study.session(cast.one, study.HELD)


def attended(cast: Cast) -> StudySession:
    """dangyuan1 was there."""
    session = held(cast)
    study.listed(session, cast.shuji1, {cast.member1: "present"})
    return session


def missed(cast: Cast) -> Attendance:
    """dangyuan1 was not."""
    return study.missed(cast.one, cast.shuji1, cast.member1)


def made_up(cast: Cast) -> Attendance:
    return study.made_up(missed(cast), cast.dangyuan1)


def asked(cast: Cast) -> Attendance:
    """dangyuan1 asks for leave."""
    return study.asked(today(cast), cast.dangyuan1)


def typed(**fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    """Post these on the attendance as it was read."""
    return lambda cast, kwargs: {"version": Attendance.objects.get(pk=kwargs["pk"]).version, **fields}


def plainly(**fields: Any) -> Callable[[Cast, dict[str, Any]], dict[str, Any]]:
    return lambda cast, kwargs: fields


def noted(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"version": Attendance.objects.get(session=kwargs["pk"]).version, "notes": study.NOTES}


def digits(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    """What stands on the screen now."""
    return {"digits": study.digits(StudySession.objects.get(pk=kwargs["pk"]), clock.wall())}


def said(cast: Cast, kwargs: dict[str, Any]) -> dict[str, Any]:
    return {"seen": "", f"status-{cast.member1.pk}": "absent", f"reason-{cast.member1.pk}": "生病"}


ROWS = [
    Row(
        url="schedule:session_sign",
        args=of(today),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=plainly(verb="open"),
    ),
    Row(
        url="schedule:session_sign",
        case="one's own lecture",
        args=of(lectured),
        get=inside(200, "dangyuan1", *READERS),
        post=inside(302, "dangyuan1", *READERS),
        data=plainly(verb="open"),
    ),
    Row(
        url="schedule:session_sign",
        case="another day's",
        args=of(held),
        get=inside(403),
        post=inside(403),
        data=plainly(verb="open"),
    ),
    Row(url="schedule:session_sign_now", args=of(open_), get=inside(200, *READERS)),
    Row(
        url="schedule:sign_in",
        args=of(open_),
        get=inside(200, *MEMBERS),
        post=inside(302, *MEMBERS),
        data=digits,
    ),
    Row(
        url="schedule:sign_in",
        case="not begun",
        args=of(today),
        get=inside(403),
        post=inside(403),
        data=digits,
    ),
    Row(
        url="schedule:attendance_list",
        args=of(held),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=said,
    ),
    Row(
        url="schedule:leave_ask",
        args=of(today),
        get=inside(200, *MEMBERS),
        post=inside(302, *MEMBERS),
        data=plainly(reason="参加命题会议"),
    ),
    Row(
        url="schedule:leave_ask",
        case="over",
        args=of(held),
        get=inside(403),
        post=inside(403),
        data=plainly(reason="参加命题会议"),
    ),
    Row(url="schedule:leave_list", args=made(asked), get=signed_in(200)),
    Row(
        url="schedule:leave_answer",
        args=of(asked),
        get=inside(200, "shuji1", "zongzhi"),
        post=inside(302, "shuji1", "zongzhi"),
        data=typed(answer="grant"),
    ),
    Row(
        url="schedule:make_up",
        args=of(missed),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=typed(day="2011-06-15", how="自学", notes=study.NOTES),
    ),
    Row(
        url="schedule:make_up_autosave",
        args=of(missed),
        post=inside(200, "dangyuan1"),
        data=typed(notes=study.NOTES),
    ),
    Row(
        url="schedule:make_up_return",
        args=of(made_up),
        get=inside(200, *READERS),
        post=inside(302, *READERS),
        data=typed(reason="心得太短"),
    ),
    Row(
        url="schedule:study_notes",
        args=of(attended),
        get=inside(200, "dangyuan1"),
        post=inside(302, "dangyuan1"),
        data=noted,
    ),
    Row(
        url="schedule:study_notes",
        case="not there",
        args=lambda cast: {"pk": missed(cast).session_id},
        get=inside(403),
        post=inside(403),
    ),
    Row(url="schedule:study_notes_autosave", args=of(attended), post=inside(200, "dangyuan1"), data=noted),
    Row(
        url="schedule:study_notes_autosave",
        case="not there",
        args=lambda cast: {"pk": missed(cast).session_id},
        post=inside(403),
    ),
    Row(url="schedule:notes_list", args=of(attended), get=inside(200, *READERS)),
    Row(url="schedule:study_hours", args=made(attended), get=signed_in(200)),
    Row(
        url="schedule:hours_member",
        args=lambda cast: {"pk": cast.member1.pk},
        get=inside(200, "dangyuan1", *READERS),
    ),
    Row(
        url="schedule:hours_member",
        case="a fellow member's",
        args=lambda cast: {"pk": cast.shuji1.member.pk},
        get=inside(200, *READERS),
    ),
    Row(url="schedule:hours_export", args=made(attended), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:hours_print", args=made(attended), get=only(200, *ALL_READERS)),
]
