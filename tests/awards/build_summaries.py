"""Builders of summaries: each makes one real thing through the product's own actions."""

from datetime import date
from typing import Any

from accounts.models import User
from awards.actions import summaries as actions
from awards.models import Summary, SummarySection
from awards.queries import summaries as queries
from awards.queries.gathering import Asked, Draft, gather
from branches.models import Organization
from branches.scope import standing_of
from tests.pledges.build import campaign

ON = date(2011, 6, 20)
FIRST, LAST = date(2010, 7, 21), date(2011, 6, 30)
AHEAD = "一是健全长效机制。二是抓好整改落实。"


def asked(organization: Organization, by: User, on: date = ON, **fields: Any) -> Asked:
    """What is summed up, the first year of the campaign unless said otherwise."""
    days: dict[str, Any] = {"first": FIRST, "last": LAST} | fields
    return Asked(organization, campaign(), viewer=standing_of(by, on), on=on, **days)


def drafts(organization: Organization, by: User, on: date = ON, **fields: Any) -> dict[str, Draft]:
    """The sections the records give, by key."""
    return {one.key: one for one in gather(asked(organization, by, on, **fields))}


def summary(organization: Organization, by: User, on: date = ON, **fields: Any) -> Summary:
    """A summary just begun."""
    given: dict[str, Any] = {"title": "第一党支部创先争优活动工作总结", "first": FIRST, "last": LAST} | fields
    made = actions.begin(organization=organization, campaign=campaign(), by=by, on=on, **given)
    return again(made)


def written(made: Summary, by: User, on: date = ON, **texts: str) -> Summary:
    """With these texts saved."""
    actions.save_text(summary=made, title=made.title, texts=texts, version=made.version, by=by, on=on)
    return again(made)


def final(organization: Organization, by: User, on: date = ON) -> Summary:
    """A summary that stands, its last section written."""
    made = written(summary(organization, by, on), by, on, ahead=AHEAD)
    actions.act(summary=made, verb="finalise", version=made.version, by=by, on=on)
    return again(made)


def again(made: Summary) -> Summary:
    """The summary as it stands in the database, fetched as the views fetch it."""
    found: Summary = queries.for_work(Summary.objects.all()).get(pk=made.pk)
    return found


def section(made: Summary, key: str) -> SummarySection:
    """One of its sections, as it stands in the database."""
    return SummarySection.objects.get(summary=made, key=key)


def typed(made: Summary, **fields: str) -> dict[str, str]:
    """What the form posts: everything as it stands, but for these; a section's text under ``text_<key>``."""
    data = {"version": f"{made.version}", "title": made.title}
    data |= {f"text-{one.key}": one.text for one in made.sections.all()}
    return data | {name.replace("text_", "text-"): value for name, value in fields.items()}
