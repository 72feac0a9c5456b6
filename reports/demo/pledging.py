"""A year's pledges: opened by the office, written by everybody, returned or approved, hung on the wall together."""

from collections.abc import Sequence
from datetime import date, timedelta

from accounts.models import User
from branches.models import Member, Organization
from branches.states import MemberType
from pledges.actions import cycles, reviewing, writing
from pledges.actions.writing import ItemText
from pledges.models import Pledge, PledgeCycle
from pledges.queries import reading
from pledges.states import State
from pledges.workflow import PLEDGE
from reports.demo import texts
from reports.demo.keeping import Keeping
from reports.demo.texts import Promise
from schedule.queries.plan import current_campaign, standards_of

YEARS = {
    2010: {
        "starts_on": date(2010, 8, 20),
        "submit_by": date(2010, 9, 20),
        "review_by": date(2010, 10, 8),
        "publish_by": date(2010, 10, 15),
        "midyear_on": date(2010, 11, 15),
        "ends_on": date(2010, 12, 31),
        "appraise_by": date(2011, 1, 20),
    },
    2011: {
        "starts_on": date(2011, 2, 14),
        "submit_by": date(2011, 3, 15),
        "review_by": date(2011, 3, 25),
        "publish_by": date(2011, 4, 1),
        "midyear_on": date(2011, 6, 30),
        "ends_on": date(2011, 12, 31),
        "appraise_by": date(2012, 1, 12),
    },
    2012: {
        "starts_on": date(2012, 2, 13),
        "submit_by": date(2012, 3, 7),
        "review_by": date(2012, 3, 12),
        "publish_by": date(2012, 3, 15),
        "midyear_on": date(2012, 6, 29),
        "ends_on": date(2012, 12, 12),
        "appraise_by": date(2012, 12, 31),
    },
}


# who is behind in 2011, by place in the roster; the rest keep their dates
LATE_2011 = {
    31: State.DRAFT,
    36: State.SUBMITTED,
    41: State.SUBMITTED,
    47: State.RETURNED,
    52: State.APPROVED,
    57: State.DRAFT,
}
NEVER_2011 = {26, 60}  # 袁晨, whom a newcomer plays, has not begun; neither has one of the retired
REVISED_2011 = 21
EMPTY_2011 = 36  # waits for its secretary on 20 June, with nothing in it to check


