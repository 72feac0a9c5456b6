"""Each semester's round: everybody reviews himself, leaders comment, shortcomings are put right and closed by somebody else."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.models import User
from branches.models import Member, Organization
from branches.states import MemberType
from pledges.models import PledgeCycle, PledgeItem
from pledges.states import Outcome
from reports.demo import words
from reports.demo.pledging import Pledging
from reviews.actions import closing, comments, rounds, self_reviews
from reviews.actions.comments import ProblemText, Text
from reviews.actions.self_reviews import LineText, MeasureText
from reviews.models import CommentRound, LeaderComment, SelfReview
from reviews.queries import comments as comment_queries
from reviews.queries import coverage
from reviews.queries import self_reviews as review_queries
from reviews.queries.comment_pile import Line, pile_of
from reviews.states import Answer, CommentForm, CommentState, ReviewState, SubjectKind
from schedule.actions import items
from schedule.models import ActionItem, Semester
from schedule.queries.items import for_work as items_for_work
from schedule.states.items import WORKABLE, ItemState


@dataclass(frozen=True, slots=True)
class Dates:
    """When a semester's round opens, takes the self-reviews, ends, and by when shortcomings are to be put right."""

    opens_on: date
    self_review_by: date
    closes_on: date
    rectify_by: date


# the campaign began when the first of the six semesters was over: it has no round
ROUNDS = {
    "2010-autumn": Dates(date(2010, 12, 1), date(2010, 12, 15), date(2011, 1, 14), date(2011, 4, 29)),
    "2011-spring": Dates(date(2011, 5, 23), date(2011, 6, 10), date(2011, 6, 28), date(2011, 10, 31)),
    "2011-autumn": Dates(date(2011, 12, 1), date(2011, 12, 14), date(2012, 1, 6), date(2012, 4, 27)),
    "2012-spring": Dates(date(2012, 5, 21), date(2012, 6, 8), date(2012, 6, 27), date(2012, 10, 31)),
    "2012-autumn": Dates(date(2012, 11, 19), date(2012, 12, 3), date(2012, 12, 21), date(2012, 12, 31)),
}
# whom a newcomer plays on 20 June 2011: his branch has not been commented on yet, and these have not reviewed themselves
NEWCOMERS_SEMESTER = "2011-spring"
NEWCOMER = 26  # 袁晨, whom a newcomer plays
NEVER_REVIEWED = {NEWCOMER, 33}
AWAY = "本学期抽调市里工作，已与本人谈过，下学期补上。"


