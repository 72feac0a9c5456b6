"""The standing cast, and what every test shares."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import User
from branches.models import Member, Organization
from branches.states import Post
from chuangxian import clock
from tests import build


@dataclass
class Cast:
    """People every test knows, named by what they are; ``stranger`` belongs to another tree."""

    general: Organization
    one: Organization
    two: Organization
    zongzhi: User
    shuji1: User
    shuji2: User
    dangyuan1: User
    dangyuan2: User
    ganshi: User
    guanli: User
    stranger: User
    member1: Member
    member2: Member

    def users(self) -> dict[str, User]:
        """The accounts by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def _person(place: Organization, username: str, name: str, post: str = "", at: Organization | None = None) -> User:
    member = build.member(place, name)
    if post:
        build.appoint(member, at or place, post)
    return build.account(member, username)


@pytest.fixture
def cast(db: Any) -> Cast:
    """One general branch of two branches, its people, the office, the administrator, and a stranger."""
    general = build.general_branch("教研室党总支")
    one, two = build.branch(general, "第一党支部"), build.branch(general, "第二党支部")
    elsewhere = build.branch(name="外单位党支部")
    ganshi = build.user("ganshi", "干事")
    build.appoint(ganshi, general, Post.OFFICE_STAFF)
    dangyuan1, dangyuan2 = _person(one, "dangyuan1", "党员甲"), _person(two, "dangyuan2", "党员乙")
    return Cast(
        general=general,
        one=one,
        two=two,
        zongzhi=_person(one, "zongzhi", "总支书记", Post.SECRETARY, at=general),
        shuji1=_person(one, "shuji1", "书记一", Post.SECRETARY),
        shuji2=_person(two, "shuji2", "书记二", Post.SECRETARY),
        dangyuan1=dangyuan1,
        dangyuan2=dangyuan2,
        ganshi=ganshi,
        guanli=build.user("guanli", "管理员", is_staff=True),
        stranger=_person(elsewhere, "stranger", "外单位党员"),
        member1=dangyuan1.member,
        member2=dangyuan2.member,
    )


@pytest.fixture
def counted_afresh(settings: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Failures are counted from none, within one minute that does not end, apart from the tests beside. Gives the keys' prefix."""
    prefix, moment = uuid4().hex, clock.wall()
    kept = dict(settings.CACHES["default"], KEY_PREFIX=prefix)
    if "OPTIONS" in kept:  # a server that is slow under load is not what is tried
        kept["OPTIONS"] = kept["OPTIONS"] | {"socket_timeout": 10, "socket_connect_timeout": 10}
    settings.CACHES = {"default": kept}
    monkeypatch.setattr(clock, "wall", lambda: moment)
    return prefix


@pytest.fixture
def racing(transactional_db: Any) -> Iterator[None]:
    """Real transactions on several connections. The log refuses to be emptied afterwards, so its lock is lifted for that moment."""
    yield
    lock = import_module("accounts.migrations.0002_log_append_only")
    with connection.schema_editor() as editor:
        lock.open_again(None, editor)
        editor.execute("DELETE FROM accounts_logentry")
        lock.shut(None, editor)
