import json
import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from chuangxian import environment, logs
from chuangxian.proxies import TrustedProxies


def seen_by_the_view(peer: str, **headers: str) -> HttpRequest:
    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    TrustedProxies(view)(RequestFactory().get("/", REMOTE_ADDR=peer, **headers))  # type: ignore[arg-type]
    return seen[0]


@pytest.fixture(autouse=True)
def trusted(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = environment.networks({"X": "127.0.0.1, 10.1.0.0/16"}, "X")
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize(
    ("peer", "chain", "caller"),
    [
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),  # the first one the caller wrote himself
        ("127.0.0.1", "203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, junk", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("", "2001:db8::7", "2001:db8::7"),  # a Unix socket
        ("203.0.113.5", "198.51.100.1", "203.0.113.5"),
    ],
)
def test_the_caller_is_the_last_address_our_proxies_saw(peer: str, chain: str, caller: str) -> None:
    assert seen_by_the_view(peer, HTTP_X_FORWARDED_FOR=chain).META["REMOTE_ADDR"] == caller


def test_https_is_believed_from_our_proxy_only() -> None:
    assert seen_by_the_view("127.0.0.1", HTTP_X_FORWARDED_PROTO="https").is_secure()
    assert not seen_by_the_view("203.0.113.5", HTTP_X_FORWARDED_PROTO="https").is_secure()


def test_without_named_proxies_nothing_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []
    for peer in ("127.0.0.1", ""):
        request = seen_by_the_view(peer, HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="203.0.113.9")
        assert not request.is_secure()
        assert request.META["REMOTE_ADDR"] == peer


def written(request: HttpRequest) -> tuple[dict[str, str], HttpResponse]:
    """One log line written inside a request, and the answer."""
    lines: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        record = logging.LogRecord("pledges", logging.WARNING, __file__, 1, "承诺 %s\n假的一行", ("甲",), None)
        logs.KnowsRequest().filter(record)
        lines.append(logs.JsonLines().format(record))
        return HttpResponse()

    answer = logs.RequestId(view)(request)
    assert "\n" not in lines[0]
    return json.loads(lines[0]), answer


def test_log_lines_are_one_object_each_and_carry_the_request_id() -> None:
    line, answer = written(RequestFactory().get("/"))
    assert line["message"] == "承诺 甲\n假的一行"
    assert line["request_id"] == answer["X-Request-ID"]
    assert logs.request_id.get() == ""


def test_an_id_from_the_proxy_is_kept_and_junk_is_not() -> None:
    given = "0123456789abcdef0123456789abcdef"
    assert written(RequestFactory().get("/", headers={"X-Request-ID": given}))[0]["request_id"] == given
    assert written(RequestFactory().get("/", headers={"X-Request-ID": "a b\n"}))[0]["request_id"] != "a b\n"
