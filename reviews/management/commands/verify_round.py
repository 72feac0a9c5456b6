"""Recount a sealed round and hold it against its closing record."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.models import ClosingRecord
from reviews.tally.sealed import differences, grouped, warnings_of


class Command(BaseCommand):
    help = "重新清点一次已封存的评议，和封存记录核对；有出入时退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=int, metavar="PK", help="评议活动的编号")
        parser.add_argument("--json", action="store_true", help="结果写成 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        record = ClosingRecord.objects.select_related("round").filter(round=options["round"]).first()
        if record is None:
            raise CommandError("没有这次评议的封存记录。")
        found, warnings = differences(record), warnings_of(record.totals, record.unused_counted)
        if options["json"]:
            answer = {"round": record.round_id, "fingerprint": record.fingerprint, "differences": found}
            self.stdout.write(json.dumps(answer | {"warnings": warnings}, ensure_ascii=False))
        else:
            self.stdout.write(f"{record.round}，{record.on:%Y-%m-%d} 封存，校验码 {grouped(record.fingerprint)}")
            for line in [*found, *(f"封存时已记：{warning}" for warning in warnings)]:
                self.stdout.write(line)
        if found:
            raise CommandError(f"查出 {len(found)} 处出入，不能采信。", returncode=1)
        if not options["json"]:
            self.stdout.write("和封存记录一致。")
