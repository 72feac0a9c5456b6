"""Q6 and Q10: a mail server with every fault there is, and letters that are no longer wanted."""

from datetime import timedelta

from accounts.models import User
from branches.models import Member, Membership, Organization
from branches.states import Kind
from schedule import planner
from schedule.models import ActionItem, BouncedAddress, Mail
from schedule.states.items import ItemState
from tests.faults.catalogue import Outcome
from tests.faults.crew import LOOP, account, everything_out, wait_until
from tests.faults.crowd import DAY, items, members, milestones, under_way
from tests.faults.smtp_sink import DATA, DOT, DROP, HANG, RCPT, SENT
from tests.faults.trials.ground import Ground

# whose mail meets which fault at which stage, and the class it must be sorted into; "" means that the mail has arrived
FAULTS = {
    "p0@example.com": ("一直不作声", DOT, HANG, "interrupted"),
    "p1@example.com": ("421", RCPT, "421 busy", "temporary"),
    "p2@example.com": ("450", RCPT, "450 try later", "temporary"),
    "p3@example.com": ("550", RCPT, "550 no such user", "recipient"),
    "p4@example.com": ("DATA 之后断线", DATA, DROP, "interrupted"),
    "p5@example.com": ("250 之后断线", SENT, DROP, ""),
}
GOOD = 20


def q6(ground: Ground) -> Outcome:
    """Seven faults, each at somebody else's mail, among twenty that have none; then the server is well again."""
    number = len(FAULTS) + GOOD
    milestones(0)
    items(number, members(number))
    planner.plan(on=DAY)
    sink = ground.sink
    sink.silence = 10 if ground.quick else 600
    wrong: list[str] = []

    # the seventh: no handshake. Nothing may leave, and everything is tried again
    sink.broken_tls = True
    crew = ground.crew(LOOP, EMAIL_URL=f"smtp://{sink.host}:{sink.port}")
    refused = wait_until(lambda: Mail.objects.filter(error="connection").count() == number)
    crew.end()
    ground.crews.remove(crew)
    if not refused or sink.received:
        wrong.append("TLS 握手失败")
    sink.broken_tls = False

    seen: dict[str, set[str]] = {to: set() for to in FAULTS}

    def react(stage: str, to: str) -> str | None:
        _, at, answer, _ = FAULTS.get(to, ("", "", "", ""))
        return answer if stage == at else None

    def look() -> None:
        for to, error in Mail.objects.filter(address__in=FAULTS).values_list("address", "error"):
            seen[to].add(error)

    sink.react = react
    Mail.objects.update(state="ready", error="", attempt=0, owner=None, lease_until=None)
    ground.crew(LOOP, FAULT_TIMEOUT="2" if ground.quick else "30", FAULT_LEASE="60" if not ground.quick else "20")
    good_ones = Mail.objects.exclude(address__in=FAULTS)
    patience = 60 if ground.quick else 300
    unharmed = wait_until(lambda: good_ones.filter(state="sent").count() == GOOD, look, patience=patience)

    def all_sorted() -> bool:
        look()
        return all(error in seen[to] for to, (*_, error) in FAULTS.items())

    wait_until(all_sorted, patience=patience)
    wrong += [f"{fault}（{seen[to]}）" for to, (fault, _, _, error) in FAULTS.items() if error not in seen[to]]
    sink.react = lambda stage, to: None
    healed = wait_until(lambda: under_way() == 0, patience=patience)
    states = dict(Mail.objects.values_list("address", "state"))
    ended = sorted(to for to, state in states.items() if state != "sent")
    arrived = {one.to for one in sink.received}
    copies_of = {to: sum(one.to == to for one in sink.received) for to in ("p5@example.com", "p1@example.com")}
    good = not wrong and unharmed and healed and ended == ["p3@example.com"] and arrived == set(states) - {*ended}
    good &= BouncedAddress.objects.count() == 1 and set(copies_of.values()) == {1}
    extra = len(sink.received) - len(arrived)
    more = {"丢失": len(set(states) - arrived - {*ended}), "受牵连的好邮件": 0 if unharmed else "有", "再发的": extra}
    return Outcome(
        good,
        "挂起、421、450、550、DATA 后断、250 后断、TLS 失败",
        {"归类正确": f"{7 - len(wrong)}/7", **more} | ({"问题": f"{wrong} {states}"} if not good else {}),
    )


def q10(ground: Ground) -> Outcome:
    """Two hundred items planned; then closed, or their people moved or disabled, before anybody sends."""
    people = members(200)
    milestones(0)
    users = User.objects.bulk_create(
        User(username=f"u{n}", display_name=person.name, password="!") for n, person in enumerate(people)
    )
    for person, user in zip(people, users, strict=True):
        person.user = user
    Member.objects.bulk_update(people, ["user"])
    made = items(200, people)
    planned = planner.plan(on=DAY)
    ActionItem.objects.filter(pk__in=[one.pk for one in made[:67]]).update(state=ItemState.CANCELLED, cancelled_on=DAY)
    moved = people[67:134]
    other = Organization.objects.create(kind=Kind.BRANCH, name="第二党支部", path="0002", unit_path="0002")
    Membership.objects.filter(member__in=moved).update(ends_on=DAY - timedelta(days=1))
    Membership.objects.bulk_create(
        Membership(member=person, organization=other, path=other.path, starts_on=DAY) for person in moved
    )
    User.objects.filter(pk__in=[person.user_id for person in people[134:]]).update(is_active=False)
    ground.crew(LOOP)
    wait_until(everything_out(200))
    cancelled = Mail.objects.filter(state="cancelled").count()
    good = planned == cancelled == 200 and not ground.sink.received
    figures = {"发出": len(ground.sink.received), "已取消": f"{cancelled}/200"}
    if not good:
        figures["明细"] = str(account(ground.sink, 200))
    return Outcome(good, "200 件：67 件办结、67 人调动、66 人停用，都在计划之后", figures)
