"""The schedule's tables that go round: study, then activities. Found at start-up."""

from schedule.tables.activities import ACTIVITIES
from schedule.tables.study import STUDY
from schedule.trips import register

register(STUDY)
register(ACTIVITIES)
