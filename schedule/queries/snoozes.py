"""Which reminders somebody has put off, and until when."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from branches.scope import Standing, within
from schedule import reminding
from schedule.models import Notice, Snooze
from schedule.queries.notices import PersonKey

Target = tuple[str, int]
Snoozes = dict[Target, dict[PersonKey, list[Snooze]]]


def _by_person(rows: Iterable[Snooze]) -> Snoozes:
    """Sort them by record and person; a member also by his account, whichever name the reminder knows him by."""
    found: Snoozes = defaultdict(lambda: defaultdict(list))
    for row in rows:
        people = found[row.target_type, row.target_id]
        if row.member_id is not None:
            people["member", row.member_id].append(row)
            account = row.member.user_id if row.member else None
            if account is not None:
                people["user", account].append(row)
        elif row.user_id is not None:
            people["user", row.user_id].append(row)
    return {target: dict(people) for target, people in found.items()}


def snoozes_about(numbers: Mapping[str, set[int]], on: date) -> Snoozes:
    """Return what was put off by that day of these records. One query."""
    wanted = Q(pk__in=[])
    for target_type, pks in numbers.items():
        wanted |= Q(target_type=target_type, target_id__in=pks)
    return _by_person(Snooze.objects.filter(wanted, on__lte=on).select_related("member").order_by("pk"))


def snoozes_running(on: date) -> Snoozes:
    """Return everything put off to a later day. One query."""
    return _by_person(Snooze.objects.filter(on__lte=on, until__gt=on).select_related("member").order_by("pk"))


def snoozed_since(notices: Iterable[Notice], on: date) -> set[int]:
    """Return which of these reminders their reader has put off after he was told. One query."""
    reminders = [notice for notice in notices if notice.reminder]
    if not reminders:
        return set()
    running = Snooze.objects.filter(
        target_id__in={notice.target_id for notice in reminders}, on__lte=on, until__gt=on
    ).order_by()
    known: dict[tuple[str, int, int | None, int | None], dict[str, date]] = defaultdict(dict)
    for target_type, pk, member_id, user_id, kind, day in running.values_list(
        "target_type", "target_id", "member_id", "user_id", "reminder", "on"
    ):
        asked = known[target_type, pk, member_id, user_id]
        asked[kind] = max(day, asked.get(kind, day))
    return {
        one.pk
        for one in reminders
        for kind, asked_on in known.get((one.target_type, one.target_id, one.member_id, one.user_id), {}).items()
        if one.on <= asked_on and kind in reminding.together(one.reminder)
    }


def own_snoozes(notices: Iterable[Notice], on: date) -> dict[int, Snooze]:
    """Return, by the number of each of these notices, until when their reader has put its record off. One query."""
    rows = list(notices)
    wanted = {one.target_id for one in rows if one.reminder}
    running = Snooze.objects.filter(target_id__in=wanted, on__lte=on, until__gt=on).order_by("pk") if wanted else []
    known: dict[tuple[str, int, int | None, int | None], list[Snooze]] = defaultdict(list)
    for row in running:
        known[row.target_type, row.target_id, row.member_id, row.user_id].append(row)
    found: dict[int, Snooze] = {}
    for one in rows:
        kinds = reminding.together(one.reminder) if one.reminder else ()
        for row in known.get((one.target_type, one.target_id, one.member_id, one.user_id), ()):
            if row.reminder in kinds:
                found[one.pk] = row
    return found


def titles_of(snoozes: Iterable[Snooze]) -> dict[int, Notice]:
    """Return the notice each of them put off, by the snooze's number. One query."""
    rows = list(snoozes)
    told = Notice.objects.filter(target_id__in={row.target_id for row in rows}, reminder__gt="").order_by("pk")
    known = {(one.reminder, one.target_type, one.target_id, one.member_id, one.user_id): one for one in told}
    keys = {row.pk: (row.reminder, row.target_type, row.target_id, row.member_id, row.user_id) for row in rows}
    return {pk: known[key] for pk, key in keys.items() if key in known}


def snoozes_known(standing: Standing, on: date) -> "QuerySet[Snooze]":
    """Return what people put off by that day, whose reminders are among those whose ledger the viewer keeps; newest first."""
    told = Notice.objects.filter(
        within("path", standing.reading_paths()), target_type=OuterRef("target_type"), target_id=OuterRef("target_id")
    )
    same = told.filter(member=OuterRef("member")), told.filter(user=OuterRef("user"))
    rows = Snooze.objects.filter(Exists(same[0]) | Exists(same[1]), on__lte=on)
    return rows.select_related("member", "user").order_by("-pk")
