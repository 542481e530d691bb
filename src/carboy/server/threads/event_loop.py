"""The event loop of a worker: for everything that waits without a view thread."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVarTuple

from carboy.server.logs import log

Call = Callable[[], object]
Arguments = TypeVarTuple("Arguments")


class DirectCallback:
    """A callback of a future that runs on the thread that completes the future."""

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[Any], object]) -> None:
        self._function = function

    def __call__(self, future: Any) -> None:
        """Run the function."""
        self._function(future)


class WorkerLoop(asyncio.SelectorEventLoop):
    """An asyncio loop that does not have to wake up for a `DirectCallback`.

    Granian completes its futures on a thread of its own, and passes their callbacks to
    `call_soon_threadsafe`. Where the rest of the work is not for the loop, to wake it
    up costs more than that work: two changes of threads, each with the interpreter.
    """

    def __init__(self) -> None:
        super().__init__()
        self._has_run = asyncio.Handle(lambda: None, (), self)

    def call_soon_threadsafe(
        self,
        callback: Callable[[*Arguments], object],
        *args: *Arguments,
        context: Context | None = None,
    ) -> asyncio.Handle:
        """Run a direct callback at once, and all others on the loop."""
        if isinstance(callback, DirectCallback):
            callback(*args)
            return self._has_run
        return super().call_soon_threadsafe(callback, *args, context=context)


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
