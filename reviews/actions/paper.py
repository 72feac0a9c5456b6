"""Paper: the stub is spent at the box, two people key the sheets, the pile is counted. No step leads from a stub to a sheet."""

import secrets
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import F
from django.views.decorators.debug import sensitive_variables

from accounts import log
from accounts.models import User
from chuangxian.verdicts import YES, Verdict, first_no, no, require
from chuangxian.workflow import Overtaken
from reviews.actions.batches import REVOKED, SPENT, UNKNOWN, held
from reviews.actions.mixing import alone, mix, together
from reviews.models import REMARK_MOST, Ballot, Code, PaperPile, PaperSheet, RaterCategory, Remark
from reviews.queries.batches import presented
from reviews.queries.casting import Sheet, sheet_of
from reviews.queries.paper import COLUMNS, column_of
from reviews.rules import paper as rules
from reviews.tally.answers import FORMAT

ROWS_A_STATEMENT = 500
_shuffle = secrets.SystemRandom().shuffle


@transaction.atomic
def set_up_box(*, category: RaterCategory, label: str, by: User, on: date) -> PaperPile:
    """Set up a ballot box for one category. Raises Refused, Overtaken where the label has been given."""
    round_ = held(category.round_id)
    require(rules.may_set_up_box(round_, by, on))
    if PaperPile.objects.filter(round=round_, label=label).exists():
        raise Overtaken(f"“{label}”已经有了。")
    pile = PaperPile.objects.create(round=round_, category=category, label=label)
    log.record(verb="set_up_box", label="设置票箱", obj=round_, note=f"{category}{label}", by=by, on=on)
    return pile


@sensitive_variables()
@transaction.atomic
def spend_stub(*, pile: PaperPile, typed: str, by: User, on: date) -> None:
    """Spend the code on a stub while its sheet goes into the box; only the number of stubs is kept. Raises Refused.

    The log has no line about it: the moment and the person at the box would be a trace.
    """
    together(pile.round_id)
    pile = _fresh(pile)
    require(rules.takes_stub(pile, by, on))
    code = presented(pile.round, typed)
    if code is None or not (code.batch.is_open or code.is_revoked):
        require(no(UNKNOWN))
    assert code is not None
    if code.batch.category_id != pile.category_id:
        require(no(f"这张票根是“{code.batch.category}”的，请投到那一类的票箱。"))
    if Code.objects.filter(pk=code.pk, is_used=False, is_revoked=False).update(is_used=True) != 1:
        require(no(SPENT if Code.objects.get(pk=code.pk).is_used else REVOKED))
    PaperPile.objects.filter(pk=pile.pk).update(stubs=F("stubs") + 1)


def _fresh(pile: PaperPile) -> PaperPile:
    """Return the pile as it stands, which nobody changes before this transaction ends."""
    piles = PaperPile.objects.select_related("round__organization", "category", "first", "second")
    found: PaperPile = piles.select_for_update(of=("self",), no_key=True).get(pk=pile.pk)
    return found


# ---- keying ----


@transaction.atomic
def keep_entries(
    *, pile: PaperPile, entries: Mapping[int, str], remarks: Mapping[int, str] | None = None, by: User, on: date
) -> None:
    """Keep what one of the two people read off some sheets: answers by the sheet's place, from 1; an empty one takes the sheet back.

    Who keys first is the first person; remarks are the first person's. Raises Refused.
    """
    pile = _fresh(pile)
    require(rules.may_key(pile, by, on))
    column = column_of(pile, by)
    require(first_no(*(_fits(pile, sheet_of(pile.round), place, text) for place, text in entries.items())))
    if getattr(pile, column) is None:
        PaperPile.objects.filter(pk=pile.pk).update(**{column: by})
        label = "开箱录入纸质票" if column == "first" else "第二人录入纸质票"
        log.record(verb="key_paper", label=label, obj=pile.round, note=f"{pile.category}{pile}", by=by, on=on)
    rows = {row.place: row for row in PaperSheet.objects.filter(pile=pile, place__in=list(entries))}
    fresh = [PaperSheet(pile=pile, place=place) for place, text in entries.items() if text and place not in rows]
    for row in [*rows.values(), *fresh]:
        setattr(row, column, entries[row.place])
        if column == "first":
            row.remark = (remarks or {}).get(row.place, row.remark).strip()[:REMARK_MOST]
    PaperSheet.objects.bulk_update(rows.values(), [column, "remark"] if column == "first" else [column])
    PaperSheet.objects.bulk_create(fresh)
    PaperSheet.objects.filter(pile=pile, first="", second="").delete()


