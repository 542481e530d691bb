"""Clients, good and hostile, on one event loop."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

_GET = "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {keep}\r\n\r\n"


@dataclass
class Line:
    """A connection, and who answered on it last."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    worker: bytes = b""


@dataclass
class Good:
    """Clients that ask at a steady rate; what they saw."""

    host: str
    port: int
    path: str = "/"
    keep: bool = False
    waits: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    flying: Counter[bytes] = field(default_factory=Counter)
    killed_at: float = 0.0
    stale: int = 0

    async def ask_steadily(self, rate: float, seconds: float, clients: int = 1) -> None:
        """Ask so many times a second, from so many connections."""
        each = [self._run(rate / clients, seconds) for _ in range(clients)]
        await asyncio.gather(*each)

    def count_flying(self, worker: int) -> int:
        """Count the requests that are under way at a worker, or nobody knows where."""
        return self.flying[str(worker).encode()] + self.flying[b""]

    async def _run(self, rate: float, seconds: float) -> None:
        end = time.monotonic() + seconds
        line = None
        asked: set[asyncio.Task[None]] = set()
        while time.monotonic() < end:
            began = time.monotonic()
            if self.keep:
                line = await self._ask(line)
            else:
                task = asyncio.create_task(self._ask_once())
                asked.add(task)
                task.add_done_callback(asked.discard)
            await asyncio.sleep(max(0, 1 / rate - (time.monotonic() - began)))
        if asked:
            await asyncio.wait(asked, timeout=20)
        if line is not None:
            line.writer.close()

    async def _ask_once(self) -> None:
        line = await self._ask(None)
        if line is not None:
            line.writer.close()

    async def _ask(self, line: Line | None) -> Line | None:
        """Ask once; return the connection if it may be used again."""
        if line is not None and line.reader.at_eof():
            line.writer.close()
            line = None
        began = time.monotonic()
        worker = line.worker if line is not None else b""
        self.flying[worker] += 1
        try:
            if line is None:
                line = Line(*await asyncio.open_connection(self.host, self.port))
            head, line.worker = await self._talk(line)
        except (TimeoutError, OSError, EOFError, IndexError) as error:
            if worker and self.killed_at and began >= self.killed_at:
                # Its worker was dead already: a client asks again somewhere else.
                self.stale += 1
            else:
                self.failures[type(error).__name__] += 1
            if line is not None:
                line.writer.close()
            return None
        finally:
            self.flying[worker] -= 1
        if b" 200 " not in head[:15]:
            self.failures[head[9:12].decode()] += 1
        self.waits.append(time.monotonic() - began)
        if b"connection: close" in head.lower():
            line.writer.close()
            return None
        return line

    async def _talk(self, line: Line) -> tuple[bytes, bytes]:
        keep = "keep-alive" if self.keep else "close"
        line.writer.write(_GET.format(path=self.path, keep=keep).encode())
        head = await asyncio.wait_for(line.reader.readuntil(b"\r\n\r\n"), 20)
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        return head, await asyncio.wait_for(line.reader.readexactly(length), 20)


@dataclass
class Hostile:
    """Sockets that hold on to what they get, and come back when they are closed."""

    host: str
    port: int
    first: bytes
    drip: bytes = b""
    pause: float = 1.0
    lives: list[float] = field(default_factory=list)
    opened: int = 0
    refused: int = 0

    async def hold(self, count: int, seconds: float) -> None:
        """Hold so many sockets open for so long."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._hold_one(end, n / count) for n in range(count)))

    async def _hold_one(self, end: float, share: float) -> None:
        await asyncio.sleep(share * 2)
        while time.monotonic() < end:
            try:
                await self._live(end)
            except OSError:
                self.refused += 1
                await asyncio.sleep(0.5)

    async def _live(self, end: float) -> None:
        reader, writer = await asyncio.open_connection(self.host, self.port)
        self.opened += 1
        began = time.monotonic()
        dripping = None
        try:
            if self.first:
                writer.write(self.first)
            if self.drip:
                dripping = asyncio.create_task(self._drip(writer))
            left = end - time.monotonic()
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(_read_to_end(reader), max(left, 0.01))
                self.lives.append(time.monotonic() - began)
        finally:
            if dripping is not None:
                dripping.cancel()
            writer.close()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while True:
                await asyncio.sleep(self.pause)
                writer.write(self.drip)


async def _read_to_end(reader: asyncio.StreamReader) -> None:
    with suppress(OSError):
        while await reader.read(65536):
            pass


def get_share(waits: list[float], share: float) -> float:
    """Return the wait, in milliseconds, below which this share of them lies."""
    ordered = sorted(waits)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
