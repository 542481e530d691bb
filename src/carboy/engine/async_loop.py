"""One event loop for all `async def` views and hooks of a process, on its own thread.

Stock Flask starts a loop for each call. Here the calling thread passes the coroutine
function to the shared loop with a copy of its context, waits, and takes over what was
changed in the copy. Where threads cannot wait for each other (gevent, uWSGI without
threads), `async_fallback` runs a loop on the spot.
"""

import asyncio
import contextvars
import functools
import logging
import threading
import time
import weakref
from collections import deque
from contextlib import suppress
from typing import Any

from flask.globals import _cv_request
from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable

from .run_async import AsyncFunction, copy_changes

log = logging.getLogger("carboy.async")

# Seconds between two looks at calls that are not quick.
_SWEEP = 0.2
# Seconds without a turn of the loop after which the log says so.
_BLOCKED = 1.0
# Seconds that cancelled calls may take to clean up when the process ends.
_STOP_TIMEOUT = 2.0
_STOPPING = "The server is stopping and did not wait any longer for this view."


class _Call:
    """One call of a coroutine function, which a thread waits for."""

    __slots__ = (
        "__weakref__", "arguments", "cancelled_by", "context", "done", "error",
        "function", "is_done", "is_watched", "keywords", "request_context",
        "result", "task",
    )  # fmt: skip

    def __init__(
        self,
        function: AsyncFunction,
        arguments: tuple[Any, ...],
        keywords: dict[str, Any],
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.keywords = keywords
        self.context = contextvars.copy_context()
        self.error: BaseException | None = None
        self.result: Any = None
        self.task: asyncio.Task[None] | None = None
        self.cancelled_by = ""
        self.is_done = self.is_watched = False
        self.request_context = _cv_request.get(None)
        self.done = threading.Lock()
        self.done.acquire()

    async def run(self) -> None:
        """Run the function."""
        with self:
            self.result = await self.function(*self.arguments, **self.keywords)

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _: object) -> bool:
        """Keep what was raised for the waiting thread: here, it might end the loop."""
        self.end(error)
        return True

    def end(self, error: BaseException | None) -> None:
        """Notify the waiting thread."""
        self.error = error
        self.is_done = True
        self.done.release()

    def cancel(self, reason: str) -> None:
        """Cancel the function; call this on the loop."""
        if self.task is not None and not self.task.done():
            self.cancelled_by = self.cancelled_by or reason
            self.task.cancel()


