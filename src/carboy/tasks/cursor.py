"""Where a run is: a value that is committed together with what the run has written.

It is there in the next attempt, also after `kill -9`, and only the attempt that holds
the claim can commit one.
"""

import json
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from carboy.core import get_current_app

from .app_state import TasksState, tasks_state
from .errors import TaskCancelledError, TaskUsageError
from .ledger.tables import EFFECT, QUEUE, RUNNING_ROW, DatabaseNow
from .worker import Attempt, current_attempt


class Cursor:
    """The place where the run at work goes on; `value` is None in its first attempt."""

    def __init__(
        self, site: TasksState, attempt: Attempt | None, name: str, *, prefix: str
    ) -> None:
        self._site = site
        self._attempt = attempt
        self.value: Any = None
        self._is_stored = False
        if attempt is None:
            return
        self._key = f"{attempt.run_id}:{prefix}:{digest(name)}"
        if self._key in attempt.tracked:
            msg = (
                f"The position {name!r} was opened twice in one run: the text is its "
                f"name. Pass another text."
            )
            raise TaskUsageError(msg)
        attempt.tracked.add(self._key)
        stored = sa.select(EFFECT.c.value).where(EFFECT.c.key == self._key)
        with site.database.read() as connection:
            text = connection.scalar(stored)
        if text is not None:
            self.value, self._is_stored = json.loads(text), True

    def save_with(self, execute: Any, value: Any) -> bool:
        """Write the value in a transaction of the caller.

        It returns False if another worker has taken the run over: roll back then.
        """
        is_held = self._write(execute, value)
        if is_held:
            self.value, self._is_stored = value, True
        return is_held

    def save(self, value: Any) -> None:
        """Commit the value, and with it what the task wrote since the last one.

        It raises `TaskCancelledError` if another worker has taken the run over.
        """
        session = self._site.writing_session()
        is_held = True
        if session is None:
            with self._site.database.write() as connection:
                is_held = self._write(connection.execute, value)
        else:
            is_held = self._write(session.execute, value)
            if is_held:
                session.commit()
            else:
                session.rollback()
        if not is_held:
            raise TaskCancelledError
        self.value, self._is_stored = value, True

    def _write(self, execute: Any, value: Any) -> bool:
        if self._attempt is None:
            return True
        run_id, text = self._attempt.run_id, json.dumps(value)
        # It locks the claim until the commit. A run that goes on kills no worker.
        claim = (QUEUE.c.run == run_id, QUEUE.c.token == self._attempt.token)
        held = sa.update(QUEUE).where(*claim, QUEUE.c.state == RUNNING_ROW)
        if execute(held.values(losses=0)).rowcount != 1:
            return False
        if self._is_stored:
            execute(
                sa.update(EFFECT).where(EFFECT.c.key == self._key).values(value=text)
            )
        else:
            row = {"key": self._key, "run": run_id, "at": DatabaseNow(), "value": text}
            execute(sa.insert(EFFECT).values(row))
        return True


def open_cursor(name: str) -> Cursor:
    """Return where a loop of the run at work goes on; outside of a run, at its begin.

    For loops whose items are not the same in each attempt, such as rows that a query
    finds: save the key of the last one. `track(..., resume=True)` is for all others.
    """
    site = tasks_state.of(get_current_app())
    return Cursor(site, current_attempt(), name, prefix="cursor")


def digest(text: str) -> str:
    """Return what a text is recognized by."""
    return blake2b(text.encode(), digest_size=16).hexdigest()
