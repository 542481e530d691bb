"""Runs async functions where a thread cannot wait for a loop on another thread."""

import contextvars
import importlib
import sys
from collections.abc import Awaitable, Callable
from typing import Any

Fallback = Callable[
    [
        Callable[..., Awaitable[Any]],
        tuple[Any, ...],
        dict[str, Any],
        contextvars.Context,
    ],
    Any,
]


def find_fallback() -> Fallback | None:
    """Return the function that runs async functions here, or None for the loop."""
    modules = sys.modules
    if "gevent.monkey" in modules:
        monkey: Any = modules["gevent.monkey"]
        if monkey.is_module_patched("threading"):
            return run_in_gevent
    if "uwsgi" in modules and not _has_threads(modules["uwsgi"]):
        return run_here
    return None


def run_here(
    function: Callable[..., Awaitable[Any]],
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    context: contextvars.Context,
) -> Any:
    """Run on a loop that lives as long as the call."""

    async def run() -> Any:
        return await function(*arguments, **keywords)

    # Imported here: sites without async views do not load asyncio.
    with importlib.import_module("asyncio").Runner() as runner:
        return runner.run(run(), context=context)


def run_in_gevent(
    function: Callable[..., Awaitable[Any]],
    arguments: tuple[Any, ...],
    keywords: dict[str, Any],
    context: contextvars.Context,
) -> Any:
    """Run on a native thread: in a greenlet, a loop would belong to all greenlets."""
    hub: Any = importlib.import_module("gevent").get_hub()
    return hub.threadpool.apply(run_here, (function, arguments, keywords, context))


def _has_threads(uwsgi: Any) -> bool:
    # uWSGI runs no thread of Python's unless one of these options is set.
    return any(uwsgi.opt.get(name) for name in ("enable-threads", "threads"))
