"""基本情况 and 公开承诺, from the tree, the rosters and the pledges."""

from django.db.models import Count, Q

from awards.queries.gathering.shapes import Asked, Draft, day, listed, quoted
from branches.models import Member, Organization
from branches.states import Kind, MemberType, Sex
from pledges.models import FulfilmentEntry, Pledge, PledgeCycle, PledgeItem
from pledges.queries.coverage import Rate, board, rate
from pledges.states import ItemKind, Outcome, SubjectKind
from schedule.models import Phase


def basics(asked: Asked) -> Draft:
    """Say what the organisation is on the last known day, and which part of the campaign this is."""
    draft = Draft("basics", "基本情况")
    place, until, roster_url = asked.organization, asked.until, asked.here("branches:member_list")
    kinds = dict(
        Organization.objects.within(asked.path)
        .existing(until)
        .exclude(pk=place.pk)
        .order_by()
        .values_list("kind")
        .annotate(count=Count("pk"))
    )
    url = place.get_absolute_url()
    below = draft.split(Kind, kinds, "个", f"{day(until)}存在的下级{{}}", before="下级", url=url)
    members = Member.objects.belonging(until, asked.path)
    types = dict(members.order_by().values_list("member_type").annotate(count=Count("pk")))
    number = sum(types.values())
    if number:
        whole = draft.count("党员", number, "名", f"{day(until)}党籍在{place}及下级组织的党员", url=roster_url)
        by_type = draft.split(MemberType, types, "名", "其中的{}", url=roster_url)
        women = members.filter(sex=Sex.FEMALE).count()
        told = f"，女党员{draft.count('女党员', women, '名', '其中的女党员', url=roster_url)}" if women else ""
        draft.say(
            f"截至{day(until)}，{place.name}",
            f"下设{below}，" if below else "",
            f"共有党员{whole}，其中{by_type}{told}。",
        )
    else:
        draft.say(f"截至{day(until)}，{place.name}{'下设' + below + '，' if below else ''}没有登记在册的党员。")
    phases = [
        one
        for one in Phase.objects.in_plan().filter(campaign=asked.campaign).order_by("starts_on", "order")
        if asked.overlaps(one.starts_on, one.ends_on)
    ]
    through = f"，先后进行了{quoted([one.title for one in phases], len(phases))}的工作" if phases else ""
    draft.say(
        f"{day(asked.first)}以来，按照《{asked.campaign.title}》的安排，",
        f"围绕“{asked.campaign.theme}”的主题，" if asked.campaign.theme else "",
        f"开展了创先争优活动{through}。",
    )
    return draft


def pledges(asked: Asked) -> Draft:
    """Say who pledged and what became of it, year by year."""
    draft = Draft("pledges", "公开承诺")
    line = [asked.path[:end] for end in range(4, len(asked.path), 4)]
    cycles = PledgeCycle.objects.filter(Q(path__startswith=asked.path) | Q(path__in=line)).order_by("starts_on", "path")
    for cycle in cycles:
        if asked.overlaps(cycle.starts_on, cycle.ends_on):
            _cycle(draft, asked, cycle)
    if not draft.paragraphs:
        draft.say("这一时期没有公开承诺的记录。")
    return draft


