"""Load a plan file; or say every line that is wrong with it, and load nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chuangxian import clock
from schedule.actions.plan import LoadReport, load_plan
from schedule.plan_file import PlanProblems, read_plan


class Command(BaseCommand):
    help = "装入活动方案（TOML 文件），可以重复装入；--rehearse 只报告会改什么。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="方案文件，如 schedule/plans/changzhou-2010.toml")
        parser.add_argument("--rehearse", action="store_true", help="演练：检查并报告，不写入")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            plan = read_plan(path.read_bytes())
            report = load_plan(plan=plan, rehearse=options["rehearse"], by=None, on=clock.today())
        except OSError as wrong:
            raise CommandError(f"打不开方案文件 {path}：{wrong.strerror}。") from wrong
        except PlanProblems as wrong:
            lines = "\n".join(str(problem) for problem in wrong.problems)
            raise CommandError(f"{path} 有 {len(wrong.problems)} 处问题，什么也没有装入：\n{lines}") from wrong
        self.tell(plan.campaign.name, report, options["verbosity"])

    def tell(self, title: str, report: LoadReport, verbosity: int) -> None:
        """Say what happened; every row with --verbosity 2, and always what was changed or taken away."""
        self.stdout.write(f"{'演练' if report.rehearsed else '已装入'}：{title}")
        self.stdout.write(f"{report.summary}。")
        first_time = not (report.same or report.changed)
        for label, names in (
            ("新增", report.added if verbosity > 1 or not first_time else []),
            ("修改", report.changed),
            ("删去", report.removed),
            ("停用", report.withdrawn),
        ):
            for name in names:
                self.stdout.write(f"  {label} {name}")
        if report.rehearsed:
            self.stdout.write("这是演练，没有写入；去掉 --rehearse 即可装入。")
