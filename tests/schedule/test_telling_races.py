"""Digests and messages to groups at the same moment in several places: each once, nothing lost."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import time
from typing import Any

import pytest
from django.core import mail as sent
from django.db import connection

from accounts.models import User
from branches.models import Organization
from schedule.delivery import deliver_all
from schedule.digests import gather
from schedule.models import Digest, Mail, Notice, NoticePreference, WebhookChannel, WebhookDelivery
from schedule.outbox import post
from tests.faults.crowd import DAY, members, milestones
from tests.schedule.notices import reminder
from tests.schedule.robot import Robot, running_robot

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE, LETTERS = 6, 12


@pytest.fixture
def people(settings: Any) -> Iterator[list[User]]:
    """People with accounts who have a digest, whose hour has come."""
    settings.CHUANGXIAN_TODAY, settings.DIGEST_AT = DAY, time(23, 59, 59, 999999)
    accounts = []
    for n, member in enumerate(members(PEOPLE)):
        account = User.objects.create(username=f"p{n}", display_name=member.name)
        type(member).objects.filter(pk=member.pk).update(user=account)
        NoticePreference.objects.create(user=account, digest=True)
        accounts.append(account)
    with reminder("letter"):
        yield accounts


def at_once(*works: Callable[[], Any]) -> list[Any]:
    gate, home = threading.Barrier(len(works)), []

    def run(work: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            home.append(work())
        except Exception as error:
            home.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return home


def test_gathering_posting_and_sending_at_once_tell_each_notice_in_one_digest(
    people: list[User], settings: Any
) -> None:
    records = milestones(LETTERS)

    def write(some: list[Any]) -> Callable[[], int]:
        return lambda: sum(
            post(letter="letter", obj=record, to=people, slot="x", due_on=None, on=DAY) for record in some
        )

    write(records[:4])()
    # what is posted from now on belongs to tomorrow's
    settings.DIGEST_AT = time(0)

    def work() -> int:
        gather(on=DAY)
        return deliver_all(on=DAY)

    done = at_once(work, work, work, write(records[4:8]), write(records[8:]))
    assert not [one for one in done if isinstance(one, Exception)], done
    assert Notice.objects.count() == PEOPLE * LETTERS
    assert Mail.objects.count() == 0
    assert Digest.objects.count() == PEOPLE
    assert set(Digest.objects.values_list("state", flat=True)) == {"sent"}
    copies = Counter(mail.extra_headers["Message-ID"] for mail in sent.outbox)
    assert len(copies) == PEOPLE
    assert set(copies.values()) == {1}
    told = Notice.objects.filter(digest__isnull=False).count()
    assert told == PEOPLE * 4
    assert sum(mail.body.count("查看和办理") for mail in sent.outbox) == told
    # the rest waits, nothing of it lost
    assert Notice.objects.filter(digest=None, digest_for__isnull=False).count() == PEOPLE * (LETTERS - 4)


@pytest.fixture
def robot() -> Iterator[Robot]:
    with running_robot() as one:
        yield one


def test_a_group_hears_each_message_once_whoever_posts_and_sends(people: list[User], robot: Robot) -> None:
    NoticePreference.objects.all().delete()
    place = Organization.objects.get()
    fields = {"name": "群", "flavour": "wecom", "url": robot.url, "letters": ["milestone_ahead"], "by": people[0]}
    WebhookChannel.objects.create(organization=place, **fields)
    records = milestones(LETTERS)

    def work() -> int:
        for record in records:
            post(letter="milestone_ahead", obj=record, to=people, slot="x", due_on=None, on=DAY)
        return deliver_all(on=DAY)

    done = at_once(work, work, work)
    deliver_all(on=DAY)
    assert not [one for one in done if isinstance(one, Exception)], done
    assert WebhookDelivery.objects.filter(state="sent").count() == LETTERS
    assert len(robot.heard) == LETTERS
