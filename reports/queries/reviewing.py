"""What waits for a person in self-reviews, comments and rectification: one line each, a fixed number of queries."""

from datetime import date

from django.conf import settings
from django.urls import reverse

from branches.scope import Standing
from reports.queries.waiting import Task, led_by
from reviews.models import CommentRound, LeaderComment, SelfReview
from reviews.queries.comment_pile import pile_of
from reviews.states import ReviewState
from schedule.queries.items import waiting_lines

ACTIONS = {"to_do": "去整改", "to_verify": "去验收"}


def running_round(standing: Standing, on: date) -> CommentRound | None:
    """Return the round of the person's own unit that runs on that day. One query."""
    rounds = CommentRound.objects.visible_to(standing, on).running(on)
    running: CommentRound | None = rounds.select_related("organization", "semester").first()
    return running


def review_tasks(standing: Standing, on: date) -> list[Task]:
    """Return what is to be done about self-reviews, comments and action items. Thirteen queries at most."""
    round_ = running_round(standing, on)
    tasks = [*_own_reviews(standing, round_, on), *_others_reviews(standing, on)]
    return [*tasks, *_comments(standing, round_, on), *_items(standing, on)]


def _own_reviews(standing: Standing, round_: CommentRound | None, on: date) -> list[Task]:
    """One's own self-review, and those of the organisations one leads."""
    tasks = []
    reviews = SelfReview.objects.all()
    for review in reviews.to_write(standing, on).select_related("member", "organization", "round__semester"):
        mine = standing.member is not None and review.member_id == standing.member.pk
        name = "我的对照检查" if mine else f"{review.subject}的对照检查"
        returned = review.state == ReviewState.RETURNED
        label = f"{name}被退回，请修改后再交" if returned else f"{name}还没有提交"
        url = reverse("reviews:self_review_detail", args=[review.pk])
        tasks.append(Task(label, url, "去修改" if returned else "接着写", due_on=review.round.self_review_by))
    if round_ is None:
        return tasks
    begun = set(
        reviews.filter(round=round_).exclude(state=ReviewState.LAPSED).values_list("member_id", "organization_id")
    )
    url, due = reverse("reviews:self_review_start"), round_.self_review_by
    member = standing.member
    if member is not None and standing.home_path.startswith(round_.path):
        optional = member.member_type in settings.REVIEW_OPTIONAL_MEMBER_TYPES
        if not optional and all(pk != member.pk for pk, _ in begun):
            tasks.append(Task("写我的对照检查", url, "开始写", due_on=due))
    led = [seat.organization_id for seat in standing.seats if seat.path.startswith(round_.path)]
    if any(place in led_by(standing) and (None, place) not in begun for place in led):
        tasks.append(Task("写本组织的对照检查", url, "开始写", due_on=due))
    return tasks


def _others_reviews(standing: Standing, on: date) -> list[Task]:
    count = SelfReview.objects.to_review(standing, on).count()
    return [Task("等我审阅的对照检查", reverse("reviews:review_pile"), "去审阅", count)] if count else []


def _comments(standing: Standing, round_: CommentRound | None, on: date) -> list[Task]:
    tasks = []
    waiting = LeaderComment.objects.to_acknowledge(standing, on).select_related("round__semester")
    for comment in waiting[:3]:
        url = reverse("reviews:comment_detail", args=[comment.pk])
        tasks.append(Task(f"{comment.commentator_name}对{comment.subject}的点评，请签收", url, "去看"))
    if round_ is not None and standing.seats:
        mine = pile_of(round_, standing.member, on).left if standing.member is not None else []
        if mine:
            url = reverse("reviews:comment_pile", args=[round_.pk])
            tasks.append(Task("等我点评的党组织和党员", url, "去点评", len(mine), round_.closes_on, unit="个"))
    count = LeaderComment.objects.to_close(standing, on).count()
    if count:
        tasks.append(
            Task("问题已整改、等我办结的点评", f"{reverse('reviews:comment_list')}?waiting=to_close", count=count)
        )
    return tasks


def _items(standing: Standing, on: date) -> list[Task]:
    tasks = []
    for line in waiting_lines(standing, on):
        late = f"（{line.late} 项已过时限）" if line.late else ""
        url = reverse(line.view) + line.query
        tasks.append(Task(line.label + late, url, ACTIONS[line.key], line.count, line.due_on, unit="项"))
    return tasks
