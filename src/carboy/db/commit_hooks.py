"""The callbacks that run after the transaction of a session has ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session, SessionTransaction

log = logging.getLogger("carboy.db")

Callback = Callable[[], object]
Outcome = Literal["commit", "rollback"]


@dataclass(slots=True)
class _Waiting:
    """A callback, and the innermost transaction or savepoint that it belongs to."""

    owner: SessionTransaction | None
    outcome: Outcome
    callback: Callback


class TransactionCallbacks:
    """The callbacks of one session.

    Each runs once, in the order of registration, when the outermost transaction has
    ended and no transaction is open, so it may use the session. One whose savepoint was
    rolled back counts as rolled back, whatever becomes of the transaction around it. An
    error in one is logged, and the others run.
    """

    __slots__ = ("_committed", "_due", "_waiting")

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._due: list[_Waiting] = []
        self._committed: set[SessionTransaction | None] = set()

    def add(self, session: Session, outcome: Outcome, callback: Callback) -> None:
        """Register `callback` for the outcome of the current transaction."""
        self._waiting.append(_Waiting(_innermost(session), outcome, callback))

    def on_commit(self, session: Session) -> None:
        """Remember that the innermost transaction or savepoint succeeded."""
        self._committed.add(_innermost(session))

    def on_end(self, ended: SessionTransaction) -> None:
        """Run what waited for this transaction or savepoint."""
        parent = ended.parent
        if parent is not None and not ended.nested:
            return
        is_committed = ended in self._committed
        self._committed.discard(ended)
        if parent is None:
            self._settle("commit" if is_committed else "rollback", None)
            due, self._due = self._due, []
            for item in due:
                _run(item)
        elif is_committed:
            for item in self._waiting:
                if item.owner is ended:
                    item.owner = parent
        else:
            self._settle("rollback", ended)

    def _settle(self, outcome: Outcome, ended: SessionTransaction | None) -> None:
        """Queue what waited for this outcome, and forget what waited for the other.

        `ended` limits it to one savepoint; None means everything that waits.
        """
        waiting = []
        for item in self._waiting:
            if ended is not None and item.owner is not ended:
                waiting.append(item)
            elif item.outcome == outcome:
                self._due.append(item)
        self._waiting = waiting


def _innermost(session: Session) -> SessionTransaction | None:
    return session.get_nested_transaction() or session.get_transaction()


def _run(item: _Waiting) -> None:
    try:
        item.callback()
    except Exception:  # the rows are written already; the others must still run
        name = getattr(item.callback, "__qualname__", repr(item.callback))
        log.exception("A callback failed after the %s: %s.", item.outcome, name)
