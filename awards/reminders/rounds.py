"""Letters and reminders of rounds: to those who recommend, and to those who decide."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings

from awards.models import AwardRound, Nomination
from awards.queries import rounds as queries
from awards.queries.rounds import Person
from awards.states import RoundState
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def round_url(round_: AwardRound) -> str:
    """Return the round's page."""
    return round_.get_absolute_url()


def secretaries(round_: AwardRound, on: date) -> list[Person]:
    """Whoever speaks for an organisation of the round's tree, each once."""
    told = queries.secretaries([round_], on)[round_.pk]
    return list(dict.fromkeys(person for persons in told.values() for person in persons))


def told_before(round_: AwardRound, on: date) -> list[Person]:
    """The same people, when a round is called off that they were told of; nobody knows of a draft."""
    return secretaries(round_, on) if round_.announced_on is not None else []


def silent(round_: AwardRound, on: date) -> list[Person]:
    """The secretaries of the branches that have handed up nobody."""
    return queries.silent([round_], on)[round_.pk]


def deciders(round_: AwardRound, on: date) -> list[Person]:
    """Whoever sits in judgement in the round."""
    return queries.deciders([round_], on)[round_.pk]


register_letter(Letter("round_announced", "评选已布置", round_url, secretaries))
register_letter(Letter("round_recalled", "评选布置已收回", round_url, secretaries))
register_letter(Letter("round_void", "评选已作废", round_url, told_before))
register_letter(Letter("round_nominate_by", "推荐快要截止", round_url, silent))
register_letter(Letter("round_decide_by", "审定快要截止", round_url, deciders))
read_with(AwardRound, lambda rows: rows.select_related("organization"))


def rounds_to_nominate(on: date, until: date) -> Iterator[Due]:
    """Rounds that take recommendations, for the branches that have handed up nobody."""
    rounds = AwardRound.objects.taking(on).filter(nominate_by__lte=until)
    for batch in in_batches(rounds.select_related("organization").order_by("pk")):
        told = queries.silent(batch, on)
        yield from (Due(one, told[one.pk], one.nominate_by, one.announced_on) for one in batch if told[one.pk])


def takes_nominations(round_: AwardRound, on: date) -> bool:
    """Answer whether one can still recommend."""
    return round_.takes_nominations(on)


def rounds_to_decide(on: date, until: date) -> Iterator[Due]:
    """Rounds with recommendations nobody has decided upon, for those who sit in judgement."""
    waiting = Nomination.objects.filter(state__in=queries.UNDECIDED)
    rounds = AwardRound.objects.filter(state=RoundState.ANNOUNCED, decide_by__lte=until, pk__in=waiting.values("round"))
    for batch in in_batches(rounds.select_related("organization").order_by("pk")):
        told = queries.deciders(batch, on)
        yield from (Due(one, told[one.pk], one.decide_by, one.announced_on) for one in batch)


def is_undecided(round_: AwardRound, on: date) -> bool:
    """Answer whether somebody still waits for a decision."""
    waiting = Nomination.objects.filter(round=round_, state__in=queries.UNDECIDED)
    return round_.state == RoundState.ANNOUNCED and waiting.exists()


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}

for reminder in [
    Reminder("round_nominate_by", "推荐截止", "round_nominate_by", BEFORE, rounds_to_nominate, takes_nominations),
    Reminder("round_decide_by", "审定截止", "round_decide_by", BEFORE, rounds_to_decide, is_undecided, **AGAIN),
]:
    register_reminder(reminder)
