"""Who reads results: nobody before the seal, then those who run the round, after the publication those it is published to."""

from collections.abc import Iterable
from datetime import date

from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS
from chuangxian.verdicts import YES, Verdict, first_no, no
from reviews.models import EvaluationRound, EvaluationSubject
from reviews.rules.evaluations import runs
from reviews.scope.evaluations import BALLOTING
from reviews.states import EvaluationKind, EvaluationState, ResultPublicity

STRANGE = no("这项结果没有公布到您这里。")


def is_published(round_: EvaluationRound, on: date) -> bool:
    """Answer whether the result had been published on that day."""
    return round_.state == EvaluationState.PUBLISHED and round_.published_on is not None and round_.published_on <= on


def may_read_round(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Figures of the round at all: not before the seal; between seal and publication only whoever runs it."""
    if round_.state == EvaluationState.VOID:
        return no("这次评议已经作废，没有结果。")
    if round_.sealed_on is None or round_.sealed_on > on:
        return no("评议还没有封存，谁也看不到结果。")
    if is_published(round_, on):
        return YES
    return YES if runs(round_, by, on) else no("评议已经封存，结果还没有公布。")


def may_read_subject(subject: EvaluationSubject, round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """The result of one subject. A member's never leaves the member, the committees he belongs under and those who run the round."""
    if not (may := may_read_round(round_, by, on)):
        return may
    me = standing_of(by, on)
    if round_.kind == EvaluationKind.BALLOT:
        return _reads_ballot(subject, round_, me)
    if runs(round_, me, on) or me.may_read(subject.path):
        return YES
    if subject.member_id is not None:
        return YES if me.member is not None and me.member.pk == subject.member_id else STRANGE
    if round_.publicity == ResultPublicity.PUBLIC:
        return YES
    belongs = bool(me.unit_path) and (round_.path.startswith(me.unit_path) or me.home_path.startswith(round_.path))
    return YES if round_.publicity == ResultPublicity.UNIT and belongs else STRANGE


def _reads_ballot(subject: EvaluationSubject, round_: EvaluationRound, me: Standing) -> Verdict:
    """The committee that cast it and its office, but never about themselves or an organisation they lead."""
    if not me.holds_at(BALLOTING, round_.organization_id):
        return STRANGE
    if subject.member_id is None:
        concerned = me.holds_at(LEADERS, subject.organization_id)
    else:
        concerned = me.member is not None and me.member.pk == subject.member_id
    return no("涉及本人或者本人负责的党组织，应当回避。") if concerned else YES


def readable(
    subjects: Iterable[EvaluationSubject], round_: EvaluationRound, by: Viewer, on: date
) -> list[EvaluationSubject]:
    """Return the subjects whose result the person reads."""
    me = standing_of(by, on)
    return [subject for subject in subjects if may_read_subject(subject, round_, me, on)]


def may_read_remarks(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Remarks, which may be about any subject: those who read internally at the unit; of organisations also those all is published to."""
    if not (may := may_read_round(round_, by, on)):
        return may
    me = standing_of(by, on)
    if runs(round_, me, on) or me.may_read(round_.path):
        return YES
    return no("意见建议由本单位的班子成员和办公室查看。")


def may_edit_remarks(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Propose and confirm what may be shown of remarks: those who run the round, after the seal."""
    return first_no(runs(round_, by, on), may_read_round(round_, by, on))


def may_see_record(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """The closing record has no result in it: those who run the round, and those who read internally at the unit."""
    if round_.sealed_on is None or round_.sealed_on > on:
        return no("评议还没有封存，没有封存记录。")
    if runs(round_, by, on) or standing_of(by, on).may_read(round_.path):
        return YES
    return no("封存记录由组织评议的单位查看。")


def may_appraise(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Enter what the committee decided about each member, after the seal of 民主评议党员."""
    if round_.kind != EvaluationKind.APPRAISAL:
        return no("只有民主评议党员由支部委员会评定等次。")
    return first_no(runs(round_, by, on), may_read_round(round_, by, on))
