"""What stands on a calendar. Each room registers its own in its ``agenda`` module, found at start-up like its letters.

Months, semesters and the campaign are drawn from these sources, and the feeds that people carry away are written from them.
"""

from schedule.agenda import duties, gatherings, plan
from schedule.agenda.entries import (
    Entry,
    Source,
    every,
    gathered,
    of_oneself,
    of_the_public,
    register,
)

__all__ = [
    "Entry",
    "Source",
    "duties",
    "every",
    "gathered",
    "gatherings",
    "of_oneself",
    "of_the_public",
    "plan",
    "register",
]