class Pledging(Keeping):
    """From draft to wall."""

    def open_cycle(self, year: int, on: date) -> PledgeCycle:
        """The office opens the year; everybody gets his days."""
        campaign = current_campaign(on)
        assert campaign is not None  # load_plan comes first
        cycle = cycles.open_cycle(
            organization=self.general,
            campaign=campaign,
            year=year,
            name=f"{year}年度承诺",
            by=self.ganshi,
            on=on,
            **YEARS[year],
        )
        submit_by, review_by, publish_by = (YEARS[year][name] for name in ("submit_by", "review_by", "publish_by"))
        self.at(on + timedelta(days=3), self.pledge_of_general_branch, cycle)
        for number, branch in enumerate(self.branches):
            self.at(on + timedelta(days=6 + number), self.pledge_of_branch, cycle, branch)
            for day in (submit_by - timedelta(days=4 - number % 2), review_by - timedelta(days=number % 3)):
                self.at(day, self.review, cycle, branch)
            self.at(publish_by - timedelta(days=number % 2), self.publish_all, cycle, branch)
        for member in self.members:
            number = self.place_of[member.pk]
            if not (year == 2011 and number in NEVER_2011) and not (member.user is None and number % 4 == 0):
                self.at(submit_by - timedelta(days=5 + number % 13), self.write_own, cycle, member)
        return cycle

    def pledge_of_general_branch(self, cycle: PledgeCycle, on: date) -> None:
        """The general branch's own is approved by the bureau's committee and recorded by document."""
        zongzhi = self.secretary(self.general, on)
        pledge = writing.begin(cycle=cycle, organization=self.general, by=zongzhi, on=on)
        self.write(pledge, texts.GENERAL, "organization", "研究为本，服务至上；科学导向，提升质量", zongzhi, on)
        PLEDGE.move(pledge, "submit", by=zongzhi, on=on)
        self.at(on + timedelta(days=8), self.record_approval, pledge)

    def record_approval(self, pledge: Pledge, on: date) -> None:
        """The office records the document; the general branch publishes."""
        pledge = self.fresh(pledge)
        document = f"常教党工委〔{pledge.cycle.year}〕1{pledge.cycle.year - 2008}号"
        reviewing.record_approval(
            pledge=pledge,
            document=document,
            document_on=on - timedelta(days=1),
            version=pledge.version,
            by=self.ganshi,
            on=on,
        )
        writing.publish(pledge=pledge, by=self.secretary(self.general, on), on=on)
        self.live(pledge, on)

    def pledge_of_branch(self, cycle: PledgeCycle, branch: Organization, on: date) -> None:
        """A branch's own, written by its secretary, read by the general branch's."""
        secretary = self.secretary(branch, on)
        pledge = writing.begin(cycle=cycle, organization=branch, by=secretary, on=on)
        self.write(pledge, texts.BRANCH, "organization", self.random.choice(texts.SLOGANS), secretary, on, most=4)
        PLEDGE.move(pledge, "submit", by=secretary, on=on)
        self.at(on + timedelta(days=4), self.review, cycle, self.general)
        self.at(on + timedelta(days=5), self.publish_all, cycle, branch)

    def write_own(self, cycle: PledgeCycle, member: Member, on: date) -> None:
        """A member writes his own; the office registers it for who has no account."""
        branch = self.branch_of[member.pk]
        assert branch is not None
        by = member.user or self.ganshi
        pledge = writing.begin(cycle=cycle, member=member, organization=branch, by=by, on=on)
        number = self.place_of[member.pk]
        if cycle.year > 2010 and reading.unfinished_of_last_year(pledge):
            writing.carry_over(pledge=pledge, version=pledge.version, by=by, on=on)
            pledge = self.fresh(pledge)
        if number % 9 == 2 or (cycle.year == 2011 and number == EMPTY_2011):
            self.write_empty(pledge, number, by, on)
        else:
            self.write_well(pledge, member, by, on)
        late = LATE_2011.get(number) if cycle.year == 2011 else None
        if late is None:
            PLEDGE.move(self.fresh(pledge), "submit", by=by, on=on)

    def write_well(self, pledge: Pledge, member: Member, by: User, on: date) -> None:
        """Three or four items with yardsticks."""
        retired = member.member_type == MemberType.RETIRED
        slogan = self.random.choice(texts.SLOGANS) if self.random.random() < 0.5 else ""
        self.write(
            pledge,
            texts.RETIRED if retired else texts.MEMBER,
            "member",
            slogan,
            by,
            on,
            most=self.random.choice((2, 3, 3, 4)),
        )

    def write_empty(self, pledge: Pledge, number: int, by: User, on: date) -> None:
        """The kind nobody can check."""
        content, measure = texts.EMPTY[number % len(texts.EMPTY)]
        fields = {"kind": "common", "content": content, "measure": measure, "due_on": pledge.cycle.ends_on}
        items = [*self.kept(pledge), ItemText(fields)]
        writing.save_text(pledge=pledge, items=items, version=pledge.version, by=by, on=on, signed_on=on)

    def write(
        self, pledge: Pledge, promises: Sequence[Promise], target: str, slogan: str, by: User, on: date, most: int = 9
    ) -> None:
        """Write items from the texts, dated inside the cycle."""
        standards = {standard.key: standard for standard in standards_of(target, on)}
        cycle = pledge.cycle
        items = self.kept(pledge)
        already = {item.content for item in pledge.items.all()}
        topic, place = self.random.choice(texts.TOPICS), self.random.choice(texts.PLACES)
        for promise in self.some(promises, max(most - len(items), 1)):
            fields = promise.filled(
                subject=self.subject(pledge),
                topic=topic,
                place=place,
                choice=self.random.randrange(12),
                year=cycle.year,
            )
            if fields["content"] in already:
                continue
            if pledge.member is None:
                fields["responsible_member"] = by.member
            fields["standard"] = standards[str(fields.pop("standard_key"))]
            due_on = fields["due_on"]
            assert isinstance(due_on, date)
            if not cycle.publish_by + timedelta(days=21) <= due_on <= cycle.ends_on:
                fields["due_on"] = cycle.ends_on - timedelta(days=self.random.choice((11, 16, 21)))
            items.append(ItemText(fields))
        writing.save_text(pledge=pledge, items=items, version=pledge.version, by=by, on=on, slogan=slogan, signed_on=on)

    def some(self, promises: Sequence[Promise], most: int) -> list[Promise]:
        """Pick a few, each under another standard as far as that goes."""
        picked: list[Promise] = []
        for promise in self.random.sample(promises, len(promises)):
            if len(picked) < most and (len(promises) <= most or promise.standard not in {p.standard for p in picked}):
                picked.append(promise)
        return sorted(picked, key=promises.index)

    def subject(self, pledge: Pledge) -> str:
        """Return the subject a member works on, as it fits before 课."""
        post = pledge.member.unit_post if pledge.member else ""
        return post.removesuffix("教研员") if post.endswith("教研员") and not post.startswith("退休") else "学科"

    def kept(self, pledge: Pledge) -> list[ItemText]:
        """Return the items that already stand there, unchanged."""
        return [ItemText({}, pk=item.pk) for item in pledge.items.all()]

    def review(self, cycle: PledgeCycle, place: Organization, on: date) -> None:
        """The leaders of ``place`` read what waits for them: the empty go back, the rest is approved."""
        by = self.secretary(place, on)
        waiting = Pledge.objects.filter(cycle=cycle, reviewing=place, state=State.SUBMITTED)
        for number, pledge in enumerate(reading.with_items(waiting).order_by("pk")):
            empty = any(
                not item.target and item.content in {content for content, _ in texts.EMPTY}
                for item in pledge.items.all()
            )
            if pledge.goes_outside or not PLEDGE.verdict(pledge, "approve", by=by, on=on):
                continue
            if empty:
                opinion = texts.RETURN_OPINIONS[pledge.pk % len(texts.RETURN_OPINIONS)]
                PLEDGE.move(pledge, "return", note=opinion, by=by, on=on)
                self.at(on + timedelta(days=2), self.improve, pledge)
            else:
                opinion = texts.APPROVE_OPINIONS[(pledge.pk + number) % len(texts.APPROVE_OPINIONS)]
                PLEDGE.move(pledge, "approve", note=opinion, by=by, on=on)
        if place == self.general:
            return
        # the secretaries' own are read a level higher
        self.at(on + timedelta(days=1), self.review, cycle, self.general)

    def improve(self, pledge: Pledge, on: date) -> None:
        """A returned pledge is rewritten with figures and dates, and handed in again."""
        pledge = self.fresh(pledge)
        member = pledge.member
        if pledge.state != State.RETURNED or member is None:
            return
        if LATE_2011.get(self.place_of[member.pk]) == State.RETURNED and pledge.cycle.year == 2011:
            return
        by = member.user or self.ganshi
        for item in pledge.items.filter(target=""):
            item.delete()
        pledge = self.fresh(pledge)
        self.write_well(pledge, member, by, on)
        PLEDGE.move(self.fresh(pledge), "submit", by=by, on=on)

    def publish_all(self, cycle: PledgeCycle, branch: Organization, on: date) -> None:
        """The branch publishes what is approved, together."""
        approved = Pledge.objects.filter(cycle=cycle, organization=branch, state=State.APPROVED)
        held_back = (
            {number for number, state in LATE_2011.items() if state == State.APPROVED} if cycle.year == 2011 else set()
        )
        ready = [p for p in reading.for_work(approved) if not (p.member and self.place_of[p.member.pk] in held_back)]
        done = reviewing.publish_many(pledges=ready, by=self.secretary(branch, on), on=on)
        assert not [one.refusal for one in done if one.refusal]
        for pledge in ready:
            self.live(pledge, on)
