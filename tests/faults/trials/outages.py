"""Q4, Q5, Q7 and Q12: a Redis, a database or a line that goes away and comes back."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.test import Client

from accounts.models import User
from branches.models import Member, Organization, PostAssignment
from branches.states import Post
from schedule.models import Campaign, Mail, Milestone, Notice
from schedule.outbox import post
from tests.faults import servers
from tests.faults.catalogue import Outcome
from tests.faults.crew import BEAT, LOOP, account, forking, wait_until
from tests.faults.crowd import DAY, LONG_AGO, MILESTONE, deputies, under_way
from tests.faults.trials.ground import Ground, outcome
from tests.faults.web import Web

BACK_AGAIN_MOST = 120  # seconds until nothing waits any more
DATABASE_BACK_MOST = 30
LINE_BACK_MOST = 60
PEOPLE = 30


class Visitors:
    """Somebody who keeps asking for pages and raising items, each of which tells somebody else, as fast as answers come."""

    def __init__(self, web: Web, cookies: str, paths: list[str], form: str, fields: dict[str, str]) -> None:
        self.web, self.cookies, self.paths, self.form, self.fields = web, cookies, paths, form, fields
        self.statuses: Counter[int] = Counter()
        self.raised, self.slowest, self.going = 0, 0.0, True
        self.thread = threading.Thread(target=self._go, daemon=True)

    def _go(self) -> None:
        while self.going:
            for path in self.paths:
                self.ask(path)
            self.raise_item()
            time.sleep(0.3)

    def ask(self, path: str, data: dict[str, str] | None = None) -> int:
        """Ask once; 599 stands for no answer at all."""
        began = time.monotonic()
        try:
            status = self.web.send(path, data, cookies=self.cookies)[0]
        except (OSError, HTTPException):
            status = 599
        self.statuses[status] += 1
        self.slowest = max(self.slowest, time.monotonic() - began)
        return status

    def raise_item(self) -> None:
        self.raised += self.ask(self.form, self.fields) == 302

    @property
    def failures(self) -> int:
        return sum(number for status, number in self.statuses.items() if status not in (200, 302))

    def end(self) -> None:
        self.going = False
        self.thread.join(30)


@contextmanager
def visitors(ground: Ground, people: list[Member], **env: str) -> Iterator[Visitors]:
    """Open the portal's pages on gunicorn and have a secretary there who raises items that the first of these people answer for."""
    place = Organization.objects.get()
    user = User.objects.create(username="shuji", display_name="书记")
    Member.objects.filter(pk=people[-1].pk).update(user=user)
    post_ = {"organization": place, "post": Post.SECRETARY, "starts_on": LONG_AGO}
    PostAssignment.objects.create(member=people[-1], **post_)
    client = Client()
    client.force_login(user)
    token = "a" * 32
    cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={token}"
    fields = {
        "csrfmiddlewaretoken": token,
        "problem": "听课太少",
        "responsible": str(people[0].pk),
        "due_on": "2011-08-31",
    }
    web = Web(ground.folder / "data", ground.env(**env))
    try:
        asking = Visitors(web, cookies, ["/", "/notices/", "/items/"], f"/items/add/{place.pk}/", fields)
        assert wait_until(lambda: asking.ask("/healthz/live") == 200), web.log.read_text()[-2000:]
        asking.ask("/")
        asking.statuses.clear()
        asking.slowest = 0
        yield asking
    finally:
        web.end()


def crowd() -> tuple[list[Member], Milestone]:
    """People in charge, and the milestone letters are posted about; the planner has nothing to add."""
    deputies(PEOPLE, reminders=0)
    campaign = Campaign.objects.get()
    one = Milestone.objects.create(campaign=campaign, key="far", title="节点", date=MILESTONE.replace(year=2012))
    return list(Member.objects.order_by("pk")), one


def send_round(milestone: Milestone, people: list[Member], name: str) -> int:
    """Post a letter to each of these people, as a move of some record would."""
    return post(letter="milestone_ahead", obj=milestone, to=people, slot=name, due_on=None, on=DAY)


def caught_up() -> bool:
    return under_way() == 0


def q4(ground: Ground) -> Outcome:
    """A Redis emptied, killed and away, while letters go out and people use the pages."""
    assert ground.redis is not None
    away = 15 if ground.quick else 600
    people, milestone = crowd()
    crew = ground.crew(forking(2), BEAT, BEAT)
    back: list[float] = []

    def measure() -> bool:
        began = time.monotonic()
        done = wait_until(caught_up, crew.tend, patience=BACK_AGAIN_MOST + 30)
        back.append(time.monotonic() - began)
        return done

    with visitors(ground, people) as visiting:
        visiting.thread.start()
        letters = send_round(milestone, people, "before")
        good = measure()
        back.clear()
        # emptied, three times in the middle of sending
        for number in range(3):
            letters += send_round(milestone, people, f"flushed{number}")
            time.sleep(0.2)
            ground.redis.say("FLUSHALL")
        good &= measure()
        # killed, and there again at once
        letters += send_round(milestone, people, "killed")
        ground.redis.kill()
        letters += send_round(milestone, people, "killed more")
        ground.redis.start()
        good &= measure()
        # away for long
        ground.redis.kill()
        raised = visiting.raised
        end = time.monotonic() + away
        while time.monotonic() < end:
            letters += send_round(milestone, people[:3], f"away{end - time.monotonic()}")
            time.sleep(away / 15)
            crew.tend()
        raised_meanwhile = visiting.raised - raised
        waiting = under_way()
        ground.redis.start()
        good &= measure()
        visiting.end()
        good &= wait_until(caught_up, crew.tend, patience=BACK_AGAIN_MOST)
    found = account(ground.sink, letters + visiting.raised)
    good &= found.whole and found.extra == 0 and set(found.states) == {"sent"} and visiting.failures == 0
    good &= raised_meanwhile > 0 and max(back) <= BACK_AGAIN_MOST
    said = f"FLUSHALL 3 次，kill -9 一次，停 {away} 秒；其间网页 {sum(visiting.statuses.values())} 次请求"
    more = {
        "网页出错": visiting.failures,
        "其中没有回答": visiting.statuses[599],
        "停机时提出事项": raised_meanwhile,
        "最慢一页": f"{visiting.slowest:.1f} 秒",
        "停机末积压": f"{waiting} 封",
        "自己退出而重新启动": f"{crew.fallen} 次",
        "恢复": "、".join(f"{one:.1f}" for one in back) + " 秒",
    }
    return outcome(good, said, found, **more)


