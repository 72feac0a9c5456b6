"""Texts a spreadsheet might take for a formula, in every text field of every record; each field of each record is told by its mark."""

import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

from accounts.models import LogEntry

HARMLESS = "甲"
PAYLOADS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1,1)",
    "=cmd|'/C calc'!A0",
    '=HYPERLINK("http://evil.example","点我")',
    '=DDE("cmd";"/C calc";"1")',
    "\"=1+1\"&'=1+1'",
)
LENGTH = max(map(len, PAYLOADS))  # all are brought to one length, so that what is cut is cut alike
MARK = re.compile("«[0-9a-z]+»")
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

APPS = ("accounts", "branches", "schedule", "pledges", "reviews", "awards", "reports")
# what no person types: keys, paths, sums, addresses inside the portal, names of rules
MACHINE = {
    "answers", "content_type", "digest", "digest_dropped", "drawn", "fingerprint", "key", "kind", "letter", "message_id",
    "number_digest", "password", "path", "receipt", "record", "reminder", "report", "search_key", "secret", "seed", "sha256",
    "sign_key", "slot", "sort_key", "source_type", "standard_key", "target_id", "target_type", "unit_path", "url", "username", "verb",
}  # fmt: skip
MACHINE_OF_MODEL = {("schedule.TaskSeries", "rule"), ("reviews.PaperSheet", "first"), ("reviews.PaperSheet", "second")}
# figures kept as they were: words in a list of lines
KEPT = {("reports.Snapshot", "figures"), ("awards.SummarySection", "figures"), ("awards.Nomination", "dossier")}
KEPT_WORDS = ("part", "label", "value", "definition", "text")

Place = tuple[str, str, str]


class Poison:
    """Writes one payload after the other into the same fields, each with the mark of its place."""

    def __init__(self) -> None:
        self.marks: dict[Place, str] = {}
        self.written: dict[str, str] = {}  # the text that stands where a mark is

    def text(self, payload: str, place: Place, most: int | None = None) -> str:
        mark = self.marks.setdefault(place, f"«{in_36(len(self.marks))}»")
        text = payload.ljust(LENGTH, HARMLESS)
        self.written[mark] = (text if most is None else text[: most - len(mark)]) + mark
        return self.written[mark]

    def reached(self, words: str) -> set[str]:
        """The marks that can be read in an export."""
        return set(MARK.findall(words))

    def lost(self, marks: set[str], words: str) -> list[str]:
        """The texts that should be read in an export, whole, and are not; white space at the ends apart."""
        return sorted(self.written[mark] for mark in marks if self.written[mark].strip() not in words)

    def fields(self, marks: set[str]) -> set[str]:
        """The fields in which these marks stand."""
        return {f"{model}.{name}" for (model, name, _), mark in self.marks.items() if mark in marks}

    def spread(self, payload: str) -> None:
        """Put it everywhere, whatever stood there before."""
        for model in apps.get_models():
            if model._meta.app_label not in APPS or model is LogEntry:
                continue
            fields = list(typed_fields(model))
            if not fields:
                continue
            records = list(model._base_manager.order_by("pk"))
            for record in records:
                for field in fields:
                    place = (model._meta.label, field.name, str(record.pk))
                    setattr(record, field.attname, self.value(record, field, payload, place))
            model._base_manager.bulk_update(records, [field.name for field in fields], batch_size=200)
        place = ("accounts.LogEntry", "", "")  # it refuses to be changed, so a line is added
        said = {
            name: self.text(payload, (*place[:1], name, ""), 60)
            for name in ("actor_name", "label", "target_name", "note")
        }
        LogEntry.objects.bulk_create([LogEntry(verb="say", category=LogEntry.Category.EXPORT, on="2011-06-20", **said)])

    def value(self, record: Any, field: Any, payload: str, place: Place) -> Any:
        kept = getattr(record, field.attname)
        if isinstance(field, models.JSONField):
            return self.in_lines(kept, payload, place)
        return kept if kept is None else self.text(payload, place, field.max_length)

    def in_lines(self, value: Any, payload: str, place: Place) -> Any:
        """The words of figures inside a list of lines, in whatever it stands."""
        label, name, pk = place
        if isinstance(value, list):
            return [self.in_lines(one, payload, (label, name, f"{pk}.{n}")) for n, one in enumerate(value)]
        if isinstance(value, dict):
            return {
                key: self.text(payload, (label, f"{name}.{key}", pk))
                if key in KEPT_WORDS and isinstance(one, str)
                else self.in_lines(one, payload, (label, name, f"{pk}.{key}"))
                for key, one in value.items()
            }
        return value


def in_36(number: int) -> str:
    """A number in few letters: some fields hold no more than ten."""
    left, digit = divmod(number, 36)
    return (in_36(left) if left else "") + DIGITS[digit]


def typed_fields(model: type[models.Model]) -> Iterator[Any]:
    """The fields whose text somebody types, or that keep what somebody typed."""
    for field in model._meta.concrete_fields:
        name = (model._meta.label, field.name)
        if name in KEPT or (
            isinstance(field, models.CharField | models.TextField)
            and not isinstance(field, models.SlugField | models.URLField)
            and not field.choices
            and not field.primary_key
            and field.name not in MACHINE
            and name not in MACHINE_OF_MODEL
        ):
            yield field
