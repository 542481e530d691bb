"""What a slow reader has not taken yet: a file without a name, of bounded size."""

from __future__ import annotations

import os
import tempfile
import threading

_MOST = 64 * 1024 * 1024


class DiskQueue:
    """Bytes in order: one thread adds, another one takes."""

    def __init__(self, most: int = _MOST) -> None:
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 (lives as long as this object)
            prefix="carboy-answer-"
        )
        self._number = self._file.fileno()
        self._lock = threading.Lock()
        self._most = most
        self._start = 0
        self._end = 0
        self.drained = 0

    @property
    def is_empty(self) -> bool:
        """Whether all was taken."""
        return self._start == self._end

    @property
    def is_full(self) -> bool:
        """Whether it has to run empty before more may come."""
        return self._end >= self._most

    def add(self, data: bytes) -> None:
        """Add at the end."""
        with self._lock:
            view = memoryview(data)
            while view:
                done = os.pwrite(self._number, view, self._end)
                self._end += done
                view = view[done:]

    def peek(self, size: int) -> bytes:
        """Return bytes from the start; they stay."""
        return os.pread(self._number, min(size, self._end - self._start), self._start)

    def skip(self, size: int) -> None:
        """Forget bytes from the start; an empty file begins anew."""
        with self._lock:
            self._start += size
            self.drained += size
            if self._start == self._end:
                self._start = self._end = 0

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
