"""What only the schedule knows about being healthy; found by the app's start, asked by /healthz/ready."""

from datetime import timedelta

from chuangxian import clock, health
from chuangxian.verdicts import YES, Verdict, no
from schedule.queries.notices import clock_stopped, oldest_waiting

MAIL_LAG_MOST = timedelta(minutes=10)


def clock_ticks() -> Verdict:
    """Pages work without the tick, so a silence degrades the portal; it must not take it away from its readers."""
    if clock_stopped(clock.wall()):
        return no("提醒的时钟停了：请看定时器（beat）和后台任务（worker）是否在运行。")
    return YES


def mail_moves() -> Verdict:
    """A worker that is connected and yet takes nothing shows in the mails that stay due."""
    if oldest_waiting(MAIL_LAG_MOST) is not None:
        return no("有邮件到点超过 10 分钟还没有人取走：请看后台任务（worker）是否在运行。")
    return YES


health.probe("tick", clock_ticks, needed=False)
health.probe("mail", mail_moves, needed=False)
