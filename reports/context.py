"""What every page shows around its content: navigation, the day, notices, banners."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from branches.scope import Standing
from chuangxian import clock
from reports import rules
from reports.demo.cast import ACCOUNTS, PASSWORD
from reports.papers import papers_of_view
from reports.queries.templates import in_force_for, is_any_in_force
from schedule.queries.notices import clock_stopped, unread_count


@dataclass(frozen=True)
class Entry:
    """One room of the navigation: its label, its address, whom it concerns, and which pages it stands for."""

    label: str
    view: str
    shown: Callable[[Standing], object]
    pages: tuple[str, ...]


def _party(standing: Standing) -> bool:
    return standing.member is not None or bool(standing.seats)


def _leader(standing: Standing) -> bool:
    return bool(standing.reading_paths())


def _everybody(standing: Standing) -> bool:
    return True


@dataclass(frozen=True)
class Group:
    """Rooms that belong together, under one word; with a single room the group is that room."""

    label: str
    entries: tuple[Entry, ...]


NAV = (
    Group("工作台", (Entry("工作台", "reports:dashboard", _everybody, ("reports:dashboard",)),)),
    Group(
        "承诺",
        (
            Entry("承诺", "pledges:pledge_list", _party, ("pledges:",)),
            Entry("承诺墙", "pledges:pledge_wall", _everybody, ("pledges:pledge_wall", "pledges:wall_pledge")),
        ),
    ),
    Group(
        "点评与评议",
        (
            Entry("对照检查", "reviews:self_review_list", _party, ("reviews:self_review_", "reviews:review_")),
            Entry("点评", "reviews:comment_list", _party, ("reviews:comment", "reviews:round_", "reviews:standing_")),
            Entry(
                "评议",
                "reviews:evaluation_list",
                _party,
                (
                    "reviews:evaluation_",
                    "reviews:batch_",
                    "reviews:draw_",
                    "reviews:paper_",
                    "reviews:result_",
                    "reviews:closing_",
                ),
            ),
            Entry("整改", "schedule:item_list", _party, ("schedule:item_",)),
            Entry(
                "覆盖",
                "reviews:coverage_board",
                _leader,
                ("reviews:coverage_", "reviews:round_missing", "reviews:round_close"),
            ),
        ),
    ),
    Group(
        "评选表彰",
        (
            Entry(
                "评选",
                "awards:round_list",
                _party,
                (
                    "awards:round_",
                    "awards:desk",
                    "awards:pending_",
                    "awards:comparison",
                    "awards:ballot_",
                ),
            ),
            Entry(
                "推荐",
                "awards:nomination_list",
                _leader,
                ("awards:nomination_", "awards:opinion_", "awards:decision"),
            ),
            Entry(
                "公示",
                "awards:notice_list",
                _party,
                ("awards:notice_", "awards:public_notice", "awards:objection_", "awards:public_reply"),
            ),
            Entry("光荣榜", "awards:honour_list", _party, ("awards:honour_", "awards:public_honours")),
            Entry("典型", "awards:story_list", _party, ("awards:story_", "awards:public_stor")),
            Entry("示范岗", "awards:post_list", _party, ("awards:post_", "awards:posts_public")),
            Entry("品牌", "awards:brand_list", _party, ("awards:brand_", "awards:brands_public")),
            Entry("总结", "awards:summary_list", _leader, ("awards:summary_",)),
        ),
    ),
    Group(
        "日程",
        (
            Entry("日历", "schedule:calendar_month", _party, ("schedule:calendar_", "schedule:day_", "schedule:feed_")),
            Entry(
                "任务",
                "schedule:task_list",
                _party,
                ("schedule:task_", "schedule:assignment_", "schedule:series_"),
            ),
            Entry(
                "学习",
                "schedule:study_list",
                _party,
                (
                    "schedule:study_",
                    "schedule:session_",
                    "schedule:sign_",
                    "schedule:attendance_",
                    "schedule:leave_",
                    "schedule:make_up",
                    "schedule:notes_",
                    "schedule:swap_",
                ),
            ),
            Entry("学时", "schedule:study_hours", _party, ("schedule:study_hours", "schedule:hours_")),
            Entry("活动", "schedule:activity_list", _party, ("schedule:activity_", "schedule:carrier_")),
            Entry("会议", "schedule:meeting_list", _party, ("schedule:meeting_",)),
        ),
    ),
    Group(
        "方案",
        (
            Entry(
                "活动方案",
                "schedule:plan_detail",
                _everybody,
                ("schedule:plan_", "schedule:timeline", "schedule:indicator_", "schedule:scoring_"),
            ),
        ),
    ),
    Group(
        "党组织",
        (
            Entry(
                "党组织", "branches:organization_list", _party, ("branches:", "reports:handover_", "reports:ownerless")
            ),
        ),
    ),
    Group(
        "管理",
        (
            Entry(
                "提醒",
                "schedule:reminder_preview",
                _leader,
                (
                    "schedule:reminder_",
                    "schedule:notice_ledger",
                    "schedule:lead_times",
                    "schedule:channel_",
                    "schedule:delivery_",
                    "schedule:snooze_list",
                ),
            ),
            Entry("台账", "reports:ledger_list", rules.may_see_ledgers, ("reports:ledger_", "reports:form_")),
            Entry("总览", "reports:overview", rules.may_see_ledgers, ("reports:overview",)),
            Entry("档案", "reports:archive", rules.may_see_ledgers, ("reports:archive",)),
            Entry("统计", "reports:snapshot_list", rules.may_take_snapshots, ("reports:snapshot_",)),
            Entry("负担", "reports:burden", rules.may_see_burden, ("reports:burden",)),
            Entry("日志", "reports:log_list", rules.may_read_log, ("reports:log_",)),
            Entry("账号", "accounts:account_list", lambda standing: standing.is_administrator, ("accounts:account_",)),
        ),
    ),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """Give templates what base.html reads; a page that shows none of it asks the database nothing."""
    user = getattr(request, "user", None)
    context: dict[str, Any] = {"campaign_day": clock.today(), "demo": settings.CHUANGXIAN_DEMO}
    if not isinstance(user, User):
        if settings.CHUANGXIAN_DEMO:
            context |= {"demo_accounts": ACCOUNTS, "demo_password": PASSWORD}
        return context
    standing: Standing | None = getattr(request, "standing", None)
    if standing is None:  # the request was answered before it came to the middleware that knows
        return context
    context |= {
        "nav": SimpleLazyObject(lambda: navigation(request, standing)),
        "acting_seats": SimpleLazyObject(lambda: standing.acting_seats),
        "accounts_only": standing.is_administrator and not _party(standing),
        "unread_count": SimpleLazyObject(lambda: unread_count(standing, standing.on)),
        "clock_stopped": SimpleLazyObject(lambda: _hears_of_clock(standing) and clock_stopped(clock.wall())),
        "own_forms": SimpleLazyObject(lambda: own_forms(request, standing)),
        "member_url": SimpleLazyObject(lambda: standing.member.get_absolute_url() if standing.member else ""),
        "past_day": getattr(request, "past_day", None),
        "past_day_url": SimpleLazyObject(lambda: reverse("reports:past_day") if rules.may_look_back(standing) else ""),
        "past_day_exit_url": reverse("reports:past_day_leave"),
    }
    return context


def navigation(request: HttpRequest, standing: Standing) -> list[dict[str, Any]]:
    """Return the person's navigation, group by group; the entry whose pages name this one most closely is active, and so is its group."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    groups = [(group, [entry for entry in group.entries if entry.shown(standing)]) for group in NAV]
    marks = {
        entry.view: max((len(p) for p in entry.pages if here.startswith(p)), default=0)
        for _, entries in groups
        for entry in entries
    }
    best = max(marks.values())
    found = []
    for group, entries in groups:
        rows = [
            {"label": one.label, "url": reverse(one.view), "active": bool(best) and marks[one.view] == best}
            for one in entries
        ]
        if rows:
            label = group.label if len(rows) > 1 else rows[0]["label"]
            active = any(row["active"] for row in rows)
            found.append({"label": label, "url": rows[0]["url"], "active": active, "entries": rows})
    return found


def own_forms(request: HttpRequest, standing: Standing) -> list[dict[str, str]]:
    """Return where the record a print page shows can be had in the form of its own office; none while no office replaced that form."""
    match = request.resolver_match
    papers = papers_of_view(match.view_name) if match else []
    if match is None or not papers or not is_any_in_force([paper.key for paper in papers]):
        return []
    found = []
    for paper in papers:
        record = paper.find(standing, standing.on, match.kwargs["pk"])
        template = in_force_for(paper.key, paper.place(record)) if record is not None else None
        if template is not None:
            url = reverse("reports:form_filled", args=[paper.key, match.kwargs["pk"]])
            found.append({"label": f"按本单位表样下载（{template.get_kind_display()}）", "url": url})
    return found


def _hears_of_clock(standing: Standing) -> bool:
    return standing.is_administrator or standing.is_office
