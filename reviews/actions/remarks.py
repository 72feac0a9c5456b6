"""Remarks are read by two people before anybody else: one proposes what may be shown, a second agrees or sends it back."""

from datetime import date

from django.conf import settings
from django.db import transaction

from accounts.models import User
from chuangxian.verdicts import no, require
from reviews.models import EvaluationRound, Remark, RemarkReading
from reviews.rules.results import may_edit_remarks


def _may(round_: EvaluationRound, by: User, on: date) -> None:
    require(may_edit_remarks(round_, by, on))
    if Remark.objects.filter(round=round_).count() < settings.REMARKS_FROM:
        require(no(f"收到的意见建议不到 {settings.REMARKS_FROM} 条，一律不看、不公布。"))


@transaction.atomic
def propose(*, remark: Remark, shown: str, by: User, on: date) -> RemarkReading:
    """Propose what may be shown of a remark; nothing leaves it out. A proposal of another that waits is replaced by one's own.

    Raises Refused when two people have already agreed.
    """
    _may(remark.round, by, on)
    reading = RemarkReading.objects.select_for_update().filter(remark=remark).first()
    if reading is not None and reading.second_id is not None:
        require(no("这条意见已经由两个人整理好了。"))
    made, _ = RemarkReading.objects.update_or_create(
        remark=remark, defaults={"shown": shown.strip(), "first": by, "second": None}
    )
    return made


@transaction.atomic
def confirm(*, remark: Remark, shown: str, by: User, on: date) -> None:
    """Agree to what another proposed, as it was read: ``shown``. Raises Refused for one's own, and where it has been changed meanwhile."""
    _may(remark.round, by, on)
    reading = RemarkReading.objects.select_for_update().filter(remark=remark, second__isnull=True).exclude(first=by)
    proposed = reading.first()
    if proposed is None:
        require(no("要由另一个人复核，自己整理的不能自己复核。"))
    assert proposed is not None
    if _lines(proposed.shown) != _lines(shown):
        require(no("整理的文字刚刚改过，请看过现在的文字再同意。"))
    reading.update(second=by)


def _lines(text: str) -> list[str]:
    # browsers send line ends in their own way
    return text.strip().splitlines()


@transaction.atomic
def send_back(*, remark: Remark, by: User, on: date) -> None:
    """Disagree: the proposal is gone, somebody proposes again."""
    _may(remark.round, by, on)
    gone, _ = RemarkReading.objects.filter(remark=remark, second__isnull=True).exclude(first=by).delete()
    if not gone:
        require(no("要由另一个人复核，自己整理的可以直接改。"))
