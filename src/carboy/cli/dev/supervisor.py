"""Starts the web server and the processes beside it, and restarts them together."""

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

from .code_watcher import CodeFilter, describe
from .failure_page import FailurePage
from .output import PrefixedOutput
from .process import DevProcess, stop_all
from .process_report import parse_report

WEB = "web"
_USAGE = 2
# How soon a process that died is noticed.
_POLL_MS = 250


@dataclass(slots=True)
class DevSupervisor:
    """Starts the web server, and then the processes that the app needs."""

    import_path: str
    listener: socket.socket
    host: str
    output: PrefixedOutput
    only: frozenset[str] = frozenset()
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    _processes: list[DevProcess] = field(default_factory=list)
    _reports: queue.SimpleQueue[tuple[int, str]] = field(
        default_factory=queue.SimpleQueue
    )
    # Counts the starts: tells reports of the current web process from older ones.
    _generation: int = 0
    # What is wrong with `only`, once the app has reported its processes.
    _unknown: str = ""
    _failure_page: FailurePage = field(default_factory=FailurePage)

    def run(self, folder: Path, *, reload: bool) -> int:
        """Run until Ctrl-C or SIGTERM; return the exit code."""
        with _stop_on_signals() as stop, self:
            for changes in _watch_changes(folder, stop, reload=reload):
                # Before the changes: the report may still be waiting in the queue.
                self._handle_reports()
                if self._unknown:
                    self.output.write_own(self._unknown)
                    return _USAGE
                if changes:
                    self.output.write_own(f"{describe(changes, folder)} changed.")
                    self._restart()
                exit_code = self._remove_failed(reload=reload)
                if exit_code is not None and not reload:
                    return exit_code
        return 0

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self) -> None:
        self._generation += 1
        if self.only and WEB not in self.only:
            # Only the app knows its processes, so it is loaded for its report.
            self._spawn_web("--report-only")
        else:
            self._spawn_web("--fd", str(self.listener.fileno()))

    def _spawn_web(self, *options: str) -> None:
        readable, writable = os.pipe()
        port = self.listener.getsockname()[1]
        self._spawn(
            Process(
                WEB,
                (
                    *("run", "--host", self.host, "--port", str(port), "--no-reload"),
                    *("--report", str(writable), *options),
                ),
            ),
            pass_fds=(self.listener.fileno(), writable),
        )
        os.close(writable)
        threading.Thread(
            target=self._read_report, args=(self._generation, readable), daemon=True
        ).start()

    def _spawn(self, process: Process, *, pass_fds: tuple[int, ...] = ()) -> None:
        self.output.add_name(process.name)
        color = {"FORCE_COLOR": "1"} if self.output.color else {}
        self._processes.append(
            DevProcess(
                process.name,
                ("--app", self.import_path, *process.command),
                write=self.output.write,
                environ={**self.environ, **color},
                pass_fds=pass_fds,
            )
        )

    def _read_report(self, generation: int, readable: int) -> None:
        with os.fdopen(readable, encoding="utf-8") as pipe:
            self._reports.put((generation, pipe.read()))

    def _handle_reports(self) -> None:
        """Start the processes that the web process has reported."""
        while not self._reports.empty():
            generation, text = self._reports.get()
            processes = parse_report(text)
            # A report of an earlier start describes code that has changed since.
            if generation != self._generation or processes is None:
                continue
            names = {WEB, *(process.name for process in processes)}
            if unknown := sorted(self.only - names):
                self._unknown = (
                    f"--only names {', '.join(unknown)}, which this site does not "
                    f"have. It has: {', '.join(sorted(names))}."
                )
                return
            for process in processes:
                if not self.only or process.name in self.only:
                    self._spawn(process)

    def _remove_failed(self, *, reload: bool) -> int | None:
        """Remove the first process that has ended; return its exit code, if any."""
        for process in [each for each in self._processes if each.has_failed]:
            code = process.process.returncode
            is_report_only = self.only and WEB not in self.only
            if process.name == WEB and code == 0 and is_report_only:
                self._processes.remove(process)
                continue
            hint = " It starts again with the next change." if reload else ""
            self.output.write_own(
                f"{process.name} stopped with exit code {code}.{hint}"
            )
            process.wait_or_kill(0)
            self._processes.remove(process)
            if process.name == WEB and reload and not is_report_only:
                self._failure_page.open(self.listener, process.last_lines)
            return code or 1
        return None

    def _restart(self) -> None:
        self._stop()
        self._start()

    def _stop(self) -> None:
        self._failure_page.close()
        stop_all(self._processes)
        self._processes.clear()


def _watch_changes(
    folder: Path, stop: threading.Event, *, reload: bool
) -> Iterator[set[tuple[Change, str]]]:
    """Yield changed files, and an empty set at each poll, until `stop` is set."""
    if not reload:
        while not stop.wait(_POLL_MS / 1000):
            yield set()
        return
    yield from watch(
        folder,
        watch_filter=CodeFilter(folder),
        stop_event=stop,
        rust_timeout=_POLL_MS,
        yield_on_timeout=True,
        raise_interrupt=False,
    )


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    previous = {
        number: signal.signal(number, on_signal)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield stop
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