class Reviewing(Pledging):
    """From the self-review to the shortcoming struck off."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = Random(1921)  # of its own, so that the pledges of the story stay what they are
        for key, dates in ROUNDS.items():
            self.at(dates.opens_on, self.open_round, key)

    def open_round(self, key: str, on: date) -> None:
        """The office opens the round; everybody gets his days."""
        dates, semester = ROUNDS[key], Semester.objects.get(key=key)
        round_ = rounds.open_round(
            organization=self.general,
            semester=semester,
            name=f"{semester.short_label}对照检查和领导点评",
            opens_on=dates.opens_on,
            self_review_by=dates.self_review_by,
            closes_on=dates.closes_on,
            rectify_by=dates.rectify_by,
            by=self.ganshi,
            on=on,
        )
        span = (dates.self_review_by - on).days
        for number, place in enumerate([self.general, *self.branches]):
            self.at(on + timedelta(days=3 + number), self.review_organization, round_, place)
        for member in self.members:
            number = self.place_of[member.pk]
            if member.member_type == MemberType.RETIRED and number != 5:
                continue
            if key == NEWCOMERS_SEMESTER and number in NEVER_REVIEWED:
                continue
            self.at(on + timedelta(days=4 + number % (span - 3)), self.review_oneself, round_, member)
        for number, place in enumerate([*self.branches, self.general]):
            self.at(dates.self_review_by - timedelta(days=number % 2), self.read_reviews, round_, place)
            self.at(dates.self_review_by + timedelta(days=2), self.read_reviews, round_, place)
            self.at(dates.self_review_by + timedelta(days=5 + number), self.comment_on_all, round_, place)
        self.at(dates.closes_on - timedelta(days=3), self.comment_on_the_rest, round_)
        self.at(dates.closes_on, self.end_round, round_)

    def close(self, cycle: PledgeCycle, on: date) -> None:
        """With the year's pledges put away, what was not kept is worked on like any shortcoming."""
        super().close(cycle, on)
        for item in PledgeItem.objects.filter(pledge__cycle=cycle, outcome=Outcome.UNFULFILLED):
            self.put_right_soon(PledgeItem._meta.label_lower, item.pk, on)

    # ---- self-reviews ----

    def review_organization(self, round_: CommentRound, place: Organization, on: date) -> None:
        """A branch's, and the general branch's own, written by the secretary."""
        by = self.secretary(place, on)
        review = self_reviews.begin(round_=round_, organization=place, by=by, on=on)
        self.write_review(review, words.ORGANIZATION_GAPS, by, on)

    def review_oneself(self, round_: CommentRound, member: Member, on: date) -> None:
        """A member's; the office registers it for who has no account."""
        branch = self.branch_of[member.pk]
        assert branch is not None
        by = member.user or self.ganshi
        review = self_reviews.begin(round_=round_, member=member, organization=branch, by=by, on=on)
        self.write_review(review, words.MEMBER_GAPS, by, on)

    def write_review(self, review: SelfReview, gaps: dict[str, words.Gap], by: User, on: date) -> None:
        """Two standards fall short, honestly said, with what will be done; then it is handed in."""
        review = self.fresh_review(review)
        short = self.dice.sample(sorted(gaps), 2)
        lines = []
        for line in review.lines.all():
            fields = {"practice": line.practice or self.dice.choice(words.PRACTICES), "gap": "", "cause": ""}
            measures = []
            if line.standard.key in short:
                gap = gaps[line.standard.key]
                fields |= {"answer": Answer.GAP if line.standard.key == short[0] else Answer.PARTLY}
                fields |= {"gap": gap.gap, "cause": gap.cause}
                due_on = min(review.round.rectify_by, on + timedelta(days=60 + self.dice.randrange(40)))
                measures = [MeasureText(gap.measure, max(due_on, on), None)]
            else:
                fields["answer"] = Answer.MET
            lines.append(LineText(line.pk, fields, measures))
        self_reviews.save_text(review=review, lines=lines, version=review.version, by=by, on=on)
        review = self.fresh_review(review)
        self_reviews.act(review=review, verb="submit", version=review.version, by=by, on=on)

    def read_reviews(self, round_: CommentRound, place: Organization, on: date) -> None:
        """The leaders of ``place`` read what waits for them: some go back once, the rest is accepted."""
        by = self.secretary(place, on)
        waiting = SelfReview.objects.filter(round=round_, state=ReviewState.SUBMITTED)
        here = waiting.filter(reviewing=place)
        outside = waiting.filter(reviewing=None) if place == self.general else waiting.none()
        for review in [*review_queries.for_work(here).order_by("pk"), *review_queries.for_work(outside)]:
            if review.goes_outside:
                self_reviews.act(
                    review=review, verb="register", note=words.FROM_ABOVE, version=None, by=self.ganshi, on=on
                )
            elif not self_reviews.SELF_REVIEW.verdict(review, "accept", by=by, on=on):
                continue
            elif self.dice.random() < 0.12 and not review.opinions.exists():
                note = self.dice.choice(words.RETURNS)
                self_reviews.act(review=review, verb="return", note=note, version=None, by=by, on=on)
                self.at(on + timedelta(days=1), self.hand_in_again, review)
            else:
                self_reviews.act(review=review, verb="accept", note="", version=None, by=by, on=on)
                self.put_right_soon(SelfReview._meta.label_lower, review.pk, on)

    def hand_in_again(self, review: SelfReview, on: date) -> None:
        """What went back comes again, looked over."""
        review = self.fresh_review(review)
        by = self.secretary(review.organization, on) if review.member is None else review.member.user or self.ganshi
        self_reviews.act(review=review, verb="submit", version=review.version, by=by, on=on)

    @staticmethod
    def fresh_review(review: SelfReview) -> SelfReview:
        """Read it as it stands now."""
        found: SelfReview = review_queries.with_lines(SelfReview.objects.all()).get(pk=review.pk)
        return found

    # ---- comments ----

    def comment_on_all(self, round_: CommentRound, place: Organization, on: date) -> None:
        """The secretary of ``place`` walks through those his level owes a comment, some of them left for the last days."""
        if round_.semester.key == NEWCOMERS_SEMESTER and place == self.branch_of[self.members[NEWCOMER - 1].pk]:
            return  # a newcomer who plays this secretary finds his pile untouched
        self.walk(round_, place, on, share=0.9)

    def comment_on_the_rest(self, round_: CommentRound, on: date) -> None:
        """Nobody is left out; what the bureau says of the general branch is registered by the office."""
        for place in [*self.branches, self.general]:
            self.walk(round_, place, on, share=1)
        for line in pile_of(round_, None, on).left:
            text = self.words_for(
                line, round_, on, {"commentator_name": "常文清", "commentator_post": "教育局党工委委员"}
            )
            comment = comments.start(
                round_=round_, target=line.target, commentator=None, day=on, text=text, by=self.ganshi, on=on
            )
            self.issue(comment, self.ganshi, on)

    def walk(self, round_: CommentRound, place: Organization, on: date, share: float) -> None:
        """Comment on those who are left, one after the other."""
        by = self.secretary(place, on)
        pile = pile_of(round_, by.member, on)
        for line in pile.left:
            if line.post is None or line.post.organization_id != place.pk or self.dice.random() > share:
                continue
            comment = comments.start(
                round_=round_,
                target=line.target,
                commentator=by.member,
                day=on,
                text=self.words_for(line, round_, on, {}),
                by=by,
                on=on,
            )
            self.issue(comment, by, on)

    def words_for(self, line: Line, round_: CommentRound, on: date, named: dict[str, str]) -> Text:
        """What a leader says: an achievement, often a problem with its day, always a direction."""
        personal = line.target.kind != SubjectKind.ORGANIZATION
        achievements, problems, directions = words.ON_MEMBERS if personal else words.ON_ORGANIZATIONS
        rows = []
        if self.dice.random() < 0.45:
            rows = [ProblemText({"text": self.dice.choice(problems), "standard": None, "due_on": round_.rectify_by})]
        form = CommentForm.MEETING if self.dice.random() < 0.5 else CommentForm.INDIVIDUAL
        fields = {
            "achievements": self.dice.choice(achievements),
            "direction": self.dice.choice(directions),
            "form": form,
            **named,
        }
        title = f"{round_.semester.short_label}点评会" if form == CommentForm.MEETING else ""
        return Text(fields, rows, title)

    def issue(self, comment: LeaderComment, by: User, on: date) -> None:
        """It is given; within days its subject signs for it."""
        comment = comment_queries.for_work(LeaderComment.objects.all()).get(pk=comment.pk)
        comments.act(comment=comment, verb="issue", version=comment.version, by=by, on=on)
        self.at(on + timedelta(days=1 + self.dice.randrange(9)), self.sign, comment)
        self.put_right_soon(LeaderComment._meta.label_lower, comment.pk, on)

    def sign(self, comment: LeaderComment, on: date) -> None:
        """The subject signs."""
        comment = comment_queries.for_work(LeaderComment.objects.all()).get(pk=comment.pk)
        if comment.state != CommentState.ISSUED:
            return
        by = self.secretary(comment.organization, on) if comment.member is None else comment.member.user or self.ganshi
        if comments.COMMENT.verdict(comment, "acknowledge", by=by, on=on):
            comments.act(comment=comment, verb="acknowledge", note="", version=None, by=by, on=on)

    # ---- shortcomings ----

    def put_right_soon(self, source: str, number: int, on: date) -> None:
        """Appoint the days on which each item raised there is worked on; a few are late, a few are left."""
        for item in ActionItem.objects.filter(source_type=source, source_id=number):
            span = max((item.due_on - on).days, 2)
            drawn = self.dice.random()
            self.at(on + timedelta(days=max(span // 3, 1)), self.work, item)
            if drawn < 0.75:
                self.at(item.due_on - timedelta(days=span // 5), self.hand_over, item)
            elif drawn < 0.9:
                self.at(item.due_on + timedelta(days=9), self.hand_over, item)

    def work(self, item: ActionItem, on: date) -> None:
        """The responsible member says how he will do it, and begins."""
        item = self.fresh_item(item)
        if item.state not in WORKABLE:
            return
        by = item.responsible.user or self.ganshi
        if not item.measure or not item.cause:
            cause, measure = (
                item.cause or self.dice.choice(words.CAUSES),
                item.measure or self.dice.choice(words.MEASURES),
            )
            items.plan(item=item, cause=cause, measure=measure, version=item.version, by=by, on=on)
            item = self.fresh_item(item)
        items.enter(item=item, day=on, text=self.dice.choice(words.PROGRESS), by=by, on=on)

    def hand_over(self, item: ActionItem, on: date) -> None:
        """It is done, and somebody else looks at it in the days after."""
        item = self.fresh_item(item)
        by = item.responsible.user or self.ganshi
        if item.state in WORKABLE and item.entries.exists():
            items.act(
                item=item, verb="submit", note=self.dice.choice(words.RESULTS), version=item.version, by=by, on=on
            )
            self.at(on + timedelta(days=2 + self.dice.randrange(4)), self.look_at, item)

    def look_at(self, item: ActionItem, on: date) -> None:
        """The verifying leaders strike it off, or send it back once."""
        item = self.fresh_item(item)
        if item.state != ItemState.SUBMITTED:
            return
        by = self.ganshi if item.verifying is None else self.secretary(item.verifying, on)
        if self.dice.random() < 0.12:
            items.act(item=item, verb="reopen", note=words.REOPENED, version=item.version, by=by, on=on)
            self.at(on + timedelta(days=8), self.hand_over, item)
        else:
            items.act(item=item, verb="verify", note="属实，同意销号。", version=item.version, by=by, on=on)

    @staticmethod
    def fresh_item(item: ActionItem) -> ActionItem:
        """Read it as it stands now."""
        found: ActionItem = items_for_work(ActionItem.objects.all()).get(pk=item.pk)
        return found

    def end_round(self, round_: CommentRound, on: date) -> None:
        """The office ends the round, with a reason for each who is missing."""
        round_ = CommentRound.objects.select_related("organization", "semester").get(pk=round_.pk)
        missing = coverage.missing_in(round_, on=on)
        reasons = {one.name: AWAY for one in missing}
        closing.close_round(round_=round_, note="", reasons=reasons, version=round_.version, by=self.ganshi, on=on)
