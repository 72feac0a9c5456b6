"""Figures frozen for those above: at the end of each semester, and shortly before the Party's 90th anniversary."""

from datetime import date

from branches.models import Organization
from branches.scope import standing_of
from reports import actions, catalogue
from reports.demo.awarding import Awarding
from schedule.models import Semester

BEFORE_ANNIVERSARY = date(2011, 6, 15)


class Counting(Awarding):
    """The office sends figures, and can still say a year later what it sent."""

    def begin_counting(self, on: date) -> None:
        """Put the days on the script: one for every semester that begins from now on."""
        semesters = list(Semester.objects.in_plan().filter(starts_on__gte=on).order_by("starts_on"))
        for semester in semesters:
            self.at(semester.reporting_until, self.count, semester, f"{semester}期末上报")
        now = next(one for one in semesters if one.starts_on <= BEFORE_ANNIVERSARY <= one.reporting_until)
        self.at(BEFORE_ANNIVERSARY, self.count, now, "建党90周年前情况上报")

    def count(self, semester: Semester, purpose: str, on: date) -> None:
        """The whole general branch, as it stands that day."""
        place = Organization.objects.get(pk=self.general.pk)
        asked = catalogue.Asked(standing_of(self.ganshi, on), on, place, semester)
        actions.take_snapshot(
            organization=place,
            semester=semester,
            purpose=purpose,
            figures=catalogue.figures_of(asked),
            by=self.ganshi,
            on=on,
        )
