"""评选表彰, 存在问题 and 下一步: who was commended, what the records still show open, and what only people can write."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q

from awards.models import Honour, ModelPost, ModelStory, PartyBrand
from awards.queries.gathering.shapes import Asked, Draft, day, listed, quoted
from awards.states import BrandState, Level
from branches.models import Organization
from branches.states import Kind
from pledges.models import Pledge, PledgeItem
from pledges.states import Outcome
from reviews.queries.coverage import DUTIES
from schedule.models import ActionItem, Assignment, Semester
from schedule.queries.meetings import rhythm_of
from schedule.queries.plan import semesters_of
from schedule.states.tasks import WORKABLE, TaskState

NAMED_MOST = 8
PROBLEMS_QUOTED = 5


def honours(asked: Asked) -> Draft:
    """Say who was commended at which level, and which posts and brands stand as examples."""
    draft = Draft("honours", "评选表彰")
    until = asked.until
    given = Honour.objects.filter(path__startswith=asked.path, awarded_on__gte=asked.first, awarded_on__lte=until)
    given = given.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=until)).select_related("member", "organization")
    rows = sorted(given, key=lambda one: (-list(Level).index(Level(one.level)), one.awarded_on, one.pk))
    if rows:
        url = asked.here("awards:honour_list")
        whole = draft.count("荣誉", len(rows), "项", "这一时期表彰、没有撤销的荣誉", url=url)
        parts = []
        for level in reversed(Level):
            here = [one for one in rows if one.level == level]
            if not here:
                continue
            level_url = asked.here("awards:honour_list", level=level.value)
            number = draft.count(f"{level.label}荣誉", len(here), "项", f"其中级别为{level.label}的", url=level_url)
            titles = listed([_title(title, here) for title in dict.fromkeys(one.title for one in here)])
            parts.append(f"{level.label}{number}：{titles}")
        draft.say(f"获得表彰{whole}。{'。'.join(parts)}。")
    _examples(draft, asked)
    if not draft.paragraphs:
        draft.say("这一时期没有表彰的记录。")
    return draft


def _title(title: str, rows: Iterable[Honour]) -> str:
    names = [str(one.holder) for one in rows if one.title == title]
    more = f"等{len(names)}个" if len(names) > NAMED_MOST else ""
    return f"{title}（{'、'.join(names[:NAMED_MOST])}{more}）"


def _examples(draft: Draft, asked: Asked) -> None:
    until = asked.until
    posts = ModelPost.objects.filter(path__startswith=asked.path, granted_on__lte=until)
    posts = posts.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=until), granted_on__isnull=False)
    # one retired since was in use then
    stood = Q(state=BrandState.PUBLISHED) | Q(state=BrandState.RETIRED, retired_on__gt=until)
    brands = PartyBrand.objects.filter(stood, path__startswith=asked.path, published_on__lte=until)
    stories = ModelStory.objects.public(until).filter(path__startswith=asked.path, published_on__gte=asked.first)
    told = []
    if number := posts.count():
        url = asked.here("awards:post_list", state="held")
        told.append(f"设立党员示范岗{draft.count('党员示范岗', number, '个', f'{day(until)}挂牌的示范岗', url=url)}")
    if names := list(brands.order_by("path", "name").values_list("name", flat=True)):
        url, meaning = asked.here("awards:brand_list", state="published"), f"{day(until)}已发布、没有停用的品牌"
        told.append(f"创建党建品牌{draft.count('党建品牌', len(names), '个', meaning, url=url)}（{quoted(names)}）")
    if number := stories.count():
        url, meaning = asked.here("awards:story_list", state="published"), "这一时期发布、没有撤下的典型事迹"
        told.append(f"发布典型事迹{draft.count('典型事迹', number, '篇', meaning, url=url)}")
    draft.say(f"{'，'.join(told)}。" if told else "")


# ---- 存在问题 ----


def problems(asked: Asked) -> Draft:
    """Say what the records show open: items not put right, pledges not kept, duties, tasks and meetings that were left out."""
    draft = Draft("problems", "存在问题")
    _items(draft, asked)
    _pledges(draft, asked)
    _gaps(draft, asked)
    if not draft.paragraphs:
        draft.say(f"截至{day(asked.until)}，记录里没有未办结的整改、未兑现的承诺和应做未做的工作。")
    return draft


def _items(draft: Draft, asked: Asked) -> None:
    until = asked.until
    items = ActionItem.objects.within(asked.path).unfinished(until)
    counted = items.aggregate(number=Count("pk"), late=Count("pk", filter=Q(due_on__lt=until)))
    if not counted["number"]:
        return
    url = asked.here("schedule:item_list")
    whole = draft.count("未办结的整改", counted["number"], "项", f"{day(until)}既没有销号也没有撤销的整改事项", url=url)
    late_url = asked.here("schedule:item_list", overdue=1)
    late = draft.count("逾期的整改", counted["late"], "项", "其中时限已过的", url=late_url)
    # a member's shortcomings are his own affair: only those of organisations are told in words
    own = items.filter(member__isnull=True).order_by("due_on", "pk").values_list("problem", flat=True)
    named = quoted(own, PROBLEMS_QUOTED)
    draft.say(f"还有{whole}整改没有办结，其中逾期{late}。", f"党组织需要继续整改的问题有{named}。" if named else "")


def _pledges(draft: Draft, asked: Asked) -> None:
    until = asked.until
    cycles = Q(pledge__cycle__starts_on__lte=until, pledge__cycle__ends_on__gte=asked.first)
    in_force = Pledge.objects.within(asked.path).public(until).order_by().values("pk")
    items = PledgeItem.objects.filter(cycles, pledge__in=in_force)
    unkept = items.filter(outcome=Outcome.UNFULFILLED, settled_on__lte=until, due_on__lte=until).count()
    unsaid = items.filter(due_on__lt=until).exclude(settled_on__lte=until).count()
    url = asked.here("pledges:pledge_list")
    told = listed(
        [
            f"{draft.count(label, number, '项', meaning, url=url)}{words}"
            for label, number, meaning, words in (
                ("未兑现的承诺", unkept, "到期而结果为未兑现的承诺事项", "承诺没有兑现"),
                ("没有说明结果的承诺", unsaid, "时限已过、还没有说明结果的承诺事项", "承诺过期还没有说明结果"),
            )
            if number
        ]
    )
    draft.say(f"公开承诺中，有{told}。" if told else "")


def _gaps(draft: Draft, asked: Asked) -> None:
    missing: dict[str, int] = dict.fromkeys((duty for duty, _ in DUTIES), 0)
    for board in asked.boards:
        for line in board.lines:
            seen: set[int] = set()
            for term, cells in line.columns:
                if not asked.overlaps(term.semester.starts_on, term.semester.reporting_until):
                    continue
                for cell in cells:
                    # a year's pledge stands in both of its semesters and is missing once
                    if cell.missing and not (cell.duty == "pledge" and term.cycle and term.cycle.pk in seen):
                        missing[cell.duty] += 1
                        if cell.duty == "pledge" and term.cycle is not None:
                            seen.add(term.cycle.pk)
    url = asked.link("reviews:coverage_board")
    told = [
        f"缺少{label}{draft.count(f'缺少{label}', missing[duty], '份', '按现在的名册应当有而没有的，每人每轮算一份', url=url)}"
        for duty, label in DUTIES
        if missing[duty]
    ]
    undone = Q(state__in=WORKABLE) | Q(state=TaskState.DONE, done_on__gt=asked.until)
    late = Assignment.objects.within(asked.path).filter(
        undone,
        task__cancelled_on__isnull=True,
        task__due_on__gte=asked.first,
        task__due_on__lt=asked.until,
    )
    if number := late.count():
        definition = "时限已过、还没有完成的任务落实"
        tasks_url = asked.here("schedule:task_ledger", state="late")
        told.append(f"逾期未完成任务{draft.count('逾期未完成的任务', number, '项次', definition, url=tasks_url)}")
    if number := _meetings_missing(asked):
        definition = "按每季度一次支部党员大会和党课、每月一次支部委员会和党小组会，应有而没有会议记录的；这一时期结束的月和季度才算"
        rhythm_url = asked.link("schedule:meeting_rhythm")
        told.append(
            f"“三会一课”没有会议记录的{draft.count('三会一课没有记录', number, '次', definition, url=rhythm_url)}"
        )
    draft.say(f"对照要求，{'，'.join(told)}。" if told else "")


def _meetings_missing(asked: Asked) -> int:
    """How many meetings of 三会一课 were not held in the months and quarters that ended in the stretch, from the first semester on. Five queries."""
    semesters = semesters_of(asked.campaign)
    if not semesters:
        return 0
    first, last = max(asked.first, semesters[0].starts_on), min(asked.until, semesters[-1].reporting_until)
    if first > last:
        return 0
    branches = list(Organization.objects.within(asked.path).existing(asked.until).filter(kind=Kind.BRANCH))
    stretch = Semester(campaign=asked.campaign, starts_on=first, ends_on=last)
    stretch.next_starts_on = last + timedelta(days=1)
    # the month that ends with the stretch is over the day after
    return sum(one.missing for one in rhythm_of(branches, stretch, min(asked.on, last + timedelta(days=1))))


def ahead(asked: Asked) -> Draft:
    """下一步: nothing in the records says it, so it is left to people."""
    return Draft("ahead", "下一步打算")
