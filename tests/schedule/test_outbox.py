"""A notice is a row before it is a message, and each person gets it once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from branches.actions import leave, transfer_member
from branches.models import Member
from chuangxian import clock
from schedule import letters, outbox
from schedule.letters import Letter
from schedule.models import BouncedAddress, Mail, Milestone, Notice
from schedule.outbox import announce, post
from schedule.queries.notices import inbox_of, unread_count
from schedule.states.notices import Error, MailState, Skip
from tests import build
from tests.conftest import Cast
from tests.schedule.notices import DAY, milestone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stand() -> Iterator[None]:
    with clock.standing_on(DAY):
        yield


@pytest.fixture
def july() -> Milestone:
    return milestone()


def tell(obj: Any, *to: Any, slot: str = "x", **rest: Any) -> int:
    return post(letter="milestone_ahead", obj=obj, to=to, slot=slot, due_on=None, **{"on": DAY, **rest})


def test_who_is_told_finds_it_in_the_inbox_and_in_the_mail(cast: Cast, july: Milestone) -> None:
    assert tell(july, cast.member1) == 1
    notice = inbox_of(cast.dangyuan1, DAY).get()
    assert notice.title == "重大节点临近：建党90周年（2011年7月1日）"
    assert "请提前安排迎接活动" in notice.body
    assert notice.mail.state == MailState.READY
    assert notice.mail.address == cast.member1.email
    assert notice.organization == cast.one


def test_nobody_is_told_twice_of_the_same_slot(cast: Cast, july: Milestone) -> None:
    assert [tell(july, cast.member1), tell(july, cast.member1)] == [1, 0]
    assert tell(july, cast.member1, slot="another") == 1
    assert (Notice.objects.count(), Mail.objects.count()) == (2, 2)


def test_a_member_and_his_account_are_one_person(cast: Cast, july: Milestone) -> None:
    assert tell(july, cast.member1, cast.dangyuan1) == 1
    assert tell(july, cast.dangyuan1) == 0
    assert Notice.objects.get().member == cast.member1


def test_office_staff_without_membership_are_told_by_their_account(cast: Cast, july: Milestone) -> None:
    cast.ganshi.email = "ganshi@example.com"
    cast.ganshi.save()
    tell(july, cast.ganshi)
    notice = inbox_of(cast.ganshi, DAY).get()
    assert (notice.member, notice.user, notice.organization) == (None, cast.ganshi, cast.general)
    assert notice.mail.address == "ganshi@example.com"


def test_without_account_and_address_the_ledger_says_so(cast: Cast, july: Milestone) -> None:
    tell(july, build.member(cast.one, email=""))
    notice = Notice.objects.get()
    assert notice.skipped == Skip.NO_ACCOUNT
    assert not Mail.objects.exists()


def test_without_account_but_with_an_address_the_mail_goes(cast: Cast, july: Milestone) -> None:
    tell(july, build.member(cast.one, email="wang@example.com"))
    assert Notice.objects.get().skipped == Skip.NONE
    assert Mail.objects.get().address == "wang@example.com"


def test_with_an_account_but_no_address_only_the_inbox_tells(cast: Cast, july: Milestone) -> None:
    Member.objects.filter(pk=cast.member1.pk).update(email="")
    cast.dangyuan1.email = ""
    cast.dangyuan1.save()
    tell(july, cast.member1)
    assert unread_count(cast.dangyuan1, DAY) == 1
    assert not Mail.objects.exists()


def test_the_account_s_address_goes_before_the_roster_s(cast: Cast, july: Milestone) -> None:
    cast.dangyuan1.email = "new@example.com"
    cast.dangyuan1.save()
    tell(july, cast.member1)
    assert Mail.objects.get().address == "new@example.com"


def test_a_disabled_account_is_told_nothing(cast: Cast, july: Milestone) -> None:
    cast.dangyuan1.is_active = False
    cast.dangyuan1.save()
    tell(july, cast.member1)
    assert Notice.objects.get().skipped == Skip.DISABLED
    assert not Mail.objects.exists()


def test_who_has_left_is_told_nothing(cast: Cast, july: Milestone) -> None:
    leave(member=cast.member1, reason="调出", by=None, on=date(2011, 6, 1))
    tell(july, cast.member1)
    assert Notice.objects.get().skipped == Skip.GONE
    assert not Mail.objects.exists()


def test_an_address_once_refused_gets_no_more_mail(cast: Cast, july: Milestone) -> None:
    BouncedAddress.objects.create(address=cast.member1.email)
    tell(july, cast.member1)
    mail = Mail.objects.get()
    assert (mail.state, mail.error) == (MailState.SKIPPED, Error.BOUNCED)
    assert unread_count(cast.dangyuan1, DAY) == 1


def test_history_entered_late_mails_nobody_and_is_not_unread(cast: Cast, july: Milestone) -> None:
    tell(july, cast.member1, on=date(2010, 9, 1))
    notice = inbox_of(cast.dangyuan1, DAY).get()
    assert notice.skipped == Skip.HISTORY
    assert unread_count(cast.dangyuan1, DAY) == 0
    assert not Mail.objects.exists()


def test_who_did_it_is_not_told_of_it(cast: Cast, july: Milestone) -> None:
    assert tell(july, cast.member1, cast.member2, by=cast.dangyuan1) == 1
    assert Notice.objects.get().member == cast.member2


def test_a_rolled_back_transaction_told_nobody(cast: Cast, july: Milestone) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell(july, cast.member1)
        raise RuntimeError
    assert not Notice.objects.exists()
    assert not Mail.objects.exists()


def test_a_move_is_announced_to_its_recipients_but_its_author(cast: Cast, july: Milestone) -> None:
    assert announce("milestone_ahead", obj=july, by=cast.zongzhi, on=DAY) == 3
    told = {notice.person for notice in Notice.objects.all()}
    assert told == {cast.shuji1.member, cast.shuji2.member, cast.ganshi}


def test_two_moves_of_one_record_are_two_letters(cast: Cast, july: Milestone) -> None:
    announce("milestone_ahead", obj=july, by=None, on=DAY)
    announce("milestone_ahead", obj=july, by=None, on=DAY)
    assert Notice.objects.count() == 8


def test_the_version_names_the_move(cast: Cast) -> None:
    Letter_kind = "test_version"
    letters.register(Letter(Letter_kind, "测试", lambda obj: "/", lambda obj, on: [cast.member2], "mail/base.txt"))
    try:
        assert [announce(Letter_kind, obj=cast.member1, by=None, on=DAY) for _ in "ab"] == [1, 0]
        cast.member1.version += 1
        assert announce(Letter_kind, obj=cast.member1, by=None, on=DAY) == 1
    finally:
        del letters._letters[Letter_kind]


def test_a_letter_nobody_registered_is_an_error(cast: Cast, july: Milestone) -> None:
    with pytest.raises(KeyError):
        announce("no_such_letter", obj=july, by=None, on=DAY)


def test_a_kind_of_letter_is_registered_once() -> None:
    with pytest.raises(ValueError, match="milestone_ahead"):
        letters.register(Letter("milestone_ahead", "另一封", lambda obj: "/"))


def test_no_header_can_be_forged_through_a_title(cast: Cast, july: Milestone) -> None:
    july.title = "庆祝\r\nBcc: everybody@example.com\r\n\r\n正文"
    tell(july, cast.member1)
    assert Notice.objects.get().title == "重大节点临近：庆祝"


def test_nothing_is_escaped_in_plain_text(cast: Cast, july: Milestone) -> None:
    july.title = "“学习<五带头>”&总结"
    tell(july, cast.member1)
    assert "“学习<五带头>”&总结" in Notice.objects.get().title


def test_posting_to_many_takes_no_more_queries(cast: Cast, july: Milestone) -> None:
    def queries(people: list[Member], slot: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            tell(july, *people, slot=slot)
        return len(captured)

    many = [build.member(cast.one) for _ in range(20)]
    assert queries(many[:2], "few") == queries(many, "many")


def test_the_bell_rings_once_a_transaction(
    cast: Cast, july: Milestone, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        tell(july, cast.member1)
        tell(july, cast.member2)
    assert [callback for callback in callbacks if callback is outbox._ring] == [outbox._ring]


def test_a_transfer_does_not_rewrite_where_it_was_told(cast: Cast, july: Milestone) -> None:
    tell(july, cast.member1)
    transfer_member(member=cast.member1, organization=cast.two, by=None, on=DAY)
    seen_by = [user for user in (cast.shuji1, cast.shuji2) if Notice.objects.visible_to(user, DAY).exists()]
    assert seen_by == [cast.shuji1]
