"""Remarks: shown all at once, from ten up, when two people have read each, in another order to every reader."""

import random
from typing import Any

from django.conf import settings

from reviews.models import EvaluationRound, Remark, RemarkReading


def shown_remarks(round_: EvaluationRound, reader: int) -> tuple[list[str], str]:
    """Return the texts that may be shown, shuffled for this reader, and the sentence why there are none. Two queries."""
    number = Remark.objects.filter(round=round_).count()
    if number < settings.REMARKS_FROM:
        word = f"收到的意见建议不到 {settings.REMARKS_FROM} 条，为了不让人认出是谁写的，一律不看、不公布。"
        return [], word if number else "没有人写意见建议。"
    if waiting := Remark.objects.filter(round=round_, reading__second__isnull=True).count():
        return [], f"收到 {number} 条意见建议，还有 {waiting} 条没有经过两个人整理，整理完一起公布。"
    texts = Remark.objects.filter(round=round_).exclude(reading__shown="").values_list("reading__shown", flat=True)
    return _shuffled(sorted(texts), round_, reader), "" if texts else "意见建议经过整理，没有可以公布的。"


def shuffled_rows(round_: EvaluationRound, reader: int) -> list[tuple[Remark, RemarkReading | None]]:
    """Return every remark with its reading, shuffled for this reader, those that wait first. One query."""
    remarks = list(
        Remark.objects.filter(round=round_).select_related("reading__first", "reading__second").order_by("pk")
    )
    rows = [(remark, getattr(remark, "reading", None)) for remark in _shuffled(remarks, round_, reader)]
    return sorted(rows, key=lambda row: row[1] is not None and row[1].second_id is not None)


def _shuffled(rows: list[Any], round_: EvaluationRound, reader: int) -> list[Any]:
    """Return them in an order of this reader's own, the same each time he looks."""
    mine = list(rows)
    random.Random(f"remarks {round_.pk} {reader}").shuffle(mine)
    return mine
