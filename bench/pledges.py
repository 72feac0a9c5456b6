"""Pages and piles of pledges, beside the barest page of the same run.

    python bench/pledges.py                 20,000 pledges of 200 branches (on SQLite, or on an empty database named by DATABASE_URL)
    python bench/pledges.py --pledges 2000

Goals: a signed-in list page of 50 rows with its filters ≤ 10 × the barest signed-in page, queries constant; the wall, shared by visitors,
≥ 0.5 of the rate of a bare view behind all middleware; a pile of forty read with its hints ≤ 1 s; the ledger ≥ 1,000 rows a second
of CPU, flat in memory. Times are the best of several, on SQLite CPU time (the database is inside), so that neighbours count little.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "chuangxian.settings"
os.environ["CHUANGXIAN_TODAY"] = "2011-06-20"
os.environ["ALLOWED_HOSTS"] = "testserver"
os.environ["CHUANGXIAN_DATA"] = tempfile.mkdtemp(prefix="bench-pledges-")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from branches import actions  # noqa: E402
from branches.models import Member, Membership, Organization  # noqa: E402
from branches.states import Kind, Post  # noqa: E402
from pledges import sheets  # noqa: E402
from pledges.actions import cycles  # noqa: E402
from pledges.models import Pledge, PledgeCycle, PledgeItem  # noqa: E402
from pledges.states import State  # noqa: E402
from schedule.models import Campaign  # noqa: E402

ON = date(2011, 6, 20)
BRANCHES, PILE, ITEMS, ROUNDS = 200, 40, 4, 15
LIST_GOAL, WALL_GOAL, PILE_GOAL, LEDGER_GOAL, MEMORY_GOAL = 10.0, 0.5, 1.0, 1_000, 50
VERBS = ("听评课不少于", "下校调研", "结对指导青年教师", "编写试题", "送教下乡", "执教研究课", "整理教学案例")


def populate(number: int) -> tuple[Any, Any]:
    """A general branch with so many published pledges and a pile of forty to review; returns its secretary and the pile's reader."""
    call_command("migrate", verbosity=0)
    call_command("load_plan", str(ROOT / "schedule/plans/changzhou-2010.toml"), stdout=StringIO())
    if Organization.objects.exists():
        sys.exit("这个库里已经有内容；请给一个空的库。")
    start = date(2010, 7, 1)
    top = actions.create_organization(kind=Kind.WORKING_COMMITTEE, name="党工委", by=None, on=start)
    general = actions.create_organization(kind=Kind.GENERAL_BRANCH, name="党总支", parent=top, by=None, on=start)
    places = [
        actions.create_organization(kind=Kind.BRANCH, name=f"第{n + 1}党支部", parent=general, by=None, on=start)
        for n in range(BRANCHES)
    ]
    leaders = []
    for place in (general, places[0]):
        member = actions.enroll_member(
            organization=places[0], name=f"{place}书记", sex="male", joined_on=date(1990, 1, 1), by=None, on=start
        )
        actions.appoint(holder=member, organization=place, post=Post.SECRETARY, by=None, on=start)
        leaders.append(
            actions.open_account(member=member, username=f"leader{place.pk}", password=None, by=None, on=start)
        )
    cycle = cycles.open_cycle(
        organization=general, campaign=Campaign.objects.get(), year=2011, by=None, on=date(2011, 1, 1), name="2011年承诺",
        starts_on=date(2011, 1, 1), submit_by=date(2011, 3, 1), review_by=date(2011, 3, 10), publish_by=date(2011, 3, 15),
        ends_on=date(2011, 12, 20), appraise_by=date(2011, 12, 31),
    )  # fmt: skip
    pledge_for(cycle, [places[n % BRANCHES] for n in range(number)], State.PUBLISHED, leaders[0])
    pledge_for(cycle, [places[0]] * PILE, State.SUBMITTED, leaders[0])
    return leaders[0], leaders[1]


