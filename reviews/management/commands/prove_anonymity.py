"""Show, check by check, that nothing in the database leads from a ballot to a code or to somebody."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from chuangxian import clock
from reviews.models import EvaluationRound
from reviews.queries import secrecy
from reviews.sheets.evaluations import lines_of, results_sheet
from reviews.states import EvaluationState
from reviews.tally.results import everything_of

Check = tuple[str, list[str]]  # what is asked, and what speaks against it


class Command(BaseCommand):
    help = "检查不记名：表结构、数据、次序、事务号、日志、导出，一项一行；有一项不合格退出码为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "round", type=int, nargs="?", metavar="PK", help="只查这一次评议；不写就查所有封存了的、作废了的"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        rounds = EvaluationRound.objects.order_by("pk")
        if options["round"] is not None:
            rounds = rounds.filter(pk=options["round"])
            if not rounds:
                raise CommandError("没有这次评议。")
        failed = 0
        for name, against in [*schema_checks(secrecy.schema_of_database()), *row_checks(rounds)]:
            failed += bool(against)
            self.stdout.write(
                f"{'不合格' if against else '合格'}  {name}{'：' + '；'.join(against) if against else ''}"
            )
        if failed:
            raise CommandError(f"{failed} 项不合格。", returncode=1)


def schema_checks(schema: secrecy.Schema) -> Iterator[Check]:
    """Ask the tables themselves."""
    yield "评议码、测评票、意见建议的表里没有多出来的列", secrecy.telling_columns(schema)
    yield "从评议码、测评票、意见建议出发，没有外键通向任何人", secrecy.paths_to_people(schema)
    yield "没有别的表指向评议码、测评票、意见建议", secrecy.pointing_tables(schema)


def row_checks(rounds: Any) -> Iterator[Check]:
    """Ask the rows of the rounds that have been sealed or made void, and what is written elsewhere."""
    yield "日志、通知、整改事项里没有关于单张评议码、测评票的记录", secrecy.told_elsewhere()
    for round_ in rounds:
        if not round_.is_counted and round_.state != EvaluationState.VOID:
            continue
        name = f"{round_}（{round_.pk}）"
        receipts, keys = secrecy.receipts_left(round_), secrecy.keys_not_random(round_)
        yield f"{name}：提交页面的回执已经清空", [f"还有 {receipts} 条"] if receipts else []
        yield f"{name}：测评票、意见建议的键都是随机的", [f"{keys} 条不是"] if keys else []
        if (written := secrecy.transactions(round_)) is not None:
            yield f"{name}：评议码和测评票由同一个事务写成", [f"{written} 个事务"] if written > 1 else []
        if (beside := secrecy.neighbours(round_)) is not None:
            yield f"{name}：行号不按先后相连", [f"{beside} 处相连"] if beside else []
        used, categories = secrecy.order_of_use(round_), secrecy.order_of_categories(round_)
        yield f"{name}：评议码的存放次序看不出用没用过", [] if secrecy.looks_shuffled(used) else ["次序不像打乱过"]
        yield (
            f"{name}：测评票的存放次序看不出类别先后",
            [] if secrecy.looks_shuffled(categories) else ["次序不像打乱过"],
        )
        found = secrecy.secrets_of(round_) & exported(round_)
        yield f"{name}：导出的表格里没有单张票的内容", [f"{len(found)} 处"] if found else []


def exported(round_: EvaluationRound) -> set[str]:
    """Return every cell of the workbook as those who run the round get it."""
    results = everything_of(round_, clock.today())
    sheet = results_sheet(results)
    return {cell.text for line in lines_of(results) for cell in sheet.cells(line)} | set(results.remarks)
