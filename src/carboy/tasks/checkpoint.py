"""How far a task is with its items, kept for the next attempt.

The position is committed with what the task wrote in the database of the site, by the
one that holds the claim: neither is there without the other.
"""

import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from .app_state import TasksState
from .cursor import Cursor, digest
from .errors import TaskUsageError
from .json_values import dumps
from .worker import Attempt

T = TypeVar("T")

# At most so much work is done again after a kill, or held back from other writers.
_SECONDS_BETWEEN = 1.0


class Checkpoint:
    """The position of one `track(..., resume=True)` in one attempt."""

    def __init__(self, site: TasksState, attempt: Attempt, text: str) -> None:
        self.text = text
        self._cursor = Cursor(site, attempt, text, prefix="track")
        stored: tuple[int, str] = self._cursor.value or (0, "")
        self.done, self._digest = stored

    def skip(self, items: Iterator[Any]) -> None:
        """Skip the items that are done; raise an error if they are other ones now."""
        last = deque(enumerate(islice(items, self.done), 1), maxlen=1)
        count, item = last[0] if last else (0, None)
        if count < self.done:
            problem = f"there are only {count}"
        elif count and _encode(item) != self._digest:
            problem = "the last of these is another one now"
        else:
            return
        msg = (
            f"track({self.text!r}, resume=True) goes on after {self.done} items, but "
            f"{problem}. Pass items that are the same, in the same order, in each "
            f"attempt: sorted ids, for instance."
        )
        raise TaskUsageError(msg)

    def iterate(self, items: Iterator[T], batch: int) -> Iterator[T]:
        """Yield items, and save after each batch, at the end, and once a second."""
        number, saved_at = self.done, time.monotonic()
        for number, item in enumerate(items, self.done + 1):
            yield item
            is_late = time.monotonic() - saved_at >= _SECONDS_BETWEEN
            if is_late or number - self.done >= batch:
                self.save(number, item)
                saved_at = time.monotonic()
        if number > self.done:
            self.save(number, item)

    def save(self, done: int, item: Any) -> None:
        """Commit the position, and with it what the task wrote since the last one."""
        self._cursor.save([done, _encode(item)])
        self.done = done


def _encode(item: object) -> str:
    """Return what an item is recognized by: its value, or its type if it is no JSON."""
    try:
        return digest(dumps(item))
    except (TypeError, ValueError):
        return type(item).__qualname__
