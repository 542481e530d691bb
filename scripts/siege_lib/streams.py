"""Thousands of open event streams on one worker."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from .clients import Good, get_share
from .report import Row
from .served import Served, count_threads, get_memory, served

_WATCH = b"GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n"
_MOST_MS = 50


@dataclass(frozen=True)
class Seen:
    """What the pages saw."""

    events: int
    slowest: float


class _Page(asyncio.Protocol):
    """One page: notes how late each event is."""

    def __init__(self, lags: list[float], opened: list[float]) -> None:
        self._lags = lags
        self._opened = opened

    def connection_made(self, transport) -> None:
        transport.write(_WATCH)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if b"200 OK" in data:
            self._opened.append(now)
        for part in data.split(b"data: ")[1:]:
            with suppress(ValueError):
                self._lags.append(now - float(part.split(b"\n")[0]))


def hold_streams(seconds: float, scale: float) -> list[Row]:
    """Hold them open, tell them something each second, and ask for plain pages."""
    count = int(5000 * scale)
    with (
        TemporaryDirectory() as folder,
        served("--workers", "1") as server,
        ProcessPoolExecutor(1, get_context("spawn")) as elsewhere,
    ):
        asyncio.run(Good(server.host, server.port).ask_steadily(20, 1))
        before = get_memory(server.worker)
        flags = Path(folder) / "open", Path(folder) / "over"
        pages = elsewhere.submit(watch, (server.host, server.port), count, flags)
        while not flags[0].exists() and not pages.done():
            time.sleep(0.1)
        each = (get_memory(server.worker) - before) * 1000 / count
        good, publisher = asyncio.run(_ask(server, seconds))
        threads = count_threads(server.worker)
        flags[1].touch()
        seen = pages.result()
    published = len(publisher.waits)
    p50, p99 = get_share(good.waits, 0.5), get_share(good.waits, 0.99)
    failed = good.failures.total() + publisher.failures.total()
    missed = published * count - seen.events
    row = Row(
        "streams",
        f"{count:,} event streams, {seconds:.0f} s, {published} events",
        f"plain pages p50 {p50:.1f} ms, p99 {p99:.1f} ms, {failed} failed; slowest "
        f"event {seen.slowest * 1000:.0f} ms, {missed} missed; {each:.1f} kB for "
        f"each stream; {threads} threads",
        f"p99 < {_MOST_MS} ms, each event within 1 s at each page",
        p99 < _MOST_MS and seen.slowest < 1 and not missed and not failed,
    )
    print(row, flush=True)
    return [row]


def watch(where: tuple[str, int], count: int, flags: tuple[Path, Path]) -> Seen:
    """Be the pages; in the other process."""
    lags: list[float] = []
    asyncio.run(_watch(where, count, flags, lags))
    return Seen(len(lags), max(lags, default=99.0))


async def _watch(
    where: tuple[str, int], count: int, flags: tuple[Path, Path], lags: list[float]
) -> None:
    loop = asyncio.get_running_loop()
    opened: list[float] = []
    pages = []
    for number in range(count):
        pages.append(await loop.create_connection(lambda: _Page(lags, opened), *where))
        if number % 100 == 0:
            await asyncio.sleep(0.02)
    while len(opened) < count:
        await asyncio.sleep(0.1)
    flags[0].touch()
    while not flags[1].exists():
        await asyncio.sleep(0.2)
    for transport, _ in pages:
        transport.close()


async def _ask(server: Served, seconds: float) -> tuple[Good, Good]:
    good = Good(server.host, server.port)
    publisher = Good(server.host, server.port, "/tell")
    await asyncio.gather(
        good.ask_steadily(50, seconds), publisher.ask_steadily(1, seconds)
    )
    await asyncio.sleep(1.5)
    return good, publisher
