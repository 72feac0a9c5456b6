"""Self-reviews: begin with what is known, save, hand in, decide one by one or many at once, end with the round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import prefetch_related_objects

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from branches.queries import reading_organization
from chuangxian.edits import Conflict, save_version
from chuangxian.verdicts import Refused, no, require
from chuangxian.workflow import Overtaken
from reviews.models import CommentRound, Measure, SelfReview, SelfReviewLine
from reviews.queries import facts as known
from reviews.queries import self_reviews as queries
from reviews.queries.scores import scheme_of
from reviews.rules import self_reviews as rules
from reviews.states import Answer, ReviewState, SubjectKind
from reviews.workflow.self_reviews import SELF_REVIEW
from schedule.queries.plan import standards_of

LINE_TEXTS = ("answer", "practice", "gap", "cause")
LINE_COLUMNS = (*LINE_TEXTS, "self_score")
ACCEPTING = ("accept", "register")


@dataclass(frozen=True)
class MeasureText:
    """One measure as the form gives it."""

    text: str
    due_on: date
    responsible: Member | None = None


@dataclass(frozen=True)
class LineText:
    """One standard's answer as the form gives it: ``pk`` of the line, ``fields`` by LINE_COLUMNS, the measures in their order."""

    pk: int
    fields: Mapping[str, Any]
    measures: Sequence[MeasureText] = field(default=())


def form_of(review: SelfReview) -> FormKey:
    """Name the form in which it is written."""
    return FormKey("reviews.selfreview", review.pk)


@transaction.atomic
def begin(
    *, round_: CommentRound, member: Member | None = None, organization: Organization, by: User, on: date
) -> SelfReview:
    """Begin a member's (or, without one, an organisation's) self-review: a line for each standard, filled with what is known of it.

    Raises Refused when the person may not write it, the round does not run or the plan has no standards, Overtaken when there is one.
    """
    kind = SubjectKind.MEMBER if member is not None else SubjectKind.ORGANIZATION
    review = SelfReview(
        round=round_,
        subject_kind=kind,
        organization=organization,
        path=organization.path,
        member=member,
        reviewing=reading_organization(root=round_.path, organization=organization, member=member, on=on),
        author=by,
    )
    require(rules.may_edit(review, by, on))
    if not organization.path.startswith(round_.path):
        require(no(f"{organization}不在{round_}的范围之内。"))
    standards = list(standards_of(kind, on).select_related("set"))
    if not standards:
        require(no("活动方案里还没有对照的标准，请联系创先争优办公室。"))
    review.set = standards[0].set
    _insert(review)
    facts = known.facts_of(review, on)
    SelfReviewLine.objects.bulk_create(
        SelfReviewLine(
            review=review,
            standard=standard,
            place=place,
            practice=known.as_practice(facts[standard.key])[:2000] if standard.key in facts else "",
        )
        for place, standard in enumerate(standards, 1)
    )
    own_text = member is None or member.user_id == by.pk
    log.record(
        verb="begin" if own_text else "begin_for",
        label="起草对照检查" if own_text else "代为登记对照检查",
        obj=review,
        by=by,
        on=on,
    )
    return review


def _insert(review: SelfReview) -> None:
    try:
        with transaction.atomic():
            review.save()
    except IntegrityError as error:
        # the constraints speak when there is one already, or two begin at the same moment
        raise Overtaken(f"{review.subject}在{review.round}已经有一份对照检查。") from error


