"""How a task tells people how far it is."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from carboy.core import get_current_app

from .app_state import tasks_state
from .checkpoint import Checkpoint
from .errors import TaskCancelledError, TaskUsageError
from .worker import current_attempt

T = TypeVar("T")

# People see no difference below this, and each telling is a write.
_SECONDS_BETWEEN = 0.1


def progress(current: float, total: float = 1.0, text: str = "") -> None:
    """Report that `current` of `total` is done; outside of a task it does nothing.

    It may be called as often as one likes: only some of the calls are written down,
    the first and the one that reaches `total` always. In a cancelled task it raises.
    """
    attempt = current_attempt()
    if attempt is None:
        return
    if attempt.is_cancelled:
        raise TaskCancelledError
    now = time.monotonic()
    if now - attempt.shown_at < _SECONDS_BETWEEN and current < total:
        return
    attempt.shown_at = now
    # A bar that cannot be drawn is no reason to end the work.
    with contextlib.suppress(Exception):
        attempt.live.set_progress(attempt.run_id, current, total, text)


def is_cancelled() -> bool:
    """Return whether somebody cancelled the run at work: the task should stop.

    For a task that has something to clean up; `progress` and `track` raise instead.
    """
    attempt = current_attempt()
    return attempt is not None and attempt.is_cancelled


def track(
    items: Iterable[T],
    text: str = "",
    *,
    total: int | None = None,
    resume: bool = False,
    batch: int = 100,
) -> Iterator[T]:
    """Yield the items one by one, and report how many of them are done.

    With `resume` the session is committed after each `batch` of items, and at least
    once a second, together with the position; the next attempt goes on from there.
    """
    if total is None:
        total = len(items) if isinstance(items, Sized) else 0
    attempt = current_attempt()
    if not resume or attempt is None:
        return _report(iter(items), text, total, 0)
    if batch < 1:
        msg = f"batch must be 1 or more, got {batch}: items between two commits."
        raise TaskUsageError(msg)
    if isinstance(items, set | frozenset):
        msg = (
            f"track({text!r}, resume=True) was given a {type(items).__name__}, whose "
            f"order is another one in each process. Pass sorted(items)."
        )
        raise TaskUsageError(msg)
    checkpoint = Checkpoint(tasks_state.of(get_current_app()), attempt, text)
    rest = iter(items)
    checkpoint.skip(rest)
    return _report(checkpoint.iterate(rest, batch), text, total, checkpoint.done)


def _report(items: Iterator[T], text: str, total: int, done: int) -> Iterator[T]:
    progress(done, total or done + 1, text)
    for item in items:
        yield item
        done += 1
        progress(done, total or done + 1, text)
    if done and not total:
        progress(done, done, text)
