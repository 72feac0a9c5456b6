"""What waits for a person: one line each, with the day it is due, why, and the page where it is done."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import User
from branches.models import Organization, PostAssignment
from branches.scope import Standing
from branches.states import LEADERS, Post
from pledges.calendar import Stage
from pledges.models import Pledge, PledgeCycle, PledgeItem, Review
from pledges.queries.coverage import Board
from pledges.queries.waiting import waiting_lines
from pledges.states import WRITABLE, Decision, State, SubjectKind
from schedule.models import Digest, Mail, Notice, WebhookChannel, WebhookDelivery
from schedule.states.notices import RESENDABLE

SOON_DAYS = 14
ROWS_MOST = 8


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do. ``due_on`` None: no day is set. ``note`` is the reason or the reader's words."""

    label: str
    url: str
    action: str = "去办理"
    count: int = 0
    due_on: date | None = None
    note: str = ""
    unit: str = "份"


@dataclass(frozen=True, slots=True)
class OwnPledge:
    """A pledge the person answers for: why and when it was last returned, how many of his items are overdue or due soon, and when."""

    pledge: Pledge
    opinion: str
    returned_on: date | None
    overdue: int
    soon: int
    next_due: date | None
    last_due: date | None


def own_pledges(standing: Standing, cycle: PledgeCycle, on: date) -> list[OwnPledge]:
    """Return this cycle's pledges the person answers for: his own, those of organisations he leads, and those with an item that is his.

    One query.
    """
    led = led_by(standing)
    if standing.member is None and not led:
        return []
    mine = Q(subject_kind=SubjectKind.ORGANIZATION, organization_id__in=led)
    item_is_mine = Q()
    if standing.member is not None:
        mine |= Q(member_id=standing.member.pk)
        answered_for = PledgeItem.objects.filter(responsible_member=standing.member.pk).values("pledge")
        item_is_mine = Q(items__responsible_member=standing.member.pk) | mine
        either = mine | Q(pk__in=answered_for, published_on__lte=on)
    else:
        item_is_mine, either = mine, mine
    is_open = (
        Q(state=State.PUBLISHED) & item_is_mine & (Q(items__settled_on__isnull=True) | Q(items__settled_on__gt=on))
    )
    returned = Review.objects.filter(pledge=OuterRef("pk"), decision__in=[Decision.RETURN, Decision.RETURN_REPORT])
    pledges = Pledge.objects.filter(either, cycle=cycle).exclude(state__in=[State.LAPSED, State.SUPERSEDED])
    rows = (
        pledges.select_related("member", "organization", "cycle")
        .annotate(
            opinion=Subquery(returned.order_by("-pk").values("opinion")[:1]),
            returned_on=Subquery(returned.order_by("-pk").values("on")[:1]),
            overdue=Count("items", filter=is_open & Q(items__due_on__lt=on)),
            soon=Count("items", filter=is_open & Q(items__due_on__range=(on, on + timedelta(days=SOON_DAYS)))),
            next_due=Min("items__due_on", filter=is_open & Q(items__due_on__gte=on)),
            last_due=Min("items__due_on", filter=is_open & Q(items__due_on__lt=on)),
        )
        .order_by("subject_kind", "path", "-edition")
    )
    return [
        OwnPledge(row, row.opinion or "", row.returned_on, row.overdue, row.soon, row.next_due, row.last_due)
        for row in rows
    ]


def led_by(standing: Standing) -> list[int]:
    """Return the organisations he leads himself, not those below them."""
    return [seat.organization_id for seat in standing.seats if seat.post in LEADERS]


def pledge_tasks(
    standing: Standing, cycle: PledgeCycle, own: list[OwnPledge], board: Board | None, on: date
) -> list[Task]:
    """Return what is to be done about pledges: one's own first, then what others wait for. One query."""
    tasks = [*_to_begin(standing, cycle, own, board, on), *_own(standing, own)]
    written = sum(one.pledge.state in WRITABLE for one in own)
    due = {
        "to_review": cycle.review_by,
        "to_publish": cycle.publish_by,
        "to_appraise": cycle.appraise_by,
        "to_report": cycle.appraise_by,
    }
    for line in waiting_lines(standing, on):
        count = line.count - written if line.key == "to_write" else line.count
        if count > 0:
            label = "代为登记、还没有写完的承诺" if line.key == "to_write" else line.label
            day, note = due.get(line.key), ""
            if day is not None and line.since is not None and line.since > day:
                # nobody is late with what came after the day was over
                day, note = None, f"期限过后才转来的，最早的一份是 {line.since.month} 月 {line.since.day} 日。"
            tasks.append(Task(label, reverse(line.view) + line.query, count=count, due_on=day, note=note))
    if board is not None and cycle.stage(on) in (Stage.WRITING, Stage.REVIEWING, Stage.PUBLISHING, Stage.FULFILLING):
        led = set(led_by(standing))  # what one leads oneself stands above, as one's own to begin
        missing = [m for m in board.missing if not (isinstance(m.subject, Organization) and m.subject.pk in led)]
        if missing:
            url = reverse("pledges:pledge_coverage")
            tasks.append(
                Task("还没有提交承诺的党员和党组织", url, "查看名单", len(missing), cycle.submit_by, unit="个")
            )
    return tasks


