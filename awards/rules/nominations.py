"""Who recommends, and what a recommendation must hold before it is handed up."""

from datetime import date

from awards.models import AwardCategory, AwardRound, Nomination
from awards.queries.eligibility import bars
from awards.queries.places import nominator_places_left
from awards.rules.deciding import is_eligible, may_decide
from awards.rules.rounds import is_under_way, runs
from awards.scope.nominations import NOMINATORS
from awards.states import NOMINATION_FINALS, NominationState, NomineeKind
from branches.models import Member, Organization
from branches.scope import Standing, Viewer, standing_of
from branches.states import LEADERS, Kind
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger


def may_nominate(round_: AwardRound, nominator: Organization, by: Viewer, on: date) -> Verdict:
    """Recommend in the name of an organisation of the round's tree: its leaders, its organisation commissioner, its office."""
    if not nominator.path.startswith(round_.path):
        return stranger("只有本单位的党组织可以推荐。")
    if not standing_of(by, on).holds_at(NOMINATORS, nominator.pk):
        return stranger("推荐由本党组织的书记、副书记或者组织委员填写。")
    if round_.takes_nominations(on):
        return YES
    return first_no(is_under_way(round_), no(f"推荐已经在 {round_.nominate_by:%Y-%m-%d} 截止。"))


def fits(category: AwardCategory, nominator: Organization, nominee: Member | Organization, on: date) -> Verdict:
    """Whom the category is for, and who belongs under the organisation that recommends. One query for a member."""
    if isinstance(nominee, Member):
        if category.nominee_kind != NomineeKind.MEMBER:
            return no(f"“{category.title}”表彰的是党组织，不能推荐党员。")
        if not Member.objects.belonging(on, nominator.path).filter(pk=nominee.pk).exists():
            return no(f"{nominee}不是{nominator}的党员，不能由它推荐。")
        return YES
    if category.nominee_kind != NomineeKind.ORGANIZATION:
        return no(f"“{category.title}”表彰的是党员，不能推荐党组织。")
    if nominee.pk == category.round.organization_id:
        return no("组织评选的党组织不能推荐自己。")
    if not nominee.path.startswith(nominator.path) or nominee.kind == Kind.GROUP:
        return no(f"{nominee}不是{nominator}范围内的党组织，不能由它推荐。")
    if nominee.dissolved_on is not None and nominee.dissolved_on <= on:
        return no(f"{nominee}已经撤销，不能推荐。")
    return YES


def may_be_proposed(category: AwardCategory, nominee: Member | Organization, on: date) -> Verdict:
    """Begin a recommendation: nothing bars him but what may be passed over with a reason."""
    found = [bar for bar in bars(category, nominee, on=on) if not bar.rule.may_override]
    return no(found[0].sentence) if found else YES


def is_about(nomination: Nomination, standing: Standing) -> bool:
    """Answer whether it is about the person himself or whom he stands in for, or about an organisation he leads."""
    if nomination.member_id is not None:
        return standing.is_partial_to(nomination.member_id)
    return standing.holds_at(LEADERS, nomination.organization_id)


def may_see_judgement(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Read what the sides said and what waits to be announced: who decides about it, so never whom it is about."""
    return may_decide(nomination, by, on)


def may_override(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Pass over a rule with a reason: who runs the round, never for himself or for the organisation he leads."""
    may = runs(nomination.round, by, on)
    if not may:
        return stranger("破例由组织评选的党组织批准。")
    if is_about(nomination, standing_of(by, on)):
        return no("涉及本人或者本人负责的党组织，应当回避。")
    if nomination.state in NOMINATION_FINALS:
        return no(f"这份推荐已经是“{nomination.get_state_display()}”，不再需要破例。")
    return is_under_way(nomination.round)


def may_export(by: Viewer, on: date) -> Verdict:
    """Take the summary table along: those to whom internal records are open."""
    return YES if standing_of(by, on).reading_paths() else no("推荐汇总表由各级党组织的班子成员和办公室使用。")


def may_write(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Work on a recommendation in the nominator's name."""
    return may_nominate(nomination.round, nomination.nominator, by, on)


def may_edit(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Change its text: only in draft."""
    if nomination.state != NominationState.DRAFT:
        return first_no(may_write(nomination, by, on), no("推荐已经上报，内容不能再改；要改请先撤回修改。"))
    return may_write(nomination, by, on)


def may_withdraw(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Take it back for good: who recommends may do it as long as the round runs, also after the day of nomination."""
    if not standing_of(by, on).holds_at(NOMINATORS, nomination.nominator_id):
        return stranger("推荐由推荐它的党组织撤回。")
    return is_under_way(nomination.round)


def is_recommendable(nomination: Nomination, by: Viewer, on: date) -> Verdict:
    """Votes with a majority of those due, deeds of the right length, a nominee who belongs there, a place, and nothing that bars him."""
    return first_no(
        _is_voted(nomination, on),
        _has_deeds(nomination),
        fits(nomination.category, nomination.nominator, nomination.nominee, on),
        _nominator_has_place(nomination, on),
        is_eligible(nomination, by, on),
    )


def _is_voted(nomination: Nomination, on: date) -> Verdict:
    due, present, votes = nomination.votes_due, nomination.votes_present, nomination.votes_for
    if nomination.voted_on is None or due is None or present is None or votes is None:
        return no("还没有填写推荐会议的日期和应到、实到、赞成人数。")
    if nomination.voted_on > on:
        return no("推荐日期还没有到。")
    if present * 2 <= due:
        return no(f"应到 {due} 人，实到 {present} 人，没有超过半数，推荐无效。")
    if votes * 2 <= due:
        return no(f"应到 {due} 人，赞成 {votes} 票，没有超过应到人数的半数，不能推荐。")
    return YES


def length_of(text: str) -> int:
    """Count characters as the office does: without spaces and line breaks."""
    return len("".join(text.split()))


def _has_deeds(nomination: Nomination) -> Verdict:
    length = length_of(nomination.deeds)
    least, most = nomination.round.deeds_least, nomination.round.deeds_most
    if least <= length <= most:
        return YES
    return no(f"主要事迹要求 {least} 到 {most} 字，现在是 {length} 字。")


def _nominator_has_place(nomination: Nomination, on: date) -> Verdict:
    left = nominator_places_left(nomination.category, nomination.nominator, but=nomination, on=on)
    return YES if left.number > 0 else no(left.sentence)
