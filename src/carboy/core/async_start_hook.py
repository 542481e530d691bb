"""A start hook that is an async generator: one task, from the start to the stop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

from carboy.engine import has_async_loop, run_async
from carboy.errors import ConfigError

_ENDED = object()


class AsyncStartHook:
    """Runs an async generator up to its `yield`, and the rest when it is stopped.

    Both parts run in one task, as `async with` blocks around the `yield` may need.
    """

    def __init__(self, function: Callable[[], AsyncIterator[Any]]) -> None:
        self._function = function
        self._name = getattr(function, "__qualname__", repr(function))
        self._task: asyncio.Task[None] | None = None
        self._leave: asyncio.Event | None = None

    def start(self) -> None:
        """Run the first part, and raise what it raises."""
        if not has_async_loop():
            msg = (
                f"The start hook {self._name} is an async generator, which needs a "
                f"thread for its event loop; under gevent, or uWSGI without "
                f"enable-threads, there is none. Make it a plain generator."
            )
            raise ConfigError(msg)
        run_async(self._start)

    def stop(self) -> None:
        """Run the second part, and raise what it raises."""
        run_async(self._stop)

    async def _start(self) -> None:
        self._leave, entered = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._run(self._leave, entered))
        waiting = asyncio.create_task(entered.wait())
        await asyncio.wait([self._task, waiting], return_when="FIRST_COMPLETED")
        waiting.cancel()
        if self._task.done():
            await self._task

    async def _stop(self) -> None:
        if self._leave is not None and self._task is not None:
            self._leave.set()
            await self._task

    async def _run(self, leave: asyncio.Event, entered: asyncio.Event) -> None:
        generator = self._function()
        if await anext(generator, _ENDED) is _ENDED:
            raise ConfigError(f"The start hook {self._name} does not yield.")
        entered.set()
        await leave.wait()
        if await anext(generator, _ENDED) is not _ENDED:
            raise ConfigError(f"The start hook {self._name} yields more than once.")
