"""Founding, changing and moving organisations, and keeping the paths true."""

from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Substr

from accounts import log
from accounts.models import LogEntry, User
from branches.models import Organization
from branches.queries import WrongPath, wrong_paths
from branches.scope import PATH_STEP, within
from branches.states import UNITS, Kind, may_stand_under

CHILDREN_MAX = 10**PATH_STEP - 2
CHANGEABLE = ("name", "short_name", "duty", "established_on", "dissolved_on")

# Every model whose rows carry a copy of their organisation's path, as (app label, model). Named by words, because the rooms stand to the
# left of this one; a test walks the registry and demands that none is missing.
PATH_COPIES: list[tuple[str, str]] = [
    ("branches", "membership"),
    ("branches", "rosterimport"),
    ("schedule", "notice"),
    ("schedule", "actionitem"),
    ("schedule", "meeting"),
    ("schedule", "taskseries"),
    ("schedule", "task"),
    ("schedule", "assignment"),
    ("schedule", "tableimport"),
    ("schedule", "studyplan"),
    ("schedule", "studysession"),
    ("schedule", "activity"),
    ("schedule", "calendarfeed"),
    ("schedule", "webhookchannel"),
    ("pledges", "pledgecycle"),
    ("pledges", "pledge"),
    ("reviews", "commentround"),
    ("reviews", "selfreview"),
    ("reviews", "leadercomment"),
    ("reviews", "evaluationround"),
    ("reviews", "evaluationsubject"),
    ("awards", "awardround"),
    ("awards", "nomination"),
    ("awards", "honour"),
    ("awards", "modelstory"),
    ("awards", "modelpost"),
    ("awards", "partybrand"),
    ("awards", "summary"),
    ("reports", "snapshot"),
    ("reports", "officetemplate"),
    ("reports", "handover"),
]


@transaction.atomic
def create_organization(
    *, kind: str, name: str, parent: Organization | None = None, by: User | None, on: date, **fields: Any
) -> Organization:
    """Found an organisation under ``parent``. Raises ValidationError when the ladder forbids it or the name is taken."""
    organization = Organization(kind=kind, name=name, parent=parent, **{"established_on": on, **fields})
    _place(organization, parent)
    organization.full_clean()
    organization.save()
    log.record(verb="create_organization", label="建立党组织", obj=organization, by=by, on=on)
    return organization


@transaction.atomic
def change_organization(*, organization: Organization, by: User | None, on: date, **fields: Any) -> None:
    """Change name, short name, duty or dates. Raises ValidationError when somebody still belongs to what is to be dissolved."""
    stored = Organization.objects.select_for_update().get(pk=organization.pk)
    if unknown := set(fields) - set(CHANGEABLE):
        raise TypeError(f"not changeable: {unknown}")
    changes = {
        name: [_plain(getattr(stored, name)), _plain(value)]
        for name, value in fields.items()
        if getattr(stored, name) != value
    }
    if not changes:
        return
    for name, value in fields.items():
        setattr(organization, name, value)
    organization.full_clean()
    if "dissolved_on" in changes and organization.dissolved_on:
        _check_dissolution(organization, organization.dissolved_on)
    organization.save(update_fields=list(fields))
    log.record(
        verb="change_organization",
        label="修改党组织信息",
        obj=organization,
        category=LogEntry.Category.CHANGE,
        changes=changes,
        by=by,
        on=on,
    )


def _check_dissolution(organization: Organization, day: date) -> None:
    if organization.established_on and day < organization.established_on:
        raise ValidationError({"dissolved_on": "撤销日期不能早于成立日期。"})
    if organization.children.existing(day).exists():
        raise ValidationError({"dissolved_on": "还有下级党组织，请先撤销或调整下级党组织。"})
    if organization.memberships.current(day).exists():
        raise ValidationError({"dissolved_on": "还有党员在这个党组织，请先转接组织关系。"})
    if organization.posts.current(day).exists():
        raise ValidationError({"dissolved_on": "还有人在这个党组织任职，请先免职。"})


@transaction.atomic
def move_organization(*, organization: Organization, parent: Organization, by: User | None, on: date) -> None:
    """Put a whole subtree under another parent; rights follow at once."""
    if parent.path.startswith(organization.path):
        raise ValidationError("不能把党组织移到它自己的下级之下。")
    old, before = organization.path, str(organization.parent or "")
    _place(organization, parent)
    organization.parent = parent
    organization.full_clean()
    organization.save()
    moved = Concat(Value(organization.path), Substr(F("path"), len(old) + 1))
    Organization.objects.within(old).exclude(pk=organization.pk).update(path=moved)
    for label, name in PATH_COPIES:
        apps.get_model(label, name)._base_manager.filter(within("path", [old])).update(path=moved)
    for child in Organization.objects.within(organization.path).order_by("path"):
        Organization.objects.filter(pk=child.pk).update(unit_path=unit_path_of(child))
    changes = {"parent": [before, str(parent)]}
    log.record(verb="move_organization", label="调整隶属", obj=organization, changes=changes, by=by, on=on)


@transaction.atomic
def rebuild_paths(*, by: User | None, on: date) -> list[WrongPath]:
    """Set every path right that does not follow from its parent, and every copy of one; return what was wrong."""
    wrong = wrong_paths(PATH_COPIES)
    organizations = [one for one in wrong if one.model is Organization and one.field == "path"]
    # two may have to change places, and the path is unique: first everything steps aside
    for one in organizations:
        Organization.objects.filter(pk=one.pk).update(path=f"x{one.pk}")
    for one in wrong:
        one.model._base_manager.filter(pk=one.pk).update(**{one.field: one.right})
    if wrong:
        log.record(verb="rebuild_paths", label="修复党组织路径", note=f"共 {len(wrong)} 处", by=by, on=on)
    return wrong


def _place(organization: Organization, parent: Organization | None) -> None:
    if parent is not None:
        # the lock keeps two children founded at once from taking the same number
        parent = Organization.objects.select_for_update().get(pk=parent.pk)
        if not may_stand_under(organization.kind, parent.kind):
            raise ValidationError(f"{Kind(organization.kind).label}不能设在{Kind(parent.kind).label}之下。")
    prefix = parent.path if parent else ""
    last = Organization.objects.filter(parent=parent).aggregate(last=Max("path"))["last"]
    number = int(last[-PATH_STEP:]) + 1 if last else 1
    if number > CHILDREN_MAX:
        raise ValidationError("同一上级之下的党组织太多了。")
    organization.path = f"{prefix}{number:0{PATH_STEP}d}"
    organization.unit_path = unit_path_of(organization, parent)


def unit_path_of(organization: Organization, parent: Organization | None = None) -> str:
    """Return the path of the unit the organisation belongs to (see `Organization`)."""
    parent = parent or organization.parent
    if parent is None or organization.kind in UNITS:
        return organization.path
    return organization.path if parent.kind == Kind.WORKING_COMMITTEE else parent.unit_path


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
