"""The state machine behind inline views: who dispatches, who rests, what runs.

Granian has two threads for us. One dispatches requests and may run a quick view itself;
the other one rests here, ready to dispatch if that view turns out to be slow.

    state     meaning
    IDLE      no view runs inline
    RUNNING   a view runs inline
    OVERDUE   it runs for too long; a resting thread was woken, none may rest

    event     allowed in                           next state   action
    start     IDLE                                 RUNNING      wake a sleeping watcher
    finish    RUNNING, OVERDUE                     IDLE
    check     RUNNING, and the view is late        OVERDUE      wake the resting thread
    check     IDLE for 40 checks                   IDLE         the watcher sleeps
    rest      IDLE, RUNNING; nobody rests; open    (the same)   the thread rests
    close     any                                  (the same)   wake all; none may rest

An event that is not allowed changes nothing: a view that may not start is queued, a
thread that may not rest goes on dispatching. Each event is one step under one lock.
"""

from collections.abc import Callable
from enum import Enum
from queue import SimpleQueue
from threading import Lock

_QUIET_CHECKS = 40


class InlineStatus(Enum):
    """The states of the table."""

    IDLE = "idle"
    RUNNING = "running"
    OVERDUE = "overdue"


_IDLE, _RUNNING, _OVERDUE = InlineStatus


class InlineState:
    """One status, and the threads that sleep on it: the resting one and the watcher."""

    def __init__(self, is_late: Callable[[], bool]) -> None:
        """`is_late` says of the view that runs whether it has run for too long."""
        self._is_late = is_late
        self._lock = Lock()
        self._is_open = True
        self._is_watching = False
        self._has_started = False
        self._quiet_checks = 0
        # A token is put only by the step that ends the sleep, so none is left over.
        self._wake_rester: SimpleQueue[None] = SimpleQueue()
        self._wake_watcher: SimpleQueue[None] = SimpleQueue()
        self.status = _IDLE
        self.is_resting = False

    @property
    def is_unattended(self) -> bool:
        """Whether a view runs that the watcher has not found to be late."""
        return self._is_open and self.status is _RUNNING

    def start(self) -> bool:
        """Return whether a view may run inline now; the caller calls `finish`."""
        with self._lock:
            if self.status is not _IDLE:
                return False
            self.status = _RUNNING
            self._has_started = True
            if not self._is_watching:
                self._is_watching = True
                self._wake_watcher.put(None)
        return True

    def finish(self) -> None:
        """End the view that runs inline."""
        with self._lock:
            self.status = _IDLE

    def rest(self) -> None:
        """Sleep until this thread is needed, if it may."""
        with self._lock:
            if self.is_resting or not self._is_open or self.status is _OVERDUE:
                return
            self.is_resting = True
        self._wake_rester.get()

    def wait_for_views(self) -> bool:
        """Sleep until there is something to watch; return whether there will be."""
        self._wake_watcher.get()
        return self._is_open

    def check(self) -> bool:
        """Look after the view that runs; return whether to look again soon."""
        with self._lock:
            if self.status is _RUNNING and self._is_late():
                self.status = _OVERDUE
                self._end_rest()
            is_quiet = self.status is _IDLE and not self._has_started
            self._quiet_checks = self._quiet_checks + 1 if is_quiet else 0
            self._has_started = False
            if not self._is_open or self._quiet_checks >= _QUIET_CHECKS:
                self._quiet_checks = 0
                self._is_watching = False
            return self._is_watching

    def close(self) -> None:
        """Wake all resting threads, and end the watcher."""
        with self._lock:
            self._is_open = False
            self._end_rest()
            self._wake_watcher.put(None)

    def _end_rest(self) -> None:
        if self.is_resting:
            self.is_resting = False
            self._wake_rester.put(None)
