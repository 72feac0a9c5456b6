"""`manage.py found_unit`: how an empty site gets its first organisation and the person who keeps it."""

import re
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from branches.models import Member, Organization
from branches.scope import standing_of
from chuangxian import clock

pytestmark = pytest.mark.django_db
DAY = date(2010, 7, 20)
CLEAN = Path(__file__).resolve().parent.parent / "data" / "roster-clean.xlsx"


@pytest.fixture(autouse=True)
def standing_in_summer() -> Any:
    with clock.standing_on(DAY):
        yield


def found(name: str = "常州市教育教研室党总支", office: str = "ganshi") -> str:
    out = StringIO()
    told = {"under": "常州市教育局党工委", "office": office, "office_name": "秦岚", "short_name": "教研室党总支"}
    call_command("found_unit", name, stdout=out, **told)
    return out.getvalue()


def test_an_empty_site_becomes_one_that_can_take_its_roster_in(client: Client) -> None:
    told = found()
    unit = Organization.objects.get(name="常州市教育教研室党总支")
    assert str(unit.parent) == "常州市教育局党工委"
    office = User.objects.get(username="ganshi")
    assert standing_of(office, DAY).manages(unit.path)
    password = re.search(r"初始密码：(\S+)", told)
    assert password
    assert office.check_password(password[1])
    assert office.must_change_password
    call_command("import_roster", str(CLEAN), organization=unit.name, stdout=StringIO())
    assert Member.objects.count() > 50
    office.must_change_password = False
    office.save()
    client.force_login(office)
    assert client.get(reverse("branches:organization_detail", args=[unit.pk])).status_code == 200


def test_a_second_unit_stands_under_the_same_committee() -> None:
    found()
    found(name="常州市教育技术中心党总支", office="ganshi2")
    assert [str(one.parent) for one in Organization.objects.filter(kind="general_branch")] == ["常州市教育局党工委"] * 2


def test_a_taken_user_name_founds_nothing() -> None:
    found()
    with pytest.raises(CommandError, match="用户名"):
        found(name="另一个党总支")
    assert not Organization.objects.filter(name="另一个党总支").exists()


def test_a_taken_name_opens_no_account() -> None:
    found()
    with pytest.raises(CommandError):
        found(office="ganshi2")
    assert not User.objects.filter(username="ganshi2").exists()
