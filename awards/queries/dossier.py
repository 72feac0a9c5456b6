"""材料: what the records say of a nominee, gathered and frozen when he is handed up."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from awards.models import Nomination
from awards.queries import evidence
from awards.queries.evidence import Rate
from branches.models import Member, Organization
from branches.queries import home_of, post_title, posts_at, posts_of
from branches.states import Kind, Post, Precision

TITLES = 5  # as many activities are named; the rest are counted
COMMENTS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is, what it says; where it is a figure, its ``number`` and of how many; ``url`` is the record it comes from."""

    label: str
    text: str
    number: int | None = None
    of: int | None = None
    url: str = ""


def gather(nomination: Nomination, on: date) -> dict[str, Any]:
    """Return the dossier as it is kept: {"on", "from", "sections": [{"key", "title", "lines": [...]}]}. Some twenty queries."""
    nominee, first = nomination.nominee, nomination.round.evidence_from
    sections = [
        ("person", "基本情况", person_lines(nominee, on)),
        ("pledges", "公开承诺", _pledges(nominee, first, on)),
        ("comments", "领导点评与整改", _comments(nominee, first, on)),
        ("masses", "群众评议", _masses(nominee, first, on)),
        ("study", "学习", _study(nominee, first, on)),
        ("activities", "活动载体", _activities(nominee, first, on)),
        ("honours", "所获荣誉", _honours(nominee, on)),
    ]
    return {
        "on": on.isoformat(),
        "from": first.isoformat(),
        "sections": [
            {"key": key, "title": title, "lines": [asdict(line) for line in lines]} for key, title, lines in sections
        ],
    }


def as_known(day: date | None, precision: str) -> str:
    """Return a date as exactly as it is known, and no day of birth: 1983年10月."""
    if day is None:
        return "没有登记"
    return f"{day.year}年" if precision == Precision.YEAR else f"{day.year}年{day.month}月"


def person_lines(nominee: Member | Organization, on: date) -> Iterable[Line]:
    """Return who it is, as registers say it. Three queries at most."""
    return _about_member(nominee, on) if isinstance(nominee, Member) else _about_place(nominee, on)


def _about_member(member: Member, on: date) -> Iterable[Line]:
    home = home_of(member, on)
    posts = posts_of([member.pk], on).get(member.pk, [])
    yield Line("姓名", member.name, url=member.get_absolute_url())
    yield Line("性别", member.get_sex_display())
    yield Line("出生年月", as_known(member.born_on, member.born_precision))
    yield Line("学历", member.education or "没有登记")
    yield Line("党员类别", member.get_member_type_display())
    yield Line("入党时间", as_known(member.joined_on, member.joined_precision))
    yield Line("所在党组织", home.organization.name if home is not None else "没有登记")
    yield Line("行政职务（岗位）", member.unit_post or "没有登记")
    yield Line("党内职务", "、".join(post_title(one) for one in posts if one.post != Post.OFFICE_STAFF) or "没有担任")


def _about_place(place: Organization, on: date) -> Iterable[Line]:
    yield Line("名称", place.name, url=place.get_absolute_url())
    yield Line("类别", place.get_kind_display())
    yield Line("成立时间", f"{place.established_on:%Y-%m-%d}" if place.established_on else "没有登记")
    number = Member.objects.belonging(on, place.path).count()
    yield Line("党员人数", f"{number} 人", number)
    if place.kind != Kind.BRANCH:
        below = Organization.objects.within(place.path).existing(on).filter(kind=Kind.BRANCH).count()
        yield Line("支部数", f"{below} 个", below)
    secretary = next((row.holder for row in posts_at([place.pk], on)[place.pk] if row.post == Post.SECRETARY), None)
    yield Line("书记", str(secretary) if secretary is not None else "没有登记")


def _share(rate: Rate, unit: str) -> str:
    share = rate.share
    return f"{rate.number}/{rate.of} {unit}，{share:.1%}" if share is not None else "这段时间没有到期的事项"


def _figure(label: str, rate: Rate, unit: str, url: str = "") -> Line:
    return Line(label, _share(rate, unit), rate.number if rate.of else None, rate.of or None, url)


def _pledges(nominee: Member | Organization, first: date, on: date) -> Iterable[Line]:
    last = evidence.pledge_in_force(nominee, on)
    url = reverse("pledges:pledge_detail", args=[last.pk]) if last is not None else ""
    yield Line("公开承诺", f"{last.cycle.year}年承诺书已公示" if last is not None else "没有已公示的承诺", url=url)
    yield _figure("承诺兑现", evidence.fulfilment(nominee, first, on), "项", url)
    if isinstance(nominee, Organization):
        yield _figure("党员承诺兑现", evidence.members_fulfilment(nominee, first, on), "项")


def _comments(nominee: Member | Organization, first: date, on: date) -> Iterable[Line]:
    given = evidence.comments(nominee, first, on)
    yield Line("领导点评", f"{len(given)} 次", len(given))
    for one in given[:COMMENTS]:
        yield Line("点评", f"{one.held_on:%Y-%m-%d} {one.commentator_name}", url=one.get_absolute_url())
    unfinished, late = evidence.open_items(nominee, on), evidence.overdue_items(nominee, on)
    yield Line("没有完成的整改", f"{unfinished} 项", unfinished)
    yield Line("其中逾期", f"{late} 项", late)


def _masses(nominee: Member | Organization, first: date, on: date) -> Iterable[Line]:
    rated = evidence.satisfaction(nominee, first, on)
    for one in rated:
        if one.rate is None:
            yield Line(one.round.name, "评议人数少，不单独显示", url=one.round.get_absolute_url())
        else:
            text = f"满意率 {one.rate.share:.1%}（有效回答 {one.rate.of} 项次）"
            yield Line(one.round.name, text, one.rate.number, one.rate.of, one.round.get_absolute_url())
    if not rated:
        yield Line("群众评议", "这段时间没有已公布的评议结果")
    if isinstance(nominee, Member):
        grade = evidence.appraisal(nominee, first, on)
        told = f"{grade.get_grade_display()}（{grade.decided_on:%Y-%m-%d} 评定）" if grade is not None else "没有评定"
        yield Line("民主评议党员", told)


def _study(nominee: Member | Organization, first: date, on: date) -> Iterable[Line]:
    rate = evidence.attendance(nominee, first, on)
    url = reverse("schedule:hours_member", args=[nominee.pk]) if isinstance(nominee, Member) else ""
    label = "学习出勤" if isinstance(nominee, Member) else "全体党员学习出勤"
    if rate is None:
        yield Line(label, "这段时间没有应参加的学习", url=url)
    else:
        yield _figure(label, rate, "次" if isinstance(nominee, Member) else "人次", url)


def _activities(nominee: Member | Organization, first: date, on: date) -> Iterable[Line]:
    held = evidence.activities(nominee, first, on)
    yield Line("参加活动" if isinstance(nominee, Member) else "举办活动", f"{len(held)} 次", len(held))
    for one in held[:TITLES]:
        yield Line("活动", f"{one.starts_on:%Y-%m-%d} {one.title}", url=one.get_absolute_url())


def _honours(nominee: Member | Organization, on: date) -> Iterable[Line]:
    held = evidence.honours(nominee, on)
    for one in held:
        # the page of an honour may not be there yet where it was entered by hand: its words are enough
        yield Line(f"{one.year}年", f"{one.awarded_by}授予“{one.title}”（{one.get_level_display()}）")
    if not held:
        yield Line("荣誉", "没有登记")
