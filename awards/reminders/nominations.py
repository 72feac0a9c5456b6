"""Letters of nominations."""

from django.urls import reverse

from awards.models import Nomination
from awards.queries import nomination_people as people
from awards.queries.nominations import for_work
from schedule.letters import Letter, read_with, register


def nomination_url(nomination: Nomination) -> str:
    """Return the nomination's own page."""
    return reverse("awards:nomination_detail", args=[nomination.pk])


def edit_url(nomination: Nomination) -> str:
    """Return where it is completed."""
    return reverse("awards:nomination_edit", args=[nomination.pk])


register(Letter("nomination_recommended", "收到推荐", nomination_url, people.deciders))
register(Letter("nomination_returned", "推荐被退回补充", edit_url, people.nominators))
register(Letter("nomination_objected", "推荐人选有异议", nomination_url, people.everybody_at_work))
register(Letter("nomination_commended", "受到表彰", nomination_url, people.told_of_commendation))
register(Letter("nomination_rejected", "推荐未通过", nomination_url, people.nominators))
register(Letter("nomination_withdrawn", "推荐已撤回", nomination_url, people.told_of_withdrawal))
read_with(Nomination, for_work)
