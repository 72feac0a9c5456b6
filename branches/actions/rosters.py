"""Roster files: kept, taken over as a whole, taken back as a whole."""

import hashlib
from collections.abc import Callable, Collection, Iterator
from copy import copy
from datetime import date, timedelta
from functools import partial
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models, transaction

from accounts import log
from accounts.models import LogEntry, User
from branches.actions.members import follow_with_account, leave, transfer_member
from branches.actions.organizations import create_organization
from branches.models import Member, Membership, Organization, PostAssignment, RosterChange, RosterImport
from branches.places import Place
from branches.rehearsal import Entry, Rehearsal, rehearse
from branches.states import Kind
from chuangxian.edits import save_version
from chuangxian.imports import (
    BATCH,
    HINDRANCES_MOST,
    Changed,
    ImportState,
    Journal,
    hindrances,
    put_back,
    take_back,
)
from chuangxian.sheets import Reading

REASON = "名册导入"
IMPORT = LogEntry.Category.IMPORT


# ---- keeping the file ----


@transaction.atomic
def store_roster(
    *, organization: Organization, content: IO[bytes], file_name: str, roster_on: date, by: User | None, on: date
) -> RosterImport:
    """Keep a readable roster file for its rehearsal; the same file for the same day is kept once."""
    content.seek(0)
    sha256 = hashlib.sha256(content.read()).hexdigest()
    content.seek(0)
    waiting = RosterImport.objects.filter(
        organization=organization, sha256=sha256, roster_on=roster_on, state=ImportState.REHEARSED
    )
    if (known := waiting.first()) is not None:
        return known
    roster = RosterImport(
        organization=organization, roster_on=roster_on, file_name=file_name[-200:], sha256=sha256, uploaded_by=by
    )
    roster.file.save(file_name, File(content), save=False)
    roster.save()
    log.record(verb="store_roster", label="上传名册", obj=roster, category=IMPORT, by=by, on=on)
    return roster


@transaction.atomic
def discard_roster(*, roster: RosterImport, by: User | None, on: date) -> None:
    """Put a rehearsed file aside; the file itself, with everybody's data in it, is removed."""
    roster.take(ImportState.REHEARSED, ImportState.DISCARDED)
    log.record(verb="discard_roster", label="放弃导入", obj=roster, category=IMPORT, by=by, on=on)
    transaction.on_commit(lambda: roster.file.delete(save=False))


# ---- taking it over ----


@transaction.atomic
def commit_roster(
    *,
    roster: RosterImport,
    reading: Reading[Any],
    seen: str | None = None,
    found: Collection[str] | None = None,
    leaving: Collection[int] = (),
    only_good: bool,
    by: User | None,
    on: date,
) -> Rehearsal:
    """Do what the rehearsal shows, all of it or nothing.

    ``seen`` is the digest of what was on the screen, ``found`` the branches to be founded (see `rehearse`), ``leaving`` the absent members
    ticked as gone. Raises Changed when the rehearsal says something else by now, ValidationError when rows are refused and
    ``only_good`` does not allow to leave them out.
    """
    roster.take(ImportState.REHEARSED, ImportState.COMMITTED, committed_by=by, committed_on=on)
    organization = Organization.objects.select_for_update().get(pk=roster.organization_id)
    rehearsal = rehearse(
        organization=organization, reading=reading, found=found, roster_on=roster.roster_on, by=by, on=on
    )
    if seen is not None and seen != rehearsal.digest:
        raise Changed
    if rehearsal.errors and not only_good:
        raise ValidationError("名册里还有错误。请改正后重新上传，或勾选“仅导入无问题的行”。")
    absent = {one.member_id: one for one in rehearsal.absent}
    if not set(leaving) <= set(absent):
        raise Changed
    if by is not None and any(absent[pk].member.user_id == by.pk for pk in leaving):
        raise ValidationError("不能办理自己的组织关系，请由其他工作人员办理。")
    journal = Journal(MODELS, partial(RosterChange, roster=roster))
    places = _found(rehearsal, organization, journal, by=by, on=on)
    _add(rehearsal.adds, places, journal, roster_on=roster.roster_on, by=by, on=on)
    for entry in rehearsal.changes:
        _change(entry, places, journal, roster_on=roster.roster_on, by=by, on=on)
    for pk in sorted(leaving):
        with journal.watching(_around(absent[pk].member)):
            leave(member=absent[pk].member, reason="名册核对时转出", by=by, on=roster.roster_on - timedelta(days=1))
    _appoint(rehearsal.entries, places, journal, roster_on=roster.roster_on, by=by, on=on)
    journal.write()
    roster.counts = {**rehearsal.counts, "found": len(rehearsal.founded), "left": len(leaving)}
    roster.save(update_fields=["counts"])
    note = f"新增 {len(rehearsal.adds)} 人，修改 {len(rehearsal.changes)} 人，转出 {len(leaving)} 人，未导入 {rehearsal.bad_rows} 行"
    log.record(verb="commit_roster", label="名册导入", obj=roster, note=note, category=IMPORT, by=by, on=on)
    return rehearsal


Places = dict[Place, Organization]


