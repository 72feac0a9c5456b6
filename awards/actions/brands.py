"""党建品牌: written, changed, its activities chosen, moved. Every change is in the log."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from awards.models import PartyBrand
from awards.queries.brands import choosable, same_name
from awards.rules import brands as rules
from awards.workflow.brands import BRAND
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule.models import Carrier

COLUMNS = ("name", "slogan", "meaning", "goal", "measures", "results")
NEW_FORM = FormKey("awards.brand.new")


@dataclass(frozen=True)
class Text:
    """A brand as the form gives it: ``fields`` are columns of the record."""

    fields: Mapping[str, Any]
    carriers: Sequence[Carrier] = ()


def edit_form(brand: PartyBrand) -> FormKey:
    """Name the form in which a brand is changed."""
    return FormKey("awards.brand", brand.pk)


@transaction.atomic
def draft(*, organization: Organization, text: Text, by: User, on: date) -> PartyBrand:
    """Write a brand down. Raises ValidationError when the organisation has one of that name."""
    require(rules.may_keep(organization, by, on))
    brand = PartyBrand(organization=organization, by=by)
    _take_over(brand, text)
    with _named_once():
        brand.save()
    brand.carriers.set(text.carriers)
    drafts.forget(form=NEW_FORM, by=by)
    log.record(verb="draft_brand", label="填写党建品牌", obj=brand, category=LogEntry.Category.CHANGE, by=by, on=on)
    return brand


@transaction.atomic
def change(*, brand: PartyBrand, text: Text, version: int, by: User, on: date) -> None:
    """Change its words. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_edit(brand, by, on))
    before = _told(brand)
    _take_over(brand, text)
    with _named_once():
        save_version(brand, COLUMNS, version=version)
    brand.carriers.set(text.carriers)
    after = _told(PartyBrand.objects.get(pk=brand.pk))
    drafts.forget(form=edit_form(brand), by=by)
    log.record(
        verb="change_brand",
        label="修改党建品牌",
        obj=brand,
        changes={one: [before[one], after[one]] for one in after if before[one] != after[one]},
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )


@transaction.atomic
def choose_activities(
    *, brand: PartyBrand, shown: Collection[int], chosen: Collection[int], version: int, by: User, on: date
) -> int:
    """Take the ``chosen`` of the activities ``shown`` into the brand, and the others of them out; what was not shown stays as it is.

    Returns how many the brand has now. Raises Conflict when somebody saved in between.
    """
    require(rules.may_edit(brand, by, on))
    known = dict(choosable(brand, on).filter(pk__in=list(shown)).values_list("pk", "title"))
    had = set(brand.activities.filter(pk__in=known).values_list("pk", flat=True))
    wanted = set(chosen) & known.keys()
    save_version(brand, [], version=version)
    brand.activities.add(*(wanted - had))
    brand.activities.remove(*(had - wanted))
    if had != wanted:
        log.record(
            verb="choose_activities",
            label="选定品牌活动",
            obj=brand,
            changes={"activities": [[known[pk] for pk in sorted(some)] for some in (had - wanted, wanted - had)]},
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )
    return int(brand.activities.count())


@transaction.atomic
def act(*, brand: PartyBrand, verb: str, note: str = "", version: int | None = None, by: User, on: date) -> None:
    """Make a move of the table. Raises Refused, Overtaken."""
    BRAND.move(brand, verb, note=note, version=version, by=by, on=on)


def _take_over(brand: PartyBrand, text: Text) -> None:
    for name in COLUMNS:
        setattr(brand, name, text.fields.get(name, getattr(brand, name)))
    brand.full_clean(exclude=["path"], validate_constraints=False)
    if same_name(brand.organization, brand.name, but=brand):
        raise _taken()


@contextmanager
def _named_once() -> Iterator[None]:
    """Somebody may give another brand the same name in the same moment: the database has the last word, in our sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise _taken() from None


def _taken() -> ValidationError:
    return ValidationError({"name": "这个党组织已经有同名的品牌。"})


def _told(brand: PartyBrand) -> dict[str, Any]:
    """Return the record in JSON terms, its carriers by name."""
    return {name: getattr(brand, name) for name in COLUMNS} | {"carriers": [one.title for one in brand.carriers.all()]}
