"""What lies in a round's box: totals that must add up, and a fingerprint that changes with every answer.

Read by the seal, which writes both down, and by whoever checks later that nothing has moved.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Length

from reviews.models import Ballot, ClosingRecord, Code, CodeBatch, EvaluationRound, Remark
from reviews.tally.answers import position

Totals = dict[str, dict[str, Any]]
NUMBERS = {
    "size": "批次登记的张数",
    "issued": "发出",
    "used": "已用",
    "revoked": "作废",
    "unused": "未用",
    "ballots": "票数",
}


def totals_of(round_: EvaluationRound) -> Totals:
    """Return by category (its pk as text): name and NUMBERS. ``issued`` = used + revoked + unused. Four queries."""
    sizes = dict(CodeBatch.objects.filter(round=round_).order_by().values_list("category").annotate(Sum("size")))
    void = Q(is_used=False) & (Q(is_revoked=True) | Q(batch__is_revoked=True))
    counted: Any = (
        Code.objects.filter(batch__round=round_)
        .order_by()
        .values(category=F("batch__category"))
        .annotate(
            issued=Count("pk"),
            used=Count("pk", filter=Q(is_used=True)),
            revoked=Count("pk", filter=void),
            unused=Count("pk", filter=Q(is_used=False) & ~void),
        )
    )
    codes: dict[int, dict[str, int]] = {row.pop("category"): row for row in counted}
    ballots = dict(Ballot.objects.filter(round=round_).order_by().values_list("category").annotate(Count("pk")))
    return {
        str(category.pk): {
            "name": category.name,
            "size": sizes.get(category.pk, 0),
            **{name: codes.get(category.pk, {}).get(name, 0) for name in ("issued", "used", "revoked", "unused")},
            "ballots": ballots.get(category.pk, 0),
        }
        for category in round_.categories.all()
    }


def summed(totals: Totals) -> dict[str, int]:
    """Return NUMBERS over all categories."""
    return {name: sum(row[name] for row in totals.values()) for name in NUMBERS}


def fingerprint_of(round_: EvaluationRound) -> str:
    """Return SHA-256, in hex, over what was asked, all codes as they are kept, all ballots with their category and all remarks, each
    sorted: the order they lie in does not count, and the random keys of ballots and remarks do not.

    The codes also salt it: a handful of ballots, of which no figure is shown, could otherwise be guessed until the fingerprint fits.
    """
    digest = hashlib.sha256()
    for line in _canonical(round_):
        digest.update(f"{len(line)}:{line}\n".encode())
    return digest.hexdigest()


def _canonical(round_: EvaluationRound) -> Iterator[str]:
    yield f"chuangxian evaluation 2 round {round_.pk}"
    for item in round_.items.order_by("place"):
        yield f"item {item.place} {item.standard_id} {item.text}"
    for grade in round_.grades.order_by("place"):
        score = "" if grade.score is None else f"{grade.score:.1f}"
        yield f"grade {grade.place} {grade.label} {score} {int(grade.is_valid)} {int(grade.is_positive)}"
    for subject in round_.subjects.order_by("place"):
        yield f"subject {subject.place} {subject.organization_id} {subject.member_id}"
    for category in round_.categories.order_by("pk"):
        weight = "" if category.weight is None else f"{category.weight:.1f}"
        yield f"category {category.pk} {category.kind} {category.name} {category.eligible} {category.choosing} {weight}"
    codes = Code.objects.filter(batch__round=round_).order_by().values_list("digest", "batch_id", "is_used")
    yield from sorted(f"code {digest} {batch} {int(is_used)}" for digest, batch, is_used in codes.iterator())
    ballots = Ballot.objects.filter(round=round_).order_by().values_list("category_id", "format", "answers")
    yield from sorted(f"ballot {category} {form} {answers}" for category, form, answers in ballots.iterator())
    remarks = Remark.objects.filter(round=round_).order_by().values_list("text", flat=True)
    yield from sorted(f"remark {text}" for text in remarks.iterator())


def grouped(fingerprint: str) -> str:
    """Return a fingerprint as people read it aloud, in groups of four."""
    return " ".join(fingerprint[start : start + 4] for start in range(0, len(fingerprint), 4))


def warnings_of(totals: Totals, unused_counted: int | None) -> list[str]:
    """Return what does not add up in a closing record, each as a sentence to print on it."""
    found = []
    for row in totals.values():
        if row["size"] != row["issued"]:
            found.append(f"{row['name']}：批次登记 {row['size']} 张评议码，系统里有 {row['issued']} 张。")
        if row["ballots"] > row["used"]:
            found.append(
                f"{row['name']}：票数 {row['ballots']} 多于已用的评议码 {row['used']} 张，这次评议应当作废重来。"
            )
        elif row["ballots"] < row["used"]:
            found.append(f"{row['name']}：已用评议码 {row['used']} 张，只有 {row['ballots']} 张票，请查明缺少的原因。")
    unused = summed(totals)["unused"]
    if unused_counted is None:
        found.append("没有清点收回的未用评议码，无法发现有人用未发出的码投票。")
    elif unused_counted != unused:
        found.append(
            f"清点收回未用评议码 {unused_counted} 张，系统里未用的是 {unused} 张，相差 {abs(unused_counted - unused)} 张。"
            "收回的多于系统里未用的，说明有码没有发出却已经使用；少了，说明有人领了码没有评，也没有交回。"
        )
    return found


def differences(record: ClosingRecord) -> list[str]:
    """Recount a sealed round; return what differs from its closing record, nothing where all is as it was sealed."""
    round_ = record.round
    found = [] if round_.is_counted else ["评议活动有封存记录，却不是已封存的状态。"]
    now, then = totals_of(round_), record.totals
    found += [f"评议人类别 {key} 不在封存记录里。" for key in now.keys() - then.keys()]
    for key, row in then.items():
        if key not in now:
            found.append(f"封存记录里的评议人类别 {key} 不见了。")
            continue
        for name, label in {"name": "名称", **NUMBERS}.items():
            if row.get(name) != now[key][name]:
                found.append(f"{row.get('name')}：{label}封存时是 {row.get(name)}，现在是 {now[key][name]}。")
    found += _misfits(round_)
    if record.fingerprint != (fingerprint := fingerprint_of(round_)):
        found.append(f"校验码封存时是 {record.fingerprint}，现在是 {fingerprint}。")
    return found


def _misfits(round_: EvaluationRound) -> list[str]:
    found = []
    strangers = Ballot.objects.filter(round=round_).exclude(category__round=round_).count()
    if strangers:
        found.append(f"有 {strangers} 张票的评议人类别不是这次评议的。")
    length = position(round_.subjects.count(), 1, round_.items.count())
    places = "".join(str(grade.place) for grade in round_.grades.all())
    whole = Ballot.objects.filter(round=round_).alias(length=Length("answers"))
    wrong = whole.exclude(length=length, answers__regex=f"^[0{places}]*$").count()
    if wrong:
        found.append(f"有 {wrong} 张票的内容不合格式。")
    open_receipts = Code.objects.filter(batch__round=round_).exclude(receipt="").count()
    if open_receipts:
        found.append(f"有 {open_receipts} 张评议码还带着提交页面的回执。")
    return found
