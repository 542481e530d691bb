"""What this process works on: its signs of life, and how to interrupt one run."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .engines import Database
from .errors import TaskCancelledError
from .ledger import Ledger
from .live import Line, Live
from .owners import Owner, place_of

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.5
_SIGN_PERIOD = 2.0
_MAX_LINES = 500
_INTERRUPT = signal.SIGUSR2

_current: ContextVar[Attempt | None] = ContextVar("carboy_task_attempt", default=None)


@dataclass(slots=True)
class Attempt:
    """One try at one run, in this process."""

    run_id: str
    token: int
    live: Live
    database: Database
    thread: int = field(default_factory=threading.get_ident)
    greenlet: Any = None
    lines: list[Line] = field(default_factory=list)
    line_count: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_open: bool = True
    is_stopped: bool = False
    is_thrown: bool = False
    retry: dict[str, Any] | None = None
    shown_at: float = 0.0

    def close(self) -> None:
        """Let nothing interrupt from here on."""
        with self.lock:
            self.is_open = False
        if self.is_thrown:
            _take_back(self.thread)

    def flush(self) -> None:
        """Keep the lines logged so far."""
        lines, self.lines = self.lines, []
        if lines:
            with contextlib.suppress(Exception):
                self.live.add_lines(self.run_id, lines)


def current_attempt() -> Attempt | None:
    """Give what this thread works on, or None outside of tasks."""
    return _current.get()


class Desk:
    """All attempts of this process, with a thread that looks after them."""

    def __init__(self, ledger: Ledger, live: Live, folder: Path) -> None:
        self.ledger = ledger
        self.live = live
        self.folder = folder
        self.place = place_of(folder)
        self._pid = 0
        self._lock = threading.Lock()
        self._owner: Owner | None = None
        self._attempts: dict[str, Attempt] = {}
        self._wake = threading.Event()
        self._closed = False

    @property
    def owner(self) -> str:
        """The id under which this process claims runs."""
        if self._pid != os.getpid() or self._owner is None:
            self._begin()
        if self._owner is None:  # pragma: no cover - _begin sets it
            raise RuntimeError(self.folder)
        return self._owner.id

    def _begin(self) -> None:
        if self._pid != os.getpid():
            self._lock = threading.Lock()
            self._attempts = {}
            self._wake = threading.Event()
            self._closed = False
            self._owner = None
            self._pid = os.getpid()
        with self._lock:
            if self._owner is None:
                self._owner = Owner(self.folder)
                _capture_logs()
                thread = threading.Thread(
                    target=self._look_after, name="carboy-tasks", daemon=True
                )
                thread.start()

    @contextlib.contextmanager
    def open(self, run_id: str, token: int) -> Iterator[Attempt]:
        """Work on a run: what is logged belongs to it, and it can be interrupted."""
        attempt = Attempt(
            run_id,
            token,
            self.live,
            self.ledger.database,
            greenlet=_current_greenlet(),
        )
        if threading.current_thread() is threading.main_thread():
            _allow_interrupts()
        self._attempts[run_id] = attempt
        mark = _current.set(attempt)
        try:
            yield attempt
        finally:
            try:
                attempt.close()
            finally:
                _current.reset(mark)
                self._attempts.pop(run_id, None)
                attempt.flush()

    def close(self) -> None:
        """Give up the owner's file; what is still claimed belongs to nobody."""
        self._closed = True
        self._wake.set()
        if self._owner is not None and self._pid == os.getpid():
            with contextlib.suppress(Exception):
                self.live.sign_off(self._owner.id)
            self._owner.close()
            self._owner = None

    def _look_after(self) -> None:
        signed = 0.0
        while not self._closed:
            try:
                now = time.monotonic()
                if now - signed >= _SIGN_PERIOD and self._owner is not None:
                    signed = now
                    busy = ", ".join(list(self._attempts)[:5])
                    self.live.sign(self._owner.id, self.place, "pool", busy)
                self._stop_cancelled()
                for attempt in list(self._attempts.values()):
                    attempt.flush()
            except Exception as error:  # noqa: BLE001 - the database may be away; it comes back
                log.debug("No sign of life could be given: %s", error)
            self._wake.wait(_PERIOD)

    def _stop_cancelled(self) -> None:
        attempts = dict(self._attempts)
        if not attempts:
            return
        for run_id in self.ledger.find_stopped(attempts):
            interrupt(attempts[run_id])


def interrupt(attempt: Attempt) -> None:
    """Raise `TaskCancelledError` in the thread that works on the attempt."""
    with attempt.lock:
        if not attempt.is_open or attempt.is_stopped:
            return
        attempt.is_stopped = True
        if attempt.greenlet is not None:
            attempt.greenlet.kill(TaskCancelledError, block=False)
        elif attempt.thread == threading.main_thread().ident:
            # A signal also ends a sleep and other waiting in the kernel.
            signal.pthread_kill(attempt.thread, _INTERRUPT)
        else:
            attempt.is_thrown = True
            _throw(attempt.thread, TaskCancelledError)


def _allow_interrupts() -> None:
    if signal.getsignal(_INTERRUPT) is not _on_interrupt:
        signal.signal(_INTERRUPT, _on_interrupt)


def _on_interrupt(_number: int, _frame: object) -> None:
    attempt = _current.get()
    if attempt is not None and attempt.is_open and attempt.is_stopped:
        raise TaskCancelledError


class _TakenBackError(BaseException):
    """Takes the place of an error that came too late."""


def _throw(thread: int, error: type[BaseException]) -> None:
    ctypes.pythonapi.PyThreadState_SetAsyncExc(
        ctypes.c_ulong(thread), ctypes.py_object(error)
    )


def _take_back(thread: int) -> None:
    """Leave nothing that was thrown into this thread and has not arrived.

    To throw None instead leaves Python 3.11 looking for an error at each call in any
    thread from then on, and the first call that a profiler sees never begins.
    """
    with contextlib.suppress(_TakenBackError):
        _throw(thread, _TakenBackError)
        while True:
            pass


def _current_greenlet() -> Any:
    gevent = sys.modules.get("gevent")
    if gevent is None:
        return None
    found = gevent.getcurrent()
    return found if isinstance(found, gevent.Greenlet) else None


class _RunLog(logging.Handler):
    """Puts what a task logs beside its run."""

    def emit(self, record: logging.LogRecord) -> None:
        attempt = _current.get()
        if attempt is None or attempt.line_count >= _MAX_LINES:
            return
        attempt.line_count += 1
        with contextlib.suppress(Exception):
            text = record.getMessage()
            attempt.lines.append(
                Line(at=record.created, level=record.levelname, text=text)
            )


def _capture_logs() -> None:
    root = logging.getLogger()
    if not any(isinstance(each, _RunLog) for each in root.handlers):
        root.addHandler(_RunLog(logging.INFO))
