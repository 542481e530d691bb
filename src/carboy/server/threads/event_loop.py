"""The asyncio side of a worker: whatever waits without holding a view thread."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from carboy.server.logs import log

Call = Callable[[], object]


class EventLoop:
    """An event loop that other threads hand work to, many pieces for one wake-up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._calls: deque[Call] = deque()
        self._is_woken = False

    def call(self, work: Call) -> None:
        """Run something on the event_loop soon; callable from any thread.

        The flag is set before the wake-up and cleared before the calls are taken, so
        a call that comes in between causes at worst one wake-up too many.
        """
        self._calls.append(work)
        if not self._is_woken:
            self._is_woken = True
            try:
                self.loop.call_soon_threadsafe(self._run_calls)
            except RuntimeError:
                self._calls.clear()

    def tick(self, interval: float, work: Call) -> None:
        """Run something every so many seconds for as long as the event_loop lives."""

        def again() -> None:
            self.loop.call_later(interval, again)
            work()

        self.loop.call_later(interval, again)

    def aside(self, work: Call) -> None:
        """Run something that may take a while on another thread; on the event_loop."""
        self.loop.run_in_executor(None, _guard, work)

    def _run_calls(self) -> None:
        self._is_woken = False
        calls = self._calls
        for _ in range(len(calls)):
            work = calls.popleft()
            try:
                work()
            except Exception:  # noqa: BLE001 (the event_loop carries everybody else)
                log.exception("Something on the event_loop failed.")


def _guard(work: Call) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 (nobody waits for it)
        log.exception("Something that ran aside failed.")
