"""Kills the web server and the broker under pages that watch runs, and times them."""

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
_PATIENCE = 90
# What a browser waits before it opens a broken stream again.
_PAUSE = 0.1


@dataclass(slots=True)
class Page:
    """What one page got from its streams."""

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

    def take(self, event_id: str, data: str) -> None:
        """Note one event; an id that was there before shows that nothing was kept."""
        self.repeated += bool(self.ids) and event_id == self.ids[-1]
        self.ids.append(event_id)
        told = json.loads(data)
        self.percents.append(told["percent"])
        self.state = told["state"]
        self.seen_at = time.time()


@dataclass(frozen=True, slots=True)
class Watching:
    """What all pages saw."""

    watchers: int
    reached: int
    backwards: int
    repeated: int
    streams: int
    slowest: float
    slowest_ping_ms: float

    @property
    def is_good(self) -> bool:
        """Whether each page went up to its end, which it saw within three seconds."""
        all_reached = self.reached == self.watchers
        # Each was cut off at least once, and came back.
        came_back = self.streams >= 2 * self.watchers
        wrong = self.backwards + self.repeated
        return all_reached and came_back and not wrong and self.slowest < 3


def run_watchers(
    number: int, folder: Path, server: Server, *, seconds: float = 8.0
) -> Watching:
    """Let as many pages watch a few runs, through restarts of server and broker."""
    os.environ["CRASH_FOLDER"], os.environ["CRASH_BROKER"] = str(folder), server.url
    app = site_module.create_app()
    plan = Plan(server.name, "prefork", concurrency=_RUNS)
    worker = Worker(plan, folder, server.url, alone=False)
    site = tasks_state.of(app)
    with app.app_context(), _served(folder) as web:
        site_module.db.create_all()
        runs = [site_module.watched.delay(seconds).id for _ in range(_RUNS)]
        pages = [Page(runs[at % _RUNS]) for at in range(number)]
        worker.start()
        try:
            slowest = asyncio.run(_go_through(pages, web, server))
        finally:
            worker.stop()
        found = [site.runs.find(each) for each in runs]
    return _sum_up(pages, found, slowest)


def _sum_up(pages: list[Page], runs: list[Run | None], slowest: float) -> Watching:
    ends = {run.id: run.ended or 0.0 for run in runs if run is not None}
    return Watching(
        watchers=len(pages),
        reached=sum(page.percents[-1:] == [100] for page in pages),
        backwards=sum(page.is_backwards for page in pages),
        repeated=sum(page.repeated for page in pages),
        streams=sum(page.streams for page in pages),
        slowest=max(page.seen_at - ends[page.run_id] for page in pages),
        slowest_ping_ms=slowest,
    )


async def _go_through(pages: list[Page], web: "_Web", server: Server) -> float:
    watchers = [asyncio.create_task(_watch(page, web.port)) for page in pages]

    async def reach(percent: int) -> None:
        while min(max(page.percents, default=0) for page in pages) < percent:
            await asyncio.sleep(0.05)

    async with asyncio.timeout(_PATIENCE):
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
    """Read as a browser does: come back with the last id when the stream breaks."""
    while page.state != "done":
        try:
            await _read_stream(page, port)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(_PAUSE)


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
                page.take(event_id, line.removeprefix("data: "))
    finally:
        writer.close()


class _Web:
    """`carboy serve` on the site, which can be killed and started again.

    It has two threads for views: a page that held one would be seen at once.
    """

    def __init__(self, folder: Path) -> None:
        self.port = find_free_port()
        self._log = folder / "web.log"
        self._environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "carboy", "serve", "--skip-checks"]
        command += ["lib.crash.site:create_app", "-p", str(self.port), "-t", "2"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log
            )
        wait_until(self._answers, 30)

    def kill(self) -> None:
        """Kill -9 all of it."""
        if self._process is not None:
            for pid in [self._process.pid, *list_tree(self._process.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._process.wait()

    def ping(self) -> float:
        """Ask for a view twenty times; give the longest wait in milliseconds."""
        times = []
        for _ in range(20):
            began = time.monotonic()
            link = HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
            link.request("GET", "/ping")
            link.getresponse().read()
            link.close()
            times.append(time.monotonic() - began)
        return max(times) * 1000

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[_Web]:
    web = _Web(folder)
    web.start()
    try:
        yield web
    finally:
        web.kill()