def _found(rehearsal: Rehearsal, parent: Organization, journal: Journal, *, by: User | None, on: date) -> Places:
    places: Places = {entry.place: entry.place for entry in rehearsal.entries if isinstance(entry.place, Organization)}
    for founding in rehearsal.founded:
        branch = create_organization(
            kind=Kind.BRANCH, name=founding.name, parent=parent, established_on=None, by=by, on=on
        )
        journal.made(branch)
        places[founding] = branch
    return places


def _add(entries: list[Entry], places: Places, journal: Journal, *, roster_on: date, by: User | None, on: date) -> None:
    for start in range(0, len(entries), BATCH):
        batch = entries[start : start + BATCH]
        members = [Member(**entry.values) for entry in batch]
        for member in members:
            member.clean_fields(exclude=["sort_key", "search_key"])
            member.set_keys()
        Member.objects.bulk_create(members)
        memberships = []
        for entry, member in zip(batch, members, strict=True):
            entry.made = member
            place = places[entry.place]
            memberships.append(
                Membership(member=member, organization=place, path=place.path, starts_on=roster_on, reason=REASON)
            )
        Membership.objects.bulk_create(memberships)
        for one in (*members, *memberships):
            journal.made(one)
        lines = [
            log.line(verb="enroll_member", label="编入党支部", obj=one, note=REASON, category=IMPORT, by=by, on=on)
            for one in members
        ]
        LogEntry.objects.bulk_create(lines)


def _change(entry: Entry, places: Places, journal: Journal, *, roster_on: date, by: User | None, on: date) -> None:
    member = entry.member
    assert member is not None
    values = {name: value for name, value in entry.values.items() if getattr(member, name) != value}
    if values:
        stored = copy(member)
        with journal.watching(_around(member)):
            for name, value in values.items():
                setattr(member, name, value)
            member.clean_fields(exclude=["sort_key", "search_key"])
            member.set_keys()
            save_version(member, {*values, "sort_key", "search_key"}, version=member.version)
        follow_with_account(before=stored, after=member)
        changes = {one.key: [one.old, one.new] for one in entry.differences if one.key not in ("branch", "posts")}
        log.record(
            verb="change_member",
            label="修改党员信息",
            obj=member,
            note=REASON,
            changes=changes,
            category=IMPORT,
            by=by,
            on=on,
        )
    if entry.moves:
        with journal.watching(_around(member)):
            transfer_member(member=member, organization=places[entry.place], reason=REASON, by=by, on=roster_on)


def _appoint(
    entries: list[Entry], places: Places, journal: Journal, *, roster_on: date, by: User | None, on: date
) -> None:
    # what `appoint` would ask of each one by one, the rehearsal has asked of all: no post twice, no secretary beside another
    posts = [
        PostAssignment(
            member=entry.member or entry.made,
            organization=one.place if isinstance(one.place, Organization) else places[one.place],
            post=one.post,
            starts_on=roster_on,
        )
        for entry in entries
        for one in entry.appointments
    ]
    PostAssignment.objects.bulk_create(posts, batch_size=BATCH)
    for one in posts:
        journal.made(one)
    LogEntry.objects.bulk_create(
        (log.line(verb="appoint", label="任职", obj=one, note=REASON, category=IMPORT, by=by, on=on) for one in posts),
        batch_size=BATCH,
    )


# ---- remembering, and taking it back ----

Record = RosterChange.Record
MODELS: dict[str, type[models.Model]] = {
    Record.ORGANIZATION: Organization,
    Record.MEMBER: Member,
    Record.MEMBERSHIP: Membership,
    Record.POST: PostAssignment,
}


def _around(member: Member) -> Callable[[], list[models.Model]]:
    """Return what finds the member, his memberships and his posts."""
    return lambda: [
        Member.objects.get(pk=member.pk),
        *Membership.objects.filter(member=member),
        *PostAssignment.objects.filter(member=member),
    ]


@transaction.atomic
def undo_roster(*, roster: RosterImport, by: User | None, on: date) -> None:
    """Take an import back as a whole: every field as it was, everything new gone.

    Raises ValidationError with one sentence a hindrance when something was built on it since.
    """
    roster.take(ImportState.COMMITTED, ImportState.UNDONE, undone_by=by, undone_on=on)
    list(Organization.objects.select_for_update().filter(pk=roster.organization_id))
    found = [*hindrances(roster.changes.all(), MODELS), *_accounts_opened(roster)]
    if found:
        raise ValidationError(found[:HINDRANCES_MOST])
    take_back(roster.changes.all(), MODELS, last=(Record.MEMBER, Record.ORGANIZATION), restore=_restore)
    log.record(verb="undo_roster", label="撤销名册导入", obj=roster, category=IMPORT, by=by, on=on)


def _accounts_opened(roster: RosterImport) -> Iterator[str]:
    made = roster.changes.filter(record=Record.MEMBER, before__isnull=True)
    for member in Member.objects.filter(pk__in=made.values("object_id"), user__isnull=False):
        yield f"{member}已经开通账号，不能整体撤销。"


def _restore(model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
    if model is not Member:
        put_back(model, pk, values)
        return
    member = Member.objects.get(pk=pk)
    stored = copy(member)
    for name, value in values.items():
        setattr(member, name, value)
    member.set_keys()
    save_version(member, {*values, "sort_key", "search_key"}, version=member.version)
    follow_with_account(before=stored, after=member)
