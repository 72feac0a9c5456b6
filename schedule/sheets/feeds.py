"""A calendar as a file that calendar programs read: iCalendar, RFC 5545."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event, Timezone, TimezoneStandard, vDuration, vText

from schedule.agenda import Entry

ZONE = "Asia/Shanghai"
REFRESH = timedelta(hours=6)
AN_HOUR = timedelta(hours=1)


def written(name: str, entries: Iterable[Entry], on: date) -> bytes:
    """Write entries down as they stand on a day. The same entries on the same day give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//Chuangxian//Calendar//ZH")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", vText(name))
    calendar.add("x-wr-timezone", ZONE)
    calendar.add("name", vText(name))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(REFRESH).to_ical().decode())
    calendar.add_component(_zone())
    stamp = datetime.combine(on, time.min, ZoneInfo(ZONE)).astimezone(UTC)
    for entry in entries:
        calendar.add_component(_event(entry, stamp))
    return calendar.to_ical()


def _zone() -> Timezone:
    """China has had one time all year since 1992, long before anything that stands in our calendars."""
    zone, standard = Timezone(), TimezoneStandard()
    zone.add("tzid", ZONE)
    standard.add("dtstart", datetime(1992, 1, 1))
    standard.add("tzoffsetfrom", timedelta(hours=8))
    standard.add("tzoffsetto", timedelta(hours=8))
    standard.add("tzname", "CST")
    zone.add_component(standard)
    return zone


def _event(entry: Entry, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", stamp)
    event.add("summary", f"{entry.title}（{entry.note}）" if entry.note else entry.title)
    if entry.starts_at is not None:
        start = datetime.combine(entry.day, entry.starts_at, ZoneInfo(ZONE))
        event.add("dtstart", start)
        event.add("dtend", start + (entry.lasts or AN_HOUR))
    else:
        event.add("dtstart", entry.day)
        # the day after the last one, as the standard wants it
        event.add("dtend", entry.last_day + timedelta(days=1))
        # a day by which something is due keeps nobody busy
        event.add("transp", "TRANSPARENT")
    if entry.place:
        event.add("location", entry.place)
    if entry.text:
        event.add("description", entry.text)
    if entry.url:
        event.add("url", f"{settings.SITE_URL}{entry.url}")
    event.add("categories", [entry.label])
    return event
