"""The embedded broker: many write while one reads, and no file is ever seen half-written."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection, Queue

from chuangxian import file_broker

MESSAGES = 60
WRITER = """
import sys
from kombu import Connection
from chuangxian import file_broker
file_broker.register()
folder, count = sys.argv[1], int(sys.argv[2])
options = {"data_folder_in": folder, "data_folder_out": folder, "control_folder": folder + "/control"}
with Connection("files://", transport_options=options) as connection:
    queue = connection.SimpleQueue("bells")
    for number in range(count):
        queue.put({"number": number, "filling": "铃" * 400_000})
"""


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Any]:
    file_broker.register()
    file_broker.Transport.global_state.clear()  # kombu remembers what was bound in this process, wherever that was
    (tmp_path / "control").mkdir()
    options = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.001,
    }
    with Connection("files://", transport_options=options) as connection:
        yield connection


def test_a_message_arrives(connection: Any) -> None:
    queue = connection.SimpleQueue("bells")
    queue.put({"ring": "tick"})
    message = queue.get(timeout=5)
    assert message.payload == {"ring": "tick"}
    message.ack()


def test_an_empty_or_broken_file_is_a_bell_not_heard(connection: Any, tmp_path: Path) -> None:
    (tmp_path / "1_empty.bells.msg").touch()
    (tmp_path / "2_broken.bells.msg").write_text('{"body": "half')
    channel = connection.channel()
    for _ in range(2):
        with pytest.raises(Empty):
            channel._get("bells")
    queue = connection.SimpleQueue("bells")
    queue.put("whole")
    assert queue.get(timeout=5).payload == "whole"


def test_a_broken_table_of_queues_is_made_anew(connection: Any, tmp_path: Path) -> None:
    (tmp_path / "control" / "bells.exchange").touch()
    channel = connection.channel()
    assert channel.get_table("bells") == []
    Queue("bells", exchange="", routing_key="bells")(channel).declare()
    channel._queue_bind("bells", "bells", "", "bells")
    assert [row.queue for row in channel.get_table("bells")] == ["bells"]


@pytest.mark.process
def test_what_another_process_writes_meanwhile_is_read_whole(connection: Any, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(MESSAGES)])
    queue = connection.SimpleQueue("bells")
    try:
        seen = []
        for _ in range(MESSAGES):
            message = queue.get(timeout=30)
            seen.append(message.payload["number"])
            message.ack()
    finally:
        assert writer.wait(30) == 0
    assert sorted(seen) == list(range(MESSAGES))
    assert list(tmp_path.glob("*.msg")) == list(tmp_path.glob(".*.part")) == []
