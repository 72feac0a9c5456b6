"""A draft of a summary, put together from the records of a stretch of time. Nothing is invented: a section without records says so.

A sentence names only figures that stand beside it with what they count and where they come from. Texts are quoted word for word.
"""

from awards.queries.gathering.closing import ahead, honours, problems
from awards.queries.gathering.living import carriers, study, tasks
from awards.queries.gathering.pledging import basics, pledges
from awards.queries.gathering.reviewing import comments, masses
from awards.queries.gathering.shapes import Asked, Draft, Figure

SECTIONS = (basics, pledges, comments, masses, study, carriers, tasks, honours, problems, ahead)

__all__ = ["SECTIONS", "Asked", "Draft", "Figure", "gather"]


def gather(asked: Asked) -> list[Draft]:
    """Return the sections in their order. A number of queries that grows with cycles, rounds and semesters, not with people."""
    return [section(asked) for section in SECTIONS]
