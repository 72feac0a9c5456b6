"""Who sets a round up, who decides in it, and when what may be done."""

from datetime import date

from awards.models import AwardRound, Nomination, Objection
from awards.queries import rounds as queries
from awards.scope.rounds import DECIDERS, RUNNERS
from awards.states import NominationState, RoundState
from branches.models import Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger


def may_run(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Draft, announce and commend: the unit's leaders and its office."""
    if standing_of(by, on).holds_at(RUNNERS, organization.pk):
        return YES
    return stranger("评选由本单位的书记、副书记或者创先争优办公室组织。")


def runs(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Run this round."""
    return may_run(round_.organization, by, on)


def decides(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Sit in judgement in this round, or enter what was decided."""
    if standing_of(by, on).holds_at(DECIDERS, round_.organization_id):
        return YES
    return stranger("推荐由本单位的委员会审议，由委员会成员或者创先争优办公室登记。")


def may_change(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Change dates, categories, places or rules: only in draft."""
    if round_.is_frozen:
        return first_no(runs(round_, by, on), no("评选已经布置，类别、名额和条件不能再改；确实要改，先收回布置。"))
    return runs(round_, by, on)


def is_under_way(round_: AwardRound) -> Verdict:
    """Announced, and nobody commended yet."""
    if round_.state == RoundState.ANNOUNCED:
        return YES
    return no(f"这一批评选现在是“{round_.get_state_display()}”，不能再办理。")


# ---- when what may be done ----


def is_complete(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Everything those who recommend must know is there, and there is time left for recommending and for the notice."""
    if round_.nominate_by < on:
        return no(f"推荐截止是 {round_.nominate_by:%Y-%m-%d}，已经过了，请先改日期。")
    said = leaves_time(round_)
    if not said:
        return said
    categories = queries.categories_of(round_)
    if not categories:
        return no("还没有表彰类别。")
    for category in categories:
        if lacking := queries.lacking(category):
            return no(f"“{category}”的条件“{lacking.get_kind_display()}”没有填完整。")
    return YES


def leaves_time(round_: AwardRound) -> Verdict:
    """A notice posted the day after nominations end is over before the decision is due."""
    last = queries.notice_ends_on(round_)
    if last < round_.decide_by:
        return YES
    return no(
        f"{round_.nominate_by:%Y-%m-%d} 推荐截止，次日起公示，{round_.notice_workdays} 个工作日到 {last:%Y-%m-%d} 满，"
        f"审定截止要在这以后。"
    )


def nothing_handed_up(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """Taken back only while no recommendation stands on what was announced."""
    number = Nomination.objects.filter(round=round_).exclude(state=NominationState.DRAFT).count()
    return YES if not number else no(f"已经收到 {number} 份推荐，不能再收回布置；确实不办了，可以作废。")


def day_has_come(round_: AwardRound, by: Viewer, on: date) -> Verdict:
    """The day of the commendation is here, somebody has been decided upon, and neither a nomination nor an objection still waits."""
    if on < round_.commend_on:
        return no(f"表彰日期是 {round_.commend_on:%Y-%m-%d}，还没有到。")
    waiting = Nomination.objects.filter(round=round_, state__in=queries.UNDECIDED).count()
    if waiting:
        return no(f"还有 {waiting} 份推荐没有审定，也没有说明不通过，不能表彰。")
    if Objection.objects.unanswered().filter(notice__round=round_).exists():
        return no("还有异议没有答复，全部答复以后才能表彰。")
    if not Nomination.objects.filter(round=round_, state=NominationState.DECIDED).exists():
        return no("还没有审定任何推荐，没有可以表彰的对象。")
    return YES
