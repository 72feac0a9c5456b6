"""What of commendation waits for a person: the dashboard's lines, each counted in his own scope."""

from datetime import date
from typing import Any

from django.db.models import Count, Min, Q, QuerySet

from awards.models import AwardRound, ModelPost, ModelStory, Nomination, Objection
from awards.queries.posts import DOORS
from awards.queries.rounds import NOT_HANDED_UP, UNDECIDED
from awards.scope.posts import grants_under
from awards.states import NominationState, PostState, RoundState
from branches.models import Organization
from branches.scope import Standing
from branches.states import LEADERS, Kind
from schedule.queries.waiting import Waiting

POSTS = "awards:post_list"


def waiting_lines(standing: Standing, on: date) -> list[Waiting]:
    """Return the lines with something in them, in the order of the work. Twelve queries at most, for a plain member two."""
    found = [
        *_to_nominate(standing, on),
        *_to_decide(standing, on),
        *_posts(standing, on),
        *_stories(standing, on),
    ]
    return [line for line in found if line.count]


def _to_nominate(standing: Standing, on: date) -> list[Waiting]:
    """Rounds in which a branch he leads has handed up nobody, and recommendations it has begun."""
    led = {seat.organization_id: seat.path for seat in standing.seats if seat.post in LEADERS}
    if not led:
        return []
    branches = set(Organization.objects.filter(pk__in=led, kind=Kind.BRANCH).values_list("pk", flat=True))
    taking = list(AwardRound.objects.visible_to(standing, on).taking(on).order_by("nominate_by"))
    handed_up = set(
        Nomination.objects.filter(round__in=[one.pk for one in taking], nominator__in=branches)
        .exclude(state__in=NOT_HANDED_UP)
        .order_by()
        .values_list("round", "nominator")
    )
    silent = [
        one
        for one in taking
        if any(path.startswith(one.path) and (one.pk, place) not in handed_up
               for place, path in led.items() if place in branches)
    ]  # fmt: skip
    drafts = Nomination.objects.made_at(standing, on).filter(state=NominationState.DRAFT).filter(
        round__in=[one.pk for one in taking]
    )  # fmt: skip
    first = min((one.nominate_by for one in silent), default=None)
    return [
        Waiting(
            "to_nominate", "等我支部推荐的评选", len(silent), "awards:round_list", "?state=announced", due_on=first
        ),
        _counted(
            "to_hand_up",
            "写了没有上报的推荐",
            drafts,
            "awards:nomination_list",
            "?state=draft",
            due="round__nominate_by",
        ),
    ]


def _to_decide(standing: Standing, on: date) -> list[Waiting]:
    """Recommendations he decides about, his own left out; objections to be answered; rounds whose day has come."""
    if not standing.seats:
        return []
    undecided = Nomination.objects.to_decide(standing, on).filter(
        state__in=UNDECIDED, round__state=RoundState.ANNOUNCED
    )
    objections = Objection.objects.visible_to(standing, on).unanswered()
    due = AwardRound.objects.run_by(standing, on).filter(state=RoundState.ANNOUNCED, commend_on__lte=on)
    kept = Nomination.objects.to_decide(standing, on).exclude(pending="").filter(round__state=RoundState.ANNOUNCED)
    return [
        _counted(
            "to_decide", "等我们审议的推荐", undecided, "awards:nomination_list", "?whose=decide&state=undecided",
            since="recommended_on", due="round__decide_by", on=on,
        ),
        _counted("to_announce", "审议过还没有宣布的推荐", kept, "awards:round_list", "?state=announced"),
        _counted("to_answer", "等答复的异议", objections, "awards:objection_list", "", since="received_on"),
        _counted("to_commend", "到了表彰日期的评选", due, "awards:round_list", "?state=announced", due="commend_on"),
    ]  # fmt: skip


def posts_to_decide(standing: Standing, on: date) -> list[Waiting]:
    """党员示范岗 to be reviewed, granted and looked at again by him, his own left out. Three queries, none for who decides nothing."""
    if not grants_under(standing):
        return []
    posts, asked = ModelPost.objects.all(), "?waiting=to_"
    labels = dict(DOORS)
    lines = [
        _counted("posts_to_review", labels["to_review"], posts.to_review(standing, on), POSTS, f"{asked}review",
                 since="applied_on"),
        _counted("posts_to_grant", labels["to_grant"], posts.to_grant(standing, on), POSTS, f"{asked}grant",
                 since="reviewed_on"),
        _counted("posts_to_assess", labels["to_assess"], posts.to_assess(standing, on), POSTS, f"{asked}assess",
                 due="assess_by", on=on),
    ]  # fmt: skip
    return [line for line in lines if line.count]


def _posts(standing: Standing, on: date) -> list[Waiting]:
    """Model posts he decides about, and how his own application stands."""
    lines = posts_to_decide(standing, on)
    if standing.member is not None:
        own = ModelPost.objects.filter(member=standing.member.pk, state__in=[PostState.APPLIED, PostState.REVIEWED])
        lines.append(_counted("own_post", "我的示范岗申请", own, POSTS, "?waiting=mine", since="applied_on"))
    return lines


def _stories(standing: Standing, on: date) -> list[Waiting]:
    """Stories about himself that he is asked to agree to."""
    if standing.member is None:
        return []
    asked = ModelStory.objects.to_agree(standing, on)
    return [
        _counted(
            "story_to_agree",
            "写我的事迹，等我答复是否公开",
            asked,
            "awards:story_list",
            "?waiting=to_agree",
            since="asked_on",
        )
    ]


def _counted(
    key: str,
    label: str,
    rows: "QuerySet[Any]",
    view: str,
    query: str,
    *,
    since: str = "",
    due: str = "",
    on: date | None = None,
) -> Waiting:
    """Return a line about these rows, with the day the first came and the day the first is due. One query."""
    asked: dict[str, Any] = {"count": Count("pk", distinct=True)}
    asked |= {"since": Min(since)} if since else {}
    asked |= {"due_on": Min(due)} if due else {}
    asked |= {"late": Count("pk", filter=Q(**{f"{due}__lt": on}), distinct=True)} if due and on is not None else {}
    return Waiting(key, label, view=view, query=query, **rows.order_by().aggregate(**asked))
