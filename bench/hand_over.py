"""Measures on which thread the views of a worker should run.

Each way is served alone in turn. With one view thread: on that thread through a queue,
on the event loop, and on the thread of Granian's that dispatches the request. With
eight: all on view threads, and with inline views, which is what is shipped. Prints
requests per second of processor time, which a busy machine does not stretch.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from typing import Any

from contenders import Contender
from servers import BENCH, RATE, count_processor_time, pick_port, started

WAYS = ("thread", "loop", "direct", "eight", "inline")


class EventLoopPool:
    """Runs jobs on the event loop, many for one wake-up."""

    def __init__(self, threads: int, work: Any, on_done: Any = None) -> None:
        from carboy.server.threads.view_threads import ThreadSlot

        self._jobs: deque[Any] = deque()
        self._work = work
        self._slot = ThreadSlot()
        self._is_woken = False
        self._loop = asyncio.get_event_loop_policy().get_event_loop()
        self.count_waiting = self._jobs.__len__

    def start(self) -> None:
        """Begin."""
        self._slot.ident = threading.get_ident()

    def put(self, job: Any) -> None:
        """Take a job from any thread."""
        self._jobs.append(job)
        if not self._is_woken:
            self._is_woken = True
            self._loop.call_soon_threadsafe(self._run)

    def count_open(self) -> int:
        """Count the jobs."""
        return len(self._jobs)

    def list_late(self, seconds: float) -> list[Any]:
        """Nothing is watched here."""
        return []

    list_running = list_late

    def is_stuck(self, seconds: float) -> bool:
        """Nothing is watched here."""
        return False

    def _run(self) -> None:
        self._is_woken = False
        # Views may call asyncio.run, which refuses to begin within a running loop.
        asyncio._set_running_loop(None)  # noqa: SLF001 - made for event loops
        for _ in range(len(self._jobs)):
            self._work(self._jobs.popleft(), self._slot)
            self._slot.since = 0.0
        asyncio._set_running_loop(self._loop)  # noqa: SLF001 - as above


class DirectPool(EventLoopPool):
    """Runs each job at once, on the thread that dispatches it."""

    def put(self, job: Any) -> None:
        """Run it."""
        self._work(job, self._slot)
        self._slot.since = 0.0


class NoInlineViews:
    """Queues every request for the view threads."""

    def __init__(self, pool: Any, work: Any, history: Any) -> None:
        def enqueue(job: Any) -> None:
            history.start_slow(job)
            pool.put(job)

        self.dispatch = self.enqueue = enqueue

    def is_stuck(self, seconds: float) -> bool:
        """Nothing is watched here."""
        return False

    def close(self) -> None:
        """Do nothing."""


def serve(way: str, port: str) -> int:
    """Run the server."""
    from carboy.server import ServeOptions, serve
    from carboy.server.process import worker

    pools = {"loop": EventLoopPool, "direct": DirectPool}
    if way in pools:
        worker.ViewPool = pools[way]
        pools[way].__class_getitem__ = classmethod(lambda kind, _: kind)
    if way == "eight":
        worker.InlineViews = NoInlineViews
    threads = 8 if way in {"eight", "inline"} else 1
    options = ServeOptions(bind=(f"127.0.0.1:{port}",), threads=threads)
    return serve("apps.flask_app:app", options)


def drive(way: str, seconds: int, connections: int) -> float:
    """Return requests per second of CPU time."""
    wrk = shutil.which("wrk") or "wrk"
    port = pick_port()
    command = (sys.executable, str(BENCH / "hand_over.py"), "--serve", way, "{port}")
    log = Path(tempfile.gettempdir()) / "hand-over.log"
    with started(Contender(way, "", command), port, log) as group:
        load = [wrk, "-t1", f"-c{connections}", f"http://127.0.0.1:{port}/json"]
        subprocess.run([*load, "-d1s"], capture_output=True, check=True)
        before = count_processor_time(group)
        done = subprocess.run(
            [*load, f"-d{seconds}s"], capture_output=True, text=True, check=True
        )
        spent = count_processor_time(group) - before
    return float(RATE.search(done.stdout)[1]) * seconds / spent


def main() -> int:
    """Measure each way in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--serve", nargs=2, metavar=("WAY", "PORT"))
    options = parser.parse_args()
    if options.serve:
        sys.path.insert(0, os.fspath(BENCH))
        return serve(*options.serve)
    for connections in (1, 4, 32, 64):
        seen: dict[str, list[float]] = {way: [] for way in WAYS}
        for number in range(options.rounds):
            turn = number % len(WAYS)
            for way in (*WAYS[turn:], *WAYS[:turn]):
                seen[way].append(drive(way, options.seconds, connections))
        text = ", ".join(f"{way} {statistics.median(seen[way]):,.0f}" for way in WAYS)
        print(f"{connections:3} connections: {text}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
