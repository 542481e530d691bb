"""Writers of one file take turns, and each notices at once when it is its own.

SQLite makes them sleep for longer and longer instead, up to a tenth of a second each.
"""

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

_NAP = 0.0005


class WriteLock:
    """A lock among threads and processes, which one holds for one short write."""

    def __init__(self, path: Path, *, patience: float = 5.0) -> None:
        self._path = path
        self._patience = patience
        self._lock = threading.Lock()
        self._fd = -1
        self._pid = 0

    @contextlib.contextmanager
    def acquire(self) -> Iterator[None]:
        """Wait for the turn; when it does not come, go on and let SQLite decide."""
        if self._pid != os.getpid():
            # A descriptor from before a fork would be one lock for both.
            self._lock, self._fd, self._pid = threading.Lock(), -1, os.getpid()
        end = time.monotonic() + self._patience
        if not self._lock.acquire(timeout=self._patience):
            yield
            return
        try:
            held = self._hold(end)
            try:
                yield
            finally:
                if held:
                    fcntl.flock(self._fd, fcntl.LOCK_UN)
        finally:
            self._lock.release()

    def _hold(self, end: float) -> bool:
        if self._fd < 0:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > end:
                    return False
                time.sleep(_NAP)
            else:
                return True
