"""The whole campaign as one picture: where each bar, mark and word goes. Pure geometry, in the units of the picture's view box.

Two pictures of the same things: ``across`` runs from left to right for desks and paper, ``down`` from top to bottom for phones.
"""

from schedule.timeline.across import across
from schedule.timeline.down import down
from schedule.timeline.shapes import Picture, Story
from schedule.timeline.words import distance, in_words

__all__ = ["Picture", "Story", "across", "distance", "down", "in_words"]
