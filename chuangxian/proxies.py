"""Who is really calling: what a proxy of ours says counts, what anybody else writes into the same headers does not."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_REQUEST_ID")
SOCKET = ""  # the address gunicorn gives for a caller on a Unix socket


class TrustedProxies:
    """Set REMOTE_ADDR to the caller in front of our proxies; drop forwarded headers that no proxy of ours has set."""

    def __init__(self, respond: Callable[[HttpRequest], HttpResponse]) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        peer = request.META.get("REMOTE_ADDR", SOCKET)
        if is_trusted(peer):
            request.META["REMOTE_ADDR"] = caller(request.META.get("HTTP_X_FORWARDED_FOR", ""), peer)
        else:
            for name in FORWARDED:
                request.META.pop(name, None)
        return self.respond(request)


def caller(forwarded_for: str, peer: str) -> str:
    """The last address in the chain that is not one of our proxies; `peer` when the chain says nothing usable."""
    for word in reversed(forwarded_for.split(",")):
        try:
            address = str(ip_address(word.strip()))
        except ValueError:
            return peer
        if not is_trusted(address):
            return address
        peer = address
    return peer


def is_trusted(address: str) -> bool:
    """Is this one of TRUSTED_PROXIES? A Unix socket is as soon as any proxy is named: only local processes reach it."""
    if address == SOCKET:
        return bool(settings.TRUSTED_PROXIES)
    try:
        return any(ip_address(address) in network for network in settings.TRUSTED_PROXIES)
    except ValueError:
        return False
