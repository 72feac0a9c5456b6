import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django.fixtures import Settings

from chuangxian import clock, sessions
from tests import build

pytestmark = pytest.mark.django_db
HOURS = 3600


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(build.user("dangyuan"))
    client.get("/healthz/live")
    return client


def move_back(client: Client, key: str, seconds: int) -> None:
    session = client.session
    session[key] = int(clock.wall().timestamp()) - seconds
    session.save()


def signed_in(client: Client) -> bool:
    client.get("/healthz/live")
    return "_auth_user_id" in client.session


def test_signed_in_while_pages_are_asked_for(client: Client) -> None:
    move_back(client, sessions.SEEN, 2 * HOURS - 60)
    assert signed_in(client)
    assert clock.wall().timestamp() - client.session[sessions.SEEN] < 60


def test_signed_out_after_two_idle_hours(client: Client) -> None:
    move_back(client, sessions.SEEN, 2 * HOURS + 60)
    assert not signed_in(client)


def test_signed_out_after_twelve_hours_in_any_case(client: Client) -> None:
    move_back(client, sessions.BEGAN, 12 * HOURS + 60)
    assert not signed_in(client)


def test_a_second_page_within_five_minutes_writes_nothing(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(2):  # the session and the person
        client.get("/healthz/live")


def test_strangers_get_no_session(settings: Settings) -> None:
    Client().get("/healthz/live")
    assert Session.objects.count() == 0
