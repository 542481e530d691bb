"""Regular and hostile clients, on one event loop."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

_GET = "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: {keep}\r\n\r\n"


@dataclass
class ClientConnection:
    """A connection, and the worker that answered on it last."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    worker: bytes = b""


@dataclass
class SteadyClients:
    """Clients that send requests at a steady rate, and their results."""

    host: str
    port: int
    path: str = "/"
    keep: bool = False
    waits: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    in_flight: Counter[bytes] = field(default_factory=Counter)
    killed_at: float = 0.0
    retried: int = 0

    async def send_steadily(
        self, rate: float, seconds: float, clients: int = 1
    ) -> None:
        """Send `rate` requests a second, from `clients` connections."""
        each = [self._run(rate / clients, seconds) for _ in range(clients)]
        await asyncio.gather(*each)

    def count_in_flight(self, worker: int) -> int:
        """Count the requests in flight at a worker, and those at an unknown worker."""
        return self.in_flight[str(worker).encode()] + self.in_flight[b""]

    async def _run(self, rate: float, seconds: float) -> None:
        end = time.monotonic() + seconds
        line = None
        asked: set[asyncio.Task[None]] = set()
        while time.monotonic() < end:
            began = time.monotonic()
            if self.keep:
                line = await self._send(line)
            else:
                task = asyncio.create_task(self._send_once())
                asked.add(task)
                task.add_done_callback(asked.discard)
            await asyncio.sleep(max(0, 1 / rate - (time.monotonic() - began)))
        if asked:
            await asyncio.wait(asked, timeout=20)
        if line is not None:
            line.writer.close()

    async def _send_once(self) -> None:
        line = await self._send(None)
        if line is not None:
            line.writer.close()

    async def _send(self, line: ClientConnection | None) -> ClientConnection | None:
        """Send one request; return the connection if it can be reused."""
        if line is not None and line.reader.at_eof():
            line.writer.close()
            line = None
        began = time.monotonic()
        worker = line.worker if line is not None else b""
        self.in_flight[worker] += 1
        try:
            if line is None:
                line = ClientConnection(
                    *await asyncio.open_connection(self.host, self.port)
                )
            head, line.worker = await self._exchange(line)
        except (TimeoutError, OSError, EOFError, IndexError) as error:
            if worker and self.killed_at and began >= self.killed_at:
                # Its worker was dead already: a client would send the request again.
                self.retried += 1
            else:
                self.failures[type(error).__name__] += 1
            if line is not None:
                line.writer.close()
            return None
        finally:
            self.in_flight[worker] -= 1
        if b" 200 " not in head[:15]:
            self.failures[head[9:12].decode()] += 1
        self.waits.append(time.monotonic() - began)
        if b"connection: close" in head.lower():
            line.writer.close()
            return None
        return line

    async def _exchange(self, line: ClientConnection) -> tuple[bytes, bytes]:
        keep = "keep-alive" if self.keep else "close"
        line.writer.write(_GET.format(path=self.path, keep=keep).encode())
        head = await asyncio.wait_for(line.reader.readuntil(b"\r\n\r\n"), 20)
        length = int(head.lower().partition(b"content-length: ")[2].split()[0])
        return head, await asyncio.wait_for(line.reader.readexactly(length), 20)


@dataclass
class HostileClients:
    """Sockets that stay open as long as possible, and reconnect when closed."""

    host: str
    port: int
    first: bytes
    drip: bytes = b""
    pause: float = 1.0
    durations: list[float] = field(default_factory=list)
    opened: int = 0
    refused: int = 0

    async def hold(self, count: int, seconds: float) -> None:
        """Hold `count` sockets open for `seconds`."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self._hold_one(end, n / count) for n in range(count)))

    async def _hold_one(self, end: float, share: float) -> None:
        await asyncio.sleep(share * 2)
        while time.monotonic() < end:
            try:
                await self._hold_once(end)
            except OSError:
                self.refused += 1
                await asyncio.sleep(0.5)

    async def _hold_once(self, end: float) -> None:
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
                self.durations.append(time.monotonic() - began)
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


def percentile_ms(waits: list[float], share: float) -> float:
    """Return the percentile of the waits at `share`, in milliseconds."""
    ordered = sorted(waits)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000
