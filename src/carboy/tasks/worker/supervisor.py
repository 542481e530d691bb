"""Keeps a worker running: starts it again when it dies or falls silent."""

import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from types import FrameType

from carboy.processes import die_with_parent

log = logging.getLogger("carboy.tasks")

CHILD = "CARBOY_TASKS_CHILD"
PULSE = "CARBOY_TASKS_PULSE"
BEAT = "CARBOY_TASKS_BEAT"

_MAX_PAUSE = 10.0


class Supervisor:
    """One worker process, and the orders that this process gets for it."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        silent_after: float = 15.0,
        start_within: float = 60.0,
        stop_within: float = 60.0,
    ) -> None:
        self._command = list(command)
        self._environment = dict(environment)
        self._silent_after = silent_after
        self._start_within = start_within
        self._stop_within = stop_within
        self._child: subprocess.Popen[bytes] | None = None
        self._stop_at: float | None = None

    def run(self) -> int:
        """Keep the worker running until somebody ends this process in good order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        pause = 0.2
        while True:
            began = time.monotonic()
            code = self._run_once()
            if self._stop_at is not None:
                return 0 if code in {0, -signal.SIGTERM} else 1
            pause = 0.2 if time.monotonic() - began > _MAX_PAUSE else pause * 2
            log.error("The worker ended with %s. It is started again.", code)
            time.sleep(min(pause, _MAX_PAUSE))

    def _run_once(self) -> int:
        reading, writing = os.pipe()
        environment = self._environment | {PULSE: str(writing), CHILD: "1"}
        child = subprocess.Popen(  # noqa: S603 - this very command, started again
            self._command,
            env=environment,
            pass_fds=(writing,),
            start_new_session=True,
            # Before the command is executed: it may be killed while it imports.
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509 - this process has one thread
        )
        os.close(writing)
        self._child = child
        try:
            return self._watch(child, reading)
        finally:
            self._child = None
            os.close(reading)
            # What is left of its group holds claims that others wait for.
            _kill_group(child.pid)

    def _watch(self, child: subprocess.Popen[bytes], reading: int) -> int:
        heard = time.monotonic() + self._start_within - self._silent_after
        while True:
            ready, _, _ = select.select([reading], [], [], 0.5)
            if ready and os.read(reading, 4096):
                heard = time.monotonic()
            elif ready:
                time.sleep(0.05)
            code = child.poll()
            if code is not None:
                return code
            now = time.monotonic()
            if self._stop_at is not None and now > self._stop_at:
                log.error("The worker did not stop in time and is killed.")
                _kill_group(child.pid)
            elif self._stop_at is None and now - heard > self._silent_after:
                log.error(
                    "The worker is silent since %.0f s and is killed.", now - heard
                )
                _kill_group(child.pid)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stop_at is not None:
            return
        self._stop_at = time.monotonic() + self._stop_within
        if self._child is not None:
            self._child.send_signal(signal.SIGTERM)


def make_command(pool: str) -> list[str]:
    """Return the command that starts this process again as a child."""
    arguments = sys.orig_argv[1:]
    if pool != "gevent":
        return [sys.executable, *arguments]
    if arguments and arguments[0] == "-m":
        arguments = ["--module", *arguments[1:]]
    return [sys.executable, "-m", "gevent.monkey", *arguments]


def _kill_group(pid: int) -> None:
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return