def pledge_for(cycle: PledgeCycle, places: list[Organization], state: str, author: Any) -> None:
    """A member and his pledge for each of these places."""
    first = Member.objects.count()
    members = Member.objects.bulk_create(
        (Member(name=f"党员{first + n}", sort_key=f"{first + n:07}", sex="male") for n in range(len(places))),
        batch_size=500,
    )
    pairs = list(zip(members, places, strict=True))
    Membership.objects.bulk_create(
        (Membership(member=m, organization=p, path=p.path, starts_on=date(2010, 7, 1)) for m, p in pairs),
        batch_size=500,
    )
    day = date(2011, 2, 20)
    shown = {"approved_on": day, "published_on": day} if state == State.PUBLISHED else {}
    pledges = Pledge.objects.bulk_create(
        (
            Pledge(
                cycle=cycle, subject_kind="member", organization=p, path=p.path, member=m, reviewing=p, state=state,
                author=author, first_submitted_on=day, submitted_on=day, **shown,
            )
            for m, p in pairs
        ),
        batch_size=500,
    )  # fmt: skip
    PledgeItem.objects.bulk_create(
        (
            PledgeItem(
                pledge=pledge, place=n, content=f"{VERBS[(pledge.pk * n) % 7]}{pledge.pk % 97}次，{VERBS[pledge.pk % 5]}{n}次，形成报告",
                due_on=date(2011, 4 + n, 1),
            )
            for pledge in pledges
            for n in range(1, ITEMS + 1)
        ),
        batch_size=500,
    )  # fmt: skip


def seconds(client: Client, url: str, rounds: int = ROUNDS) -> float:
    """The best time of a page; the first request is not counted."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    times = []
    for _ in range(rounds + 1):
        began = clock()
        assert client.get(url).status_code == 200, url
        times.append(clock() - began)
    return min(times[1:])


def queries(client: Client, url: str) -> int:
    """How many queries a page costs."""
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


def told(name: str, value: str, met: bool | None) -> bool:
    print(f"{name:<34}{value:<44}{'' if met is None else '达到' if met else '没有达到'}")
    return met is not False


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--pledges", type=int, default=20_000)
    number = parser.parse_args().pledges
    general, reader = populate(number)
    visitor, leader, secretary = Client(), Client(), Client()
    leader.force_login(general)
    secretary.force_login(reader)
    print(f"{connection.vendor}，{number} 份承诺，{BRANCHES} 个支部\n")
    good = True

    bare_page = seconds(leader, "/pledges/cycles/")
    for name, url in [("列表第 1 页", "/pledges/"), ("列表，按支部", "/pledges/?organization=10")]:
        took = seconds(leader, url)
        value = f"{took * 1000:.0f} ms，{took / bare_page:.1f} × 空页，{queries(leader, url)} 次查询"
        good &= told(name, value, took <= LIST_GOAL * bare_page)
    bare_view, wall = seconds(visitor, "/healthz/live", 200), seconds(visitor, "/pledges/wall/", 200)
    ratio = bare_view / wall
    good &= told("承诺墙，访客共用", f"{wall * 1000:.2f} ms，空视图的 {ratio:.2f} 倍速率", ratio >= WALL_GOAL)
    told("承诺墙，登录后", f"{seconds(leader, '/pledges/wall/') * 1000:.0f} ms", None)
    took = seconds(secretary, "/pledges/review/", 5)
    good &= told(f"{PILE} 份待审连同提示", f"{took * 1000:.0f} ms", took <= PILE_GOAL)
    told("进度页", f"{seconds(leader, '/pledges/coverage/', 3) * 1000:.0f} ms", None)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    with tempfile.TemporaryFile() as file:
        count = sheets.LEDGER.write(file, sheets.ledger_lines(Pledge.objects.all(), ON), groups=sheets.LEDGER_GROUPS)
    speed = count / (time.process_time() - began)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    value = f"{count} 行，每秒 {speed:.0f} 行，内存多用 {grown:.0f} MB"
    good &= told("台账", value, speed >= LEDGER_GOAL and grown <= MEMORY_GOAL)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
