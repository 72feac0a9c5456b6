"""The end of a round: with everybody covered, or with a reason for each who was not; and reminding them before it comes to that."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction

from accounts import log
from accounts.models import User
from chuangxian.edits import save_version
from chuangxian.verdicts import no, require
from reviews.actions.self_reviews import close_self_reviews
from reviews.models import CommentRound, LeaderComment, RoundGap
from reviews.queries import comments, coverage, people
from reviews.rules import rounds as rules
from reviews.states import Duty
from reviews.workflow.comments import COMMENT
from schedule import letters, outbox
from schedule.outbox import Draft

NUDGES = {Duty.SELF_REVIEW: "self_review_nudge", Duty.COMMENT: "comment_nudge"}


@transaction.atomic
def close_round(
    *, round_: CommentRound, note: str = "", reasons: Mapping[str, str], version: int, by: User, on: date
) -> None:
    """End a round. Who is missing is asked again; each needs a reason (by `Missing.name`), which is kept and printed.

    Accepted self-reviews are archived, other ones and comments not given lapse; rectification goes on. Raises Refused, Conflict.
    """
    require(rules.may_change_round(round_, by, on))
    missing = coverage.missing_in(round_, on=on)
    unexplained = [str(one.subject) for one in missing if not reasons.get(one.name, "").strip()]
    if unexplained:
        require(no(f"还有 {len(unexplained)} 项没有覆盖到、也没有写明原因：{'、'.join(unexplained[:5])}。"))
    round_.closed_on, round_.closing_note = on, note.strip()
    save_version(round_, ["closed_on", "closing_note"], version=version)
    RoundGap.objects.bulk_create(
        RoundGap(
            round=round_,
            duty=one.duty,
            organization=one.subject.organization,
            member=one.subject.member,
            reason=reasons[one.name].strip(),
        )
        for one in missing
    )
    _put_away(round_, by, on)
    log.record(
        verb="close_round",
        label="结束点评轮次",
        obj=round_,
        note=note,
        changes={"gaps": ["", [f"{one.subject}：{one.label}" for one in missing]]},
        by=by,
        on=on,
    )


def _put_away(round_: CommentRound, by: User, on: date) -> None:
    close_self_reviews(round_=round_, by=by, on=on)
    for comment in comments.for_work(LeaderComment.objects.filter(round=round_)).order_by("pk"):
        if comment.state in COMMENT.moves["expire"].sources:
            COMMENT.move(comment, "expire", by=by, on=on)


@transaction.atomic
def remind_missing(*, round_: CommentRound, duty: str, name: str = "", paths: Sequence[str], by: User, on: date) -> int:
    """Remind those who are missing under ``paths``, or the one of that ``name``; each person once a day. Returns how many notices are new."""
    require(rules.may_remind(round_, by, on))
    if duty not in NUDGES:
        require(no("请选择提醒对照检查还是提醒点评。"))
    missing = [one for one in coverage.missing_in(round_, paths=paths, on=on) if one.duty == duty]
    chosen = [one for one in missing if name in ("", one.name)]
    charge = people.in_charge_of(round_, chosen, on)
    told = list(dict.fromkeys(person for one in chosen for person in charge[one.name]))
    if not told:
        return 0
    letter = letters.get(NUDGES[Duty(duty)])
    text = letters.write(letter, round_, by=by, on=on)
    count = outbox.put([Draft(letter, round_, told, f"nudge {on}", text, letter.url(round_), by=by)], on=on)
    log.record(verb="remind", label=f"提醒{Duty(duty).label}", obj=round_, note=f"提醒 {count} 人", by=by, on=on)
    return count
