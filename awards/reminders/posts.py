"""Letters and reminders of model posts: an application waits, a plate is to be looked at again, what was decided."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from awards.models import ModelPost
from awards.queries import post_people as people
from awards.queries.posts import for_work
from awards.states import HELD, PostState
from schedule.letters import Letter, read_with
from schedule.letters import register as register_letter
from schedule.queries.leads import as_the_office_set
from schedule.reminding import Due, Reminder, in_batches
from schedule.reminding import register as register_reminder


def post_url(post: ModelPost) -> str:
    """Return the post's own page."""
    return post.get_absolute_url()


def assess_url(post: ModelPost) -> str:
    """Return where it is looked at again."""
    return reverse("awards:post_assess", args=[post.pk])


register_letter(Letter("post_applied", "有人申请示范岗", post_url, people.asked(people.reviewers)))
register_letter(Letter("post_reviewed", "示范岗等审定授牌", post_url, people.asked(people.granters)))
for kind, label in [
    ("post_granted", "示范岗已授牌"),
    ("post_returned", "示范岗申请被退回补充"),
    ("post_refused", "示范岗申请没有通过"),
    ("post_kept", "示范岗复评合格"),
    ("post_revoked", "示范岗已撤牌"),
]:
    register_letter(Letter(kind, label, post_url, people.asked(people.concerned)))
read_with(ModelPost, for_work)

register_letter(Letter("post_waits", "示范岗申请在等办理", post_url))
register_letter(Letter("post_assess_due", "示范岗该复评了", assess_url))


def came_on(post: ModelPost) -> date:
    """Return since when it has waited where it is."""
    return post.reviewed_on or post.applied_on


def posts_waiting(on: date, until: date) -> Iterator[Due]:
    """Applications nobody has reviewed, and reviewed ones nobody has granted; the day they came counts."""
    since = Q(state=PostState.APPLIED, applied_on__lte=until) | Q(state=PostState.REVIEWED, reviewed_on__lte=until)
    for batch in in_batches(for_work(ModelPost.objects.filter(since)).order_by("pk")):
        known = people.around(batch, on)
        for post in batch:
            who = people.reviewers if post.state == PostState.APPLIED else people.granters
            yield Due(post, who(post, known), came_on(post), came_on(post))


def is_waiting(post: ModelPost, on: date) -> bool:
    """Answer whether it still waits for somebody."""
    return post.state in (PostState.APPLIED, PostState.REVIEWED)


def plates_to_assess(on: date, until: date) -> Iterator[Due]:
    """Plates whose next assessment comes near or has passed; the unit is told, who bears the plate is not."""
    plates = ModelPost.objects.held().filter(assess_by__lte=until)
    for batch in in_batches(for_work(plates).order_by("pk")):
        known = people.around(batch, on)
        for post in batch:
            assert post.assess_by is not None and post.granted_on is not None  # a plate that hangs has both
            yield Due(post, people.granters(post, known), post.assess_by, post.granted_on)


def is_to_assess(post: ModelPost, on: date) -> bool:
    """Answer whether its plate still hangs and its day is still near: looked at meanwhile, the next one is months away. One query."""
    if post.state not in HELD or post.assess_by is None:
        return False
    (as_set,) = as_the_office_set([ASSESS])
    return post.assess_by <= as_set.until(on)


BEFORE = settings.REMINDER_LEAD_DAYS
AGAIN: dict[str, int] = {"overdue_every": settings.OVERDUE_EVERY_DAYS, "overdue_most": settings.OVERDUE_REMINDERS_MOST}
WAITED = tuple(-days for days in settings.REVIEW_WAITING_DAYS)

register_reminder(Reminder("post_waits", "示范岗申请等待办理", "post_waits", WAITED, posts_waiting, is_waiting))
ASSESS = register_reminder(
    Reminder("post_assess_due", "示范岗复评到期", "post_assess_due", BEFORE, plates_to_assess, is_to_assess, **AGAIN)
)
