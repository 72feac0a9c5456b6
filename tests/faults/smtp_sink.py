"""A mail server that keeps what it gets and can misbehave on purpose; standard library only."""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

DROP = "drop"  # close the line without a word
HANG = "hang"  # say nothing for longer than anybody waits

# stages at which `Sink.react` is asked: the answer to give, DROP, HANG, or None for the usual one
CONNECT, MAIL, RCPT, DATA, DOT, SENT = "connect", "mail", "rcpt", "data", "dot", "sent"
USUAL = {CONNECT: "220 sink", MAIL: "250 ok", RCPT: "250 ok", DATA: "354 go on", DOT: "250 kept"}


@dataclass
class Received:
    """A mail as it arrived."""

    to: str
    message: EmailMessage

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Sink:
    """What arrived. ``react(stage, to)`` decides about answers; at DOT the mail has been kept already, at SENT the answer has gone out."""

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    react: Callable[[str, str], str | None] = lambda stage, to: None
    pause: float = 0  # seconds the server takes to keep a mail
    silence: float = 60  # seconds it says nothing when it hangs
    broken_tls: bool = False  # offers STARTTLS and then speaks no TLS

    def copies(self) -> Counter[str]:
        """How often each mail arrived."""
        return Counter(one.message_id for one in self.received)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves."""
        self.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            await self._talk(reader, writer)
        with suppress(ConnectionError):
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not await self._answer(writer, CONNECT, ""):
            return
        to = ""
        while line := (await reader.readline()).decode().strip():
            verb = line.split(":")[0].split()[0].upper()
            if verb == "EHLO" and self.broken_tls:
                await self._say(writer, "250-sink\r\n250 STARTTLS")
            elif verb == "STARTTLS" and self.broken_tls:
                await self._say(writer, "220 go on")
                await self._say(writer, "this is no handshake")
                return
            elif verb in ("EHLO", "HELO", "RSET", "NOOP"):
                await self._say(writer, "250 sink")
            elif verb == "MAIL":
                if not await self._answer(writer, MAIL, ""):
                    return
            elif verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                if not await self._answer(writer, RCPT, to):
                    return
            elif verb == "DATA":
                if not await self._data(reader, writer, to):
                    return
            else:
                await self._say(writer, "221 bye" if verb == "QUIT" else "502 unknown")
                if verb == "QUIT":
                    return

    async def _data(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, to: str) -> bool:
        if not await self._answer(writer, DATA, to):
            return False
        raw = (await reader.readuntil(b"\r\n.\r\n"))[:-5]
        answer = self.react(DOT, to)
        if answer is None or answer in (DROP, HANG):
            message = message_from_bytes(raw, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.received.append(Received(to, message))
        if self.pause:
            await asyncio.sleep(self.pause)
        if not await self._give(writer, answer or USUAL[DOT]):
            return False
        return self.react(SENT, to) != DROP

    async def _answer(self, writer: asyncio.StreamWriter, stage: str, to: str) -> bool:
        return await self._give(writer, self.react(stage, to) or USUAL[stage])

    async def _give(self, writer: asyncio.StreamWriter, answer: str) -> bool:
        if answer == DROP:
            return False
        if answer == HANG:
            await asyncio.sleep(self.silence)
            return False
        await self._say(writer, answer)
        return True

    async def _say(self, writer: asyncio.StreamWriter, answer: str) -> None:
        writer.write(f"{answer}\r\n".encode())
        await writer.drain()


@contextmanager
def running_sink(host: str = "127.0.0.1") -> Iterator[Sink]:
    """Run a sink on a free port, in a thread of its own."""
    sink, loop, started = Sink(host), asyncio.new_event_loop(), threading.Event()

    async def main() -> None:
        server = await asyncio.start_server(sink.serve, host, 0, limit=2**20)
        sink.port = server.sockets[0].getsockname()[1]
        started.set()
        await stop.wait()
        server.close()

    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(main(),), daemon=True)
    thread.start()
    assert started.wait(5)
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5)
        for task in asyncio.all_tasks(loop):
            task.cancel()


def main() -> None:
    """Serve until killed; prints the port. For measurements, where the server must not share our interpreter.

    The first argument is the pause a mail takes, in milliseconds.
    """
    with running_sink() as sink:
        sink.pause = int(sys.argv[1]) / 1000
        sys.stdout.write(f"{sink.port}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
