"""Load the templates and scales of evaluation."""

from typing import Any

from django.core.management.base import BaseCommand

from chuangxian import clock
from reviews.actions.evaluation_templates import load_templates


class Command(BaseCommand):
    help = "装入群众评议、民主评议党员的测评表和等次，可以重复装入。"

    def handle(self, *args: Any, **options: Any) -> None:
        changed = load_templates(by=None, on=clock.today())
        if options["verbosity"]:
            self.stdout.write("测评表已装入。" if changed else "测评表没有变化。")
