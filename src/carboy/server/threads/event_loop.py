"""The event loop of a worker: for everything that waits without a view thread."""

import asyncio
from collections import deque
from collections.abc import Callable

from carboy.server.logs import log

Call = Callable[[], object]


class EventLoop:
    """An asyncio loop that other threads pass calls to, many calls for one wake-up."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._calls: deque[Call] = deque()
        self._is_woken = False

    def call(self, function: Call) -> None:
        """Run a function on the event loop soon; callable from any thread.

        The flag is set before the wake-up and cleared before the calls are taken, so
        a call that comes in between causes at worst one wake-up too many.
        """
        self._calls.append(function)
        if not self._is_woken:
            self._is_woken = True
            try:
                self.loop.call_soon_threadsafe(self._run_calls)
            except RuntimeError:
                # The loop is closed.
                self._calls.clear()

    def call_every(self, interval: float, function: Call) -> None:
        """Run a function every so many seconds, also after it has failed."""

        def run() -> None:
            self.loop.call_later(interval, run)
            function()

        self.loop.call_later(interval, run)

    def run_in_thread(self, function: Call) -> None:
        """Run a function that may block on another thread; call this on the loop."""
        self.loop.run_in_executor(None, _run_guarded, function)

    def _run_calls(self) -> None:
        self._is_woken = False
        calls = self._calls
        for _ in range(len(calls)):
            function = calls.popleft()
            try:
                function()
            except Exception:  # noqa: BLE001 - the other calls must still run
                log.exception("A call on the event loop failed.")


def _run_guarded(function: Call) -> None:
    try:
        function()
    except Exception:  # noqa: BLE001 - nobody waits for the result
        log.exception("A call in a thread failed.")
