"""Writing a comment, giving it, taking it back, signing for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from accounts import drafts, log
from accounts.drafts import FormKey
from accounts.models import LogEntry, User
from branches.models import Member, Organization
from chuangxian.edits import Conflict, save_version
from chuangxian.verdicts import require
from chuangxian.workflow import Overtaken
from reviews.models import CommentProblem, CommentRound, LeaderComment
from reviews.queries.comment_ladder import Target, entitled, target_on
from reviews.queries.comments import SOURCE, for_work
from reviews.rules import comments as rules
from reviews.rules.rounds import is_running
from reviews.states import SubjectKind
from reviews.workflow.comments import COMMENT
from schedule.actions.items import raise_item
from schedule.models import ActionItem, Meeting
from schedule.rules import items as item_rules
from schedule.states.items import MeetingKind, Source
from schedule.workflow.items import ITEM

FIELDS = ("form", "held_on", "meeting", "achievements", "direction", "rating", "publicity")
NAMED = ("commentator_name", "commentator_post")  # typed only for somebody above the unit
PROBLEM = ("text", "standard", "due_on")


@dataclass(frozen=True)
class ProblemText:
    """One problem as the form gives it: ``pk`` of the row it changes, none for a new one; ``fields`` by PROBLEM."""

    fields: Mapping[str, Any]
    pk: int | None = None


@dataclass(frozen=True)
class Text:
    """A sheet as the form gives it. ``meeting_title`` records a meeting of that day, once, and hangs the comment on it."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    problems: Sequence[ProblemText] = ()
    meeting_title: str = ""


def form_for(round_: CommentRound, commentator: Member | None, address: str) -> FormKey:
    """Name the form of a sheet that may not have been begun; ``address`` is the subject's, as in ``member-12``."""
    kind, _, number = address.partition("-")
    return FormKey(f"comment {round_.pk} {commentator.pk if commentator is not None else 0} {kind}", int(number))


def form_of(comment: LeaderComment) -> FormKey:
    """Name the form of the sheet a comment was written on."""
    is_member = comment.subject_kind == SubjectKind.MEMBER and comment.member_id is not None
    number = comment.member_id if is_member else comment.organization_id
    return form_for(comment.round, comment.commentator, f"{comment.subject_kind}-{number}")


@transaction.atomic
def start(
    *,
    round_: CommentRound,
    target: Target,
    commentator: Member | None,
    day: date,
    text: Text | None = None,
    by: User,
    on: date,
) -> LeaderComment:
    """Begin a leader's comment on a subject; without a commentator the words of somebody above the unit, whose name the text gives.

    Raises Refused when the round does not run or the person may not, Overtaken when there is one already.
    """
    require(is_running(round_, by, on))
    require(rules.may_comment(round_, target, commentator, by, on, day=day))
    text = text or Text()
    posts = entitled(target, round_.path, day) if commentator is not None else []
    post = next((row for row in posts if commentator is not None and row.member_id == commentator.pk), None)
    comment = LeaderComment(
        round=round_,
        subject_kind=target.kind,
        organization=target.organization,
        member=target.member,
        commentator=commentator,
        commentator_name=str(commentator or ""),
        commentator_post=f"{post.organization}{post.get_post_display()}" if post is not None else "",
        author=by,
        held_on=day,
        publicity=round_.publicity,
    )
    _fill(comment, text, by, on)
    try:
        with transaction.atomic():
            comment.save()
    except IntegrityError as error:
        # the constraints speak when the sheet has been begun by the leader and by the office
        raise Overtaken(
            f"{comment.commentator_name}在这一轮已经有一份对{target}的点评，也可能是办公室代为起草的。"
        ) from error
    _write_problems(comment, text)
    drafts.forget(form=form_of(comment), by=by)
    own = commentator is not None and commentator.user_id == by.pk
    verb, label = ("begin_comment", "起草点评") if own else ("begin_comment_for", "代为登记点评")
    log.record(verb=verb, label=label, obj=comment, by=by, on=on)
    return comment


@transaction.atomic
def save_text(*, comment: LeaderComment, text: Text, version: int, by: User, on: date) -> None:
    """Save the sheet as given; problems left out are removed. Raises Conflict (nothing written) when somebody saved in between."""
    require(rules.may_edit(comment, by, on))
    before = _described(comment)
    _fill(comment, text, by, on)
    names = [name for name in (*FIELDS, *NAMED) if name in text.fields or (name == "meeting" and text.meeting_title)]
    save_version(comment, names, version=version)
    _write_problems(comment, text)
    drafts.forget(form=form_of(comment), by=by)
    if before != _described(comment):
        # a draft is its author's alone: the log says that he wrote, not what
        log.record(verb="save_text", label="修改点评", obj=comment, category=LogEntry.Category.CHANGE, by=by, on=on)


