"""The runs that this process works on: heartbeats, log lines, and cancelling one."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import finalize, ref

from carboy.core import redact_text
from carboy.tasks.ledger.database import Database
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.status import LogLine, StatusTables
from carboy.tasks.liveness import ProcessLock, host_id

from .claiming import Claiming
from .fork_lock import fork_lock

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.5
_HEARTBEAT_PERIOD = 2.0
_MAX_LINES = 500
# How long a cancelled task may go on before its pool process is killed.
_CANCEL_GRACE = 2.0

_current: ContextVar[Attempt | None] = ContextVar("carboy_task_attempt", default=None)


@dataclass(slots=True)
class Attempt:
    """One attempt at one run, in this process."""

    run_id: str
    token: int
    live: StatusTables
    database: Database
    lines: list[LogLine] = field(default_factory=list)
    line_count: int = 0
    writing: threading.Lock = field(default_factory=threading.Lock)
    cancelled_at: float | None = None
    is_ended: bool = False
    retry: dict[str, Any] | None = None
    shown_at: float = 0.0
    # Keys of the positions that this attempt has read, see `tasks.checkpoint`.
    tracked: set[str] = field(default_factory=set)

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody cancelled the run: the task should stop."""
        return self.cancelled_at is not None

    def cancel(self) -> None:
        """Stop the task where it calls `progress`, `track` or `is_cancelled`."""
        if self.cancelled_at is None:
            self.cancelled_at = time.monotonic()

    def flush(self) -> None:
        """Store the lines logged so far."""
        # A second caller waits, so that at the end of a run all of it is there.
        with self.writing:
            lines, self.lines = self.lines, []
            if lines:
                with contextlib.suppress(Exception):
                    self.live.add_lines(self.run_id, lines)


def current_attempt() -> Attempt | None:
    """Return what this thread works on, or None outside of tasks."""
    return _current.get()


class ActiveRuns:
    """All attempts of this process, with a thread that looks after them."""

    def __init__(
        self, ledger: Ledger, live: StatusTables, folder: Path, claiming: Claiming
    ) -> None:
        self.ledger = ledger
        self.live = live
        self.folder = folder
        self.claiming = claiming
        self.host = host_id(folder)
        # Whether this process may be killed to stop the one task in it.
        self.is_expendable = False
        self._kind = "pool"
        self._about: str | None = None
        self._pid = 0
        self._lock = threading.Lock()
        self._process_lock: ProcessLock | None = None
        self._attempts: dict[str, Attempt] = {}
        self._wake = threading.Event()
        self._closed = False
        self._unended: list[Attempt] = []

    @property
    def owner(self) -> str:
        """The id under which this process claims runs."""
        return self._start().id

    def describe(self, kind: str, about: str) -> None:
        """Set what the list of workers says of this process, and show it there."""
        self._start()
        self._kind, self._about = kind, about
        self._heartbeat()

    def _start(self) -> ProcessLock:
        if self._pid != os.getpid():
            self._lock = threading.Lock()
            self._attempts = {}
            self._unended = []
            self._wake = threading.Event()
            self._closed = False
            self._process_lock = None
            self._kind, self._about = "pool", None
            self._pid = os.getpid()
        with self._lock:
            if self._process_lock is None:
                self._process_lock = ProcessLock(self.folder)
                _capture_logs()
                # It goes with the app. At the end of the process it stays until the
                # kernel takes it, for a run may still be under way.
                finalize(self, _release, self._process_lock).atexit = False
                threading.Thread(
                    target=_heartbeat_loop,
                    args=(ref(self), self._wake),
                    name="carboy-tasks",
                    daemon=True,
                ).start()
            return self._process_lock

    @contextlib.contextmanager
    def track(self, run_id: str, token: int) -> Iterator[Attempt]:
        """Work on a run: what is logged belongs to it, and it can be cancelled."""
        self._start()
        attempt = Attempt(run_id, token, self.live, self.ledger.database)
        self._attempts[run_id] = attempt
        mark = _current.set(attempt)
        try:
            yield attempt
        finally:
            _current.reset(mark)
            self._attempts.pop(run_id, None)
            if not attempt.is_ended:
                self._unended.append(attempt)
            attempt.flush()

    def close(self) -> None:
        """Unlock the process's file; what is still claimed belongs to nobody."""
        self._closed = True
        self._wake.set()
        if self._process_lock is not None and self._pid == os.getpid():
            with contextlib.suppress(Exception):
                self.live.remove_worker(self._process_lock.id)
            self._process_lock.close()
            self._process_lock = None

    def pulse(self, beaten: float) -> float | None:
        """Look after the runs; return when it last gave a sign of life, None if closed.

        `beaten` is what it returned before.
        """
        if self._closed:
            return None
        now = time.monotonic()
        is_due = now - beaten >= _HEARTBEAT_PERIOD
        with fork_lock.lock:
            try:
                self._look_after(heartbeat=is_due)
            except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
                log.debug("The status could not be written: %s", error)
        return now if is_due else beaten

    def _look_after(self, *, heartbeat: bool) -> None:
        if heartbeat:
            self._heartbeat()
        self._cancel_stopped()
        self._release_unended()
        for attempt in list(self._attempts.values()):
            attempt.flush()

    def _heartbeat(self) -> None:
        process_lock = self._process_lock
        if process_lock is None:
            return
        about = self._about
        if about is None:
            about = ", ".join(list(self._attempts)[:5])
        problem = self.claiming.problem
        self.live.heartbeat(process_lock.id, self.host, self._kind, about, problem)

    def _cancel_stopped(self) -> None:
        attempts = dict(self._attempts)
        if not attempts:
            return
        for run_id in self.ledger.find_stopped(attempts):
            attempts[run_id].cancel()
        now = time.monotonic()
        for attempt in attempts.values():
            since = attempt.cancelled_at
            if self.is_expendable and since is not None and now - since > _CANCEL_GRACE:
                log.warning(
                    "The cancelled run %s does not stop by itself. Its process is "
                    "killed; call progress() or is_cancelled() in the task.",
                    attempt.run_id,
                )
                os.kill(os.getpid(), signal.SIGKILL)

    def _release_unended(self) -> None:
        """Release what ended here while the ledger could not be written."""
        for attempt in list(self._unended):
            self.ledger.release(attempt.run_id, attempt.token)
            self._unended.remove(attempt)


def _heartbeat_loop(kept: ref[ActiveRuns], wake: threading.Event) -> None:
    # The thread must not keep the app: whoever makes many would have a thread of each.
    beaten = 0.0
    while (active_runs := kept()) is not None:
        last = active_runs.pulse(beaten)
        del active_runs
        if last is None:
            return
        beaten = last
        wake.wait(_PERIOD)


def _release(process_lock: ProcessLock) -> None:
    """End the life of an app that is gone; a child by a fork has it of its parent."""
    if process_lock.pid == os.getpid():
        process_lock.close()


class _RunLog(logging.Handler):
    """Stores what a task logs with its run."""

    def emit(self, record: logging.LogRecord) -> None:
        attempt = _current.get()
        if attempt is None or attempt.line_count >= _MAX_LINES:
            return
        attempt.line_count += 1
        with contextlib.suppress(Exception):
            text = redact_text(self.format(record))
            attempt.lines.append(
                LogLine(at=record.created, level=record.levelname, text=text)
            )


def _capture_logs() -> None:
    root = logging.getLogger()
    if not any(isinstance(each, _RunLog) for each in root.handlers):
        root.addHandler(_RunLog(logging.INFO))
