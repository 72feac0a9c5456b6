"""领导点评与整改 and 群众评议: what was said, what was put right, and of the ratings only what was published beyond the committee."""

from collections.abc import Sequence
from decimal import Decimal

from django.db.models import Count, F, Q
from django.urls import reverse

from awards.queries.gathering.shapes import Asked, Draft, Figure, day, listed, quotation
from reviews.models import CommentProblem, EvaluationRound, EvaluationSubject, LeaderComment, SelfReview
from reviews.states import (
    GIVEN,
    CommentForm,
    Duty,
    EvaluationKind,
    EvaluationState,
    ResultPublicity,
    ReviewState,
    SubjectKind,
)
from reviews.tally.results import Figure as ItemResult
from reviews.tally.results import Rate, Results, SubjectResult, results_of
from schedule.models import ActionItem
from schedule.states.items import ItemState, Source

# whose results may be written into a paper that leaves the committee
TOLD = (ResultPublicity.UNIT, ResultPublicity.PUBLIC)
REVIEWS = ((Duty.SELF_REVIEW, "应对照检查"), (Duty.COMMENT, "应点评"))


def comments(asked: Asked) -> Draft:
    """Say how many reviewed themselves and were commented on, round by round, what was named and what was put right."""
    draft = Draft("comments", "领导点评与整改")
    until, url = asked.until, asked.here("reviews:comment_list")
    _coverage(draft, asked)
    given = LeaderComment.objects.within(asked.path).filter(
        state__in=GIVEN, issued_on__gte=asked.first, issued_on__lte=until
    )
    forms = dict(given.order_by().values_list("form").annotate(count=Count("pk")))
    kinds = dict(given.order_by().values_list("subject_kind").annotate(count=Count("pk")))
    number = sum(kinds.values())
    if number:
        whole = draft.count("点评", number, "份", "这一时期发出的领导点评，没有发出的不算", url=url)
        who = draft.split(SubjectKind, kinds, "份", "其中点评{}的", before="点评", url=url)
        how = draft.split(CommentForm, forms, "份", "其中方式为{}的", url=url)
        named = CommentProblem.objects.filter(comment__in=given.order_by().values("pk")).count()
        found = draft.count("点评指出的问题", named, "条", "这些点评里逐条写下的问题", url=url)
        draft.say(f"共发出领导点评{whole}，按对象分{who}，按方式分{how}。点评共指出问题{found}。")
    _rectified(draft, asked)
    if not draft.paragraphs:
        draft.say("这一时期没有对照检查、领导点评和整改的记录。")
    return draft


def _coverage(draft: Draft, asked: Asked) -> None:
    url = asked.link("reviews:coverage_board")
    lines: list[str] = []
    for board in asked.boards:
        for term in board.terms:
            if term.round is None or not asked.overlaps(term.round.opens_on, term.round.closes_on):
                continue
            name, parts = term.semester.short_label, []
            for duty, label in REVIEWS:
                count = term.counts[duty.value]
                if count.asked:
                    due = draft.count(
                        f"{name}：{label}",
                        count.asked,
                        "个（名）",
                        "本轮要求的党组织和党员，自愿而没有做的不算",
                        url=url,
                    )
                    done = draft.count(f"{name}：{duty.label}完成", count.done, "个（名）", "其中已经做了的", url=url)
                    parts.append(f"{label}{due}，完成{done}")
            if parts:
                lines.append(f"{name}{'；'.join(parts)}")
    draft.say(*[f"{one}。" for one in lines])
    reviews = SelfReview.objects.within(asked.path).exclude(state__in=[ReviewState.DRAFT, ReviewState.LAPSED])
    handed_in = reviews.filter(first_submitted_on__gte=asked.first, first_submitted_on__lte=asked.until).count()
    if handed_in:
        definition = "这一时期首次提交、没有作废的对照检查材料"
        told = draft.count("对照检查", handed_in, "份", definition, url=asked.here("reviews:self_review_list"))
        draft.say(f"共提交对照检查材料{told}。")


def _rectified(draft: Draft, asked: Asked) -> None:
    until, url = asked.until, asked.here("schedule:item_list", state="all")
    raised = ActionItem.objects.within(asked.path).filter(raised_on__gte=asked.first, raised_on__lte=until)
    raised = raised.filter(Q(cancelled_on__isnull=True) | Q(cancelled_on__gt=until))
    counted = raised.aggregate(
        number=Count("pk"),
        done=Count("pk", filter=Q(state=ItemState.VERIFIED, verified_on__lte=until)),
        in_time=Count("pk", filter=Q(state=ItemState.VERIFIED, verified_on__lte=until, submitted_on__lte=F("due_on"))),
    )
    if not counted["number"]:
        return
    sources = dict(raised.order_by().values_list("source").annotate(count=Count("pk")))
    whole = draft.count("整改事项", counted["number"], "项", "这一时期提出的整改事项，撤销的不算", url=url)
    by_source = draft.split(Source, sources, "项", "其中来自{}的", before="整改来自", url=url)
    done = draft.count("已销号", counted["done"], "项", f"到{day(until)}由别人验收销号的", url=url)
    share = draft.rate("整改完成率", counted["done"], counted["number"], "已销号项数÷整改事项数", url=url)
    in_time = draft.count("按时完成", counted["in_time"], "项", "已销号、提交验收不晚于时限的", url=url)
    draft.say(
        f"共提出整改事项{whole}，按来源分{by_source}。到{day(until)}，已验收销号{done}，占{share}，其中按时完成{in_time}。"
    )


