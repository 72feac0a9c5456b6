"""Keeping what was promised: entries with evidence, outcomes, the year's report and its appraisal."""

from datetime import date, timedelta

from django.core.files.base import ContentFile

from accounts.models import User
from branches.models import Member, Organization
from chuangxian.uploads import Accepted, accept
from pledges.actions import cycles, fulfilling
from pledges.actions.fulfilling import Account as Outcomes
from pledges.models import Pledge, PledgeCycle, PledgeItem
from pledges.queries import reading
from pledges.states import Outcome, State
from pledges.workflow import PLEDGE
from reports.demo import texts
from reports.demo.unit import Unit


class Keeping(Unit):
    """From the wall to the archive."""

    def live(self, pledge: Pledge, on: date) -> None:
        """Appoint the days on which something is done for each item."""
        for item in pledge.items.all():
            span = (item.due_on - on).days
            count = 1 if span < 40 else self.random.choice((1, 1, 2))
            for n in range(count):
                day = on + timedelta(days=max(span * (n + 1) // (count + 1), 1))
                self.at(day, self.enter, item)
            if self.random.random() < 0.8:
                self.at(item.due_on - timedelta(days=self.random.randrange(4)), self.settle, item)

    def who_writes(self, pledge: Pledge, on: date) -> User:
        """Return whose task the record is."""
        if pledge.member is None:
            return self.secretary(pledge.organization, on)
        return pledge.member.user or self.ganshi

    def enter(self, item: PledgeItem, on: date, outcome: Outcomes | None = None) -> None:
        """Write down what was done, if the edition still stands."""
        item = PledgeItem.objects.select_related("pledge__cycle", "pledge__organization", "pledge__member__user").get(
            pk=item.pk
        )
        if item.pledge.state != State.PUBLISHED or item.outcome:
            return
        text = self.random.choice(texts.ENTRIES).format(
            place=self.random.choice(texts.PLACES), n=self.random.choice((2, 3, 4, 6))
        )
        files = [self.paper(item, text)] if self.random.random() < 0.3 else []
        by = self.who_writes(item.pledge, on)
        fulfilling.enter(item=item, day=on, text=text, files=files, account=outcome, by=by, on=on)

    @staticmethod
    def paper(item: PledgeItem, text: str) -> Accepted:
        """Return a small paper as evidence."""
        content = f"{item.content}\n\n{text}\n\n（演示材料，内容为虚构。）\n"
        return accept(ContentFile(content.encode(), name="工作记录.txt"))

    def settle(self, item: PledgeItem, on: date) -> None:
        """Say what came of an item on the day it was finished."""
        drawn = self.random.random()
        if drawn < 0.84:
            outcome = Outcomes(Outcome.FULFILLED)
        elif drawn < 0.94:
            outcome = Outcomes(Outcome.PARTLY, texts.SHORTFALL)
        else:
            outcome = Outcomes(Outcome.EXCUSED, texts.EXCUSES)
        self.enter(item, on, outcome)

    def account_for_year(self, cycle: PledgeCycle) -> None:
        """Reports at the year's end, appraisals in January, then the cycle is closed."""
        for number, member in enumerate(self.members):
            self.at(cycle.ends_on + timedelta(days=number % 7), self.report, cycle, member)
        self.at(cycle.ends_on + timedelta(days=8), self.report_organizations, cycle)
        for number, place in enumerate([*self.branches, self.general]):
            self.at(cycle.ends_on + timedelta(days=12 + number), self.appraise, cycle, place)
        self.at(cycle.appraise_by, self.close, cycle)

    def report(self, cycle: PledgeCycle, member: Member, on: date) -> None:
        """A member says what became of each item."""
        for pledge in reading.with_items(Pledge.objects.filter(cycle=cycle, member=member, state=State.PUBLISHED)):
            self.report_one(pledge, on)

    def report_organizations(self, cycle: PledgeCycle, on: date) -> None:
        """So do the branches and the general branch."""
        for pledge in reading.with_items(Pledge.objects.filter(cycle=cycle, member=None, state=State.PUBLISHED)):
            self.report_one(pledge, on)

    def report_one(self, pledge: Pledge, on: date) -> None:
        """What has no outcome yet is fulfilled, or honestly not."""
        outcomes = {}
        for item in pledge.items.all():
            if not item.outcome:
                kept = self.random.random() < 0.55
                outcomes[item.pk] = (
                    Outcomes(Outcome.FULFILLED) if kept else Outcomes(Outcome.UNFULFILLED, texts.SHORTFALL)
                )
        by = self.who_writes(pledge, on)
        fulfilling.report(pledge=pledge, accounts=outcomes, summary="", version=pledge.version, by=by, on=on)

    def appraise(self, cycle: PledgeCycle, place: Organization, on: date) -> None:
        """The reviewing leaders appraise; the office registers what the bureau said of the general branch."""
        reported = reading.with_items(Pledge.objects.filter(cycle=cycle, state=State.REPORTED))
        outside = list(reported.filter(reviewing=None)) if place == self.general else []
        by = self.secretary(place, on)
        for pledge in [*reported.filter(reviewing=place), *outside]:
            reader = self.ganshi if pledge.goes_outside else by
            opinion = "上级评定：承诺事项基本兑现，同意。" if pledge.goes_outside else "所述属实。"
            if PLEDGE.verdict(pledge, "appraise", by=reader, on=on):
                fulfilling.appraise(
                    pledge=pledge, outcomes={}, opinion=opinion, version=pledge.version, by=reader, on=on
                )

    def close(self, cycle: PledgeCycle, on: date) -> None:
        """The office ends the cycle."""
        cycle = PledgeCycle.objects.get(pk=cycle.pk)
        note = "少数承诺未及时提交，已在支部大会上说明。"
        cycles.close_cycle(cycle=cycle, note=note, version=cycle.version, by=self.ganshi, on=on)

    @staticmethod
    def fresh(pledge: Pledge) -> Pledge:
        """Read the pledge as it stands now, with everything the rules ask for."""
        return reading.with_items(Pledge.objects.all()).get(pk=pledge.pk)