class AsyncLoop:
    """An event loop on a thread of its own that other threads pass calls to."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._waiting: deque[_Call] = deque()
        self._running: set[_Call] = set()
        self._is_woken = False
        self._sweep_at = 0.0
        self._is_sweeping = False
        self._is_closed = False
        self.thread = threading.Thread(
            target=self._run_loop, name="async-views", daemon=True
        )
        self.thread.start()

    def run(
        self,
        function: AsyncFunction,
        arguments: tuple[Any, ...] = (),
        keywords: dict[str, Any] | None = None,
    ) -> Any:
        """Call a coroutine function on the loop, and wait for its result."""
        if threading.get_ident() == self.thread.ident:
            name = getattr(function, "__qualname__", repr(function))
            msg = (
                f"{name}() is async and was called through synchronous code from an "
                f"async view, which would wait for itself. Await it there instead: "
                f"await {name}()."
            )
            raise RuntimeError(msg)
        if self._is_closed:
            raise ServiceUnavailable(_STOPPING)
        call = _Call(function, arguments, keywords or {})
        # As in EventLoop of the server: the flag is set before the wake-up and cleared
        # before the calls are taken.
        self._waiting.append(call)
        if not self._is_woken:
            self._is_woken = True
            self.loop.call_soon_threadsafe(self._start_calls)
        try:
            call.done.acquire()
        except BaseException:
            # Ctrl-C in a server that runs views on the main thread.
            self.loop.call_soon_threadsafe(call.cancel, "interrupt")
            raise
        copy_changes(call.context)
        if call.error is not None:
            _raise(call)
        return call.result

    def close(self, timeout: float = _STOP_TIMEOUT) -> None:
        """Cancel what runs, let it clean up for so many seconds, and end the loop."""
        if self._is_closed:
            return
        self._is_closed = True
        closing = asyncio.run_coroutine_threadsafe(self._cancel_all(timeout), self.loop)
        with suppress(TimeoutError, RuntimeError):
            closing.result(timeout + 1)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(1)
        for call in [*self._waiting]:
            call.cancelled_by = "stop"
            call.end(asyncio.CancelledError())

    def count_running(self) -> int:
        """Return the number of calls that run."""
        return len(self._running)

    def _run_loop(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            self.loop.close()

    def _start_calls(self) -> None:
        self._is_woken = False
        waiting = self._waiting
        for _ in range(len(waiting)):
            call = waiting.popleft()
            task = self.loop.create_task(call.run(), context=call.context)
            call.task = task
            self._running.add(call)
            task.add_done_callback(functools.partial(self._forget, call))
        if not self._is_sweeping:
            self._is_sweeping = True
            self._sweep_later()

    def _forget(self, call: _Call, _task: "asyncio.Task[None]") -> None:
        self._running.discard(call)
        if not call.is_done:
            # Cancelled before its first step.
            call.end(asyncio.CancelledError())

    def _sweep_later(self) -> None:
        self._sweep_at = time.monotonic() + _SWEEP
        self.loop.call_later(_SWEEP, self._sweep)

    def _sweep(self) -> None:
        """Look after calls that are not quick; those that are cost nothing here."""
        late = time.monotonic() - self._sweep_at
        if late > _BLOCKED:
            log.warning(
                "The event loop of async views stood still for %.1fs: an async "
                "function blocks all others. Make it a plain `def`, or await what it "
                "waits for. It may be one of: %s.",
                late,
                ", ".join(sorted(map(_name, self._running))) or "those just ended",
            )
        for call in self._running:
            if not call.is_watched:
                call.is_watched = True
                watch = _find_watch(call.request_context)
                if watch is not None:
                    # Weak: the server may keep it for as long as the connection.
                    watch(functools.partial(self._on_left, weakref.ref(call)))
        self._is_sweeping = bool(self._running)
        if self._is_sweeping:
            self._sweep_later()

    def _on_left(self, reference: "weakref.ref[_Call]") -> None:
        """Cancel the call of a client that has disconnected; from any thread."""
        call = reference()
        if call is not None and not self._is_closed:
            self.loop.call_soon_threadsafe(call.cancel, "disconnect")

    async def _cancel_all(self, timeout: float) -> None:
        for call in [*self._running]:
            call.cancel("stop")
        current = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not current]
        for task in others:
            task.cancel()
        if others:
            await asyncio.wait(others, timeout=timeout)
        await self.loop.shutdown_asyncgens()


def _find_watch(context: Any) -> Any:
    """Return what tells when the client of a request has disconnected, or None."""
    if context is None:
        return None
    own = vars(context.request)
    source = own.get("carboy_server_request")
    if source is not None:
        return source.watch_disconnect
    environ = own.get("carboy_environ") or own.get("environ") or {}
    return environ.get("carboy.watch_disconnect")


def _raise(call: _Call) -> None:
    error = call.error
    if isinstance(error, asyncio.CancelledError) and call.cancelled_by:
        if call.cancelled_by == "disconnect":
            raise ClientDisconnected from None
        if call.cancelled_by == "stop":
            raise ServiceUnavailable(_STOPPING) from None
    try:
        if error is not None:
            raise error
    finally:
        # Otherwise the exception holds the frame that holds the exception.
        del error
        call.error = None


def _name(call: _Call) -> str:
    return getattr(call.function, "__qualname__", repr(call.function))
