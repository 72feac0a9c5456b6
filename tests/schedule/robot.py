"""A group's robot on a real socket: it keeps what it is told and answers as the test says."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any]
TAKEN: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}
DROP = "drop"
HANG = "hang"


@dataclass
class Robot:
    """What was said to it; ``react`` answers a status and a body (or DROP, HANG)."""

    port: int = 0
    heard: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    react: Callable[[str, dict[str, Any]], Answer | str] = lambda path, body: (200, TAKEN)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/robot/send?access_token=token-1234"


@contextmanager
def running_robot() -> Iterator[Robot]:
    """Run one for the time of the block."""
    robot = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            robot.heard.append((self.path, body))
            answer = robot.react(self.path, body)
            if answer == DROP:
                self.close_connection = True
                return
            if answer == HANG:
                time.sleep(1)
                return
            assert not isinstance(answer, str)
            status, said = answer
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", f"http://127.0.0.1:{robot.port}/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    robot.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield robot
    finally:
        server.shutdown()
        server.server_close()
