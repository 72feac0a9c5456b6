"""The roll of honour, what a certificate says, and the stories of models. Each function says how many queries it costs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, QuerySet, Value, When

from accounts.models import LogEntry
from awards.models import AwardRound, Honour, ModelStory, Nomination
from awards.scope.honours import HonourQuerySet, StoryQuerySet
from awards.states import Level, NominationState, NomineeKind
from branches.models import Member, Organization
from branches.queries import holding, posts_at
from branches.scope import within
from branches.states import LEADERS
from schedule.letters import Person

# organisations come before members
ORDER = ("-year", "-rank", "awarded_by", "-nominee_kind", "title", "path", "member__sort_key", "pk")
RANK = Case(*(When(level=level, then=Value(place)) for place, level in enumerate(Level)), output_field=IntegerField())
NUMERALS = "〇一二三四五六七八九"
# in certificate numbers: 2011-总支-0001
LEVEL_WORDS = {level: level.label.removesuffix("级") for level in Level}


def for_lists(honours: HonourQuerySet) -> HonourQuerySet:
    """Fetch with what a line of the roll says, in the roll's order, the highest level of a year first: one query."""
    return honours.select_related("organization", "member").annotate(rank=RANK).order_by(*ORDER)


def for_work(honours: HonourQuerySet) -> HonourQuerySet:
    """Fetch with all that its page and its rules ask for: one query."""
    return honours.select_related(
        "organization", "member", "by", "nomination__round__organization", "nomination__round__campaign"
    )


def history_of(record: Honour | ModelStory) -> list[LogEntry]:
    """Return who did what to an honour or a story, newest first. One query."""
    return list(LogEntry.objects.of(record).order_by("-pk"))


def years_of(honours: HonourQuerySet) -> list[int]:
    """Return the years in which there were honours, the latest first. One query."""
    return list(honours.order_by("-year").values_list("year", flat=True).distinct())


def titles_of(honours: HonourQuerySet) -> list[str]:
    """Return the titles given, each once. One query."""
    return list(honours.order_by("title").values_list("title", flat=True).distinct())


def categories_of(rounds: "QuerySet[AwardRound]") -> list[tuple[str, str]]:
    """Return the categories of these rounds by key, each with its latest title. One query."""
    rows = rounds.order_by("commend_on").values_list("categories__key", "categories__title")
    return list({key: title for key, title in rows if key}.items())


@dataclass(frozen=True, slots=True)
class Group:
    """Those who were given one title by the same in one year, as the roll sets them out."""

    year: int
    level: str
    awarded_by: str
    title: str
    honours: list[Honour]


def groups_of(honours: Sequence[Honour]) -> list[Group]:
    """Set honours, fetched in the roll's order, out by year, level, who gave them and title. No query."""
    found: dict[tuple[int, str, str, str], Group] = {}
    for honour in honours:
        key = (honour.year, honour.get_level_display(), honour.awarded_by, honour.title)
        found.setdefault(key, Group(*key, [])).honours.append(honour)
    return list(found.values())


def holders(honour: Honour, on: date) -> list[Person]:
    """Whom an honour is told to: the member, or the organisation's leaders. One query at most."""
    if honour.member is not None:
        return [honour.member]
    return holding(posts_at([honour.organization_id], on), honour.organization_id, LEADERS)


# ---- a round is commended ----


def decided_in(round_: AwardRound) -> list[Nomination]:
    """Return the nominations a commendation gives honours to, in the order their certificates are numbered. One query."""
    decided = Nomination.objects.filter(round=round_, state=NominationState.DECIDED)
    rows = decided.select_related("round__organization", "category", "member", "organization", "nominator")
    return list(rows.order_by("category__place", "category", "path", "member__sort_key", "pk"))


def numbers_after(year: int, level: str) -> Iterator[str]:
    """Yield the certificate numbers that are still free in a year at a level, without end. One query.

    The caller keeps others from counting at the same time.
    """
    beginning = f"{year}-{LEVEL_WORDS[Level(level)]}-"
    given = Honour.objects.filter(number__startswith=beginning).values_list("number", flat=True)
    last = max((int(number.removeprefix(beginning)) for number in given), default=0)
    while True:
        last += 1
        yield f"{beginning}{last:04d}"


