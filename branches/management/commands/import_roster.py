"""Take a roster file over from the shell."""

import json
from collections.abc import Collection
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from branches import actions
from branches.models import Organization, RosterImport
from branches.rehearsal import Rehearsal, rehearse
from branches.sheets import ROSTER
from chuangxian import clock
from chuangxian.sheets import Unreadable


class Command(BaseCommand):
    help = "导入党员名册（.xlsx）。先用 --rehearse 看会发生什么；导入的内容可以在网页上整体撤销。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="名册文件")
        parser.add_argument("--organization", required=True, metavar="NAME", help="党总支（或党支部）的全称或简称")
        parser.add_argument("--rehearse", action="store_true", help="只预演，不写入任何内容")
        parser.add_argument("--json", action="store_true", help="输出 JSON：add、change、same、absent、problems 等")
        parser.add_argument(
            "--on", type=date.fromisoformat, metavar="DATE", help="名册日期，如 2010-07-20；默认为活动日"
        )
        parser.add_argument(
            "--create-branches",
            choices=("auto", "yes", "no"),
            nargs="?",
            const="yes",
            default="auto",
            help="建立名册中提到而系统中没有、且有三名以上正式党员的党支部；auto（默认）只在还没有任何党支部时建立",
        )
        rows = parser.add_mutually_exclusive_group()
        rows.add_argument("--only-good", action="store_true", help="导入无问题的行，其余逐条列出（默认如此）")
        rows.add_argument("--all-or-nothing", action="store_true", help="只要有一行有错误，就一行也不导入")

    def handle(self, *args: Any, **options: Any) -> None:
        on = clock.today()
        path: Path = options["file"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"打不开文件 {path}：{error.strerror}") from error
        organization = the_organization(options["organization"])
        roster_on: date = options["on"] or on

        def rehearsed(found: Collection[str] | None) -> Rehearsal:
            reading = ROSTER.read(BytesIO(content), name=path.name)
            return rehearse(
                organization=organization, reading=reading, found=found, roster_on=roster_on, by=None, on=on
            )

        try:
            found: Collection[str] | None = None if options["create_branches"] == "auto" else ()
            if options["create_branches"] == "yes":
                found = [offer.name for offer in rehearsed(()).offers]
            rehearsal = rehearsed(found)
        except Unreadable as refusal:
            raise CommandError(refusal.sentence) from refusal
        if options["rehearse"]:
            self.report(rehearsal, None, options)
            return
        if options["all_or_nothing"] and rehearsal.errors:
            self.report(rehearsal, None, options)
            raise CommandError("名册里有错误，按 --all-or-nothing 的要求没有导入任何一行。")
        imported = actions.store_roster(
            organization=organization,
            content=BytesIO(content),
            file_name=path.name,
            roster_on=roster_on,
            by=None,
            on=on,
        )
        rehearsal = actions.commit_roster(
            roster=imported,
            reading=ROSTER.read(BytesIO(content), name=path.name),
            found=found,
            only_good=True,
            by=None,
            on=on,
        )
        self.report(rehearsal, imported, options)

    def report(self, rehearsal: Rehearsal, imported: RosterImport | None, options: dict[str, Any]) -> None:
        """Say what was, or would be, done."""
        counts = rehearsal.counts
        if options["json"]:
            told = {
                "organization": rehearsal.organization.name,
                "on": rehearsal.roster_on.isoformat(),
                "rehearsal": options["rehearse"],
                "import": imported.pk if imported else None,
                **counts,
                "found": [one.name for one in rehearsal.founded],
                "problems": [problem.as_dict() for problem in rehearsal.problems],
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for founding in rehearsal.founded:
            self.stdout.write(f"建立党支部：{founding.name}")
        for entry in rehearsal.changes:
            told_changes = "；".join(f"{one.label} {one.old or '（空）'} → {one.new}" for one in entry.differences)
            self.stdout.write(f"第 {entry.row.number} 行 {entry.name}：{told_changes}")
        for problem in rehearsal.problems:
            self.stdout.write(f"[{problem.level_label}] {problem}")
        done = "预演" if imported is None else f"已导入（编号 {imported.pk}）"
        self.stdout.write(
            f"{done}：新增 {counts['add']} 人，修改 {counts['change']} 人，不变 {counts['same']} 人，"
            f"未导入 {counts['bad']} 行，名册中没有的 {counts['absent']} 人（不会自动转出）。"
        )


def the_organization(name: str) -> Organization:
    """Return the one organisation of that name; short names count when no full name fits."""
    for field in ("name", "short_name"):
        found = list(Organization.objects.filter(**{field: name})[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise CommandError(f"有几个党组织都叫“{name}”，请改用能区分的名称。")
    known = "、".join(Organization.objects.pledging().values_list("name", flat=True)[:20])
    raise CommandError(f"没有叫“{name}”的党组织。" + (f"现有：{known}" if known else "系统中还没有党组织。"))
