"""The processes of `carboy dev`: started, listened to, and ended together."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from carboy.processes import child_environment

Write = Callable[[str, str], None]

# After this many seconds whoever does not end by itself is ended.
PATIENCE = 8.0


class Child:
    """One `carboy …` process, whose lines go to the common log."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        *,
        write: Write,
        environ: Mapping[str, str],
        pass_fds: Sequence[int] = (),
    ) -> None:
        self.name = name
        self._write = write
        self._ending = False
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "carboy", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=child_environment({**environ, "PYTHONUNBUFFERED": "1"}),
            pass_fds=pass_fds,
            # A group of its own: Ctrl-C reaches this process alone, which decides.
            process_group=0,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        if self.process.stdout is None:
            return
        with self.process.stdout as lines:
            for line in lines:
                self._write(self.name, line.rstrip("\n"))

    @property
    def has_failed(self) -> bool:
        """Whether it ended without being asked to."""
        return self.process.poll() is not None and not self._ending

    def ask_to_end(self) -> None:
        """Send SIGTERM to it and to whatever it has started."""
        self._ending = True
        self._signal(signal.SIGTERM)

    def end(self, deadline: float) -> None:
        """Wait until it is gone; at `deadline` it is killed."""
        try:
            self.process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            self._write(self.name, "did not stop in time and was killed")
        # Also when it is gone itself: its own children may have stayed.
        self._signal(signal.SIGKILL)
        self.process.wait()
        self._reader.join(1)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


def end_all(children: Sequence[Child], *, patience: float = PATIENCE) -> None:
    """End several at the same time, the last started first."""
    deadline = monotonic() + patience
    for child in reversed(children):
        child.ask_to_end()
    for child in reversed(children):
        try:
            child.end(deadline)
        except KeyboardInterrupt:  # somebody does not want to wait that long
            deadline = 0.0
            child.end(deadline)
