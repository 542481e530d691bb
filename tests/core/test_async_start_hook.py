"""Both parts of an async start hook run in one task on the shared loop."""

import asyncio
import threading

import pytest

from carboy.core.async_start_hook import AsyncStartHook
from carboy.errors import ConfigError


def test_both_parts_run_in_one_task_that_background_work_can_outlive():
    seen, ticks = [], []

    async def tick():
        while True:
            ticks.append(1)
            await asyncio.sleep(0.005)

    async def feed():
        seen.append(asyncio.current_task())
        async with asyncio.timeout(None):
            task = asyncio.create_task(tick())
            yield
            task.cancel()
        seen.append(asyncio.current_task())

    hook = AsyncStartHook(feed)
    hook.start()
    threading.Event().wait(0.05)
    hook.stop()

    assert seen[0] is seen[1]
    assert len(ticks) > 1


def test_a_hook_without_a_yield_is_an_error():
    async def never():
        if ConfigError is None:
            yield

    with pytest.raises(ConfigError, match="never does not yield"):
        AsyncStartHook(never).start()


def test_without_a_thread_for_the_loop_the_error_names_the_way_out(monkeypatch):
    async def feed():
        yield

    monkeypatch.setattr("carboy.core.async_start_hook.has_async_loop", lambda: False)

    with pytest.raises(ConfigError, match="feed is an async generator, which needs"):
        AsyncStartHook(feed).start()