# ---- 群众评议 ----


def masses(asked: Asked) -> Draft:
    """Say how organisations were rated, as far as the results were published beyond the committee. Nothing of a person."""
    draft = Draft("masses", "群众评议")
    rows = EvaluationSubject.objects.filter(
        path__startswith=asked.path,
        round__kind=EvaluationKind.MASS,
        round__state=EvaluationState.PUBLISHED,
        round__published_on__gte=asked.first,
        round__published_on__lte=asked.until,
    )
    rounds = list(
        EvaluationRound.objects.filter(pk__in=rows.values("round"))
        .select_related("organization", "semester", "campaign")
        .order_by("closes_on", "pk")
    )
    told = [one for one in rounds if one.publicity in TOLD and one.subject_kind == SubjectKind.ORGANIZATION]
    labels = {label for round_ in told if (label := _round(draft, asked, round_))}
    draft.say(*[f"满意率按{label}占有效票的比例计算。" for label in sorted(labels)])
    held_back = len(rounds) - len(told)
    if held_back:
        number = draft.count(
            "结果没有公开的评议",
            held_back,
            "次",
            "评议党员的、以及结果只公布到支部委员会的；总结要上报和传阅，所以不写结果",
            url=asked.link("reviews:evaluation_list"),
        )
        draft.say(f"{'另' if told else ''}组织了群众评议{number}，结果没有公开，这里不写。")
    if not draft.paragraphs:
        draft.say("这一时期没有已公布结果的群众评议。")
    return draft


def _round(draft: Draft, asked: Asked, round_: EvaluationRound) -> str:
    """Tell of one round; return how its rate is reckoned, nothing where none was told."""
    found = results_of(round_, asked.viewer, asked.on)
    here = [one for one in found.subjects if one.subject.path.startswith(asked.path)]
    if not here:
        return ""
    url = reverse("reviews:result_detail", args=[round_.pk])
    total = found.sum
    raters = listed([f"{one.name}（{one.get_choosing_display()}）" for one in found.categories])
    issued = draft.count(f"{round_}：发出评议码", total["issued"], "张", f"评议人：{raters}", url=url)
    ballots = draft.count(f"{round_}：收回评议票", total["ballots"], "张", "封存时票箱里的票", url=url)
    rated = [(one.positive, result, one) for result in here for one in result.whole.figures if one.positive is not None]
    draft.say(
        f"{round_}于{day(round_.closes_on)}截止，由{listed([one.name for one in found.categories])}评议，",
        f"发出评议码{issued}，收回{ballots}。",
        _extremes(draft, found, rated, url) if rated else "",
        *[_few(draft, found, one, url) for one in here if one.whole.word],
    )
    return found.positive_labels if rated else ""


Rated = tuple[Rate, SubjectResult, ItemResult]


def _extremes(draft: Draft, found: Results, rated: Sequence[Rated], url: str) -> str:
    """Name the best and the worst rated item; the page behind the figures has all of them."""
    subjects = {result.subject.pk for _, result, _ in rated}

    def told(place: str, one: Rated) -> str:
        rate, result, item = one
        label = f"{found.round}：{place}满意率（{result.subject}，{item.item.text}）"
        share = draft.rate(label, rate.part, rate.whole, f"{found.positive_labels}÷有效票", url=url)
        whose = f"{result.subject}的" if len(subjects) > 1 else ""
        return f"满意率{place}的是{whose}{quotation(item.item.text)}，为{share}"

    by_share = sorted(rated, key=lambda one: Decimal(one[0].part) / one[0].whole)
    whom = f"{len(subjects)}个党组织" if len(subjects) > 1 else str(rated[0][1].subject)
    ends = [("最高", by_share[-1]), ("最低", by_share[0])] if len(rated) > 1 else [("最高", by_share[0])]
    return f"对{whom}的评议，{'；'.join(told(place, one) for place, one in ends)}。"


def _few(draft: Draft, found: Results, result: SubjectResult, url: str) -> str:
    """Tell of a subject too few have rated: only means, or nothing."""
    means = []
    for one in result.whole.figures:
        if one.mean is not None:
            value = f"{one.mean}分"
            label = f"{found.round}：平均分（{result.subject}，{one.item.text}）"
            definition = "各等次折合分的平均；评议人少，不公布分布"
            draft.figures.append(Figure(label, value, definition, found.sum["ballots"], url))
            means.append(f"{quotation(one.item.text)}{value}")
    return f"对{result.subject}的评议{result.whole.word}{'：' + '、'.join(means) if means else ''}。"
