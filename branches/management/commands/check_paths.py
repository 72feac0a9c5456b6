"""Hold every path, and every copy of one, against the tree."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from branches import actions, queries
from chuangxian import clock


class Command(BaseCommand):
    help = "核对党组织路径及各处的副本；--fix 按上下级关系重建。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="改正查出的错误（写入日志）")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix"]:
            wrong = actions.rebuild_paths(by=None, on=clock.today())
        else:
            wrong = queries.wrong_paths(actions.PATH_COPIES)
        for one in wrong:
            self.stdout.write(str(one))
        if wrong and not options["fix"]:
            raise CommandError(f"查出 {len(wrong)} 处错误。加上 --fix 可以改正。")
        self.stdout.write(f"已改正 {len(wrong)} 处。" if wrong else "全部正确。")
