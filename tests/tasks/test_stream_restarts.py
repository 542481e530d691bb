"""Pages that watch see each run to its end, through restarts of server and broker."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from carboy.tasks import task_site
from services_lib import Server, list_tree

from . import shop
from .conftest import StartWorker, wait_until

_WATCHERS = 24
_RUNS = 4
_PATIENCE = 60


@dataclass
class Page:
    """What one page got from its streams."""

    run_id: str
    percents: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    repeated: int = 0
    streams: int = 0
    state: str = ""
    seen_at: float = 0.0

    def take(self, event_id: str, data: str) -> None:
        if self.ids and event_id == self.ids[-1]:
            self.repeated += 1
        self.ids.append(event_id)
        told = json.loads(data)
        self.percents.append(told["percent"])
        self.state = told["state"]
        self.seen_at = time.time()


async def _watch(page: Page, port: int) -> None:
    """Read as a browser does: come back with the last id when the stream breaks."""
    while page.state != "done":
        try:
            await _read_stream(page, port)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)


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


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Web:
    """`carboy serve` on the shop, which can be killed and started again."""

    def __init__(self, folder: Path, port: int, broker_url: str) -> None:
        root = Path(__file__).parents[2]
        self._port = port
        self._log = folder / "web.log"
        self._environment = os.environ | {
            "SHOP_FOLDER": str(folder),
            "SHOP_BROKER": broker_url,
            "PYTHONPATH": f"{root}/src:{root}",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "carboy", "serve", "--skip-checks"]
        command += ["tests.tasks.shop:create_served_app", "-p", str(self._port)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=self._environment, stdout=log, stderr=log
            )
        wait_until(self._answers)

    def kill(self) -> None:
        if self._process is not None:
            for pid in [self._process.pid, *list_tree(self._process.pid)]:
                try:
                    os.kill(pid, 9)
                except ProcessLookupError:
                    continue
            self._process.wait()

    def _answers(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
        except OSError:
            return False
        return True


@pytest.fixture
def web(tmp_path: Path, port: int, private_redis: Server) -> Iterator[Web]:
    made = Web(tmp_path, port, private_redis.url)
    made.start()
    yield made
    made.kill()


async def _go_through(pages: list[Page], port: int, web: Web, redis: Server) -> None:
    watchers = [asyncio.create_task(_watch(page, port)) for page in pages]

    async def reach(percent: int) -> None:
        while min(max(page.percents, default=0) for page in pages) < percent:
            await asyncio.sleep(0.05)

    async with asyncio.timeout(_PATIENCE):
        await reach(10)
        await asyncio.to_thread(web.kill)
        await asyncio.to_thread(web.start)
        await reach(40)
        await asyncio.to_thread(redis.kill)
        await asyncio.to_thread(redis.start)
        await asyncio.gather(*watchers)


def test_all_pages_reach_the_end_and_none_runs_backwards(
    tmp_path: Path,
    port: int,
    web: Web,
    private_redis: Server,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SHOP_BROKER", private_redis.url)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "-c", str(_RUNS), SHOP_BROKER=private_redis.url)
    with app.app_context():
        runs = [shop.wait.delay(8).id for _ in range(_RUNS)]
    pages = [Page(runs[number % _RUNS]) for number in range(_WATCHERS)]

    asyncio.run(_go_through(pages, port, web, private_redis))

    for page in pages:
        assert page.percents[-1] == 100
        assert page.percents == sorted(page.percents)
        assert page.streams >= 2
        assert page.repeated == 0
        run = task_site.of(app).runs.find(page.run_id)
        assert run is not None
        assert run.ended is not None
        assert page.seen_at - run.ended < 3