def _fill(comment: LeaderComment, text: Text, by: User, on: date) -> None:
    wanted = (*FIELDS, *NAMED) if comment.commentator_id is None else FIELDS
    for name in wanted:
        if name in text.fields:
            setattr(comment, name, text.fields[name])
    if text.meeting_title.strip():
        comment.meeting = _meeting(comment, text.meeting_title.strip(), by, on)


def _meeting(comment: LeaderComment, title: str, by: User, on: date) -> Meeting:
    """Return the meeting of that title and day, recorded when it is not there yet: once for the whole evening."""
    place = _place_of_meeting(comment)
    require(item_rules.may_record_meeting(place, by, on))
    same = Meeting.objects.filter(organization=place, title=title, held_on=comment.held_on).first()
    if same is not None:
        found: Meeting = same
        return found
    meeting = Meeting(
        organization=place, kind=MeetingKind.COMMENT, title=title, held_on=comment.held_on, recorded_by=by
    )
    meeting.save()
    log.record(verb="record_meeting", label="登记会议", obj=meeting, by=by, on=on)
    return meeting


def _place_of_meeting(comment: LeaderComment) -> Organization:
    if comment.commentator is None:
        return comment.round.organization
    target = rules.target_of(comment)
    posts = entitled(target, comment.round.path, comment.held_on) if target is not None else []
    post = next((row for row in posts if row.member_id == comment.commentator_id), None)
    return post.organization if post is not None else comment.round.organization


def _write_problems(comment: LeaderComment, text: Text) -> None:
    kept = {problem.pk: problem for problem in CommentProblem.objects.filter(comment=comment)}
    wanted = {problem.pk for problem in text.problems if problem.pk is not None}
    if not wanted <= set(kept):
        raise Conflict(current=LeaderComment.objects.get(pk=comment.pk), mine=dict(text.fields))
    CommentProblem.objects.filter(comment=comment).exclude(pk__in=wanted).delete()
    for place, given in enumerate(text.problems, 1):
        problem = kept[given.pk] if given.pk is not None else CommentProblem(comment=comment)
        for name in PROBLEM:
            if name in given.fields:
                setattr(problem, name, given.fields[name])
        problem.place = place
        problem.save()
    # what was fetched before the change is no longer true
    getattr(comment, "_prefetched_objects_cache", {}).pop("problems", None)


def _described(comment: LeaderComment) -> list[Any]:
    row = LeaderComment.objects.filter(pk=comment.pk).values(*FIELDS, *NAMED).get()
    return [row, list(CommentProblem.objects.filter(comment=comment).values_list("text", "standard", "due_on"))]


def act(*, comment: LeaderComment, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Make a move: giving a comment raises its action items, taking it back takes them back."""
    if verb == "issue":
        issue(comment=comment, version=version, by=by, on=on)
    elif verb == "recall":
        recall(comment=comment, version=version, by=by, on=on)
    else:
        COMMENT.move(comment, verb, note=note, version=version, by=by, on=on)


@transaction.atomic
def issue(*, comment: LeaderComment, version: int | None, by: User, on: date) -> None:
    """Give the comment to its subject, and raise an action item for each problem it names."""
    COMMENT.move(comment, "issue", version=version, by=by, on=on)
    comment = for_work(LeaderComment.objects.all()).get(pk=comment.pk)
    for problem in comment.problems.select_related("standard"):
        raise_item(
            organization=comment.organization,
            member=comment.member,
            source=Source.COMMENT,
            origin=comment,
            place=problem.place,
            standard=problem.standard,
            problem=problem.text,
            responsible=_responsible(comment, on),
            due_on=problem.due_on,
            by=by,
            on=on,
        )


def _responsible(comment: LeaderComment, on: date) -> Member:
    if comment.member is not None:
        return comment.member
    secretary = target_on(SubjectKind.SECRETARY, comment.organization_id, comment.round.path, on)
    assert secretary is not None and secretary.member is not None  # the rule has asked
    return secretary.member


@transaction.atomic
def recall(*, comment: LeaderComment, version: int | None = None, by: User, on: date) -> None:
    """Take a comment back before it has been signed for, with the action items it raised."""
    # locked first and in this order, as work on an item does: else the two could wait for each other
    raised = ActionItem.objects.filter(source_type=SOURCE, source_id=comment.pk).select_for_update(of=("self",))
    items = list(raised.select_related("organization", "member", "responsible__user", "verifying").order_by("pk"))
    COMMENT.move(comment, "recall", version=version, by=by, on=on)
    for item in items:
        if item.state in ITEM.moves["cancel"].sources:
            ITEM.move(item, "cancel", note="点评已收回。", by=by, on=on)
