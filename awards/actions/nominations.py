"""Nominations: begun, written, handed up and moved on. Every change is in the log; places are counted one after the other."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from awards.actions.turns import in_turn, take_turn
from awards.models import AwardCategory, Nomination
from awards.queries.nominations import S
from awards.rules import nominations as rules
from awards.workflow.nominations import NOMINATION
from branches.models import Member, Organization
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import require
from schedule.actions.evidence import attach, detach

TEXTS = ("meeting", "voted_on", "votes_due", "votes_present", "votes_for", "deeds")


def form_of(nomination: Nomination) -> FormKey:
    """Name the form in which a nomination is written."""
    return FormKey("awards.nomination", nomination.pk)


@transaction.atomic
def begin(
    *, category: AwardCategory, nominator: Organization, nominee: Member | Organization, by: User, on: date
) -> Nomination:
    """Begin a recommendation. Raises Refused where a rule bars the nominee for good, ValidationError when he is recommended already."""
    require(rules.may_nominate(category.round, nominator, by, on))
    require(rules.fits(category, nominator, nominee, on))
    require(rules.may_be_proposed(category, nominee, on))
    in_turn(AwardCategory.objects.filter(pk=category.pk))
    who: dict[str, Any] = {"member": nominee} if isinstance(nominee, Member) else {"organization": nominee}
    if Nomination.objects.filter(category=category, **who).exclude(state__in=[S.REJECTED, S.WITHDRAWN]).exists():
        raise ValidationError(f"{nominee}已经在“{category.title}”里有一份推荐，不用再填。")
    nomination = Nomination(round=category.round, category=category, nominator=nominator, author=by, **who)
    nomination.full_clean(exclude=["path"], validate_constraints=False)
    nomination.save()
    log.record(verb="begin_nomination", label="起草推荐", obj=nomination, by=by, on=on)
    return nomination


@transaction.atomic
def save_text(
    *,
    nomination: Nomination,
    fields: Mapping[str, Any],
    papers: Sequence[Accepted] = (),
    drop: Collection[int] = (),
    version: int,
    by: User,
    on: date,
) -> None:
    """Keep what was written; ``fields`` are some of TEXTS. A meeting says its day and who was there itself.

    Raises Conflict when somebody saved in between, ValidationError when the numbers cannot be.
    """
    require(rules.may_edit(nomination, by, on))
    before = _told(nomination)
    for name, value in fields.items():
        setattr(nomination, name, value)
    _take_over_meeting(nomination)
    nomination.full_clean(exclude=["path"], validate_constraints=False)
    _check(nomination, on)
    save_version(nomination, TEXTS, version=version)
    gone = detach(entry=nomination, numbers=drop)
    attach(entry=nomination, files=papers, organization=nomination.nominator_id, by=by, field="papers")
    drafts.forget(form=form_of(nomination), by=by)
    after = _told(nomination)
    changes = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if gone or papers:
        changes["evidence"] = ["、".join(gone), "、".join(file.name for file in papers)]
    if changes:
        log.record(
            verb="change_nomination",
            label="填写推荐材料",
            obj=nomination,
            changes=changes,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


@transaction.atomic
def act(*, nomination: Nomination, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Make a move. Raises Refused, Overtaken. Two who take the last place at once are asked one after the other."""
    take_turn(nomination)
    NOMINATION.move(nomination, verb, note=note, version=version, by=by, on=on)


def _take_over_meeting(nomination: Nomination) -> None:
    meeting = nomination.meeting
    if meeting is None:
        return
    nomination.voted_on = meeting.held_on
    if meeting.due_count is not None:
        nomination.votes_due = meeting.due_count
    if meeting.present_count is not None:
        nomination.votes_present = meeting.present_count


def _check(nomination: Nomination, on: date) -> None:
    """A draft may have gaps; what stands in it must be possible."""
    due, present, votes = nomination.votes_due, nomination.votes_present, nomination.votes_for
    problems: dict[str, str] = {}
    if nomination.voted_on is not None and nomination.voted_on > on:
        problems["voted_on"] = "推荐日期不能晚于今天。"
    if due is not None and present is not None and present > due:
        problems["votes_present"] = f"实到 {present} 人，不能多于应到的 {due} 人。"
    if present is not None and votes is not None and votes > present:
        problems["votes_for"] = f"赞成 {votes} 票，不能多于实到的 {present} 人。"
    if problems:
        raise ValidationError(problems)


def _told(nomination: Nomination) -> dict[str, str]:
    return {
        name: "" if (value := getattr(nomination, name)) is None else str(value) for name in TEXTS
    }  # fmt: skip
