"""Fill an empty portal with the invented general branch, as it stood on the campaign day."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from awards.numbers import shown
from branches.models import Organization
from chuangxian import clock
from reports.demo.cast import GENERAL_BRANCH
from reports.demo.story import Story
from reports.replay import replay
from schedule.models import Campaign


def open_slips_text(story: Story, on: date) -> str:
    """Return the codes to try, a line each, with the address of their round."""
    lines: list[tuple[int, str]] = []
    for round_, category, code in story.open_slips(on):
        if not lines or lines[-1][0] != round_.pk:
            lines.append((round_.pk, f"正在进行的{round_.name}，可以试的评议码（在网址后面加 /v/{round_.pk}/）："))
        lines.append((round_.pk, f"  {code}  {category}"))
    return "".join(f"{text}\n" for _, text in lines)


def objection_numbers_text(story: Story) -> str:
    """Return the numbers by which whoever objected finds his answer, a line each; nothing before anybody did."""
    if not story.objection_numbers:
        return ""
    lines = [
        "可以试的异议查询号（网址后面加 /awards/public/reply/）：",
        *(f"  {shown(one)}" for one in story.objection_numbers),
    ]
    return "".join(f"{line}\n" for line in lines)


class Command(BaseCommand):
    help = "把演示故事一天一天演到活动日（CHUANGXIAN_TODAY）。只用于空的演示库。"

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("正式环境不装演示数据。")
        if not Campaign.objects.exists():
            raise CommandError("请先装入活动方案：manage.py load_plan schedule/plans/changzhou-2010.toml")
        if Organization.objects.filter(name=GENERAL_BRANCH).exists():
            self.stdout.write("演示数据已经在了。")
            return
        if Organization.objects.exists():
            raise CommandError("库里已经有党组织，演示数据只装进空库。")
        until = clock.today()
        story = replay(until=until, say=lambda day: self.stdout.write(f"  {day:%Y年%m月}") if day.day == 20 else None)
        slips = open_slips_text(story, until) + objection_numbers_text(story)
        # the demo's own slips, for trying: a real round leaves none behind
        (settings.DATA / "demo_slips.txt").write_text(slips, encoding="utf-8")
        self.stdout.write(f"演示故事已演到 {story.lived_until:%Y-%m-%d}。")
