"""What in this room raises action items: a pledge's item that was not fulfilled. Found by the schedule at start-up."""

from django.urls import reverse

from pledges.models import PledgeItem
from schedule.sources import Origin, register


def pledge_url(number: int) -> str:
    """Return the page of the pledge the item stands in, or nothing. One query."""
    pledge = PledgeItem.objects.filter(pk=number).values_list("pledge", flat=True).first()
    return reverse("pledges:pledge_detail", args=[pledge]) if pledge is not None else ""


ITEM = register(Origin("pledges.pledgeitem", pledge_url))
