"""Who must know that a month or a quarter ends without a meeting of 三会一课: the leaders of the branch."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.urls import reverse

from branches.models import Organization
from branches.queries import holding, posts_at
from branches.states import LEADERS
from schedule.letters import Letter
from schedule.letters import register as register_letter
from schedule.queries.leads import as_the_office_set
from schedule.queries.meetings import ends_around, lacking_at
from schedule.reminding import Due, Reminder
from schedule.reminding import register as register_reminder

# five days before the month ends there is still time to meet, three days after it to write down what was held
LEADS = (5, -3)


def rhythm_url(branch: Organization) -> str:
    """Return where it stands what is missing."""
    return reverse("schedule:meeting_rhythm")


def branches_lacking(on: date, until: date) -> Iterator[Due]:
    """Yield the branches for which something is missing in the month or quarter just over and in the one under way."""
    for end in ends_around(on):
        if end > until:
            continue
        branches = lacking_at(end)
        posts = posts_at([branch.pk for branch in branches], on)
        for branch in branches:
            yield Due(branch, holding(posts, branch.pk, LEADERS), end)


def lacks_still(branch: Organization, on: date) -> bool:
    """Answer whether anything is still missing, of the month about to end or just over."""
    [kind] = as_the_office_set([MISSING])  # it may be told earlier than the program says
    near = [end for end in ends_around(on) if end + timedelta(days=kind.offsets()[0]) <= on]
    return any(lacking_at(end, branch.pk) for end in near)


register_letter(Letter("meeting_missing", "三会一课还没有召开或记录", rhythm_url, group=True))
MISSING = register_reminder(
    Reminder("meeting_missing", "三会一课缺记录", "meeting_missing", LEADS, branches_lacking, lacks_still)
)
