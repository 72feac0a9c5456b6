"""Public notices: drafted, changed, posted with everybody they list, closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from awards.models import AwardRound, Nomination, NoticeEntry, PublicNotice
from awards.queries import notices as queries
from awards.rules import notices as rules
from awards.states import NominationState
from awards.workflow.nominations import NOMINATION
from awards.workflow.notices import NOTICE
from chuangxian.edits import save_version
from chuangxian.verdicts import Refused, require

COLUMNS = ("title", "text", "contact", "workdays")
Listed = Mapping[int, str]  # a nomination's number and the deeds the notice tells of it


def draft_form(round_: AwardRound, replaces: PublicNotice | None) -> FormKey:
    """Name the form in which a new notice is written: the round's, or the next edition of one."""
    if replaces is not None:
        return FormKey("awards.publicnotice.edition", replaces.pk)
    return FormKey("awards.publicnotice.new", round_.pk)


def edit_form(notice: PublicNotice) -> FormKey:
    """Name the form in which a draft is changed."""
    return FormKey("awards.publicnotice", notice.pk)


@transaction.atomic
def draft_notice(
    *, round_: AwardRound, listed: Listed, replaces: PublicNotice | None = None, by: User, on: date, **fields: Any
) -> PublicNotice:
    """Draft a notice, or the next edition of the one it replaces. Raises Refused, ValidationError."""
    if replaces is not None:
        require(rules.may_replace(replaces, by, on))
    candidates = queries.candidates_for(round_, replaces)
    require(rules.may_draft(round_, candidates, by, on))
    if queries.draft_for(round_, replaces) is not None:
        raise Refused("已经有一份公示草稿，请修改那一份。")
    notice = PublicNotice(
        round=round_, replaces=replaces, edition=replaces.edition + 1 if replaces is not None else 1, by=by, **fields
    )
    _check(notice)
    notice.save()
    _list(notice, candidates, listed, on)
    drafts.forget(form=draft_form(round_, replaces), by=by)
    log.record(verb="draft_notice", label="起草公示", obj=notice, category=LogEntry.Category.CHANGE, by=by, on=on)
    return notice


@transaction.atomic
def change_notice(*, notice: PublicNotice, listed: Listed, version: int, by: User, on: date, **fields: Any) -> None:
    """Change a draft's words and whom it lists. Raises Refused, Conflict, ValidationError."""
    require(rules.may_change(notice, by, on))
    before = _told(notice)
    for name, value in fields.items():
        setattr(notice, name, value)
    _check(notice)
    save_version(notice, fields, version=version)
    _list(notice, queries.candidates_for(notice.round, notice.replaces), listed, on)
    drafts.forget(form=edit_form(notice), by=by)
    after = _told(notice)
    log.record(
        verb="change_notice",
        label="修改公示草稿",
        obj=notice,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


@transaction.atomic
def act(*, notice: PublicNotice, verb: str, version: int | None, by: User, on: date) -> None:
    """Make a move that a button offers: ``post`` or ``close``. Raises Refused, Overtaken."""
    if verb == "post":
        _post(notice, version, by, on)
    else:
        NOTICE.move(notice, verb, version=version, by=by, on=on)


def _post(notice: PublicNotice, version: int | None, by: User, on: date) -> None:
    """Freeze what it says, start its days, and move everybody it lists into the notice; all of it or nothing."""
    NOTICE.move(notice, "post", version=version, by=by, on=on)
    entries = queries.entries_of(notice)
    shown = queries.shown_as([entry.nomination for entry in entries], on)
    for entry in entries:
        for name, value in shown[entry.nomination_id].items():
            setattr(entry, name, value)
    NoticeEntry.objects.bulk_update(entries, ["title", "name", "sex", "born", "education", "unit", "post"])
    for entry in entries:
        if entry.nomination.state == NominationState.AUDITED:
            _move(entry.nomination, "post", by, on)
    if notice.replaces is not None:
        NOTICE.move(notice.replaces, "replace", by=by, on=on)
    for entry in entries:
        # what held it up may have been the promise of this edition
        if entry.nomination.state == NominationState.OBJECTED and rules.is_unopposed(entry.nomination, by, on):
            _move(entry.nomination, "clear", by, on)


def _move(nomination: Nomination, verb: str, by: User, on: date) -> None:
    """Move a nomination along; a refusal says whose it is."""
    verdict = NOMINATION.verdict(nomination, verb, by=by, on=on)
    if not verdict:
        raise Refused(f"{nomination.nominee}：{verdict.reason}")
    NOMINATION.move(nomination, verb, by=by, on=on)


def _check(notice: PublicNotice) -> None:
    notice.full_clean(validate_constraints=False)
    least = notice.round.notice_workdays
    if notice.workdays < least:
        raise ValidationError({"workdays": f"这一批评选规定公示不少于 {least} 个工作日。"})


def _list(notice: PublicNotice, candidates: list[Nomination], listed: Listed, on: date) -> None:
    """Write whom it lists, in the order of categories and branches."""
    chosen = [nomination for nomination in candidates if nomination.pk in listed]
    if strangers := listed.keys() - {nomination.pk for nomination in chosen}:
        raise ValidationError(f"选中的人选里有 {len(strangers)} 个现在不能列入公示，请重新选择。")
    shown = queries.shown_as(chosen, on)
    entries = [
        NoticeEntry(notice=notice, nomination=one, place=place, deeds=listed[one.pk].strip(), **shown[one.pk])
        for place, one in enumerate(chosen, 1)
    ]
    for entry in entries:
        entry.full_clean(validate_unique=False, validate_constraints=False)
    notice.entries.all().delete()
    NoticeEntry.objects.bulk_create(entries)


def _told(notice: PublicNotice) -> dict[str, Any]:
    """Return a draft in JSON terms."""
    stored = PublicNotice.objects.get(pk=notice.pk)
    told: dict[str, Any] = {name: str(getattr(stored, name)) for name in COLUMNS}
    told["entries"] = [f"{entry}：{entry.deeds}" for entry in stored.entries.all()]
    return told
