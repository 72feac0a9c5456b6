"""Which accounts, and how often somebody failed."""

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import FailedSignIn, User
from chuangxian import clock


def administrators() -> QuerySet[User]:
    """Return the administrators who can sign in."""
    return User.objects.filter(is_staff=True, is_active=True)


def accounts(*, words: str = "", state: str = "") -> QuerySet[User]:
    """Return accounts by part of the name and by ``state``: active, disabled, administrator, initial or nothing."""
    found = User.objects.all()
    if words:
        found = found.filter(Q(username__icontains=words) | Q(display_name__icontains=words))
    states = {
        "active": Q(is_active=True),
        "disabled": Q(is_active=False),
        "administrator": Q(is_staff=True),
        "initial": Q(is_active=True, must_change_password=True),
    }
    return found.filter(states[state]) if state in states else found


def failures_from(address: str) -> int:
    """Count the wrong passwords that came from an address within the last hour."""
    since = clock.wall() - settings.SIGN_IN_ADDRESS_WINDOW
    return FailedSignIn.objects.filter(address=address, at__gte=since).count()
