"""The web server and what belongs beside it, working on one code base."""

from __future__ import annotations

import os
import queue
import signal
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Self

from watchfiles import Change, watch

from carboy.core import Process

from .child import Child, end_all
from .code_watcher import CodeFilter, describe
from .output import Console
from .process_report import read_processes

WEB = "web"
# A process that died is noticed after at most so many milliseconds.
_LOOK_AGAIN = 250


@dataclass(slots=True)
class Team:
    """Starts the web server, and then the processes that the app asks for."""

    place: str
    listener: socket.socket
    host: str
    console: Console
    only: frozenset[str] = frozenset()
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    _children: list[Child] = field(default_factory=list)
    _reports: queue.SimpleQueue[tuple[int, str]] = field(
        default_factory=queue.SimpleQueue
    )
    _round: int = 0
    _has_worked: bool = False

    def work(self, folder: Path, *, reload: bool) -> int:
        """Run until Ctrl-C or SIGTERM; give the exit code."""
        with _stop_on_signals() as stop, self:
            for changes in _changes(folder, stop, reload=reload):
                # First of all: a change may come before the word that all is well.
                self._take_reports()
                if changes:
                    self.console.say(f"{describe(changes, folder)} changed.")
                    self._start_again()
                ended = self._look_after()
                if ended is not None and not (reload and self._has_worked):
                    return ended
        return 0

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self) -> None:
        self._round += 1
        if self.only and WEB not in self.only:
            # Somebody has to tell which processes there are.
            self._spawn_web("--report-only")
        else:
            self._spawn_web("--fd", str(self.listener.fileno()))

    def _spawn_web(self, *more: str) -> None:
        readable, writable = os.pipe()
        port = self.listener.getsockname()[1]
        self._spawn(
            Process(
                WEB,
                (
                    *("run", "--host", self.host, "--port", str(port), "--no-reload"),
                    *("--report", str(writable), *more),
                ),
            ),
            pass_fds=(self.listener.fileno(), writable),
        )
        os.close(writable)
        threading.Thread(
            target=self._hear, args=(self._round, readable), daemon=True
        ).start()

    def _spawn(self, process: Process, *, pass_fds: tuple[int, ...] = ()) -> None:
        self.console.introduce(process.name)
        color = {"FORCE_COLOR": "1"} if self.console.color else {}
        self._children.append(
            Child(
                process.name,
                ("--app", self.place, *process.command),
                write=self.console.write,
                environ={**self.environ, **color},
                pass_fds=pass_fds,
            )
        )

    def _hear(self, number: int, readable: int) -> None:
        with os.fdopen(readable, encoding="utf-8") as pipe:
            self._reports.put((number, pipe.read()))

    def _look_after(self) -> int | None:
        """Start what was asked for, tell of what has ended; give its exit code."""
        for child in [child for child in self._children if child.has_failed]:
            code = child.process.returncode
            if child.name == WEB and code == 0 and self.only and WEB not in self.only:
                self._children.remove(child)
                continue
            again = " It starts again with the next change." if self._has_worked else ""
            self.console.say(f"{child.name} stopped with exit code {code}.{again}")
            child.end(0)
            self._children.remove(child)
            return code or 1
        return None

    def _take_reports(self) -> None:
        while not self._reports.empty():
            number, text = self._reports.get()
            wanted = read_processes(text)
            # One of an earlier round speaks for code that is no more.
            if number != self._round or wanted is None:
                continue
            self._has_worked = True
            for process in wanted:
                if not self.only or process.name in self.only:
                    self._spawn(process)

    def _start_again(self) -> None:
        self._stop()
        self._start()

    def _stop(self) -> None:
        end_all(self._children)
        self._children.clear()


def _changes(
    folder: Path, stop: threading.Event, *, reload: bool
) -> Iterator[set[tuple[Change, str]]]:
    """Give changed files, and an empty set now and then, until `stop`."""
    if not reload:
        while not stop.wait(_LOOK_AGAIN / 1000):
            yield set()
        return
    yield from watch(
        folder,
        watch_filter=CodeFilter(folder),
        stop_event=stop,
        rust_timeout=_LOOK_AGAIN,
        yield_on_timeout=True,
        raise_interrupt=False,
    )


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    stop = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {
        number: signal.signal(number, note)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
