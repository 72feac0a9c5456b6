"""A form that was not taken: whoever posted it finds his words, nobody else puts words on the page."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast

WORDS = "写了整整一个晚上的学习体会"


@pytest.fixture
def posting(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.dangyuan1)
    return client


def test_where_nothing_is_found_any_more_the_words_are_shown_and_no_reason(posting: Client) -> None:
    response = posting.post(reverse("schedule:item_plan", args=[987654]), {"measure": WORDS})
    text = response.content.decode()
    assert response.status_code == 404 and WORDS in text and "没有丢失" in text


def test_a_refusal_names_its_reason_and_shows_the_words_once(posting: Client) -> None:
    response = posting.post(reverse("schedule:meeting_add"), {"minutes": WORDS, "title": WORDS, "place": "会议室"})
    text = response.content.decode()
    assert response.status_code == 403 and "会议由本组织的委员会" in text and text.count(WORDS) == 1


def test_short_answers_dates_and_passwords_are_not_repeated(posting: Client) -> None:
    typed = {"title": "短", "held_on": "2011-06-20 2011-06-21", "password": "chang-zhou-mi-ma-2011"}
    text = posting.post(reverse("schedule:meeting_add"), typed).content.decode()
    assert "没有丢失" not in text and not any(value in text for value in typed.values() if len(value) > 1)


def test_reading_a_page_shows_nothing_of_what_an_address_carries(posting: Client) -> None:
    assert WORDS not in posting.get(reverse("schedule:meeting_add"), {"minutes": WORDS}).content.decode()


def test_words_another_site_has_posted_are_not_shown(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.dangyuan1)
    for url in (reverse("schedule:meeting_add"), "/there-is-no-such-page/"):
        response = client.post(url, {"minutes": WORDS}, headers={"Sec-Fetch-Site": "cross-site"})
        assert response.status_code in (403, 404) and WORDS not in response.content.decode()
