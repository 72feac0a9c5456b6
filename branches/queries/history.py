"""What happened: the log of an organisation or a member, and what an import made and altered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from accounts.models import LogEntry
from branches.models import Member, Organization, RosterChange, RosterImport
from branches.states import Post


def history_of_organization(organization: Organization) -> list[LogEntry]:
    """Return the log of an organisation and of its posts, newest first."""
    return _history(
        Q(target_type="branches.organization", target_id=str(organization.pk)),
        organization.posts.values_list("pk", flat=True),
    )


def history_of_member(member: Member) -> list[LogEntry]:
    """Return the log of a member and of his posts, newest first."""
    return _history(
        Q(target_type="branches.member", target_id=str(member.pk)), member.posts.values_list("pk", flat=True)
    )


HISTORY_MOST = 60


def _history(condition: Q, posts: Iterable[int]) -> list[LogEntry]:
    condition |= Q(target_type="branches.postassignment", target_id__in=[str(pk) for pk in posts])
    entries = list(
        LogEntry.objects.filter(condition)
        .exclude(category=LogEntry.Category.REVEAL)
        .order_by("-on", "-pk")[:HISTORY_MOST]
    )
    for entry in entries:
        if entry.target_type == "branches.postassignment":
            entry.label = f"{entry.label}：{entry.target_name}"
    return entries


@dataclass
class Told:
    """A member or organisation in the story of an import, with what was altered as (label, before, after)."""

    name: str
    url: str = ""
    differences: list[tuple[str, str, str]] = field(default_factory=list)


Record = RosterChange.Record


def made_by(roster: RosterImport, most: int) -> list[Told]:
    """Return the organisations and members an import made; of an import taken back, their names as they were."""
    found: list[Told] = []
    models: list[tuple[str, type[Any]]] = [(Record.ORGANIZATION, Organization), (Record.MEMBER, Member)]
    for record, model in models:
        changes = list(roster.changes.filter(record=record, before__isnull=True)[: most - len(found)])
        stored = model._base_manager.in_bulk([one.object_id for one in changes])
        for one in changes:
            obj = stored.get(one.object_id)
            found.append(Told(one.after["name"], obj.get_absolute_url() if obj else ""))
    return found


def altered_by(roster: RosterImport, most: int) -> list[Told]:
    """Return the members an import altered: their fields, and where it moved them and what it gave them or ended."""
    made = set(roster.changes.filter(record=Record.MEMBER, before__isnull=True).values_list("object_id", flat=True))
    told: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    changes = [one for one in roster.changes.exclude(record=Record.ORGANIZATION) if _member_of(one) not in made]
    places = Organization.objects.in_bulk({one.after.get("organization_id") or 0 for one in changes})
    for one in changes:
        told[_member_of(one)] += _field_changes(one) if one.record == Record.MEMBER else [_row_change(one, places)]
        if len(told) > most:
            break
    people = Member.objects.in_bulk(list(told))
    return [Told(people[pk].name, people[pk].get_absolute_url(), said) for pk, said in told.items() if pk in people][
        :most
    ]


def _member_of(change: RosterChange) -> int:
    return change.object_id if change.record == Record.MEMBER else int(change.after["member_id"])


def _field_changes(change: RosterChange) -> list[tuple[str, str, str]]:
    before: dict[str, Any] = change.before or {}
    said = []
    for name, old in before.items():
        new = change.after.get(name)
        if old != new and name != "version" and not name.endswith("_precision"):
            field_ = Member._meta.get_field(name)
            labels = dict(getattr(field_, "flatchoices", ()))
            said.append(
                (
                    str(getattr(field_, "verbose_name", name)),
                    str(labels.get(old, old or "")),
                    str(labels.get(new, new or "")),
                )
            )
    return said


def _row_change(change: RosterChange, places: dict[int, Organization]) -> tuple[str, str, str]:
    place = places.get(change.after["organization_id"])
    what = str(place.name if place else "")
    if change.record == Record.POST:
        what += str(Post(change.after["post"]).label)
        return ("任职", "", what) if change.before is None else ("免职", what, f"至 {change.after['ends_on']}")
    return ("组织关系", "", what) if change.before is None else ("组织关系", what, f"至 {change.after['ends_on']}")
