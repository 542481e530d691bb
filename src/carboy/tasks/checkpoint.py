"""How far a task is with its items, kept for the next attempt.

The position is committed with what the task wrote in the database of the site, by the
one that holds the claim: neither is there without the other.
"""

import json
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa

from .app_state import TasksState
from .errors import TaskCancelledError, TaskUsageError
from .json_values import dumps
from .ledger.tables import EFFECT, QUEUE, RUNNING_ROW, DatabaseNow
from .worker import Attempt

T = TypeVar("T")

# At most so much work is done again after a kill, or held back from other writers.
_SECONDS_BETWEEN = 1.0


@dataclass(slots=True)
class Checkpoint:
    """The position of one `track(..., resume=True)` in one attempt."""

    site: TasksState
    attempt: Attempt
    text: str
    done: int = 0
    _digest: str = ""
    _key: str = field(init=False)
    _is_stored: bool = False

    def __post_init__(self) -> None:
        """Read where the last attempt stopped."""
        self._key = f"{self.attempt.run_id}:track:{_digest(self.text)}"
        if self._key in self.attempt.tracked:
            msg = (
                f"track({self.text!r}, resume=True) was called twice in one run, and "
                f"the text is the name of the position. Pass another text."
            )
            raise TaskUsageError(msg)
        self.attempt.tracked.add(self._key)
        value = sa.select(EFFECT.c.value).where(EFFECT.c.key == self._key)
        with self.site.database.read() as connection:
            stored = connection.scalar(value)
        if stored is not None:
            self.done, self._digest = json.loads(stored)
            self._is_stored = True

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
        values = {"value": json.dumps([done, _encode(item)])}
        session = self.site.writing_session()
        if session is None:
            with self.site.database.write() as connection:
                is_held = self._write(connection.execute, values)
        else:
            is_held = self._write(session.execute, values)
            if is_held:
                session.commit()
            else:
                session.rollback()
        if not is_held:
            raise TaskCancelledError
        self.done, self._is_stored = done, True

    def _write(self, execute: Any, values: dict[str, Any]) -> bool:
        run_id = self.attempt.run_id
        # It locks the claim until the commit. A run that goes on kills no worker.
        claim = (QUEUE.c.run == run_id, QUEUE.c.token == self.attempt.token)
        held = sa.update(QUEUE).where(*claim, QUEUE.c.state == RUNNING_ROW)
        if execute(held.values(losses=0)).rowcount != 1:
            return False
        if self._is_stored:
            execute(sa.update(EFFECT).where(EFFECT.c.key == self._key).values(**values))
        else:
            row = {"key": self._key, "run": run_id, "at": DatabaseNow()}
            execute(sa.insert(EFFECT).values(**row, **values))
        return True


def _encode(item: object) -> str:
    """Return what an item is recognized by: its value, or its type if it is no JSON."""
    try:
        return _digest(dumps(item))
    except (TypeError, ValueError):
        return type(item).__qualname__


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()