def _to_begin(
    standing: Standing, cycle: PledgeCycle, own: list[OwnPledge], board: Board | None, on: date
) -> list[Task]:
    if cycle.is_closed or cycle.stage(on) in (Stage.AHEAD, Stage.OVER):
        return []
    url = reverse("pledges:pledge_start")
    tasks = []
    member = standing.member
    if member is not None and standing.home_path.startswith(cycle.path):
        voluntary = member.member_type in settings.PLEDGE_OPTIONAL_MEMBER_TYPES
        if not voluntary and not any(one.pledge.member_id == member.pk for one in own):
            tasks.append(Task(f"写我的 {cycle.year} 年承诺书", url, "开始写", due_on=cycle.submit_by))
    begun = {one.pledge.organization_id for one in own if one.pledge.member_id is None}
    for line in board.lines if board is not None else []:
        if line.organization.pk in set(led_by(standing)) - begun:
            label = f"写{line.organization}的 {cycle.year} 年承诺书"
            tasks.append(Task(label, url, "开始写", due_on=cycle.submit_by))
    return tasks


def _own(standing: Standing, own: list[OwnPledge]) -> list[Task]:
    tasks = []
    for one in own:
        pledge = one.pledge
        mine = standing.member is not None and pledge.member_id == standing.member.pk
        name = "我的承诺书" if mine else f"{pledge.subject}的承诺书"
        url = reverse("pledges:pledge_detail", args=[pledge.pk])
        due: date | None = pledge.cycle.submit_by
        late = one.returned_on is not None and one.returned_on > pledge.cycle.submit_by
        if pledge.supersedes_id is not None or (pledge.state == State.RETURNED and late):
            due = None  # what was begun or given back after the day set for everybody has no such day
        if pledge.state == State.RETURNED:
            tasks.append(Task(f"{name}被退回，请修改后再交", url, "去修改", due_on=due, note=one.opinion))
        elif pledge.state == State.DRAFT:
            tasks.append(Task(f"{name}还没有提交", url, "接着写", due_on=due))
        if one.overdue:
            label = f"{name}：已过完成时限、还没有说明的事项"
            tasks.append(Task(label, url, "去说明", one.overdue, one.last_due, unit="项"))
        if one.soon:
            label = f"{name}：{SOON_DAYS} 天内到期的事项"
            tasks.append(Task(label, url, "记录践诺", one.soon, one.next_due, unit="项"))
    return tasks


def roster_tasks(standing: Standing, on: date) -> list[Task]:
    """Return the branches without a secretary, for whoever keeps the roster of a unit. One query."""
    kept = [seat.path for seat in standing.seats if seat.post == Post.OFFICE_STAFF or seat.path == seat.unit_path]
    if not kept:
        return []
    secretaries = PostAssignment.objects.own().filter(post=Post.SECRETARY).current(on)
    bare = Organization.objects.within(*kept).pledging().existing(on).exclude(posts__in=secretaries)
    return [
        Task(
            f"{organization}没有书记",
            organization.get_absolute_url(),
            "去任命",
            note="没有书记，承诺就没有人审、没有人公布。",
        )
        for organization in bare.order_by("path")[:ROWS_MOST]
    ]


def mail_tasks(standing: Standing, on: date) -> list[Task]:
    """Return the mails and group messages that could not be sent, for the office. Three queries."""
    if not standing.is_office:
        return []
    visible = Notice.objects.visible_to(standing, on)
    failed = Mail.objects.filter(state__in=RESENDABLE, notice__in=visible.values("pk")).count()
    failed += Digest.objects.filter(state__in=RESENDABLE, pk__in=visible.values("digest")).count()
    channels = WebhookChannel.objects.visible_to(standing, on)
    unheard = WebhookDelivery.objects.filter(state__in=RESENDABLE, channel__in=channels.values("pk")).count()
    tasks = [
        Task("没有发出去的提醒邮件", reverse("schedule:notice_ledger"), "查看", failed, unit="封"),
        Task("没有发到群里的消息", reverse("schedule:delivery_list"), "查看", unheard, unit="条"),
    ]
    return [task for task in tasks if task.count]


def administrator_tasks(wall: datetime) -> list[Task]:
    """Return what waits for the keeper of accounts. One query."""
    initial = User.objects.filter(is_active=True, must_change_password=True)
    counts = initial.aggregate(all=Count("pk"), expired=Count("pk", filter=Q(password_expires_at__lt=wall)))
    url = reverse("accounts:account_list") + "?state=initial"
    tasks = [
        Task("初始密码已过期、本人还没有登录的账号", url, "重新发放", counts["expired"], unit="个"),
        Task("发了初始密码、本人还没有修改的账号", url, "查看", counts["all"] - counts["expired"], unit="个"),
    ]
    return [task for task in tasks if task.count]
