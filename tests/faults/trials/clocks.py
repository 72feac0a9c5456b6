"""Q8 and Q9: a worker whose clock is wrong, and a standstill of some days."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from schedule.models import ActionItem, Mail, Milestone, Notice, ReminderMark
from schedule.states.items import ItemState
from tests.faults.catalogue import Outcome
from tests.faults.crew import LOOP, account, everything_out, wait_until
from tests.faults.crowd import DAY, deputies, items, members, milestones, more_milestones, under_way
from tests.faults.reminders import FIVE
from tests.faults.servers import false_clock
from tests.faults.trials.ground import Ground, outcome

SKEWS = ("+1h", "-1h", "+1d", "-1d")
DUE, TOMORROW, LATER = 4, 3, 5
PEOPLE = 5


def q8(ground: Ground) -> Outcome:
    """A worker an hour or a day wrong, alone and then beside one that is right; the database's clock stays right.

    Nothing may be told that is due tomorrow, no mail sent that waits for its time. On SQLite the clock of the host is the database's, so
    there only the letters of the day are looked at.
    """
    skews = ("+1d", "-1h") if ground.quick else SKEWS
    deputies(PEOPLE, reminders=0)
    early, wrong = 0, []
    for number, skew in enumerate(skews, 1):
        told_early, in_time = _with_clock(ground, skew, number * DUE * PEOPLE)
        early += told_early
        if not in_time:
            wrong.append(skew)
    letters = len(skews) * DUE * PEOPLE
    found = account(ground.sink, letters)
    good = not wrong and early == 0 and found.whole and found.extra == 0
    more = {"提前": early} | ({"问题": "；".join(wrong)} if wrong else {})
    return outcome(good, f"后台任务的钟 {'、'.join(skews)}，数据库的钟准", found, **more)


def _with_clock(ground: Ground, skew: str, letters: int) -> tuple[int, bool]:
    """Return how many letters went out too early, and whether those that are due did go out."""
    today = timezone.localdate()
    more_milestones(DUE, today + timedelta(days=7))
    if not ground.sqlite:
        more_milestones(TOMORROW, today + timedelta(days=8))
    false = {"LD_PRELOAD": false_clock(), "FAKETIME": skew}
    crew = ground.crew(LOOP, **false)
    in_time = wait_until(everything_out(letters))
    other = ground.crew(LOOP)
    wait_until(lambda: Mail.objects.count() != letters, patience=3)
    early = Notice.objects.filter(due_on=today + timedelta(days=8)).count()
    if not ground.sqlite:
        # what waits for its time, ten minutes from now, while both are at work
        some = list(Mail.objects.order_by("-pk").values_list("pk", flat=True)[:LATER])
        waiting = Mail.objects.filter(pk__in=some)
        waiting.update(state="ready", due_at=Now() + timedelta(minutes=10))
        wait_until(lambda: waiting.filter(state="ready").count() < LATER, patience=2)
        early += LATER - waiting.filter(state="ready").count()
        waiting.update(state="sent")
    for one in (crew, other):
        one.end()
        ground.crews.remove(one)
    Milestone.objects.update(withdrawn_on=today)  # tomorrow's are not told by the next clock
    return early, in_time


def q9(ground: Ground) -> Outcome:
    """Nobody at work from the evening of the 19th to the morning of the 24th; each of those five days had a slot."""
    number, closed = (40, 20) if ground.quick else (1_000, 500)
    milestones(0)
    made = items(number, members(number), due_on=DAY)
    before = ground.crew(LOOP, CHUANGXIAN_TODAY=str(DAY - timedelta(days=5)))
    marked = ReminderMark.objects.filter(kind=FIVE, planned_on=DAY - timedelta(days=5))
    ready = wait_until(marked.exists)
    before.end()
    ground.crews.remove(before)
    early = Notice.objects.filter(letter=FIVE).count()
    shut = [one.pk for one in made[:closed]]
    ActionItem.objects.filter(pk__in=shut).update(state=ItemState.CANCELLED, cancelled_on=DAY)
    ground.crew(LOOP)
    ours = Notice.objects.filter(letter=FIVE)
    done = wait_until(lambda: ours.count() == (number - closed) * 5 and under_way() == 0)
    told, missed = ours.filter(skipped=""), ours.filter(skipped="missed")
    sent = Mail.objects.filter(state="sent").count()
    to_closed = ours.filter(target_id__in=shut).count()
    arrived = Mail.objects.filter(notice__letter=FIVE, state="sent").count()
    good = ready and done and early == to_closed == 0
    good &= told.count() == arrived == number - closed == len(set(told.values_list("target_id", flat=True)))
    good &= missed.count() == 4 * (number - closed) and len(ground.sink.received) == len(ground.sink.copies()) == sent
    figures = {
        "未办结": number - closed,
        "收到": told.count(),
        "跳过": missed.count(),
        "已办结的收到": to_closed,
        "重复": len(ground.sink.received) - len(ground.sink.copies()),
    }
    if not good:
        figures["明细"] = str(account(ground.sink, sent))  # type: ignore[assignment]
    return Outcome(good, f"{number} 件，19 日停，24 日再开，错过 5 个时点，其间办结 {closed} 件", figures)