def same_honour(honour: Honour) -> Honour | None:
    """Return a standing honour that says the same of the same nominee, whatever its day and wherever a member belonged. One query."""
    of = {"organization": honour.organization} if honour.member is None else {}
    same: Honour | None = (
        Honour.objects.standing()
        .filter(
            member=honour.member,
            **of,
            title=honour.title,
            level=honour.level,
            year=honour.year,
        )
        .exclude(pk=honour.pk)
        .first()
    )
    return same


# ---- certificates ----


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says, on the page and in the PDF alike."""

    to: str
    text: str
    citation: str
    closing: str
    by: str
    day: str
    number: str


def certificate_of(honour: Honour) -> Certificate:
    """Return the words of an honour's certificate; it must be fetched `for_work`. No query."""
    campaign = honour.nomination.round.campaign.name if honour.nomination else "创先争优"
    if honour.member is not None:
        to, given = f"{honour.member.name} 同志", f"被评为{honour.year}年度“{honour.title}”。"
    else:
        to, given = honour.organization.name, f"被授予{honour.year}年度“{honour.title}”荣誉称号。"
    return Certificate(
        to=f"{to}：",
        text=f"在{campaign}活动中成绩突出，{given}",
        citation=" ".join(honour.citation.split()),
        closing="特发此证，以资鼓励。",
        by=honour.awarded_by,
        day=written_out(honour.awarded_on),
        number=honour.number,
    )


def written_out(day: date) -> str:
    """Return a day as documents write it: 二〇一一年七月一日."""
    year = "".join(NUMERALS[int(digit)] for digit in str(day.year))
    return f"{year}年{_counted(day.month)}月{_counted(day.day)}日"


def _counted(number: int) -> str:
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{NUMERALS[tens]}十") + (NUMERALS[ones] if ones else "")


def certificates_in(round_: AwardRound) -> list[Honour]:
    """Return the standing honours of a round in the order of their certificates. One query."""
    honours = Honour.objects.standing().filter(nomination__round=round_).exclude(number="")
    return list(for_work(honours).order_by("number"))


# ---- stories ----


def story_lines(stories: StoryQuerySet) -> StoryQuerySet:
    """Fetch with what a line or card of a list says: two queries."""
    return stories.select_related("organization", "member", "honour").prefetch_related("evidence")


def story_for_work(stories: StoryQuerySet) -> StoryQuerySet:
    """Fetch with all that its page and its letters ask for: two queries."""
    return stories.select_related("organization", "member", "honour", "by").prefetch_related("evidence")


def stories_praising(honour: Honour, on: date) -> list[ModelStory]:
    """Return the published stories about whoever holds an honour. One query."""
    of = {"organization": honour.organization_id} if honour.member_id is None else {}
    return list(ModelStory.objects.public(on).filter(member=honour.member_id, **of).order_by("-published_on", "-pk"))


def subjects_of_story(story: ModelStory, on: date) -> list[Person]:
    """Whom a story is told to: the member, or the organisation's leaders. One query at most."""
    if story.member is not None:
        return [story.member]
    return holding(posts_at([story.organization_id], on), story.organization_id, LEADERS)


def writers_of_story(story: ModelStory, on: date) -> list[Person]:
    """Who wrote it."""
    return [story.by]


def everybody_of_story(story: ModelStory, on: date) -> list[Person]:
    """Whom it is about, and who wrote it. One query at most."""
    return [*subjects_of_story(story, on), *writers_of_story(story, on)]


def honours_to_tell(place: Organization, on: date) -> HonourQuerySet:
    """Return the standing honours of an organisation, what is below it, and their members; for the choice on a story's form."""
    return for_lists(Honour.objects.standing().filter(within("path", [place.path]), awarded_on__lte=on))


def kind_of(member: Member | None) -> NomineeKind:
    """Return what sort of nominee has a member, or none."""
    return NomineeKind.ORGANIZATION if member is None else NomineeKind.MEMBER
