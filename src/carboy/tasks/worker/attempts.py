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
from types import FrameType
from typing import Any

from carboy.tasks.errors import TaskCancelledError
from carboy.tasks.ledger.database import Database
from carboy.tasks.ledger.ledger import Ledger
from carboy.tasks.ledger.status import Line, Live
from carboy.tasks.liveness import Owner, place_of

log = logging.getLogger("carboy.tasks")

_PERIOD = 0.5
_SIGN_PERIOD = 2.0
_MAX_LINES = 500
_INTERRUPT = signal.SIGUSR2
# Where a lock may be held that nothing would release, by the module that is at work.
_NEVER_HERE = ("carboy.tasks", "carboy.stores", "contextlib")
_NOT_YET_HERE = ("threading", "queue", "logging", "sqlalchemy.pool", "sqlalchemy.util")
_PATIENCE = 4

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
    writing: threading.Lock = field(default_factory=threading.Lock)
    is_open: bool = False
    is_stopped: bool = False
    is_thrown: bool = False
    is_ended: bool = False
    spared: int = 0
    retry: dict[str, Any] | None = None
    shown_at: float = 0.0

    def begin(self) -> None:
        """Let it be interrupted from here on."""
        self.is_open = True

    def close(self) -> None:
        """Let nothing interrupt from here on."""
        try:
            self._shut()
        except TaskCancelledError:
            # It strikes once, and just has.
            self._shut()

    def _shut(self) -> None:
        with self.lock:
            self.is_open = False
        if self.is_thrown and self.greenlet is not None:
            _take_back_kill()
        elif self.is_thrown and self.thread != threading.main_thread().ident:
            _take_back(self.thread)
        self.is_thrown = False

    def flush(self) -> None:
        """Keep the lines logged so far."""
        # Whoever comes second waits, so that at the end of a run all of it is there.
        with self.writing:
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
        self._unended: list[Attempt] = []

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
            self._unended = []
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
                if not attempt.is_ended:
                    self._unended.append(attempt)
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
                self._give_up_unended()
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

    def _give_up_unended(self) -> None:
        """Let others have what ended here while the ledger could not be written."""
        for attempt in list(self._unended):
            self.ledger.give_up(attempt.run_id, attempt.token)
            self._unended.remove(attempt)


def interrupt(attempt: Attempt) -> None:
    """Raise `TaskCancelledError` in the thread that works on the attempt.

    Not while that thread may hold a lock of ours: then the next call does it.
    """
    with attempt.lock:
        if not attempt.is_open or attempt.is_thrown:
            return
        attempt.is_stopped = True
        if attempt.greenlet is not None:
            attempt.is_thrown = True
            attempt.greenlet.kill(TaskCancelledError, block=False)
        elif attempt.thread == threading.main_thread().ident:
            # A signal also ends a sleep and other waiting in the kernel.
            signal.pthread_kill(attempt.thread, _INTERRUPT)
        elif _may_strike(attempt, sys._current_frames().get(attempt.thread)):  # noqa: SLF001 - the only way to see another thread
            attempt.is_thrown = True
            _throw(attempt.thread, TaskCancelledError)


def _allow_interrupts() -> None:
    if signal.getsignal(_INTERRUPT) is not _on_interrupt:
        signal.signal(_INTERRUPT, _on_interrupt)


def _on_interrupt(_number: int, frame: FrameType | None) -> None:
    attempt = _current.get()
    if attempt is None or attempt.is_thrown or not attempt.is_open:
        return
    if attempt.is_stopped and _may_strike(attempt, frame):
        attempt.is_thrown = True
        raise TaskCancelledError


def _may_strike(attempt: Attempt, frame: FrameType | None) -> bool:
    """Say whether what is thrown now arrives where nothing is left half done.

    A thread that was made to wait gets it in the very frame that is on top now.
    """
    module = "" if frame is None else str(frame.f_globals.get("__name__", ""))
    if _is_in(module, _NEVER_HERE):
        return False
    if _is_in(module, _NOT_YET_HERE) and attempt.spared < _PATIENCE:
        # A task that waits for a lock of its own is there for long.
        attempt.spared += 1
        return False
    return True


def _is_in(module: str, names: tuple[str, ...]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in names)


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


def _take_back_kill() -> None:
    """Let a greenlet's end that is on its way arrive here."""
    with contextlib.suppress(TaskCancelledError):
        sys.modules["gevent"].sleep(0)


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
