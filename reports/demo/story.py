"""What the invented general branch did, day by day. Everything happens through the portal's own actions, by the person who would do it."""

from datetime import date, timedelta

from branches.models import Member, Organization
from pledges.actions import writing
from pledges.models import Pledge, PledgeCycle
from pledges.queries import reading
from pledges.states import State
from pledges.workflow import PLEDGE
from reports.demo import texts
from reports.demo.office import Office
from reports.demo.pledging import LATE_2011, REVISED_2011, YEARS
from schedule.actions.notices import mark_read
from schedule.models import Notice

FIRST_DAY = date(2010, 7, 20)


class Story(Office):
    """The whole script from July 2010 on. Run the days in order."""

    def __init__(self) -> None:
        super().__init__()
        self.lived_until = FIRST_DAY - timedelta(days=1)
        self.at(FIRST_DAY, self.set_up)
        self.at(FIRST_DAY, self.begin_living)
        self.at(FIRST_DAY, self.begin_office)
        self.at(date(2010, 8, 23), self.read_letters)
        for year in YEARS:
            self.at(YEARS[year]["starts_on"], self.live_year, year)

    def live_year(self, year: int, on: date) -> None:
        """A year begins and comes to its end; in June 2011 some are late."""
        cycle = self.open_cycle(year, on)
        if year == 2011:
            self.come_late(cycle)
        self.account_for_year(cycle)

    def read_letters(self, on: date) -> None:
        """On Mondays people open what has lain in their inbox for some days."""
        mark_read(notices=Notice.objects.filter(on__lt=on - timedelta(days=4)))
        self.at(on + timedelta(days=7), self.read_letters)

    def come_late(self, cycle: PledgeCycle) -> None:
        """By June a few stand in every state short of published, and one has been revised."""
        june = date(2011, 6, 1)
        for member in self.members:
            state = LATE_2011.get(self.place_of[member.pk])
            if state not in (None, State.DRAFT):
                self.at(june + timedelta(days=self.place_of[member.pk] % 5), self.hand_in_late, cycle, member)
            if self.place_of[member.pk] == REVISED_2011:
                self.at(june + timedelta(days=2), self.revise, cycle, member)
        for branch in self.branches:
            self.at(date(2011, 6, 10), self.review_late, cycle, branch)

    def hand_in_late(self, cycle: PledgeCycle, member: Member, on: date) -> None:
        """A draft is handed in at last; one of them still has nothing in it to check."""
        pledge = reading.for_work(Pledge.objects.filter(cycle=cycle, member=member, state=State.DRAFT)).get()
        by = self.who_writes(pledge, on)
        if LATE_2011[self.place_of[member.pk]] == State.RETURNED:
            self.write_empty(pledge, self.place_of[member.pk], by, on)
        PLEDGE.move(self.fresh(pledge), "submit", by=by, on=on)

    def review_late(self, cycle: PledgeCycle, branch: Organization, on: date) -> None:
        """The secretary returns one, approves one, and has not come to the rest."""
        waiting = Pledge.objects.filter(cycle=cycle, reviewing=branch, state=State.SUBMITTED).exclude(member=None)
        for pledge in reading.for_work(waiting):
            by = self.secretary(branch, on)
            wanted = LATE_2011.get(self.place_of[pledge.member.pk])
            if wanted == State.RETURNED:
                PLEDGE.move(pledge, "return", note=texts.RETURN_OPINIONS[0], by=by, on=on)
            elif wanted == State.APPROVED:
                PLEDGE.move(pledge, "approve", note="同意。", by=by, on=on)

    def revise(self, cycle: PledgeCycle, member: Member, on: date) -> None:
        """A published pledge is revised with a reason; the old edition stays readable."""
        pledge = reading.for_work(Pledge.objects.filter(cycle=cycle, member=member, state=State.PUBLISHED)).get()
        by = self.who_writes(pledge, on)
        edition = writing.revise(
            pledge=pledge, reason="联系学校调整，下校任务改到西林高级中学，数量相应增加。", by=by, on=on
        )
        self.write(edition, texts.MEMBER[7:8], "member", edition.slogan, by, on)
        PLEDGE.move(self.fresh(edition), "submit", by=by, on=on)
        self.at(on + timedelta(days=3), self.put_in_force, edition)

    def put_in_force(self, edition: Pledge, on: date) -> None:
        """The new edition is approved and takes the old one's place."""
        secretary = self.secretary(edition.organization, on)
        PLEDGE.move(self.fresh(edition), "approve", note="修订理由充分，同意。", by=secretary, on=on)
        edition = self.fresh(edition)
        writing.publish(pledge=edition, version=edition.version, by=secretary, on=on)