def _cycle(draft: Draft, asked: Asked, cycle: PledgeCycle) -> None:
    until = asked.until
    roster_day = min(until, cycle.ends_on)
    found = board(cycle, paths=[asked.path], on=roster_day)
    whole, url = found.total, asked.here("pledges:pledge_list", cycle=cycle.pk)
    if not whole.due and not found.organizations_due:
        return
    due = draft.count(
        f"{cycle}：应承诺党员", whole.due, "名", f"{day(roster_day)}在册、应当承诺的党员，自愿承诺的不算", url=url
    )
    submitted = draft.count(f"{cycle}：提交承诺书的党员", whole.submitted, "名", "其中已提交承诺书的", url=url)
    published = draft.count(f"{cycle}：亮诺的党员", whole.published, "名", "其中承诺书已公布的", url=url)
    voluntary = (
        f"，另有{draft.count(f'{cycle}：自愿承诺的党员', whole.voluntary, '名', '不作要求而提交承诺书的', url=url)}自愿承诺"
        if whole.voluntary
        else ""
    )
    own = ""
    if found.organizations_due:
        asked_of = draft.count(
            f"{cycle}：应承诺党组织", found.organizations_due, "个", "本组织和下级党总支、党支部", url=url
        )
        handed_in = draft.count(
            f"{cycle}：提交承诺书的党组织", found.organizations_done, "个", "其中已提交承诺书的", url=url
        )
        own = f"；应承诺党组织{asked_of}，提交{handed_in}"
    draft.say(f"{cycle}：应承诺党员{due}，提交{submitted}，亮诺{published}{voluntary}{own}。")
    pledged = Pledge.objects.filter(cycle=cycle).within(asked.path)
    counted = rate(pledged, until)
    if counted.items:
        _items(draft, asked, cycle, counted, url)


def _items(draft: Draft, asked: Asked, cycle: PledgeCycle, counted: Rate, url: str) -> None:
    until = asked.until
    items = PledgeItem.objects.filter(
        pledge__in=Pledge.objects.filter(cycle=cycle).within(asked.path).public(until).order_by().values("pk")
    )
    kinds = dict(items.order_by().values_list("kind").annotate(count=Count("pk")))
    number = draft.count(f"{cycle}：承诺事项", counted.items, "项", f"{day(until)}有效的承诺书里的事项", url=url)
    by_kind = draft.split(ItemKind, kinds, "项", "其中的{}", before=f"{cycle}：", url=url)
    outcome = f"承诺事项共{number}，其中{by_kind}。"
    if counted.due:
        fulfilled = draft.count(f"{cycle}：兑现", counted.fulfilled, "项", "到期事项中结果为兑现的", url=url)
        due = draft.count(f"{cycle}：到期事项", counted.due, "项", f"完成时限不晚于{day(until)}的", url=url)
        share = draft.rate(f"{cycle}：兑现率", counted.fulfilled, counted.due, "兑现项数÷到期项数", url=url)
        others = listed(
            [
                f"{label}{draft.count(f'{cycle}：{label}', count, '项', f'到期事项中{label}的', url=url)}"
                for label, count in (
                    (Outcome.PARTLY.label, counted.partly),
                    (Outcome.EXCUSED.label, counted.excused),
                    (Outcome.UNFULFILLED.label, counted.unfulfilled),
                    ("过期还没有说明结果", counted.overdue),
                )
                if count
            ]
        )
        outcome += f"到期{due}，兑现{fulfilled}，兑现率{share}{'；' + others if others else ''}。"
    entries = FulfilmentEntry.objects.filter(item__in=items.values("pk"), on__lte=until)
    written = entries.count()
    work = ""
    if written:
        told = draft.count(f"{cycle}：践诺记录", written, "条", "对这些事项写下的践诺记录", url=url)
        proven = entries.filter(evidence__isnull=False).distinct().count()
        files = (
            f"，其中{draft.count(f'{cycle}：附材料的践诺记录', proven, '条', '附有佐证材料的', url=url)}附有材料"
            if proven
            else ""
        )
        work = f"写下践诺记录{told}{files}。"
    own = Pledge.objects.filter(cycle=cycle, organization=asked.organization, subject_kind=SubjectKind.ORGANIZATION)
    done = items.filter(pledge__in=own.values("pk"), outcome=Outcome.FULFILLED, settled_on__lte=until)
    kept = quoted(done.order_by("place", "pk").values_list("content", flat=True))
    draft.say(outcome, work, f"{asked.organization}兑现的承诺有{kept}。" if kept else "")
