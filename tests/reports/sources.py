"""What the records say must be in an archive of the whole campaign, counted past the archive's own queries."""

import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from accounts.models import User
from awards.models import Honour, ModelPost, Nomination, NominationFile, PartyBrand, StoryPicture, Summary
from awards.states import NominationState, SummaryState
from branches.models import Membership
from branches.scope import standing_of
from pledges.models import Evidence, PledgeItem
from pledges.states import State
from reports.archive import Archive, archive_of, packed
from reports.catalogue import Asked
from reviews.models import LeaderComment, SelfReviewLine
from reviews.states import CommentState, ReviewState
from schedule.models import (
    ActionEvidence,
    ActionItem,
    Activity,
    ActivityFile,
    Assignment,
    Meeting,
    MeetingFile,
    StudyFile,
    StudySession,
    TaskEvidence,
)
from schedule.states.study import SessionState

INDEX, MANIFEST = "00 档案目录.xlsx", "校验清单（SHA-256）.txt"
NOT_HANDED_UP = (NominationState.DRAFT, NominationState.WITHDRAWN)
HANDED_IN = (Evidence, ActionEvidence, TaskEvidence, MeetingFile, StudyFile, ActivityFile, NominationFile, StoryPicture)


def archive_on(username: str, on: date) -> Archive:
    """The archive of the whole campaign as somebody gets it on a day."""
    return archive_of(Asked(standing_of(User.objects.get(username=username), on), on))


def unpacked(archive: Archive, folder: Path) -> Path:
    """Take it away and unpack it."""
    path = folder / "archive.zip"
    with path.open("wb") as file:
        file.writelines(packed(archive, who="办公室"))
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        book.extractall(folder / "archive")
    return folder / "archive"


def lacking(archive: Archive) -> list[tuple[str, str, str]]:
    """What it says is missing: what, whose, of when."""
    return sorted((one.title, one.organization, one.when) for one in archive.missing)


def documents_due(on: date) -> dict[str, int]:
    """How many documents there must be in each folder but that of the tables."""
    return {
        "02 会议记录": Meeting.objects.filter(held_on__lte=on).count(),
        "03 学习记录": StudySession.objects.filter(state=SessionState.HELD, on__lte=on).count(),
        "04 附件": sum(kind._default_manager.count() for kind in HANDED_IN),
        "05 工作总结": Summary.objects.filter(state=SummaryState.FINAL).count(),
    }


def rows_due(on: date) -> dict[str, tuple[str, int]]:
    """By table: a column that every one of its rows fills and no sum does, and how many rows there must be."""
    return {
        "承诺台账": ("承诺内容", PledgeItem.objects.exclude(pledge__state=State.LAPSED).count()),
        "对照检查汇总": ("轮次", SelfReviewLine.objects.exclude(review__state=ReviewState.LAPSED).count()),
        "领导点评台账": ("点评人", LeaderComment.objects.exclude(state=CommentState.DRAFT).count()),
        "整改台账": ("问题", ActionItem.objects.count()),
        "任务落实台账": ("任务", Assignment.objects.filter(task__cancelled_on=None, task__opens_on__lte=on).count()),
        "学习台账": ("状态", StudySession.objects.filter(on__lte=on).count()),
        "会议台账": ("会议名称", Meeting.objects.filter(held_on__lte=on).count()),
        "活动台账": ("活动名称", Activity.objects.filter(withdrawn_on=None).count()),
        "光荣榜": ("荣誉称号", Honour.objects.filter(awarded_on__lte=on).count()),
        "推荐汇总表": ("推荐人选", Nomination.objects.exclude(state__in=NOT_HANDED_UP).count()),
        "党员示范岗台账": ("岗位名称", ModelPost.objects.count()),
        "党建品牌台账": ("品牌名称", PartyBrand.objects.count()),
        "党员名册（汇总）": ("姓名", Membership.objects.current(on).count()),
    }


def filled(path: Path, header: str) -> int:
    """How many rows of the first sheet have something in that column under its head."""
    rows = list(load_workbook(path, read_only=True).worksheets[0].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if header in row)
    place = rows[head].index(header)
    return sum(row[place] not in (None, "") for row in rows[head + 1 :])


def listed(folder: Path, sheet: str) -> Iterator[list[Any]]:
    """The rows of a sheet of the archive's index."""
    for row in load_workbook(folder / INDEX, read_only=True)[sheet].iter_rows(values_only=True):
        yield [cell for cell in row if cell is not None]
