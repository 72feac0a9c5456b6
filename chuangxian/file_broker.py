"""The broker of the embedded portal: kombu's files, without the half-written ones.

kombu opens a message's file and writes into it afterwards; a worker that looks in between reads nothing and dies of it, and the whole
portal with it. Here a file appears whole or not at all, and what cannot be read is a bell not heard.
"""

import logging
import os
import uuid
from pathlib import Path
from queue import Empty
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.encoding import str_to_bytes
from kombu.utils.json import dumps

SCHEME = "files"

logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """Messages and the table of queues as files, each put in place by one rename."""

    def _put(self, queue: str, payload: Any, **options: Any) -> None:  # type: ignore[override]  # kombu differs from itself
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _write(Path(self.data_folder_out) / name, payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError:
            logger.warning("a message that could not be read was dropped")
            raise Empty from None

    def get_table(self, exchange: str) -> list[Any]:
        """Return the queues of an exchange; none when nobody has bound one yet."""
        try:
            table: list[Any] = super().get_table(exchange)
        except ValueError:
            return []
        return table

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self.get_table(exchange)
        if bound not in table:
            self.control_folder.mkdir(exist_ok=True)
            _write(self._exchange_file(exchange), [bound, *table])


class Transport(filesystem.Transport):
    """Names the channel."""

    Channel = Channel


def _write(file: Path, content: Any) -> None:
    aside = file.with_name(f".{uuid.uuid4().hex}.part")
    try:
        aside.write_bytes(str_to_bytes(dumps(content)))
        os.replace(aside, file)
    except OSError as error:
        raise ChannelError(f"Cannot write {file}") from error


def register() -> None:
    """Make ``files://`` known to kombu."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:{Transport.__name__}"