def _fits(pile: PaperPile, sheet: Sheet, place: int, text: str) -> Verdict:
    """One digit a cell, each the place of a grade or 0; and no sheet for which no stub lies in the box."""
    cells, best = len(sheet.subjects) * len(sheet.items), len(sheet.grades)
    if not 1 <= place <= pile.stubs:
        return no(f"票箱里只投了 {pile.stubs} 张票根，没有第 {place} 张。")
    if text and (len(text) != cells or not text.isascii() or not text.isdecimal() or int(max(text)) > best):
        return no(f"第 {place} 张要录 {cells} 个数字，每个从 0 到 {best}。")
    return YES


@transaction.atomic
def clear_entries(*, pile: PaperPile, column: str, by: User, on: date) -> None:
    """Throw away what one of the two people has keyed, so that somebody keys the pile again. Raises Refused."""
    pile = _fresh(pile)
    require(rules.may_handle(pile, by, on))
    if column not in COLUMNS or getattr(pile, column) is None:
        require(no("这一份还没有人录入。"))
    who = getattr(pile, column)
    PaperSheet.objects.filter(pile=pile).update(**{column: "", **({"remark": ""} if column == "first" else {})})
    PaperSheet.objects.filter(pile=pile, first="", second="").delete()
    PaperPile.objects.filter(pk=pile.pk).update(**{column: None})
    note = f"{pile.category}{pile}，{who}录的清空重录"
    log.record(verb="clear_paper", label="纸质票重新录入", obj=pile.round, note=note, by=by, on=on)


# ---- counting ----


@transaction.atomic
def commit_pile(*, pile: PaperPile, by: User, on: date) -> int:
    """Count the pile on which both people agree, all sheets together and in random order, and mix. Returns how many. Raises Refused."""
    alone(pile.round_id)
    round_ = held(pile.round_id)
    pile = _fresh(pile)
    require(rules.may_commit(pile, by, on))
    sheets = list(PaperSheet.objects.filter(pile=pile))
    _shuffle(sheets)
    Ballot.objects.bulk_create(
        [Ballot(round=round_, category=pile.category, answers=sheet.first, format=FORMAT) for sheet in sheets],
        batch_size=ROWS_A_STATEMENT,
    )
    texts = [sheet.remark for sheet in sheets if sheet.remark and round_.with_remarks]
    _shuffle(texts)
    Remark.objects.bulk_create([Remark(round=round_, text=text) for text in texts], batch_size=ROWS_A_STATEMENT)
    note = f"{pile.category}{pile}，计入 {len(sheets)} 张，票根 {pile.stubs} 张，由{pile.first}和{pile.second}录入"
    _close(pile, len(sheets), on)
    log.record(verb="commit_paper", label="纸质票计入", obj=round_, note=note, by=by, on=on)
    mix(round_.pk)
    return len(sheets)


@transaction.atomic
def leave_out_pile(*, pile: PaperPile, reason: str, by: User, on: date) -> None:
    """Count none of a pile, because it is lost or holds more sheets than stubs; its codes stay spent. Raises Refused."""
    alone(pile.round_id)
    round_ = held(pile.round_id)
    pile = _fresh(pile)
    require(rules.may_handle(pile, by, on))
    _close(pile, 0, on)
    note = f"{pile.category}{pile}，票根 {pile.stubs} 张都不计入：{reason}"
    log.record(verb="leave_out_paper", label="纸质票不计入", obj=round_, note=note, by=by, on=on)


def _close(pile: PaperPile, number: int, on: date) -> None:
    PaperSheet.objects.filter(pile=pile).delete()
    PaperPile.objects.filter(pk=pile.pk).update(committed_on=on, committed=number)
