"""The ways into the event loop of a process, which is made when it is first needed."""

import atexit
import contextvars
import functools
import os
import threading
from collections.abc import Awaitable, Callable
from pkgutil import resolve_name
from typing import Any

from .async_fallback import find_fallback

AsyncFunction = Callable[..., Awaitable[Any]]

_MISSING: Any = object()


def run_async(function: AsyncFunction, /, *arguments: Any, **keywords: Any) -> Any:
    """Call a coroutine function on the loop of this process, and wait for its result.

    What it sets in context variables is set here afterwards, as if it had run here.
    """
    fallback = find_fallback()
    if fallback is not None:
        context = contextvars.copy_context()
        try:
            return fallback(function, arguments, keywords, context)
        finally:
            copy_changes(context)
    return get_async_loop().run(function, arguments, keywords)


def make_sync(function: AsyncFunction) -> Callable[..., Any]:
    """Return a function that calls `function` with `run_async`."""
    return functools.partial(run_async, function)


def runs_on_shared_loop(function: object) -> bool:
    """Return whether `make_sync` has made this function."""
    return isinstance(function, functools.partial) and function.func is run_async


def has_async_loop() -> bool:
    """Return whether this process can have a loop on a thread of its own."""
    return find_fallback() is None


class _Process:
    """What this process has: one loop, once it is needed."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the loop; its thread is not in the child of a fork."""
        self.loop: Any = None
        self.lock = threading.Lock()


_process = _Process()
os.register_at_fork(after_in_child=_process.reset)


def get_async_loop() -> Any:
    """Return the loop of this process, an `AsyncLoop` that the first call makes."""
    loop = _process.loop
    if loop is None:
        with _process.lock:
            loop = _process.loop = _process.loop or _make_loop()
    return loop


def _make_loop() -> Any:
    # Imported here: sites without async views do not load asyncio.
    return resolve_name("carboy.engine.async_loop:AsyncLoop")()


@atexit.register
def close_async_loop() -> None:
    """End the loop of this process, if there is one; the next call makes another."""
    with _process.lock:
        closing, _process.loop = _process.loop, None
    if closing is not None:
        closing.close()


def copy_changes(context: contextvars.Context) -> None:
    """Set here the context variables that were changed in a copy of the context."""
    for variable, value in context.items():
        if variable.get(_MISSING) is not value:
            variable.set(value)
