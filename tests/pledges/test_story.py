"""One pledge from draft to Excel, through the pages, as four people."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from chuangxian import clock
from pledges.models import Pledge, PledgeCycle
from pledges.states import State
from tests.conftest import Cast
from tests.pledges import build
from tests.pledges.pages import item_rows


@pytest.fixture(autouse=True)
def on_that_day() -> Any:
    with clock.standing_on(build.SUBMITTED):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, pledge: Pledge, verb: str, note: str = "") -> Any:
    pledge.refresh_from_db()
    return client.post(
        reverse("pledges:pledge_act", args=[pledge.pk]),
        {"verb": verb, "version": pledge.version, "note": note},
        follow=True,
    )


def test_a_pledge_goes_from_draft_over_return_approval_and_wall_into_the_ledger(cast: Cast, cycle: PledgeCycle) -> None:
    member, secretary = signed_in(cast.dangyuan1), signed_in(cast.shuji1)

    response = member.post(reverse("pledges:pledge_start"), {"subject": f"{cycle.pk}-m{cast.member1.pk}"})
    pledge = Pledge.objects.get()
    edit = reverse("pledges:pledge_edit", args=[pledge.pk])
    assert response.url == edit  # type: ignore[attr-defined]

    typed = {"version": pledge.version, "slogan": "研究为本", "submit": "1"} | item_rows(
        {"content": "努力提高教学质量"}
    )
    response = member.post(edit, typed, follow=True)
    pledge.refresh_from_db()
    assert pledge.state == State.SUBMITTED

    pile = secretary.get(reverse("pledges:review_list"))
    assert "努力提高教学质量" in pile.content.decode() and "说的是态度" in pile.content.decode()
    act(secretary, pledge, "return", "请写明听评课多少节")
    pledge.refresh_from_db()
    assert pledge.state == State.RETURNED

    page = member.get(edit)
    assert "请写明听评课多少节" in page.content.decode()
    item = pledge.items.get()
    typed = {"version": pledge.version, "slogan": "研究为本", "submit": "1"}
    member.post(edit, typed | item_rows({"id": item.pk, "content": "听评课不少于40节"}, initial=1), follow=True)
    act(secretary, pledge, "approve", "同意")
    response = secretary.post(reverse("pledges:publish_list"), {"pledge": [pledge.pk]}, follow=True)
    assert "已公布 1 份" in response.content.decode()

    wall = Client().get(reverse("pledges:pledge_wall"))
    assert "党员甲" in wall.content.decode() and "听评课不少于40节" in wall.content.decode()
    assert "听评课不少于40节" in Client().get(reverse("pledges:wall_pledge", args=[pledge.pk])).content.decode()

    book = signed_in(cast.ganshi).get(reverse("pledges:pledge_export"))
    sheet = load_workbook(BytesIO(b"".join(book.streaming_content))).active  # type: ignore[attr-defined]
    assert "听评课不少于40节" in [cell.value for row in sheet for cell in row]
