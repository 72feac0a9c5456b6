"""Every table one can take away or print, by who needs it."""

from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from branches.models import Organization
from branches.rules import may_export_roster
from branches.scope import Standing
from reports import catalogue, rules
from schedule.rules.notices import may_keep_ledger

EXCEL, PAPER = "Excel", "打印"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One table: what stands in it, for whom, and the door to it."""

    label: str
    text: str
    url: str
    form: str = EXCEL


@dataclass(frozen=True, slots=True)
class Shelf:
    """Tables that the same people ask for."""

    title: str
    ledgers: list[Ledger]


def shelves(standing: Standing, on: date) -> list[Shelf]:
    """Return the tables open to the reader; each view asks again. One query."""
    readable = Organization.objects.visible_to(standing, on).within(*standing.reading_paths()).existing(on).pledging()
    tables = catalogue.open_to(catalogue.Asked(standing, on))
    papers = _papers(standing)
    found = [
        Shelf(shelf.label, [*_doors(tables, shelf), *papers.get(shelf, [])])
        for shelf in catalogue.Shelf
        if shelf not in (catalogue.Shelf.ROSTER, catalogue.Shelf.OTHERS)
    ]
    rosters = _rosters(standing, list(readable), on)
    found.append(Shelf(catalogue.Shelf.ROSTER.label, [*_doors(tables, catalogue.Shelf.ROSTER), *rosters]))
    others = _doors(tables, catalogue.Shelf.OTHERS)
    found.append(Shelf(catalogue.Shelf.OTHERS.label, [*_others(standing), *others]))
    return [shelf for shelf in found if shelf.ledgers]


def _doors(tables: list[catalogue.Report], shelf: catalogue.Shelf) -> list[Ledger]:
    return [
        Ledger(one.title, one.text, reverse("reports:ledger_detail", args=[one.key]))
        for one in tables
        if one.shelf == shelf
    ]


def _papers(standing: Standing) -> dict[catalogue.Shelf, list[Ledger]]:
    """What is printed rather than calculated with."""
    if not standing.reading_paths():
        return {}
    found = {
        catalogue.Shelf.REVIEWS: [("覆盖情况表", "各学期完成数、缺项和原因，可直接打印", "reviews:coverage_print")],
        catalogue.Shelf.LIFE: [
            ("三会一课统计", "各党支部应开、已开、缺的次数，可直接打印", "schedule:meeting_rhythm"),
            ("学期日历", "一学期的安排，按周列出，可直接打印", "schedule:calendar_print"),
        ],
        catalogue.Shelf.AWARDS: [("工作总结", "按记录汇成、改定以后可以存成 Word", "awards:summary_list")],
    }
    return {
        shelf: [Ledger(label, text, reverse(view), PAPER) for label, text, view in papers]
        for shelf, papers in found.items()
    }


def _rosters(standing: Standing, organizations: list[Organization], on: date) -> list[Ledger]:
    return [
        Ledger(
            f"{organization}党员名册",
            "含出生年月、入党时间、职务和邮箱；每次导出都有记录",
            reverse("branches:roster_export", args=[organization.pk]),
        )
        for organization in organizations
        if may_export_roster(organization, standing, on)
    ]


def _others(standing: Standing) -> list[Ledger]:
    ledgers = [
        Ledger("活动方案", "全文，可直接打印", reverse("schedule:plan_detail"), PAPER),
        Ledger("时间安排", "阶段、学期、节点一张图", reverse("schedule:timeline"), PAPER),
    ]
    if may_keep_ledger(standing):
        text = "发了哪些提醒、发给谁、没有送达的原因"
        ledgers.insert(0, Ledger("提醒台账", text, reverse("schedule:notice_ledger"), PAPER))
    if rules.may_read_log(standing):
        ledgers.insert(0, Ledger("操作日志", "谁在什么时候办理了什么，写了什么意见", reverse("reports:log_export")))
    return ledgers
