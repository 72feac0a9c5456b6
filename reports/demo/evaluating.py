"""The masses rate: every semester the branches, at the end of a year the members of one branch; a weak figure leads to a make-up round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.models import User
from branches.models import Member, Organization
from branches.states import MemberType
from reports.demo import words
from reports.demo.reviewing import Reviewing
from reviews import codes
from reviews.actions import appraisals, batches, evaluations, publishing, remarks, sealing
from reviews.actions.casting import cast
from reviews.actions.evaluation_templates import load_templates
from reviews.actions.evaluations import CategoryText, Parts
from reviews.models import EvaluationRound, EvaluationTemplate, RaterCategory, Remark
from reviews.queries.casting import sheet_of
from reviews.states import AppraisalGrade, Choosing, EvaluationState, RaterKind, ResultPublicity
from schedule.models import Campaign, Semester


@dataclass(frozen=True, slots=True)
class Days:
    """When slips are handed out, when ballots are taken, when the result is published."""

    announced_on: date
    opens_on: date
    closes_on: date
    published_on: date


ROUNDS = {
    "2010-autumn": Days(date(2011, 1, 5), date(2011, 1, 10), date(2011, 1, 14), date(2011, 1, 18)),
    "2011-spring": Days(date(2011, 6, 8), date(2011, 6, 13), date(2011, 6, 24), date(2011, 6, 28)),
    "2011-autumn": Days(date(2011, 12, 28), date(2012, 1, 4), date(2012, 1, 6), date(2012, 1, 10)),
    "2012-spring": Days(date(2012, 6, 6), date(2012, 6, 11), date(2012, 6, 15), date(2012, 6, 19)),
    "2012-autumn": Days(date(2012, 11, 28), date(2012, 12, 3), date(2012, 12, 7), date(2012, 12, 11)),
}
APPRAISAL = Days(date(2011, 12, 14), date(2011, 12, 19), date(2011, 12, 21), date(2011, 12, 27))
NON_PARTY, SERVED, LISTED = 24, 40, 64
SCHOOLS = ("城东小学", "城西小学", "湖滨初中", "河滨初中", "西林中学", "北郊中学", "新桥学校", "少年宫")
TURNOUT = 0.86
# how often the best grades are given: the branch that let its promises to schools slip in 2010, and everybody else
USUAL, WEAK = 0.9, 0.5
WEAK_BRANCH, WEAK_ITEM = 3, 4
# slips of the open round that nobody has used on the demo's day: for whoever looks at the demo to try
KEPT_BACK = 3


class Evaluating(Reviewing):
    """From the slips printed to the figures published."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = Random(2011)  # of its own, so that what the story tells elsewhere stays what it is
        # what the slips of the open rounds say, by category; nothing but this script knows
        self.slips: dict[int, list[str]] = {}
        self.unsaid: dict[int, list[str]] = {}
        for key, days in ROUNDS.items():
            self.at(days.announced_on, self.announce, key)
        self.at(APPRAISAL.announced_on, self.announce_appraisal)

    def announce(self, key: str, on: date) -> None:
        """The office drafts the semester's round about the branches, announces it and prints the slips."""
        days, semester = ROUNDS[key], Semester.objects.get(key=key)
        load_templates(by=None, on=on)
        round_ = evaluations.draft_round(
            organization=self.general,
            campaign=Campaign.objects.get(),
            template=EvaluationTemplate.objects.get(key="central-organization"),
            semester=semester,
            name=f"{semester.short_label}各党支部群众评议",
            invitation=words.INVITATION,
            opens_on=days.opens_on,
            closes_on=days.closes_on,
            publicity=ResultPublicity.UNIT,
            by=self.ganshi,
            on=on,
        )
        members = sum(member.member_type != MemberType.RETIRED for member in self.members)
        parts = Parts(
            subjects=self.branches,
            categories=[
                CategoryText(RaterKind.PARTY_MEMBER, "党员", members),
                CategoryText(RaterKind.NON_PARTY_STAFF, "党外教职工", NON_PARTY),
                CategoryText(RaterKind.SERVICE_RECIPIENT, "服务对象（学校教师）", SERVED, Choosing.DRAWN),
            ],
        )
        evaluations.change_round(round_=round_, parts=parts, version=round_.version, by=self.ganshi, on=on)
        served = round_.categories.get(kind=RaterKind.SERVICE_RECIPIENT)
        names = [f"{SCHOOLS[number % len(SCHOOLS)]}教师代表 {number // len(SCHOOLS) + 1}" for number in range(LISTED)]
        batches.draw(category=served, names=names, wanted=SERVED, seed=f"{on:%Y%m%d}", by=self.ganshi, on=on)
        self.hand_out(round_, days, on)

    def announce_appraisal(self, on: date) -> None:
        """The junior-school branch appraises its members, each the others, and the committee decides."""
        branch = self.branches[1]
        secretary = self.secretary(branch, on)
        round_ = evaluations.draft_round(
            organization=branch,
            campaign=Campaign.objects.get(),
            template=EvaluationTemplate.objects.get(key="member-appraisal"),
            year=on.year,
            name=f"{on.year}年民主评议党员",
            opens_on=APPRAISAL.opens_on,
            closes_on=APPRAISAL.closes_on,
            by=secretary,
            on=on,
        )
        rated: list[Member] = list(Member.objects.belonging(on, branch.path).order_by("sort_key", "pk"))
        parts = Parts(subjects=rated, categories=[CategoryText(RaterKind.PARTY_MEMBER, "本支部党员", len(rated))])
        evaluations.change_round(round_=round_, parts=parts, version=round_.version, by=secretary, on=on)
        self.hand_out(round_, APPRAISAL, on)

    def hand_out(self, round_: EvaluationRound, days: Days, on: date) -> None:
        """It is announced, the slips are printed and handed out, and the days of rating appointed."""
        by = self.runner(round_, on)
        round_ = self.fresh_evaluation(round_)
        evaluations.act(round_=round_, verb="announce", version=round_.version, by=by, on=on)
        for number, category in enumerate(round_.categories.order_by("place", "pk"), 1):
            _, plain = batches.make_batch(
                category=category, size=category.eligible, label=f"第{number}批", by=by, on=on
            )
            self.slips[category.pk] = plain
        span = (days.closes_on - days.opens_on).days + 1
        for number in range(span):
            self.at(days.opens_on + timedelta(days=number), self.rate, round_, span - number)
        self.at(days.closes_on, self.seal, round_)
        self.at(days.published_on, self.publish, round_)

    def rate(self, round_: EvaluationRound, days_left: int, on: date) -> None:
        """Of the slips still out, a day's share comes back; whoever has no time does not rate."""
        round_ = self.fresh_evaluation(round_)
        for category in round_.categories.order_by("place", "pk"):
            out = self.slips[category.pk]
            spare = max(int(category.eligible * (1 - TURNOUT)), KEPT_BACK)
            for _ in range(max(len(out) - spare, 0) // days_left):
                code = out.pop()
                grades = self.ballot(round_, category)
                remark = self.remark(round_) if self.chance.random() < 0.2 else ""
                cast(round_=round_, code=code, nonce=codes.new_code(), grades=grades, remark=remark, on=on)

    def remark(self, round_: EvaluationRound) -> str:
        """One of the things people say, none twice in a round."""
        left = self.unsaid.setdefault(round_.pk, self.chance.sample(words.REMARKS, len(words.REMARKS)))
        return left.pop() if left else ""

    def ballot(self, round_: EvaluationRound, category: RaterCategory) -> dict[tuple[int, int], int]:
        """What one rater chose: mostly good, some do not know the branch, one item of one branch was weak in 2010."""
        sheet = sheet_of(round_)
        unknown = 0.12 if category.kind == RaterKind.SERVICE_RECIPIENT else 0.03
        first = round_.semester is not None and round_.semester.key == "2010-autumn" and round_.repeats_id is None
        grades = {}
        for subject, _ in sheet.subjects:
            for item, _ in sheet.items:
                weak = first and subject == WEAK_BRANCH and item == WEAK_ITEM
                drawn, good = self.chance.random(), WEAK if weak else USUAL
                place = 1 if drawn < good * 0.7 else 2 if drawn < good else 3 if drawn < good + (1 - good) * 0.7 else 4
                grades[subject, item] = len(sheet.grades) if self.chance.random() < unknown else place
        return grades

    def seal(self, round_: EvaluationRound, on: date) -> None:
        """The unused slips are counted by hand, and the box is closed."""
        round_ = self.fresh_evaluation(round_)
        unused = sum(len(self.slips[category.pk]) for category in round_.categories.all())
        by = self.runner(round_, on)
        sealing.seal(round_=round_, unused_counted=unused, version=round_.version, by=by, on=on)
        self.read_remarks(round_, on)

    def read_remarks(self, round_: EvaluationRound, on: date) -> None:
        """The office proposes what may be shown of each remark, the secretary agrees."""
        first, second = self.ganshi, self.secretary(self.general, on)
        written: Sequence[Remark] = list(Remark.objects.filter(round=round_).select_related("round__organization"))
        if round_.organization_id != self.general.pk or len(written) < words.REMARKS_LEAST:
            return
        for remark in written:
            remarks.propose(remark=remark, shown=remark.text, by=first, on=on)
            remarks.confirm(remark=remark, shown=remark.text, by=second, on=on)

    def publish(self, round_: EvaluationRound, on: date) -> None:
        """The result is published, once; what is weak is put right, and the masses are asked again about it."""
        round_ = self.fresh_evaluation(round_)
        by = self.runner(round_, on)
        if round_.year is not None:
            decided = {
                subject.pk: (
                    AppraisalGrade.EXCELLENT if number % 4 == 0 else AppraisalGrade.QUALIFIED,
                    words.APPRAISED[number % len(words.APPRAISED)],
                )
                for number, subject in enumerate(round_.subjects.order_by("place"))
            }
            appraisals.appraise(round_=round_, decided=decided, decided_on=on, by=by, on=on)
        publishing.publish(round_=round_, version=round_.version, by=by, on=on)
        self.put_right_soon(EvaluationRound._meta.label_lower, round_.pk, on)
        again = EvaluationRound.objects.filter(repeats=round_, state=EvaluationState.DRAFT).first()
        if again is not None:
            days = Days(
                again.opens_on - timedelta(days=5),
                again.opens_on,
                again.closes_on,
                again.closes_on + timedelta(days=4),
            )
            self.at(days.announced_on, self.ask_again, again, days)

    def ask_again(self, round_: EvaluationRound, days: Days, on: date) -> None:
        """The make-up round, drafted by rule, is announced like any other."""
        self.hand_out(round_, days, on)

    def runner(self, round_: EvaluationRound, on: date) -> User:
        """The office runs the general branch's rounds, a secretary those of the branch."""
        if round_.organization_id == self.general.pk:
            return self.ganshi
        branch: Organization = round_.organization
        return self.secretary(branch, on)

    @staticmethod
    def fresh_evaluation(round_: EvaluationRound) -> EvaluationRound:
        """Read it as it stands now."""
        return EvaluationRound.objects.select_related("organization", "semester").get(pk=round_.pk)

    def open_slips(self, on: date) -> list[tuple[EvaluationRound, str, str]]:
        """Return some unused codes of the rounds that are open: the round, the category, the code as the slip prints it."""
        found = []
        for round_ in EvaluationRound.objects.open(on).select_related("organization"):
            for category in round_.categories.order_by("place", "pk"):
                found += [(round_, category.name, codes.shown(code)) for code in self.slips[category.pk][:KEPT_BACK]]
        return found