@transaction.atomic
def save_text(
    *, review: SelfReview, lines: Sequence[LineText], confirmed_no_gap: bool = False, version: int, by: User, on: date
) -> None:
    """Save the answers as given; measures are replaced by those given. "No gap" stays confirmed only while every answer says so.

    Raises Conflict (nothing written) when somebody saved in between.
    """
    require(rules.may_edit(review, by, on))
    before = _described(review)
    all_met = all(text.fields.get("answer") == Answer.MET for text in lines)
    review.confirmed_no_gap = confirmed_no_gap and all_met
    save_version(review, ["confirmed_no_gap"], version=version)
    kept = {line.pk: line for line in SelfReviewLine.objects.filter(review=review)}
    if {text.pk for text in lines} - set(kept):
        raise Conflict(current=SelfReview.objects.get(pk=review.pk), mine={"confirmed_no_gap": confirmed_no_gap})
    changed = []
    for text in lines:
        line = kept[text.pk]
        for name in LINE_COLUMNS:
            if name in text.fields:
                setattr(line, name, text.fields[name])
        changed.append(line)
    SelfReviewLine.objects.bulk_update(changed, LINE_COLUMNS)
    Measure.objects.filter(line__in=changed).delete()
    Measure.objects.bulk_create(
        Measure(line=kept[text.pk], place=place, text=one.text, due_on=one.due_on, responsible=one.responsible)
        for text in lines
        for place, one in enumerate(text.measures, 1)
    )
    drafts.forget(form=form_of(review), by=by)
    getattr(review, "_prefetched_objects_cache", {}).pop("lines", None)
    after = _described(review)
    if before != after:
        log.record(
            verb="save_text",
            label="修改对照检查",
            obj=review,
            changes={"text": [before, after]},
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


def _described(review: SelfReview) -> list[dict[str, Any]]:
    lines = SelfReviewLine.objects.filter(review=review).prefetch_related("measures")
    return [
        {
            "standard": line.standard_id,
            **{name: getattr(line, name) for name in LINE_TEXTS},
            **({} if line.self_score is None else {"self_score": str(line.self_score)}),
            "measures": [
                {"text": m.text, "due_on": str(m.due_on), "responsible": m.responsible_id} for m in line.measures.all()
            ],
        }
        for line in lines
    ]


@transaction.atomic
def act(
    *,
    review: SelfReview,
    verb: str,
    note: str = "",
    points: Mapping[int, Decimal | None] = MappingProxyType({}),
    version: int | None,
    by: User,
    on: date,
) -> None:
    """Make a move. Where the campaign keeps scores, accepting needs ``points`` for every line.

    What is registered from above the unit may have none: the level above gives points or does not.
    """
    if verb not in ACCEPTING or scheme_of(review.round.semester.campaign) is None:
        SELF_REVIEW.move(review, verb, note=note, version=version, by=by, on=on)
        return
    require(SELF_REVIEW.verdict(review, verb, by=by, on=on))
    prefetch_related_objects([review], "lines__standard")
    lines = list(review.lines.all())  # before the move, which reads the review anew
    if verb == "accept":
        require(rules.is_assessed(lines, points))
    SELF_REVIEW.move(review, verb, note=note, version=version, by=by, on=on)
    for line in lines:
        line.assessed_score = points.get(line.pk)
    SelfReviewLine.objects.bulk_update(lines, ["assessed_score"])


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one self-review of many: ``refusal`` is empty when it went through."""

    review: SelfReview
    refusal: str = ""


def accept_many(
    *, reviews: Sequence[SelfReview], versions: Mapping[int, int], note: str = "", by: User, on: date
) -> list[Done]:
    """Accept each in its own transaction; one refusal does not stop the others. ``versions`` is what the person had read."""
    done = []
    for review in reviews:
        verb = "register" if review.goes_outside else "accept"
        try:
            with transaction.atomic():
                act(review=review, verb=verb, note=note, version=versions.get(review.pk), by=by, on=on)
        except Refused as refused:
            done.append(Done(review, refused.reason))
        else:
            done.append(Done(review))
    return done


@transaction.atomic
def close_self_reviews(*, round_: CommentRound, by: User, on: date) -> None:
    """What the end of a round does: accepted self-reviews are archived, those still in work lapse. Called by whoever closes the round,
    once the round bears its closing day."""
    for review in queries.for_work(SelfReview.objects.filter(round=round_)).order_by("pk"):
        for verb in ("expire", "archive"):
            if review.state in SELF_REVIEW.moves[verb].sources:
                SELF_REVIEW.move(review, verb, by=by, on=on)
                break


def cut_short(round_: CommentRound) -> int:
    """Count the self-reviews of a round that closing it would let lapse. One query."""
    open_states = (ReviewState.DRAFT, ReviewState.SUBMITTED, ReviewState.RETURNED)
    found: int = SelfReview.objects.filter(round=round_, state__in=open_states).count()
    return found
