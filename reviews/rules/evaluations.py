"""Who runs a round of evaluation, and when what may be done."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from branches.models import Member, Organization
from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, first_no, no, stranger
from reviews.models import ANSWERS_MOST, Code, EvaluationRound, RaterCategory
from reviews.scope.evaluations import RUNNERS
from reviews.states import EvaluationKind, EvaluationState, RaterKind, SubjectKind
from reviews.tally.answers import position


def may_run(organization: Organization, by: Viewer, on: date) -> Verdict:
    """Draft, announce, seal and publish: the unit's leaders and its office."""
    if standing_of(by, on).holds_at(RUNNERS, organization.pk):
        return YES
    return stranger("群众评议由本单位的书记、副书记或者创先争优办公室组织。")


def runs(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Run this round."""
    return may_run(round_.organization, by, on)


def may_change(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Change anything a rater reads: only in draft."""
    if round_.is_frozen:
        return first_no(runs(round_, by, on), no("评议已经公布，内容不能再改；确实要改，先收回公布。"))
    return runs(round_, by, on)


def is_complete(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Everything a rater needs is there, and no category is too small to stay unknown."""
    if on > round_.closes_on:
        return no("评议的截止日期已经过去，请先改日期。")
    places = [item.place for item in round_.items.all()]
    grades = list(round_.grades.all())
    subjects = round_.subjects.count()
    categories = list(round_.categories.all())
    raters = sum(category.eligible for category in categories)
    if not places or places != list(range(1, len(places) + 1)):
        return no("还没有测评项目。")
    if sum(grade.is_valid for grade in grades) < 2 or not any(grade.is_positive for grade in grades):
        return no("等次至少要有两档计入有效票，其中至少一档计入满意。")
    if not subjects:
        return no("还没有评议对象。")
    if position(subjects, 1, len(places)) > ANSWERS_MOST:
        return no("评议对象和项目太多，一张票放不下，请分成几次评议。")
    if not categories:
        return no("还没有评议人类别。")
    if empty := next((category for category in categories if not category.eligible), None):
        return no(f"“{empty}”的应评人数还没有填。")
    if raters < round_.least_group:
        return no(f"应评人数一共不到 {round_.least_group} 人，做不到不记名，不能开展。")
    if any(category.weight is None for category in categories) and any(c.weight for c in categories):
        return no("权重要么每一类都填，要么都不填。")
    if categories[0].weight is not None and sum(c.weight or 0 for c in categories) != 100:
        return no("各类评议人的权重合计要等于 100%。")
    if round_.kind == EvaluationKind.APPRAISAL and any(c.kind != RaterKind.PARTY_MEMBER for c in categories):
        return no("民主评议党员只由党员参加；要听党外群众的意见，请另外开展群众评议。")
    if round_.kind == EvaluationKind.BALLOT and any(c.kind != RaterKind.PARTY_MEMBER for c in categories):
        return no("推荐票决只由本单位委员会的委员参加。")
    return _nobody_rates_himself(round_, categories, on)


def _nobody_rates_himself(round_: EvaluationRound, categories: Sequence[RaterCategory], on: date) -> Verdict:
    """Where one member alone is rated, he is no rater. Where several are, each needs a code for the others, and is asked to pass himself over."""
    if round_.subject_kind != SubjectKind.MEMBER or round_.subjects.count() != 1:
        return YES
    others = Member.objects.belonging(on, round_.path).count() - 1
    if sum(c.eligible for c in categories if c.kind == RaterKind.PARTY_MEMBER) > others:
        return no(f"只评议一名党员时，他本人不参加；党员的应评人数最多是 {others} 人。")
    return YES


def may_keep(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Keep items and grades as a template; a ballot about nominees is started from the round of awards alone."""
    if round_.kind == EvaluationKind.BALLOT:
        return no("推荐票决由评选批次发起，不存为测评表。")
    if round_.state == EvaluationState.VOID:
        return no("这次评议已经作废。")
    return runs(round_, by, on)


def nothing_cast(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """No code has been used yet."""
    if Code.objects.filter(batch__round=round_, is_used=True).exists():
        return no("已经有人评议，不能再收回或者加发评议码。")
    return YES


def may_make_codes(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """Codes are made between the announcement and the first ballot: their number is signed before the opening."""
    if round_.state != EvaluationState.ANNOUNCED:
        return first_no(runs(round_, by, on), no("评议码在公布以后、开始评议以前制作。"))
    if on > round_.closes_on:
        return first_no(runs(round_, by, on), no("评议已经截止，不能再制作评议码。"))
    return first_no(runs(round_, by, on), nothing_cast(round_, by, on))


def takes_ballots(round_: EvaluationRound, on: date) -> Verdict:
    """Ballots are taken on that day; asked of everybody who holds a code."""
    if round_.state == EvaluationState.VOID:
        return no("这次评议已经作废，不再收票。")
    if round_.is_counted or on > round_.closes_on:
        return no("这次评议已经截止，不再收票。")
    if round_.state != EvaluationState.ANNOUNCED or on < round_.opens_on:
        return no(f"这次评议从 {round_.opens_on:%Y-%m-%d} 开始，现在还不能评议。")
    return YES


def is_over(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """The last day has come."""
    if on < round_.closes_on:
        return no(f"评议到 {round_.closes_on:%Y-%m-%d} 截止，截止以前不能封存。")
    return YES


def is_counted(round_: EvaluationRound) -> Verdict:
    """Nobody reads a figure before the seal."""
    return YES if round_.is_counted else no("评议还没有封存，谁也看不到结果。")


def may_see_turnout(round_: EvaluationRound, by: Viewer, on: date) -> Verdict:
    """How many codes have been used, only a number, for those who run the round."""
    return runs(round_, by, on)


# ---- words to the raters ----

_GRADE = "比较满意|基本满意|非常满意|不满意|满意|优秀|基本合格|不合格|合格|较好|好|一般|较差|差|不了解"
_LIST = re.compile(rf"(?:{_GRADE})(?:(?:、|,|/|和|或者|或|还是|以及|及)*(?:{_GRADE}))+|是否满意|满意与否|满意度|满意率")
_GOOD = "(?:(?<!不)(?:满意|好评|优秀|满分|高分|最高|第一档|10分|十分|100分)(?!的?(?:地方|方面|事|和|与)))"
_PUT = "选|打|勾|画|填|给|评|投|点|写|涂"
_STEERS = [
    re.compile(
        rf"(?:请|都|全|务必|一律|统一|尽量|必须|应当|要|希望|帮忙|拜托)[^。;!?\n]{{0,8}}(?:{_PUT})[^。;!?,\n]{{0,4}}{_GOOD}"
    ),
    re.compile(rf"(?:都|全部|一律|统一|全)(?:{_PUT})?(?:为|成|上|个)?{_GOOD}"),
    re.compile(
        r"(?:不要|别|不得|不能|不准|勿|莫)[^。;!?,\n]{0,4}(?:选|打|勾|画|填|给|评|投)[^。;!?,\n]{0,4}(?:不满意|基本满意|不合格|差评|低分|不了解|差)"
    ),
    re.compile(r"(?:给个|给予|给|来个|求|多给|多多)好评|打(?:满|高)分|(?:确保|保证|力争)[^。;!?,\n]{0,8}(?:满意|优秀)"),
]


def names_no_answer(invitation: str) -> Verdict:
    """Refuse an invitation that tells raters what to answer. It catches the usual phrases, not every clever one."""
    text = unicodedata.normalize("NFKC", invitation)
    text = re.sub(r"[\s“”\"'‘’「」『』《》【】()]", "", text)
    text = _LIST.sub("", text)
    found = next((match for pattern in _STEERS if (match := pattern.search(text))), None)
    if found:
        return no(f"“{found.group()}”像是在告诉评议人该怎么选。请只说明评议什么、怎样评，不要提示选哪一档。")
    return YES
