"""How a task tells people how far it is."""

import contextlib
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from .errors import TaskCancelledError
from .worker.active_runs import current_attempt

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
    items: Iterable[T], text: str = "", *, total: int | None = None
) -> Iterator[T]:
    """Yield the items one by one, and report how many of them are done."""
    if total is None:
        total = len(items) if isinstance(items, Sized) else 0
    done = 0
    progress(0, total or 1, text)
    for item in items:
        yield item
        done += 1
        progress(done, total or done + 1, text)
    if done and not total:
        progress(done, done, text)
