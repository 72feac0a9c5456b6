"""Files taken over as a whole and taken back as a whole: what every import keeps of itself, said once for roster and tables."""

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, time
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F

from chuangxian import clock
from chuangxian.workflow import Overtaken

BATCH = 500
HINDRANCES_MOST = 20
# paths follow the tree, keys the name, the version counts saves; an account is asked for by itself
NOT_COMPARED = {"path", "unit_path", "sort_key", "search_key", "version", "entered_at", "user", "acting_for"}


class Changed(Exception):
    """What an import would do is no longer what was shown; the rehearsal has to be read again."""


class ImportState(models.TextChoices):
    """A file: looked at, taken over, taken back, or put aside."""

    REHEARSED = "rehearsed", "已预演"
    COMMITTED = "committed", "已导入"
    UNDONE = "undone", "已撤销"
    DISCARDED = "discarded", "已放弃"


def random_name(folder: str) -> str:
    """Return where an uploaded workbook is kept: under a random name, since the given one may be anything."""
    return f"{folder}/{uuid.uuid4().hex}.xlsx"


class FileImport(models.Model):
    """A file and what became of it: first only looked at, then taken over as a whole, then perhaps taken back as a whole."""

    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件指纹", max_length=64)
    state = models.CharField("状态", max_length=10, choices=ImportState, default=ImportState.REHEARSED)
    counts = models.JSONField("行数", default=dict, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", default=clock.now, editable=False)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人"
    )
    committed_on = models.DateField("导入日期", null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_on = models.DateField("撤销日期", null=True)

    class Meta:
        abstract = True

    def take(self, old: str, new: str, **columns: Any) -> None:
        """Bring it from one state to another, with these columns. Raises Overtaken when somebody was faster."""
        taken = type(self)._base_manager.filter(pk=self.pk, state=old).update(state=new, **columns)
        if taken != 1:
            raise Overtaken("有人先一步处理了这份文件，请刷新页面后再看。")
        self.refresh_from_db()


class RecordChange(models.Model):
    """One row an import made (before: None), altered, or removed (after: None). Undo reads these backwards.

    Subclasses have `record`, which names the kind of row.
    """

    record: Any
    object_id = models.BigIntegerField("记录编号")
    before = models.JSONField("原值", null=True)

    class Meta:
        abstract = True


Models = Mapping[str, type[models.Model]]


def snapshot(obj: models.Model) -> dict[str, Any]:
    """Return the stored fields of a record in JSON terms."""
    fields = [one for one in obj._meta.concrete_fields if not one.primary_key and one.name not in NOT_COMPARED]
    return {one.attname: _json(one.value_from_object(obj)) for one in fields}


def _json(value: Any) -> Any:
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


class Journal:
    """Notes every row an import makes, alters or removes, so that it can be taken back.

    ``models`` are the kinds of rows by the name the notes give them; ``note`` makes an unsaved one.
    """

    def __init__(self, models: Models, note: Callable[..., Any]) -> None:
        self.names = {model: name for name, model in models.items()}
        self.note = note
        self.changes: dict[tuple[str, int], Any] = {}

    def made(self, obj: models.Model) -> None:
        """Note a new record."""
        self._note(self._key(obj), None, snapshot(obj))

    @contextmanager
    def watching(self, around: Callable[[], Iterable[models.Model]]) -> Iterator[None]:
        """Note what the block does to the rows ``around`` finds before and after it."""
        before = self._stand(around())
        yield
        after = self._stand(around())
        for key in (*after, *(before.keys() - after.keys())):
            if before.get(key) != after.get(key):
                self._note(key, before.get(key), after.get(key))

    def write(self) -> None:
        """Keep the notes."""
        notes = [one for one in self.changes.values() if not (one.before is None and one.after is None)]
        if notes:
            type(notes[0])._base_manager.bulk_create(notes, batch_size=BATCH)

    def _stand(self, rows: Iterable[models.Model]) -> dict[tuple[str, int], dict[str, Any]]:
        return {self._key(one): snapshot(one) for one in rows}

    def _key(self, obj: models.Model) -> tuple[str, int]:
        return self.names[type(obj)], obj.pk

    def _note(self, key: tuple[str, int], before: dict[str, Any] | None, after: dict[str, Any] | None) -> None:
        known = self.changes.get(key)
        if known is not None:
            known.after = after
            return
        self.changes[key] = self.note(record=key[0], object_id=key[1], before=before, after=after)


# ---- taking it back ----


def hindrances(changes: "models.QuerySet[Any]", models: Models) -> Iterator[str]:
    """Say what keeps an import from being taken back: rows altered since, and whatever in any room refers to rows it made."""
    yield from _altered_since(changes, models)
    yield from _hanging_on(changes, models)


def _ids(changes: "models.QuerySet[Any]", record: str) -> "models.QuerySet[Any]":
    return changes.filter(record=record).values("object_id")


def _altered_since(changes: "models.QuerySet[Any]", models: Models) -> Iterator[str]:
    for record, model in models.items():
        ours = changes.filter(record=record)
        stored = {one.pk: one for one in model._base_manager.filter(pk__in=ours.values("object_id")).iterator()}
        what = model._meta.verbose_name
        for change in ours.iterator():
            obj = stored.get(change.object_id)
            if obj is None and change.after is not None:
                yield f"{what}（{change.object_id}）已经不在了，不能整体撤销。"
            elif obj is not None and snapshot(obj) != change.after:
                yield f"{what}“{obj}”在导入之后又有改动，不能整体撤销。"


def _hanging_on(changes: "models.QuerySet[Any]", models: Models) -> Iterator[str]:
    made = changes.filter(before__isnull=True)
    names = {model: name for name, model in models.items()}
    for record, model in models.items():
        ids = _ids(made, record)
        relations: list[Any] = model._meta.get_fields(include_hidden=True)
        for relation in relations:
            if not (relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one)):
                continue
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": ids})
            if relation.related_model in names:
                rows = rows.exclude(pk__in=_ids(made, names[relation.related_model]))
            count = rows.count()
            if count:
                about = getattr(rows.select_related(relation.field.name).first(), relation.field.name)
                kind, what = model._meta.verbose_name, relation.related_model._meta.verbose_name
                yield f"导入的{kind}“{about}”{'等' if count > 1 else ''}已有 {count} 条{what}记录，不能整体撤销。"


