"""What every trial stands on: its folder, its mail server, its processes, and the servers it may break."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults.catalogue import Outcome
from tests.faults.crew import Account, Crew
from tests.faults.servers import Cluster, Network, Redis
from tests.faults.smtp_sink import Sink

INBOX_AND_MAIL = ("schedule_mail", "schedule_notice", "schedule_remindermark", "schedule_bouncedaddress")


@dataclass
class Ground:
    quick: bool
    folder: Path
    sink: Sink
    redis: Redis | None
    cluster: Cluster | None
    network: Network | None
    crews: list[Crew] = field(default_factory=list)

    @property
    def sqlite(self) -> bool:
        return connection.vendor == "sqlite"

    @property
    def log(self) -> Path:
        return self.folder / "processes.log"

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of the trial's processes."""
        return dict(os.environ) | more

    def crew(self, *commands: list[str], before: Sequence[str] = (), **env: str) -> Crew:
        """Start processes of the portal; those that still run are killed when the trial ends."""
        self.crews.append(Crew(self.env(**env), self.log, *commands, before=before))
        return self.crews[-1]

    def end(self) -> None:
        for crew in self.crews:
            crew.go_on()
            crew.end()

    def forget(self) -> None:
        """Empty inbox and outbox, for another round on the same people."""
        with connection.cursor() as cursor:
            for table in INBOX_AND_MAIL:
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
        self.sink.received.clear()


def figures(found: Account, **more: Any) -> dict[str, Any]:
    """Return the figures every trial tells first."""
    return {"丢失": found.lost, "收件箱重复": found.told_twice, "邮件重复": found.extra} | more


def outcome(good: bool, done: str, found: Account, **more: Any) -> Outcome:
    """Return what was shown; when it is not good, with the whole account."""
    told = figures(found, **more)
    return Outcome(good, done, told if good else told | {"明细": str(found)})
