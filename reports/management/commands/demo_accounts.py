"""Print who can sign in to the demo, and codes to rate with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reports.demo.cast import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "列出演示账号和可以试的评议码。"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"演示账号（口令都是 {PASSWORD}）：")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.username:<10} {account.role}")
        slips = settings.DATA / "demo_slips.txt"
        if slips.exists():
            self.stdout.write(slips.read_text(encoding="utf-8"), ending="")