def take_back(
    changes: "models.QuerySet[Any]",
    models: Models,
    *,
    last: Collection[str] = (),
    restore: Callable[[type[models.Model], int, dict[str, Any]], None] | None = None,
) -> None:
    """Put every row back as it was. ``models`` stand parents first; ``last`` are those whose new rows go only after all others stand again.

    ``restore`` puts one altered row back, by default field by field.
    """
    made = changes.filter(before__isnull=True)
    backwards = list(models.items())[::-1]
    for record, model in backwards:
        if record not in last:
            model._base_manager.filter(pk__in=_ids(made, record)).delete()
    removed = changes.filter(after__isnull=True, before__isnull=False)
    for record, model in models.items():
        for change in removed.filter(record=record).order_by("object_id"):
            model(pk=change.object_id, **values_of(model, change.before)).save(force_insert=True)
    for change in changes.filter(before__isnull=False, after__isnull=False).order_by("-pk"):
        model = models[change.record]
        (restore or put_back)(model, change.object_id, values_of(model, change.before))
    for record, model in backwards:
        if record in last:
            model._base_manager.filter(pk__in=_ids(made, record)).delete()


def values_of(model: type[models.Model], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a note as Python values."""
    fields = {one.attname: one for one in model._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in before.items()}


def put_back(model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
    """Write a row's fields as they were; where it counts its saves, this is one more."""
    counting: dict[str, Any] = (
        {"version": F("version") + 1} if any(one.name == "version" for one in model._meta.concrete_fields) else {}
    )
    model._base_manager.filter(pk=pk).update(**values, **counting)
