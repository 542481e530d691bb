"""Streams a body at the pace of its reader, in constant memory.

Granian's own stream buffers without a limit when the client is slow. A pipe does not:
Granian reads it like a file. What a slow reader has not read yet goes to a file without
a name, and the event loop moves it from there, so that no view thread waits.
"""

import fcntl
import os
import select
import struct
import sys
import tempfile
import termios
import threading
import time
from contextlib import suppress

from carboy.errors import CarboyError
from carboy.server.threads.event_loop import EventLoop

from .checked_send import CheckedHead, send_file
from .granian_types import GranianProtocol

_FOLDER = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
_SECONDS_TO_OPEN = 5.0
_POLL_INTERVAL = 0.02
_READ_SIZE = 256 * 1024
_MAX_QUEUED = 64 * 1024 * 1024


class ClientGoneError(CarboyError):
    """Raised when the client does not read the response any more."""


class DiskQueue:
    """Unsent bytes in a file without a name: one thread adds, another one takes."""

    def __init__(self, max_size: int = _MAX_QUEUED) -> None:
        self._file = tempfile.TemporaryFile(  # noqa: SIM115 - lives as long as this object
            prefix="carboy-answer-"
        )
        self._descriptor = self._file.fileno()
        self._lock = threading.Lock()
        self._max_size = max_size
        self._start = 0
        self._end = 0
        self.drained = 0

    @property
    def is_empty(self) -> bool:
        """Whether everything was taken."""
        return self._start == self._end

    @property
    def is_full(self) -> bool:
        """Whether it has to run empty before more may be added."""
        return self._end >= self._max_size

    def add(self, data: bytes) -> None:
        """Append bytes."""
        with self._lock:
            view = memoryview(data)
            while view:
                written = os.pwrite(self._descriptor, view, self._end)
                self._end += written
                view = view[written:]

    def peek(self, size: int) -> bytes:
        """Return bytes from the start without removing them."""
        return os.pread(
            self._descriptor, min(size, self._end - self._start), self._start
        )

    def skip(self, size: int) -> None:
        """Remove bytes from the start; an empty file is reused from its start."""
        with self._lock:
            self._start += size
            self.drained += size
            if self._start == self._end:
                self._start = self._end = 0

    def close(self) -> None:
        """Close the file, which removes it."""
        self._file.close()


class Pipe:
    """A response body being sent: by a view thread at first, then by the event loop."""

    def __init__(
        self, event_loop: EventLoop, protocol: GranianProtocol, head: CheckedHead
    ) -> None:
        self._event_loop = event_loop
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._queue: DiskQueue | None = None
        self._is_gone = False
        self._is_ended = False
        self._is_watching = False
        self.taken = 0
        self._piped = 0
        send_file(protocol, head, f"{_FOLDER}/{self._read}")

    def write(self, data: bytes, timeout: float) -> None:
        """Send a piece; wait at most `timeout` seconds without any progress."""
        self.taken += len(data)
        if self._queue is None:
            data = self._write_to_pipe(data)
            if not data:
                return
            self._queue = DiskQueue()
        self._wait_for_room(self._queue, timeout)
        self._queue.add(data)
        self._event_loop.call(self._feed)

    def close(self) -> None:
        """End the body once all of it has been read."""
        self._is_ended = True
        if self._queue is None:
            self._close_read_end_if_open()
            os.close(self._write)
            self._close_read_end_later()
        else:
            self._event_loop.call(self._feed)

    def _write_to_pipe(self, data: bytes) -> bytes:
        """Write what the pipe accepts at once; return the rest."""
        while data:
            try:
                done = os.write(self._write, data)
            except BlockingIOError:
                if not _is_writable(self._write):
                    break
            except BrokenPipeError:
                raise ClientGoneError("The client went away.") from None
            else:
                self._piped += done
                data = data[done:]
        self._close_read_end_if_open()
        return data

    def _wait_for_room(self, queue: DiskQueue, timeout: float) -> None:
        """Wait for the event loop when the file has reached its largest size."""
        drained = queue.drained
        deadline = time.monotonic() + timeout
        while queue.is_full and not self._is_gone:
            time.sleep(_POLL_INTERVAL)
            if queue.drained != drained:
                drained = queue.drained
                deadline = time.monotonic() + timeout
            elif time.monotonic() > deadline:
                raise ClientGoneError("The client does not read its response.")
        if self._is_gone:
            raise ClientGoneError("The client went away.")

    # On the event loop

    def _feed(self) -> None:
        """Move bytes from the file into the pipe for as long as it accepts them."""
        queue = self._queue
        if queue is None or self._is_gone:
            return
        try:
            while data := queue.peek(_READ_SIZE):
                done = os.write(self._write, data)
                self._piped += done
                queue.skip(done)
        except BlockingIOError:
            self._close_read_end_if_open()
            self._watch_writable()
            return
        except OSError:
            self._is_gone = True
        if self._is_gone or (self._is_ended and queue.is_empty):
            self._finish(queue)
        else:
            self._unwatch_writable()

    def _watch_writable(self) -> None:
        if not self._is_watching:
            self._is_watching = True
            self._event_loop.loop.add_writer(self._write, self._feed)
            if self._read >= 0:
                self._event_loop.loop.call_later(_SECONDS_TO_OPEN, self._check_reader)

    def _unwatch_writable(self) -> None:
        if self._is_watching:
            self._is_watching = False
            self._event_loop.loop.remove_writer(self._write)

    def _finish(self, queue: DiskQueue) -> None:
        self._unwatch_writable()
        self._is_gone = True
        with suppress(OSError):
            os.close(self._write)
        queue.close()
        self._close_read_end_later()

    def _check_reader(self) -> None:
        """Stop when Granian has not opened the body: its client is gone."""
        self._close_read_end_if_open()
        if self._read >= 0:
            self._close_read_end()
            self._feed()

    # The reading end

    def _close_read_end_if_open(self) -> None:
        """Close our reading end once the other one is open, so that its end is seen."""
        if self._read >= 0 and self._piped and _count_unread(self._read) < self._piped:
            self._close_read_end()

    def _close_read_end(self) -> None:
        number, self._read = self._read, -1
        if number >= 0:
            os.close(number)

    def _close_read_end_later(self) -> None:
        """Keep the reading end open until Granian has opened it, or never will."""
        if self._read >= 0:
            loop = self._event_loop.loop
            self._event_loop.call(
                lambda: loop.call_later(_SECONDS_TO_OPEN, self._close_read_end)
            )


def _is_writable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(_POLL_INTERVAL * 1000))


def _count_unread(descriptor: int) -> int:
    packed = fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0")
    return int(struct.unpack("i", packed)[0])
