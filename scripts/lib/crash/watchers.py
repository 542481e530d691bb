"""Kill the web server and the broker while pages watch runs, and measure delays."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

from carboy.tasks import Run, tasks_state
from lib.services import Server, find_free_port, list_tree, wait_until

from . import site as site_module
from .trial import Plan, Worker

_RUNS = 4
_TIMEOUT = 90
# A browser waits this long before it reconnects an event stream.
_RETRY_DELAY = 0.1


@dataclass(slots=True)
class Page:
    """The events that one page received from its streams."""

    run_id: str
    percents: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    repeated: int = 0
    streams: int = 0
    state: str = ""
    seen_at: float = 0.0

    @property
    def is_backwards(self) -> bool:
        """Whether the bar ever fell."""
        return self.percents != sorted(self.percents)

    def receive(self, event_id: str, data: str) -> None:
        """Record one event; a repeated id means that a stream did not resume."""
        self.repeated += bool(self.ids) and event_id == self.ids[-1]
        self.ids.append(event_id)
        snapshot = json.loads(data)
        self.percents.append(snapshot["percent"])
        self.state = snapshot["state"]
        self.seen_at = time.time()


@dataclass(frozen=True, slots=True)
class WatchersResult:
    """The totals of all pages."""

    watchers: int
    reached: int
    backwards: int
    repeated: int
    streams: int
    slowest: float
    slowest_ping_ms: float

    @property
    def is_good(self) -> bool:
        """Whether each page only moved forward and saw the end within three seconds."""
        all_reached = self.reached == self.watchers
        # Each was disconnected at least once, and reconnected.
        reconnected = self.streams >= 2 * self.watchers
        wrong = self.backwards + self.repeated
        return all_reached and reconnected and not wrong and self.slowest < 3


def run_watchers(
    number: int, folder: Path, server: Server, *, seconds: float = 8.0
) -> WatchersResult:
    """Watch a few runs from `number` pages, during restarts of server and broker."""
    os.environ["CRASH_FOLDER"], os.environ["CRASH_BROKER"] = str(folder), server.url
    app = site_module.create_app()
    plan = Plan(server.name, "prefork", concurrency=_RUNS)
    worker = Worker(plan, folder, server.url, alone=False)
    site = tasks_state.of(app)
    with app.app_context(), _run_web(folder) as web:
        site_module.db.create_all()
        runs = [site_module.watched.delay(seconds).id for _ in range(_RUNS)]
        pages = [Page(runs[at % _RUNS]) for at in range(number)]
        worker.start()
        try:
            slowest = asyncio.run(_run_restarts(pages, web, server))
        finally:
            worker.stop()
        ended = [site.runs.find(each) for each in runs]
    return _summarize(pages, ended, slowest)


def _summarize(
    pages: list[Page], runs: list[Run | None], slowest: float
) -> WatchersResult:
    ends = {run.id: run.ended or 0.0 for run in runs if run is not None}
    return WatchersResult(
        watchers=len(pages),
        reached=sum(page.percents[-1:] == [100] for page in pages),
        backwards=sum(page.is_backwards for page in pages),
        repeated=sum(page.repeated for page in pages),
        streams=sum(page.streams for page in pages),
        slowest=max(page.seen_at - ends[page.run_id] for page in pages),
        slowest_ping_ms=slowest,
    )


async def _run_restarts(pages: list[Page], web: "_Web", server: Server) -> float:
    watchers = [asyncio.create_task(_watch(page, web.port)) for page in pages]

    async def reach(percent: int) -> None:
        while min(max(page.percents, default=0) for page in pages) < percent:
            await asyncio.sleep(0.05)

    async with asyncio.timeout(_TIMEOUT):
        await reach(10)
        await asyncio.to_thread(web.kill)
        await asyncio.to_thread(web.start)
        await reach(40)
        slowest = await asyncio.to_thread(web.ping)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        await asyncio.gather(*watchers)
    return slowest


async def _watch(page: Page, port: int) -> None:
    """Read as a browser does: reconnect with the last id when the stream breaks."""
    while page.state != "done":
        try:
            await _read_stream(page, port)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(_RETRY_DELAY)


async def _read_stream(page: Page, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    last = f"Last-Event-ID: {page.ids[-1]}\r\n" if page.ids else ""
    path = f"/-/progress/{page.run_id}/events"
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{last}\r\n".encode())
    page.streams += 1
    event_id = ""
    try:
        while page.state != "done":
            line = (await reader.readuntil(b"\n")).decode().strip()
            if line.startswith("id: "):
                event_id = line.removeprefix("id: ")
            elif line.startswith("data: "):
                page.receive(event_id, line.removeprefix("data: "))
    finally:
        writer.close()


class _Web:
    """`carboy serve` with the site, which can be killed and restarted.

    It has two view threads, so that a page that blocks one is noticed.
    """

    def __init__(self, folder: Path) -> None:
        self.port = find_free_port()
        self._log = folder / "web.log"
        self._environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        command = [sys.executable, "-m", "carboy", "serve", "--skip-checks"]
        command += ["lib.crash.site:create_app", "-p", str(self.port), "-t", "2"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log
            )
        wait_until(self._answers, 30)

    def kill(self) -> None:
        """Kill -9 all of its processes."""
        if self._process is not None:
            for pid in [self._process.pid, *list_tree(self._process.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()

    def ping(self) -> float:
        """Request a view twenty times; return the longest wait in milliseconds."""
        times = []
        for _ in range(20):
            start = time.monotonic()
            connection = HTTPConnection("127.0.0.1", self.port, timeout=_TIMEOUT)
            connection.request("GET", "/ping")
            connection.getresponse().read()
            connection.close()
            times.append(time.monotonic() - start)
        return max(times) * 1000

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextlib.contextmanager
def _run_web(folder: Path) -> Iterator[_Web]:
    web = _Web(folder)
    web.start()
    try:
        yield web
    finally:
        web.kill()
