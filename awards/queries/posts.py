"""Model posts: what is fetched with them, whose they may become, and when they are looked at again."""

from datetime import date

from django.db.models import Prefetch, QuerySet

from accounts.models import LogEntry
from awards.models import ModelPost, PostAssessment
from awards.scope.posts import ModelPostQuerySet, applies_at
from awards.states import POST_FINALS
from branches.models import Member, Membership, Organization
from branches.scope import Standing, within
from branches.states import Kind

DOORS = (
    ("to_review", "等支部评议的示范岗申请"),
    ("to_grant", "等审定授牌的示范岗"),
    ("to_assess", "已到复评日期的示范岗"),
)


def year_after(day: date) -> date:
    """Return the same day a year on; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def for_work(posts: ModelPostQuerySet) -> ModelPostQuerySet:
    """Fetch with everything rules and letters ask for: one query."""
    return posts.select_related("organization", "member", "by")


def with_assessments(posts: ModelPostQuerySet) -> ModelPostQuerySet:
    """Fetch with their assessments, the latest first: two queries."""
    latest = PostAssessment.objects.select_related("by").order_by("-held_on", "-pk")
    return for_work(posts).prefetch_related(Prefetch("assessments", latest))


def history_of(post: ModelPost) -> list[LogEntry]:
    """Return who did what to a post, newest first. One query."""
    return list(LogEntry.objects.of(post).order_by("-pk"))


def latest_of(standing: Standing) -> ModelPost | None:
    """Return the person's own latest application. One query."""
    if standing.member is None:
        return None
    found: ModelPost | None = ModelPost.objects.filter(member=standing.member.pk).order_by("-applied_on", "-pk").first()
    return found


def live_of(member: Member) -> ModelPost | None:
    """Return the post a member applies for or holds; he has one at a time. One query."""
    found: ModelPost | None = ModelPost.objects.filter(member=member).exclude(state__in=POST_FINALS).first()
    return found


def places_with_plates(on: date) -> "QuerySet[Organization]":
    """Return the branches in which a plate hangs that everybody may read of."""
    shown = ModelPost.objects.public(on).order_by()
    found: QuerySet[Organization] = Organization.objects.filter(pk__in=shown.values("organization")).order_by("path")
    return found


def branch_of(member: Member, on: date) -> Organization | None:
    """Return the branch a member belongs to on that day, his group's branch if he is in a group. One query."""
    row = Membership.objects.filter(member=member).current(on).select_related("organization__parent").first()
    if row is None:
        return None
    place: Organization = row.organization
    return place.parent if place.kind == Kind.GROUP else place


def belongs_still(post: ModelPost, on: date) -> bool:
    """Answer whether its member still belongs to the branch he applied in. One query."""
    members: QuerySet[Member] = Member.objects.belonging(on, post.path)
    return members.filter(pk=post.member_id).exists()


def applicants_for(standing: Standing, on: date) -> "QuerySet[Member]":
    """Return for whom the person may fill an application in: himself, and the members of branches he leads."""
    own = [standing.member.pk] if standing.member is not None and standing.home_id is not None else []
    branches = Organization.objects.filter(pk__in=applies_at(standing), kind=Kind.BRANCH).values_list("path", flat=True)
    theirs = Membership.objects.filter(within("path", list(branches))).current(on).values("member_id")
    found: QuerySet[Member] = Member.objects.filter(pk__in=own) | Member.objects.filter(pk__in=theirs)
    return found.order_by("sort_key", "pk")


def faults_of_assessment(
    post: ModelPost, *, held_on: date, kept: bool, assess_by: date | None, on: date
) -> dict[str, str]:
    """Return what is wrong with an assessment, a sentence for each field of the form; nothing when it is right. One query."""
    last = post.assessments.order_by("-held_on").values_list("held_on", flat=True).first()
    since = max(day for day in (last, post.granted_on) if day is not None)
    wrong = {}
    if held_on > on:
        wrong["held_on"] = "复评在开过以后登记，日期不能晚于今天。"
    elif held_on < since:
        wrong["held_on"] = f"授牌或者上一次复评是 {since:%Y-%m-%d}，这一次不能更早。"
    most = year_after(held_on)
    if kept and assess_by is not None and not held_on < assess_by <= most:
        wrong["assess_by"] = f"下一次复评要在这次之后、一年之内（到 {most:%Y-%m-%d} 为止）。"
    return wrong