def q5(ground: Ground) -> Outcome:
    """The database restarted without asking anybody, again and again while letters go out."""
    cluster = ground.cluster
    assert cluster is not None
    restarts = 2 if ground.quick else 20
    people, milestone = crowd()
    ground.sink.pause = 0.02
    workers = [forking(2), BEAT, BEAT, LOOP] if ground.redis else [LOOP, LOOP]
    ground.crew(*workers)
    back: list[float] = []

    def one_restart(number: int) -> bool:
        again(lambda: send_round(milestone, people, f"r{number}"))
        start = len(ground.sink.received)
        begun = wait_until(lambda: len(ground.sink.received) > start + 3, patience=60)
        connection.close()
        cluster.act("restart")
        began = time.monotonic()
        done = wait_until(caught_up, patience=90)
        back.append(time.monotonic() - began)
        return begun and done

    good = all(one_restart(number) for number in range(restarts))
    letters = restarts * len(people)
    found = account(ground.sink, letters)
    hands = 3
    good &= found.whole and found.extra <= restarts * hands and max(back) <= DATABASE_BACK_MOST
    good &= set(found.states) == {"sent"}
    more = {"恢复最久": f"{max(back):.1f} 秒", "恢复平均": f"{sum(back) / len(back):.1f} 秒"}
    return outcome(good, f"发送途中 pg_ctl -m immediate restart {restarts} 次", found, **more)


def again(work: Callable[[], int]) -> int:
    """Do it once the database is there."""
    for _ in range(50):
        try:
            return work()
        except DatabaseError:
            connection.close()
            time.sleep(0.2)
    return work()


def q7(ground: Ground) -> Outcome:
    """A worker in a network of its own whose line to the mail server, then to the database, falls silent while it sends."""
    network = ground.network
    assert network is not None
    seconds = 8 if ground.quick else 60
    people, milestone = crowd()
    ground.sink.pause = 0.05
    inside = ground.crew(LOOP, before=network.inside, FAULT_TIMEOUT="2" if ground.quick else "30")
    outside = ground.crew(LOOP)
    assert wait_until(lambda: send_round(milestone, people[:1], "warm") == 0 and caught_up())
    time.sleep(3)  # both are at work now
    outside.pause()
    back: dict[str, float] = {}
    rounds = {"mail": "后台任务与邮件服务器"}
    if not ground.sqlite:
        rounds["database"] = "后台任务与数据库"

    def one_cut(line: str) -> bool:
        start = len(ground.sink.received)
        send_round(milestone, people, line)
        good = wait_until(lambda: len(ground.sink.received) > start + 3)
        network.cut(line)
        if line == "database":
            outside.go_on()  # who still has the database takes over what the other one held
        time.sleep(seconds)
        if line == "database":
            good &= caught_up()
            outside.pause()
        network.join(line)
        began = time.monotonic()
        send_round(milestone, people[:5], f"{line} back")
        good &= wait_until(caught_up, patience=LINE_BACK_MOST + 120)
        back[rounds[line]] = time.monotonic() - began
        return good

    good = all(one_cut(line) for line in rounds)
    letters = 1 + len(rounds) * (len(people) + 5)
    inside.pause()
    found = account(ground.sink, letters)
    good &= found.whole and found.false_sent == 0 and set(found.states) == {"sent"}
    good &= found.extra <= len(rounds) and max(back.values()) <= LINE_BACK_MOST
    said = f"切断 {seconds} 秒：{'、'.join(rounds.values())}"
    more: dict[str, Any] = {"误记已发送": found.false_sent}
    more |= {f"恢复（{name}）": f"{spent:.1f} 秒" for name, spent in back.items()}
    return outcome(good, said, found, **more)


def q12(ground: Ground) -> Outcome:
    """Nobody can reach the broker: pages raise items all the same, and the tick sends the letters."""
    people, _ = crowd()
    nobody = f"redis://127.0.0.1:{servers.free_port()}/0"
    assert urlsplit(nobody).port
    times = 15 if ground.quick else 60
    ground.crew(LOOP, REDIS_URL=nobody)
    with visitors(ground, people, REDIS_URL=nobody) as visiting:
        for _ in range(times):
            visiting.raise_item()
            for path in visiting.paths:
                visiting.ask(path)
        began = time.monotonic()
        done = wait_until(lambda: Notice.objects.count() >= times and caught_up(), patience=60)
        spent = time.monotonic() - began
        unheard = "bell not heard" in visiting.web.log.read_text()
    found = account(ground.sink, times)
    good = done and unheard and visiting.raised == times and visiting.failures == 0
    good &= found.whole and found.extra == 0 and Mail.objects.count() == times
    more = {
        "请求出错": visiting.failures,
        "最慢一次": f"{visiting.slowest:.1f} 秒",
        "最后一封之后": f"{spent:.1f} 秒发完",
    }
    return outcome(good, f"每次发布都失败；网页提出 {times} 件，由定时检查发信", found, **more)
