"""May I make or take back a calendar feed? One's own everybody; an organisation's its committee and the office above it."""

from datetime import date

from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, stranger
from schedule.models import CalendarFeed


def may_make_feed(organization: Organization | None, by: Viewer, on: date) -> Verdict:
    """Make a feed: without an organisation one's own."""
    if organization is None or standing_of(by, on).may_read(organization.path):
        return YES
    return stranger("党组织的日历订阅由本组织的委员会和创先争优办公室建立。")


def may_revoke_feed(feed: CalendarFeed, by: Viewer, on: date) -> Verdict:
    """Take a feed back: whose it is."""
    me = standing_of(by, on)
    mine = feed.organization_id is None and me.user.pk is not None and feed.user_id == me.user.pk
    if mine or (feed.organization_id is not None and me.may_read(feed.path)):
        return YES
    return stranger("日历订阅由本人收回，党组织的由本组织的委员会和创先争优办公室收回。")
