"""Roster files: kept, taken over as a whole, taken back as a whole."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import date, timedelta
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
from branches.states import ImportState, Kind
from chuangxian.edits import save_version
from chuangxian.sheets import Reading
from chuangxian.workflow import Overtaken

BATCH = 500
REASON = "名册导入"
IMPORT = LogEntry.Category.IMPORT


class Changed(Exception):
    """What an import would do is no longer what was shown; the rehearsal has to be read again."""


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
    _take(roster, ImportState.REHEARSED, ImportState.DISCARDED)
    log.record(verb="discard_roster", label="放弃导入", obj=roster, category=IMPORT, by=by, on=on)
    transaction.on_commit(lambda: roster.file.delete(save=False))


def _take(roster: RosterImport, old: str, new: str, **columns: Any) -> None:
    taken = RosterImport.objects.filter(pk=roster.pk, state=old).update(state=new, **columns)
    if taken != 1:
        raise Overtaken("有人先一步处理了这份名册，请刷新页面后再看。")
    roster.refresh_from_db()


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
    _take(roster, ImportState.REHEARSED, ImportState.COMMITTED, committed_by=by, committed_on=on)
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
    journal = Journal(roster)
    places = _found(rehearsal, organization, journal, by=by, on=on)
    _add(rehearsal.adds, places, journal, roster_on=roster.roster_on, by=by, on=on)
    for entry in rehearsal.changes:
        _change(entry, places, journal, roster_on=roster.roster_on, by=by, on=on)
    for pk in sorted(leaving):
        with journal.watching(absent[pk].member):
            leave(member=absent[pk].member, reason="名册核对时转出", by=by, on=roster.roster_on - timedelta(days=1))
    _appoint(rehearsal.entries, places, journal, roster_on=roster.roster_on, by=by, on=on)
    journal.write()
    roster.counts = {**rehearsal.counts, "found": len(rehearsal.founded), "left": len(leaving)}
    roster.save(update_fields=["counts"])
    note = f"新增 {len(rehearsal.adds)} 人，修改 {len(rehearsal.changes)} 人，转出 {len(leaving)} 人，未导入 {rehearsal.bad_rows} 行"
    log.record(verb="commit_roster", label="名册导入", obj=roster, note=note, category=IMPORT, by=by, on=on)
    return rehearsal


Places = dict[Place, Organization]


def _found(rehearsal: Rehearsal, parent: Organization, journal: "Journal", *, by: User | None, on: date) -> Places:
    places: Places = {entry.place: entry.place for entry in rehearsal.entries if isinstance(entry.place, Organization)}
    for founding in rehearsal.founded:
        branch = create_organization(
            kind=Kind.BRANCH, name=founding.name, parent=parent, established_on=None, by=by, on=on
        )
        journal.made(branch)
        places[founding] = branch
    return places


def _add(
    entries: list[Entry], places: Places, journal: "Journal", *, roster_on: date, by: User | None, on: date
) -> None:
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


def _change(entry: Entry, places: Places, journal: "Journal", *, roster_on: date, by: User | None, on: date) -> None:
    member = entry.member
    assert member is not None
    values = {name: value for name, value in entry.values.items() if getattr(member, name) != value}
    if values:
        stored = copy(member)
        with journal.watching(member):
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
        with journal.watching(member):
            transfer_member(member=member, organization=places[entry.place], reason=REASON, by=by, on=roster_on)


def _appoint(
    entries: list[Entry], places: Places, journal: "Journal", *, roster_on: date, by: User | None, on: date
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

MODELS: dict[str, type[models.Model]] = {
    RosterChange.Record.ORGANIZATION: Organization,
    RosterChange.Record.MEMBER: Member,
    RosterChange.Record.MEMBERSHIP: Membership,
    RosterChange.Record.POST: PostAssignment,
}
# paths follow the tree, keys the name, the version counts saves; an account is asked for by itself
NOT_COMPARED = {"path", "unit_path", "sort_key", "search_key", "version", "entered_at", "user"}


def snapshot(obj: models.Model) -> dict[str, Any]:
    """Return the stored fields of a record in JSON terms."""
    fields = [one for one in obj._meta.concrete_fields if not one.primary_key and one.name not in NOT_COMPARED]
    return {one.attname: _json(one.value_from_object(obj)) for one in fields}


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


class Journal:
    """Notes every row an import makes or alters, so that it can be taken back."""

    def __init__(self, roster: RosterImport) -> None:
        self.roster = roster
        self.changes: dict[tuple[str, int], RosterChange] = {}

    def made(self, obj: models.Model) -> None:
        """Note a new record."""
        self._note(obj, None)

    @contextmanager
    def watching(self, member: Member) -> Iterator[None]:
        """Note what the block does to the member, his memberships and his posts."""
        before = self._around(member)
        yield
        for key, obj in self._around(member).items():
            stood = snapshot(before[key]) if key in before else None
            if stood != snapshot(obj):
                self._note(obj, stood)

    def write(self) -> None:
        """Keep the notes."""
        RosterChange.objects.bulk_create(self.changes.values(), batch_size=BATCH)

    def _around(self, member: Member) -> dict[tuple[str, int], models.Model]:
        found: list[models.Model] = [
            Member.objects.get(pk=member.pk),
            *Membership.objects.filter(member=member),
            *PostAssignment.objects.filter(member=member),
        ]
        return {(one._meta.model_name or "", one.pk): one for one in found}

    def _note(self, obj: models.Model, before: dict[str, Any] | None) -> None:
        record = obj._meta.model_name or ""
        known = self.changes.get((record, obj.pk))
        if known is not None:
            known.after = snapshot(obj)
            return
        self.changes[record, obj.pk] = RosterChange(
            roster=self.roster, record=record, object_id=obj.pk, before=before, after=snapshot(obj)
        )


@transaction.atomic
def undo_roster(*, roster: RosterImport, by: User | None, on: date) -> None:
    """Take an import back as a whole: every field as it was, everything new gone.

    Raises ValidationError with one sentence a hindrance when something was built on it since.
    """
    _take(roster, ImportState.COMMITTED, ImportState.UNDONE, undone_by=by, undone_on=on)
    list(Organization.objects.select_for_update().filter(pk=roster.organization_id))
    hindrances = [*_altered_since(roster), *_hanging_on(roster)]
    if hindrances:
        raise ValidationError(hindrances[:HINDRANCES_MOST])
    made = roster.changes.filter(before__isnull=True)
    for record in (RosterChange.Record.POST, RosterChange.Record.MEMBERSHIP):
        MODELS[record]._base_manager.filter(pk__in=_ids(made, record)).delete()
    for change in roster.changes.filter(before__isnull=False).order_by("-pk"):
        _restore(change)
    for record in (RosterChange.Record.MEMBER, RosterChange.Record.ORGANIZATION):
        MODELS[record]._base_manager.filter(pk__in=_ids(made, record)).delete()
    log.record(verb="undo_roster", label="撤销名册导入", obj=roster, category=IMPORT, by=by, on=on)


HINDRANCES_MOST = 20


def _ids(changes: models.QuerySet[RosterChange], record: str) -> models.QuerySet[Any]:
    return changes.filter(record=record).values("object_id")


def _altered_since(roster: RosterImport) -> Iterable[str]:
    """Say which records are no longer as the import left them."""
    for record, model in MODELS.items():
        changes = roster.changes.filter(record=record)
        stored = {one.pk: one for one in model._base_manager.filter(pk__in=changes.values("object_id")).iterator()}
        for change in changes.iterator():
            obj = stored.get(change.object_id)
            if obj is None:
                yield f"{change.get_record_display()}（{change.object_id}）已经不在了，不能整体撤销。"
            elif snapshot(obj) != change.after:
                yield f"{change.get_record_display()}“{obj}”在导入之后又有改动，不能整体撤销。"
            elif isinstance(obj, Member) and change.before is None and obj.user_id is not None:
                yield f"{obj}已经开通账号，不能整体撤销。"


def _hanging_on(roster: RosterImport) -> Iterable[str]:
    """Say what else, in any room, refers to the records the import made."""
    made = roster.changes.filter(before__isnull=True)
    for record, model in MODELS.items():
        ids = _ids(made, record)
        for relation in model._meta.related_objects:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
            name = relation.related_model._meta.model_name or ""
            if relation.related_model in MODELS.values():
                rows = rows.exclude(pk__in=_ids(made, name))
            count = rows.count()
            if count:
                about = getattr(rows.select_related(relation.field.name).first(), relation.field.name)
                what = relation.related_model._meta.verbose_name
                yield f"导入的{change_label(record)}“{about}”{'等' if count > 1 else ''}已有 {count} 条{what}记录，不能整体撤销。"


def change_label(record: str) -> str:
    """Return what a record is called."""
    return RosterChange.Record(record).label


def _restore(change: RosterChange) -> None:
    model = MODELS[change.record]
    before: dict[str, Any] = change.before or {}
    fields = {one.attname: one for one in model._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in before.items()}
    if model is not Member:
        model._base_manager.filter(pk=change.object_id).update(**values)
        return
    member = Member.objects.get(pk=change.object_id)
    stored = copy(member)
    for name, value in values.items():
        setattr(member, name, value)
    member.set_keys()
    save_version(member, {*values, "sort_key", "search_key"}, version=member.version)
    follow_with_account(before=stored, after=member)
