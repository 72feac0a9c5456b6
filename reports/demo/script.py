"""The script: what happens on which day. Happenings may put others on the script, on the same day too."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from random import Random

Happening = Callable[[date], None]


class Script:
    """A list of happenings for each day. Nothing differs between two runs: the same seed gives the same story."""

    def __init__(self) -> None:
        self.random = Random(2010)
        self.days: defaultdict[date, list[Happening]] = defaultdict(list)

    def on(self, day: date) -> Iterator[Happening]:
        """Walk what happens on that day."""
        while self.days[day]:
            yield self.days[day].pop(0)

    def at(self, day: date, happening: Callable[..., None], *args: object) -> None:
        """Put something on a day of the script."""
        self.days[day].append(partial(happening, *args))
