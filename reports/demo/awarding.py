"""Commendation: two rounds from the announcement to the certificates; each step by the person who would take it, nobody about himself."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from accounts.models import User
from awards.actions import deciding, honours, nominations, notices, objections, overrides, rounds
from awards.models import (
    AwardCategory,
    AwardRound,
    Nomination,
    Objection,
    PublicNotice,
)
from awards.parts import ORGANIZATION, OUTSTANDING, WORKER, CategoryText
from awards.queries import evidence
from awards.queries import nominations as nomination_queries
from awards.queries.eligibility import bars, bars_of
from awards.queries.notices import abridged
from awards.queries.places import places_left
from awards.rules.nominations import length_of
from awards.states import (
    Level,
    Node,
    NominationState,
    NomineeKind,
    ObjectionState,
    Pending,
    RuleKind,
    Side,
    Stand,
)
from branches.models import Member, Organization
from branches.queries import post_title, posts_of
from branches.states import Post
from reports.demo import deeds
from reports.demo.examples import ANY, TOLD_OF_2011, Examples, Nominee, pronoun, subject_of
from schedule.actions import meetings
from schedule.models import Campaign, Meeting
from schedule.states.items import MeetingKind


@dataclass(frozen=True, slots=True)
class Days:
    """The days of a round."""

    announced_on: date
    assemblies_from: date
    nominate_by: date
    preselected_on: date
    heard_on: date
    audited_on: date
    posted_on: date
    decided_on: date
    decide_by: date
    commended_on: date


ROUNDS = {
    Node.ANNIVERSARY_90: Days(
        announced_on=date(2011, 5, 9),
        assemblies_from=date(2011, 5, 17),
        nominate_by=date(2011, 5, 25),
        preselected_on=date(2011, 5, 30),
        heard_on=date(2011, 6, 3),
        audited_on=date(2011, 6, 7),
        posted_on=date(2011, 6, 10),
        decided_on=date(2011, 6, 22),
        decide_by=date(2011, 6, 24),
        commended_on=date(2011, 6, 30),
    ),
    Node.CONGRESS_18: Days(
        announced_on=date(2012, 4, 23),
        assemblies_from=date(2012, 5, 9),
        nominate_by=date(2012, 5, 18),
        preselected_on=date(2012, 5, 24),
        heard_on=date(2012, 5, 29),
        audited_on=date(2012, 5, 31),
        posted_on=date(2012, 6, 4),
        decided_on=date(2012, 6, 13),
        decide_by=date(2012, 6, 20),
        commended_on=date(2012, 6, 28),
    ),
}
# whom the five branches think of, by place in the roster and in this order; a branch may recommend nobody
WANTED: dict[str, dict[str, Sequence[Sequence[int]]]] = {
    Node.ANNIVERSARY_90: {
        OUTSTANDING: [[6, 46, 36], [27, 42], [53, 58], [44, 29], []],
        WORKER: [[1], [12, 17], [], [4], []],
    },
    Node.CONGRESS_18: {
        OUTSTANDING: [[46, 41], [47, 52], [53, 23], [34, 59], []],
        WORKER: [[], [17, 12], [13, 3], [], [5, 10]],
    },
}  # fmt: skip
# the branches that put themselves forward
BRANCHES: dict[str, Sequence[int]] = {Node.ANNIVERSARY_90: (0, 3, 4), Node.CONGRESS_18: (0, 2, 4)}
# what a branch's recommendation is excused for from the beginning: one thing to be put right that is late
EXCUSED: dict[str, AbstractSet[str]] = {
    NomineeKind.ORGANIZATION: frozenset({RuleKind.NO_OVERDUE_ITEM}),
    NomineeKind.MEMBER: frozenset(),
}
# the roster came in July 2010, so nobody has belonged for a year by June 2011; a branch has few pledges of its own
NOT_BEFORE, BELONGS_MONTHS, BRANCH_FULFILMENT = date(2010, 4, 1), 6, 70

UNNAMED_ABOUT, NAMED_ABOUT = TOLD_OF_2011, 44  # he whose story says that somebody objected
UNNAMED_ON, NAMED_ON, FIRST_ANSWER, SECOND_ANSWER = (date(2011, 6, day) for day in (14, 15, 17, 21))


class Awarding(Examples):
    """From the announcement of a round to its certificates."""

    def __init__(self) -> None:
        super().__init__()
        self.choice = Random(1927)  # of its own, so that what the story tells elsewhere stays what it is
        self.award_rounds: dict[str, int] = {}
        self.turns: dict[tuple[str, str], list[list[int]]] = {}
        self.written: dict[tuple[str, str], int] = {}
        # what whoever objected was told to find the answer by: nothing but this script knows
        self.objection_numbers: list[str] = []
        for node, days in ROUNDS.items():
            self.at(days.announced_on, self.announce_awards, node)
        self.at(UNNAMED_ON, self.object_unnamed)
        self.at(NAMED_ON, self.object_named)
        self.at(FIRST_ANSWER, self.answer_objection, UNNAMED_ABOUT, deeds.UNNAMED)
        self.at(SECOND_ANSWER, self.answer_objection, NAMED_ABOUT, (deeds.NAMED[0], *deeds.NAMED[3:]))

    # ---- who ----

    def deputy(self, on: date) -> User:
        """Her deputy, who decides where the secretary is concerned."""
        held = self.general.posts.filter(post=Post.DEPUTY_SECRETARY).current(on)
        user = held.select_related("member__user").get().member.user
        assert isinstance(user, User)
        return user

    def decider(self, nomination: Nomination, on: date) -> User:
        """Who enters the committee's word about a nomination: never whom it is about."""
        head = self.head(on)
        return self.deputy(on) if nomination.member_id == head.member.pk else head

    def award_round(self, node: str) -> AwardRound:
        """Read a round as it stands now."""
        found: AwardRound = AwardRound.objects.select_related("organization").get(pk=self.award_rounds[node])
        return found

    def nominated(self, node: str, *states: str) -> list[Nomination]:
        """Read a round's nominations that stand in these states."""
        rows = Nomination.objects.filter(round=self.award_rounds[node], state__in=states)
        return list(nomination_queries.for_work(rows).order_by("category__place", "path", "pk"))

    # ---- a round ----

    def announce_awards(self, node: str, on: date) -> None:
        """The office sets the round up with what is usual, changes what must be, and announces it; everybody gets his days."""
        days = ROUNDS[Node(node)]
        name, document = deeds.ROUNDS[node]
        before = self.award_round(Node.ANNIVERSARY_90) if node == Node.CONGRESS_18 else None
        round_ = rounds.draft_round(
            organization=self.general,
            campaign=Campaign.objects.get(),
            copied=before,
            name=name,
            year=on.year,
            level=Level.GENERAL_BRANCH,
            node=node,
            basis_document=document,
            nominate_by=days.nominate_by,
            decide_by=days.decide_by,
            commend_on=days.commended_on,
            by=self.ganshi,
            on=on,
        )
        self.award_rounds[node] = round_.pk
        categories = list(round_.categories.prefetch_related("quotas", "rules__other").order_by("place"))
        texts = [self.as_wanted(node, replace(rounds.text_of(one), pk=one.pk)) for one in categories]
        rounds.change_round(round_=round_, categories=texts, version=round_.version, by=self.ganshi, on=on)
        round_ = self.award_round(node)
        rounds.act(round_=round_, verb="announce", version=round_.version, by=self.ganshi, on=on)
        for number in range(len(self.branches)):
            self.at(days.assemblies_from + timedelta(days=[0, 1, 2, 6, 7][number]), self.recommend, node, number)
        for day, happening in (
            (days.preselected_on, self.preselect),
            (days.heard_on, self.hear),
            (days.audited_on, self.audit),
            (days.posted_on, self.post_notice),
            (days.decided_on, self.decide_awards),
            (days.commended_on, self.commend),
        ):
            self.at(day, happening, node)

    @staticmethod
    def as_wanted(node: str, text: CategoryText) -> CategoryText:
        """What the office changes of the usual: since when, how long, and in 2012 the titles."""
        changed = []
        for rule in text.rules:
            if rule.kind == RuleKind.NOT_COMMENDED_SINCE:
                changed.append(replace(rule, day=NOT_BEFORE))
            elif rule.kind == RuleKind.BELONGS_FOR:
                changed.append(replace(rule, number=BELONGS_MONTHS))
            elif rule.kind == RuleKind.FULFILMENT and text.key == ORGANIZATION:
                changed.append(replace(rule, number=BRANCH_FULFILMENT))
            else:
                changed.append(rule)
        title = deeds.TITLES_2012[text.key] if node == Node.CONGRESS_18 else text.title
        return replace(text, title=title, rules=changed)

    def recommend(self, node: str, number: int, on: date) -> None:
        """A branch's assembly votes about those whom nothing bars, and their papers are handed up."""
        branch, round_ = self.branches[number], self.award_round(node)
        chosen: list[tuple[AwardCategory, Nominee]] = []
        for category in round_.categories.select_related("round__organization").order_by("place"):
            if category.key == ORGANIZATION:
                nominees: list[Nominee] = [branch] if number in BRANCHES[node] else []
            else:
                nominees = [self.person(place) for place in WANTED[node][category.key][number]]
            if (found := self.first_free(category, branch, nominees, on)) is not None:
                chosen.append((category, found))
        if chosen:
            meeting, votes = self.assemble(branch, chosen, on)
            for (category, nominee), votes_for in zip(chosen, votes, strict=True):
                self.hand_up(category, branch, nominee, meeting, votes_for, on)

    def first_free(
        self, category: AwardCategory, branch: Organization, nominees: Sequence[Nominee], on: date
    ) -> Nominee | None:
        """Return the first whom nothing bars. The first of all is begun before the portal says that a rule bars him, and taken back."""
        found = bars_of(category, nominees, on=on)
        for place, nominee in enumerate(nominees):
            stopping = found[nominee.pk]
            if not stopping or {bar.rule.kind for bar in stopping} <= EXCUSED[category.nominee_kind]:
                return nominee
            if place == 0 and all(bar.rule.may_override for bar in stopping):
                by = self.writer(branch, nominee, on)
                begun = nominations.begin(category=category, nominator=branch, nominee=nominee, by=by, on=on)
                note = deeds.BARRED.format(sentence=stopping[0].sentence)
                nominations.act(nomination=begun, verb="withdraw", note=note, version=begun.version, by=by, on=on)
        return None

    def assemble(
        self, branch: Organization, chosen: Sequence[tuple[AwardCategory, Nominee]], on: date
    ) -> tuple[Meeting, list[int]]:
        """The assembly votes, a resolution for each; return it and the votes for each."""
        due = len([member for member in self.members if self.branch_of[member.pk] == branch])
        present = due - self.choice.randint(0, 2)
        votes = [present - self.choice.randint(0, 2) for _ in chosen]
        by = self.secretary(branch, on)
        meeting = meetings.record_meeting(
            organization=branch,
            kind=MeetingKind.BRANCH_ASSEMBLY,
            title=deeds.ASSEMBLY.format(year=on.year),
            held_on=on,
            place="二楼会议室",
            host=str(by),
            due_count=due,
            present_count=present,
            minutes=deeds.MINUTES,
            resolutions=[
                {
                    "text": deeds.RESOLVED.format(nominee=nominee, title=category.title),
                    "voters_due": due,
                    "votes_for": votes_for,
                    "votes_against": 0,
                    "abstained": present - votes_for,
                }
                for (category, nominee), votes_for in zip(chosen, votes, strict=True)
            ],
            by=by,
            on=on,
        )
        return meeting, votes

    def hand_up(
        self,
        category: AwardCategory,
        branch: Organization,
        nominee: Nominee,
        meeting: Meeting,
        votes_for: int,
        on: date,
    ) -> None:
        """The papers of one are written and handed up."""
        by = self.writer(branch, nominee, on)
        nomination = nominations.begin(category=category, nominator=branch, nominee=nominee, by=by, on=on)
        fields = {"meeting": meeting, "votes_for": votes_for, "deeds": self.deeds_of(nomination, on)}
        nominations.save_text(nomination=nomination, fields=fields, version=nomination.version, by=by, on=on)
        nomination = nomination_queries.for_work(Nomination.objects.all()).get(pk=nomination.pk)
        self.pass_over(nomination, on)
        nominations.act(nomination=nomination, verb="recommend", version=nomination.version, by=by, on=on)

    def pass_over(self, nomination: Nomination, on: date) -> None:
        """What bars a nominee and was found excusable is passed over with its reason."""
        for bar in bars(nomination.category, nomination.nominee, on=on, nomination=nomination):
            if bar.rule.may_override and bar.rule.kind in deeds.OVERRIDES:
                reason = deeds.OVERRIDES[bar.rule.kind]
                overrides.override(nomination=nomination, rule=bar.rule, reason=reason, by=self.ganshi, on=on)

    # ---- the deeds ----

    def deeds_of(self, nomination: Nomination, on: date) -> str:
        """Write the deeds: a variant of each paragraph that nobody else in the category has, and what the records say."""
        nominee, key = nomination.nominee, nomination.category.key
        paragraphs = {ORGANIZATION: deeds.ORGANIZATION, WORKER: deeds.WORKER}.get(key, deeds.MEMBER)
        turn = (nomination.round.node, key)
        orders = self.turns.setdefault(turn, [self.choice.sample(range(len(one)), len(one)) for one in paragraphs])
        place = self.written[turn] = self.written.get(turn, -1) + 1
        words = self.words_of(nomination, on)
        told = [one[order[place % len(order)]].format(**words) for one, order in zip(paragraphs, orders, strict=True)]
        kept = self.kept_by(nominee, on)
        middle = len(told) // 2
        text = "\n".join(told)
        while kept and (length_of(text) < nomination.round.deeds_least + 30 or len(told) <= len(paragraphs)):
            told.insert(middle, kept.pop(0))
            middle += 1
            text = "\n".join(told)
        return text

    def words_of(self, nomination: Nomination, on: date) -> dict[str, str]:
        """What the paragraphs leave open, from the records."""
        nominee = nomination.nominee
        words = {"title": nomination.category.title, "record": self.record_of(nominee, nomination.round, on)}
        if isinstance(nominee, Organization):
            number = Member.objects.belonging(on, nominee.path).count()
            return words | {"branch": nominee.name, "number": str(number), "ta": "支部"}
        held = posts_of([nominee.pk], on).get(nominee.pk, [])
        return words | {
            "name": nominee.name,
            "ta": pronoun(nominee),
            "post": nominee.unit_post if subject_of(nominee) != ANY else f"{nominee.unit_post}人员",
            "subject": subject_of(nominee),
            "branch": str(self.branch_of[nominee.pk]),
            "office": "、".join(post_title(one) for one in held),
        }

    @staticmethod
    def record_of(nominee: Nominee, round_: AwardRound, on: date) -> str:
        """The figures of the records, as far as there are any."""
        first = round_.evidence_from
        pledged = evidence.fulfilment(nominee, first, on)
        studied = evidence.attendance(nominee, first, on)
        told = [f"到期的承诺{pledged.of}项，兑现{pledged.number}项"] if pledged.of else []
        if studied is not None:
            times = "次" if isinstance(nominee, Member) else "人次"
            told.append(f"学习应到{studied.of}{times}，实到{studied.number}{times}")
        return f"据门户记录，{first.year}年{first.month}月以来，{'；'.join(told)}。" if told else ""

    @staticmethod
    def kept_by(nominee: Nominee, on: date) -> list[str]:
        """Sentences quoted from the records: what was promised, what was held, what leaders said."""
        first = date(on.year - 1, 7, 1)
        who, did = nominee.name, "参加" if isinstance(nominee, Member) else "开展"
        found: list[str] = []
        pledge = evidence.pledge_in_force(nominee, on)
        if pledge is not None:
            for item in pledge.items.all()[:4]:
                found.append(f"在{pledge.cycle.year}年公开承诺中，{who}写下“{item.content}”，目标是“{item.target}”。")
        held = [
            f"{one.starts_on.month}月{one.starts_on.day}日，{who}在{one.place}{did}“{one.title}”，{one.result}"
            for one in evidence.activities(nominee, first, on)[:4]
        ]
        said = [
            f"领导点评{who}时肯定：{one.achievements}"
            for one in evidence.comments(nominee, first, on)[:2]
            if one.achievements
        ]
        # promises, deeds and words in turn: no two of one kind in a row while there are others
        mixed = [one for row in zip(found, held, strict=False) for one in row]
        return [*mixed, *said, *found[len(held) :], *held[len(found) :]]

    # ---- judged ----

    def preselect(self, node: str, on: date) -> None:
        """The committee goes through what was handed up: as many as there are places, the rest is told why. Announced in one act."""
        for nomination in self.nominated(node, NominationState.RECOMMENDED):
            by = self.decider(nomination, on)
            self.pass_over(nomination, on)
            promised = Nomination.objects.filter(category=nomination.category, pending=Pending.PRESELECT).count()
            if places_left(nomination.category, on=on).number > promised:
                pending, note = Pending.PRESELECT, deeds.PRESELECTED
            else:
                pending, note = Pending.REJECT, deeds.NO_PLACE
            deciding.hold(nomination=nomination, pending=pending, note=note, version=nomination.version, by=by, on=on)
        deciding.announce_pending(round_=self.award_round(node), by=self.ganshi, on=on)

    def hear(self, node: str, on: date) -> None:
        """The sides are asked about each of them."""
        for nomination in self.nominated(node, NominationState.PRESELECTED):
            for side in Side:
                deciding.hear(
                    nomination=nomination,
                    side=side,
                    stand=Stand.AGREES,
                    text=self.choice.choice(deeds.OPINIONS[side]),
                    heard=self.choice.randint(5, 12) if side != Side.DISCIPLINE else None,
                    given_by=deeds.GIVEN_BY[side],
                    given_on=on,
                    by=self.ganshi,
                    on=on,
                )

    def audit(self, node: str, on: date) -> None:
        """They pass the audit."""
        self.pass_on(node, NominationState.PRESELECTED, "audit", "", on)

    def pass_on(self, node: str, state: str, verb: str, note: str, on: date) -> None:
        """One move for everybody who stands in a state, each entered by who is not concerned."""
        for nomination in self.nominated(node, state):
            self.pass_over(nomination, on)
            by = self.decider(nomination, on)
            deciding.act(nomination=nomination, verb=verb, note=note, version=nomination.version, by=by, on=on)

    def post_notice(self, node: str, on: date) -> None:
        """The office posts the notice."""
        round_ = self.award_round(node)
        listed = self.nominated(node, NominationState.AUDITED)
        for nomination in listed:
            self.pass_over(nomination, on)
        notice = notices.draft_notice(
            round_=round_,
            listed={one.pk: abridged(one.deeds) for one in listed},
            title=f"{round_.year}年“两优一先”拟表彰对象公示",
            text=deeds.NOTICE_TEXT,
            contact=deeds.CONTACT,
            workdays=round_.notice_workdays,
            by=self.ganshi,
            on=on,
        )
        notices.act(notice=notice, verb="post", version=notice.version, by=self.ganshi, on=on)

    def decide_awards(self, node: str, on: date) -> None:
        """With the days over and everything answered, the notice is closed and the committee decides."""
        notice = PublicNotice.objects.select_related("round__organization").get(round=self.award_rounds[node])
        notices.act(notice=notice, verb="close", version=notice.version, by=self.ganshi, on=on)
        self.pass_on(node, NominationState.IN_NOTICE, "decide", deeds.DECIDED, on)

    def commend(self, node: str, on: date) -> None:
        """Everybody in one act; then the office writes a citation for each."""
        round_ = self.award_round(node)
        document = deeds.DOCUMENT[round_.year]
        given = honours.commend(
            round_=round_, awarded_on=on, document=document, version=round_.version, by=self.ganshi, on=on
        )
        spoken: dict[str, list[str]] = {}
        for honour in given:
            kind = {ORGANIZATION: "organization", WORKER: "worker"}.get(honour.key, "member")
            left = spoken.setdefault(kind, [])
            if not left:
                left += self.choice.sample(deeds.CITATIONS[kind], len(deeds.CITATIONS[kind]))
            fields = {"citation": left.pop()}
            honours.change_honour(honour=honour, fields=fields, version=honour.version, by=self.ganshi, on=on)

    # ---- objections ----

    def posted(self, place: int) -> tuple[PublicNotice, Nomination]:
        """The notice of 2011 and the nomination in it of whoever stands at that place of the roster."""
        notice = PublicNotice.objects.get(round=self.award_rounds[Node.ANNIVERSARY_90])
        nomination = Nomination.objects.get(notice_entries__notice=notice, member=self.person(place))
        return notice, nomination

    def object_unnamed(self, on: date) -> None:
        """A visitor objects without a name."""
        notice, nomination = self.posted(UNNAMED_ABOUT)
        number = objections.receive(
            notice=notice,
            nomination=nomination,
            text=deeds.UNNAMED[0],
            nonce=f"story-{on:%Y%m%d}".ljust(22, "-"),
            on=on,
        )
        self.objection_numbers.append(number)

    def object_named(self, on: date) -> None:
        """Somebody calls and gives his name; the office takes it down."""
        notice, nomination = self.posted(NAMED_ABOUT)
        text, name, contact, *_ = deeds.NAMED
        number = objections.take_down(
            notice=notice,
            nomination=nomination,
            text=text,
            name=name,
            contact=contact,
            received_on=on,
            nonce=f"story-{on:%Y%m%d}".ljust(22, "-"),
            by=self.ganshi,
            on=on,
        )
        self.objection_numbers.append(number)

    def answer_objection(self, place: int, words: Sequence[str], on: date) -> None:
        """It has been looked into and is answered."""
        notice, nomination = self.posted(place)
        objection = Objection.objects.select_related("notice__round__organization", "nomination__round").get(
            notice=notice, nomination=nomination, state=ObjectionState.RECEIVED
        )
        _, inquiry, finding, reply = words
        objections.answer(
            objection=objection,
            inquiry=inquiry,
            finding=finding,
            reply=reply,
            version=objection.version,
            by=self.ganshi,
            on=on,
        )
