"""Summaries: begun from the records, written on by people, gathered again without losing what they wrote, and made final."""

from collections.abc import Collection, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from awards.models import Summary, SummarySection
from awards.queries.gathering import Asked, Draft, gather
from awards.queries.summaries import SectionChange, changes_of
from awards.rules import summaries as rules
from awards.workflow.summaries import SUMMARY
from branches.models import Organization
from branches.scope import standing_of
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule.models import Campaign


def edit_form(summary: Summary) -> FormKey:
    """Name the form in which a summary is written."""
    return FormKey("awards.summary", summary.pk)


def field_of(key: str) -> str:
    """Return what the form calls the text of a section."""
    return f"text-{key}"


def gathered(summary: Summary, *, by: User, on: date) -> list[Draft]:
    """Return what the records give for a summary now; nothing is written."""
    asked = Asked(summary.organization, summary.campaign, summary.first, summary.last, standing_of(by, on), on)
    return gather(asked)


@transaction.atomic
def begin(
    *, organization: Organization, campaign: Campaign, title: str, first: date, last: date, by: User, on: date
) -> Summary:
    """Begin a summary with what the records give. Raises ValidationError when its days are not in order or not begun."""
    require(rules.may_write(organization, by, on))
    if first > on:
        raise ValidationError({"first": "这一天还没有到，没有可以总结的记录。"})
    summary = Summary(
        organization=organization,
        campaign=campaign,
        title=title.strip(),
        first=first,
        last=last,
        gathered_on=on,
        by=by,
    )
    summary.full_clean(exclude=["path"], validate_constraints=False)
    if last < first:
        raise ValidationError({"last": "止不能早于起。"})
    summary.save()
    SummarySection.objects.bulk_create(
        SummarySection(
            summary=summary,
            place=place,
            key=draft.key,
            heading=draft.heading,
            drafted=draft.text,
            text=draft.text,
            figures=draft.kept,
        )
        for place, draft in enumerate(gathered(summary, by=by, on=on), 1)
    )
    log.record(verb="begin_summary", label="起草工作总结", obj=summary, category=LogEntry.Category.CHANGE, by=by, on=on)
    return summary


@transaction.atomic
def save_text(*, summary: Summary, title: str, texts: Mapping[str, str], version: int, by: User, on: date) -> None:
    """Save the title and the sections' texts by key. Raises Conflict when somebody saved in between, ValidationError."""
    require(rules.may_edit(summary, by, on))
    told: dict[str, list[str]] = {} if summary.title == title.strip() else {"title": [summary.title, title.strip()]}
    summary.title = title.strip()
    summary.full_clean(exclude=["path"], validate_constraints=False)
    save_version(summary, ["title"], version=version)
    changed = []
    for section in summary.sections.all():
        text = texts.get(section.key, section.text).strip()
        if text == section.text:
            continue
        told[section.key] = [section.text, text]
        section.text = text
        section.full_clean(validate_constraints=False)
        changed.append(section)
    SummarySection.objects.bulk_update(changed, ["text"])
    drafts.forget(form=edit_form(summary), by=by)
    if told:
        log.record(
            verb="edit_summary",
            label="修改工作总结",
            obj=summary,
            changes=told,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


@transaction.atomic
def gather_again(
    *, summary: Summary, replace: Collection[str] = (), version: int, by: User, on: date
) -> list[SectionChange]:
    """Take the figures of today. A section nobody has edited takes today's sentences; an edited one keeps its text unless its key is in
    ``replace``. Returns what has changed. Raises Conflict when somebody saved in between.
    """
    require(rules.may_edit(summary, by, on))
    changes = changes_of(summary, gathered(summary, by=by, on=on))
    new = [one for one in changes if one.is_new]
    summary.gathered_on = on
    save_version(summary, ["gathered_on"], version=version)
    told = {}
    for one in changes:
        section = one.section
        if (not section.is_edited or section.key in replace) and section.text != one.draft.text:
            told[section.key] = [section.text, one.draft.text]
            section.text = one.draft.text
        section.drafted, section.figures = one.draft.text, one.draft.kept
    SummarySection.objects.bulk_update([one.section for one in changes], ["text", "drafted", "figures"])
    _keep_typed(summary, told, version, by)
    log.record(
        verb="gather_summary",
        label="重新汇集工作总结",
        obj=summary,
        changes=told,
        category=LogEntry.Category.CHANGE,
        by=by,
        on=on,
    )
    return new


def _keep_typed(summary: Summary, told: Mapping[str, list[str]], version: int, by: User) -> None:
    """What the person typed and did not save stays, and is offered again: beside the new text of the sections he had not touched.

    What he typed on a reading older than ``version`` is left as it is: saved, it is shown beside what others wrote.
    """
    left = drafts.kept_of(form=edit_form(summary), by=by)
    if left is None or left.typed.get("version") != [f"{version}"]:
        return
    typed = dict(left.typed, version=[f"{summary.version}"])
    for key, (old, new) in told.items():
        if " ".join(typed.get(field_of(key), [])).split() == old.split():
            typed[field_of(key)] = [new]
    drafts.keep(form=edit_form(summary), typed=typed, by=by)


@transaction.atomic
def act(*, summary: Summary, verb: str, note: str = "", version: int | None = None, by: User, on: date) -> None:
    """Do one of the moves of the table. Raises Refused, Overtaken."""
    prefetch_related_objects([summary], "sections")
    SUMMARY.move(summary, verb, note=note, version=version, by=by, on=on)
