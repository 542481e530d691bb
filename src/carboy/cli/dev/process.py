"""The processes of `carboy dev`: started, read line by line, and stopped together."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from carboy.processes import child_environment

WriteLine = Callable[[str, str], None]

# A process that has not ended this many seconds after SIGTERM is killed.
STOP_TIMEOUT = 8.0
# How many lines are kept to show why a process has ended.
_LAST_LINES = 80


class DevProcess:
    """One `carboy …` process, whose output goes to the common log."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        write: WriteLine,
        environ: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._write = write
        self._is_stopping = False
        self.last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "carboy", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment({**environ, "PYTHONUNBUFFERED": "1"}),
            pass_fds=pass_fds,
            # In a group of its own: Ctrl-C reaches only `carboy dev`, which decides.
            process_group=0,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._copy_output, daemon=True)
        self._reader.start()

    def _copy_output(self) -> None:
        if self.process.stdout is None:
            return
        with self.process.stdout as lines:
            for line in lines:
                self.last_lines.append(line.rstrip("\n"))
                self._write(self.name, self.last_lines[-1])

    @property
    def has_failed(self) -> bool:
        """Whether it ended without `terminate`."""
        return self.process.poll() is not None and not self._is_stopping

    def terminate(self) -> None:
        """Send SIGTERM to the process and to its children."""
        self._is_stopping = True
        self._signal(signal.SIGTERM)

    def wait_or_kill(self, deadline: float) -> None:
        """Wait until the process has ended; kill it at `deadline`."""
        try:
            self.process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            self._write(self.name, "did not stop in time and was killed")
        # Always: the process may have ended and left children of its own.
        self._signal(signal.SIGKILL)
        self.process.wait()
        self._reader.join(1)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def stop_all(processes: Sequence[DevProcess], *, timeout: float = STOP_TIMEOUT) -> None:
    """Stop all processes at the same time, in reverse order of their start."""
    deadline = monotonic() + timeout
    for process in reversed(processes):
        process.terminate()
    for process in reversed(processes):
        try:
            process.wait_or_kill(deadline)
        except KeyboardInterrupt:  # a second Ctrl-C: do not wait any longer
            deadline = 0.0
            process.wait_or_kill(deadline)
