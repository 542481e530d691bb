"""Streaming a body at the pace of its reader, in constant memory.

What is handed to Granian piece by piece piles up in memory when the client is slow.
A pipe does not: Granian reads it as it would read a file. A reader that does not keep
up is fed from a file without a name by the event_loop, so that it holds no view thread.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys
import termios
import time
from contextlib import suppress

from carboy.errors import CarboyError
from carboy.server.threads.event_loop import EventLoop

from .granian_types import GranianProtocol, Headers
from .spills import DiskQueue

_FOLDER = "/proc/self/fd" if sys.platform == "linux" else "/dev/fd"
_SECONDS_TO_OPEN = 5.0
_MOMENT = 0.02
_READ = 256 * 1024


class ClientGoneError(CarboyError):
    """Raised when nobody reads the response any more."""


class Pipe:
    """A response body under way: written by a view thread, later fed by the event_loop."""

    def __init__(
        self, event_loop: EventLoop, conn: GranianProtocol, status: int, headers: Headers
    ) -> None:
        self._event_loop = event_loop
        self._read, self._write = os.pipe()
        os.set_blocking(self._write, False)
        self._spill: DiskQueue | None = None
        self._is_gone = False
        self._is_ended = False
        self._is_fed = False
        self.taken = 0
        self._piped = 0
        conn.response_file(status, headers, f"{_FOLDER}/{self._read}")

    def write(self, data: bytes, patience: float) -> None:
        """Take a piece; wait at most `patience` seconds without any progress."""
        self.taken += len(data)
        if self._spill is None:
            data = self._write_now(data)
            if not data:
                return
            self._spill = DiskQueue()
        self._wait_for_room(self._spill, patience)
        self._spill.add(data)
        self._event_loop.call(self._feed)

    def close(self) -> None:
        """End the body, once all of it has been read."""
        self._is_ended = True
        if self._spill is None:
            self._let_go()
            os.close(self._write)
            self._release_later()
        else:
            self._event_loop.call(self._feed)

    def _write_now(self, data: bytes) -> bytes:
        """Write what the pipe takes within a moment; return the rest."""
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
        self._let_go()
        return data

    def _wait_for_room(self, spill: DiskQueue, patience: float) -> None:
        """Wait for the event_loop when the file is as large as it may be."""
        drained = spill.drained
        deadline = time.monotonic() + patience
        while spill.is_full and not self._is_gone:
            time.sleep(_MOMENT)
            if spill.drained != drained:
                drained = spill.drained
                deadline = time.monotonic() + patience
            elif time.monotonic() > deadline:
                raise ClientGoneError("The client does not read its answer.")
        if self._is_gone:
            raise ClientGoneError("The client went away.")

    # On the event_loop

    def _feed(self) -> None:
        """Move bytes from the file into the pipe for as long as it takes them."""
        spill = self._spill
        if spill is None or self._is_gone:
            return
        try:
            while data := spill.peek(_READ):
                done = os.write(self._write, data)
                self._piped += done
                spill.skip(done)
        except BlockingIOError:
            self._let_go()
            self._go_on()
            return
        except OSError:
            self._is_gone = True
        if self._is_gone or (self._is_ended and spill.is_empty):
            self._finish(spill)
        else:
            self._pause()

    def _go_on(self) -> None:
        if not self._is_fed:
            self._is_fed = True
            self._event_loop.loop.add_writer(self._write, self._feed)
            if self._read >= 0:
                self._event_loop.loop.call_later(_SECONDS_TO_OPEN, self._check_reader)

    def _pause(self) -> None:
        if self._is_fed:
            self._is_fed = False
            self._event_loop.loop.remove_writer(self._write)

    def _finish(self, spill: DiskQueue) -> None:
        self._pause()
        self._is_gone = True
        with suppress(OSError):
            os.close(self._write)
        spill.close()
        self._release_later()

    def _check_reader(self) -> None:
        """Give up when Granian has not come for the body: its client is gone."""
        self._let_go()
        if self._read >= 0:
            self._release()
            self._feed()

    # The reading end

    def _let_go(self) -> None:
        """Close our reading end once the other one is open, so that its end is seen."""
        if self._read >= 0 and self._piped and _count_unread(self._read) < self._piped:
            self._release()

    def _release(self) -> None:
        number, self._read = self._read, -1
        if number >= 0:
            os.close(number)

    def _release_later(self) -> None:
        """Leave the reading end open until Granian has its own, or never will."""
        if self._read >= 0:
            loop = self._event_loop.loop
            self._event_loop.call(lambda: loop.call_later(_SECONDS_TO_OPEN, self._release))


def _is_writable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    return bool(poll.poll(_MOMENT * 1000))


def _count_unread(descriptor: int) -> int:
    packed = fcntl.ioctl(descriptor, termios.FIONREAD, b"\0\0\0\0")
    return int(struct.unpack("i", packed)[0])
