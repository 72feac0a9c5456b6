"""Fulfilment: what was done, what came of it, and what the reviewer makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Member
from branches.queries import holding, posts_at
from branches.states import Post
from chuangxian.edits import save_version
from chuangxian.uploads import Accepted
from chuangxian.verdicts import Refused, require
from pledges import rules
from pledges.models import FulfilmentEntry, Pledge, PledgeItem
from pledges.states import NEEDS_EXPLANATION, Outcome
from pledges.workflow import PLEDGE
from schedule.actions.evidence import attach
from schedule.actions.items import raise_item
from schedule.states.items import Source


@dataclass(frozen=True, slots=True)
class Account:
    """What somebody says of one item: an empty outcome means it is still under way."""

    outcome: str
    explanation: str = ""


@transaction.atomic
def enter(
    *,
    item: PledgeItem,
    day: date,
    text: str,
    files: Sequence[Accepted] = (),
    account: Account | None = None,
    by: User,
    on: date,
) -> FulfilmentEntry:
    """Write down what was done for an item on ``day``, with evidence; with ``account`` also how the item stands now.

    Raises ValidationError when the day lies outside the cycle or ahead, or the branch's store is full.
    """
    require(rules.may_enter(item, by, on))
    cycle = item.pledge.cycle
    if not cycle.starts_on <= day <= on:
        raise ValidationError({"on": f"日期应在 {cycle.starts_on:%Y-%m-%d} 到今天之间。"})
    entry = FulfilmentEntry.objects.create(item=item, on=day, text=text.strip(), by=by)
    attach(entry=entry, files=files, organization=item.pledge.organization_id, by=by)
    changes: dict[str, Any] = {"entry": ["", entry.text], "files": ["", [file.name for file in files]]}
    if account is not None and (account.outcome or item.outcome):
        save_version(item.pledge, [], version=item.pledge.version)
        changes |= _settle(item, account, day)
    log.record(
        verb="enter",
        label="记录践诺情况",
        obj=item.pledge,
        note=f"第 {item.place} 项：{entry.text}",
        changes=changes,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    return entry


@transaction.atomic
def account_for(
    *, pledge: Pledge, accounts: Mapping[int, Account], summary: str, version: int, by: User, on: date
) -> None:
    """Say item by item what came of it, without handing it in yet."""
    require(rules.may_report(pledge, by, on))
    changes: dict[str, Any] = {}
    pledge.summary = summary.strip()
    save_version(pledge, ["summary"], version=version)
    for item in pledge.items.all():
        if item.pk in accounts:
            changes |= _settle(item, accounts[item.pk], on)
    if changes:
        log.record(
            verb="account_for",
            label="填写兑现情况",
            obj=pledge,
            changes=changes,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


@transaction.atomic
def report(*, pledge: Pledge, accounts: Mapping[int, Account], summary: str, version: int, by: User, on: date) -> None:
    """Say what came of every item and hand it in for appraisal."""
    account_for(pledge=pledge, accounts=accounts, summary=summary, version=version, by=by, on=on)
    PLEDGE.move(pledge, "report", by=by, on=on)


@transaction.atomic
def appraise(*, pledge: Pledge, outcomes: Mapping[int, str], opinion: str, version: int, by: User, on: date) -> None:
    """Appraise what was reported. An outcome found otherwise needs an opinion; what was reported stays beside it.

    Each item found unfulfilled becomes an action item, to be put right by somebody and verified by somebody else.
    """
    require(PLEDGE.verdict(pledge, "appraise", by=by, on=on))
    corrected: dict[str, Any] = {}
    for item in pledge.items.all():
        found = outcomes.get(item.pk, item.outcome)
        if found != item.outcome:
            corrected[f"第 {item.place} 项"] = [Outcome(item.outcome).label, Outcome(found).label]
            PledgeItem.objects.filter(pk=item.pk).update(outcome=found)
    if corrected and not opinion.strip():
        raise ValidationError({"opinion": "改动了兑现情况，请写明理由。"})
    if pledge.goes_outside and not opinion.strip():
        raise ValidationError({"opinion": "请写上上级的评诺意见。"})
    if corrected:
        log.record(
            verb="correct",
            label="更正兑现情况",
            obj=pledge,
            note=opinion,
            changes=corrected,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )
    PLEDGE.move(pledge, "appraise", note=opinion, version=version, by=by, on=on)
    for item in pledge.items.all():
        if outcomes.get(item.pk, item.outcome) == Outcome.UNFULFILLED:
            _raise_unfulfilled(pledge, item, by, on)


def _raise_unfulfilled(pledge: Pledge, item: PledgeItem, by: User, on: date) -> None:
    raise_item(
        organization=pledge.organization,
        member=pledge.member,
        source=Source.PLEDGE,
        origin=item,
        origin_name=f"{pledge}第 {item.place} 项",
        standard=item.standard,
        problem=f"承诺未兑现：{item.content}",
        cause=item.explanation,
        responsible=item.responsible_member or pledge.member or _leading(pledge, on),
        due_on=on + timedelta(days=settings.RECTIFY_DAYS),
        by=by,
        on=on,
    )


def _leading(pledge: Pledge, on: date) -> Member:
    """Return who answers for an organisation: its secretary, else another of its leaders."""
    posts = posts_at([pledge.organization_id], on)
    for post in (Post.SECRETARY, Post.DEPUTY_SECRETARY):
        for person in holding(posts, pledge.organization_id, {post}):
            if isinstance(person, Member):
                return person
    raise Refused(f"有未兑现的事项要整改，可是{pledge.organization}现在没有书记、副书记。请先登记任职，再评诺。")


def _settle(item: PledgeItem, account: Account, day: date) -> dict[str, Any]:
    """Write an item's outcome; returns the change for the log."""
    explanation = account.explanation.strip()
    if account.outcome in NEEDS_EXPLANATION and not explanation:
        raise ValidationError({"explanation": "没有完全兑现的，请写明原因；这段说明会公开。"})
    if (item.outcome, item.explanation) == (account.outcome, explanation):
        return {}
    before = Outcome(item.outcome).label if item.outcome else ""
    if item.outcome != account.outcome:
        item.settled_on = day if account.outcome else None
    item.outcome = item.reported_outcome = account.outcome
    item.explanation = explanation
    item.save(update_fields=["outcome", "reported_outcome", "explanation", "settled_on"])
    return {f"第 {item.place} 项": [before, Outcome(account.outcome).label if account.outcome else ""]}
