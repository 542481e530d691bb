"""Holds a body until it is complete: in memory, then in a file without a name."""

import asyncio
import tempfile
import threading
from io import BytesIO
from typing import BinaryIO

_WRITE_SIZE = 256 * 1024


class MemoryBudget:
    """How many bytes all bodies together may hold in memory; any thread may release."""

    def __init__(self, max_size: int) -> None:
        self._lock = threading.Lock()
        self.free = max_size

    def acquire(self, size: int) -> bool:
        """Reserve bytes; return whether so many were free."""
        with self._lock:
            if size > self.free:
                return False
            self.free -= size
            return True

    def release(self, size: int) -> None:
        """Return reserved bytes."""
        with self._lock:
            self.free += size


class BodySpool:
    """A body that grows: in memory up to `max_size` bytes and within the budget."""

    def __init__(self, max_size: int, memory: MemoryBudget) -> None:
        self._max_size = max_size
        self._memory = memory
        self._pieces: list[bytes] = []
        self._unwritten = 0
        self._reserved = 0
        self._file: BinaryIO | None = None
        self.size = 0

    async def add(self, piece: bytes) -> None:
        """Append a piece."""
        self.size += len(piece)
        self._pieces.append(piece)
        if self._file is None and self._fits(len(piece)):
            return
        self._unwritten += len(piece)
        if self._reserved or self._unwritten >= _WRITE_SIZE:
            await self._flush()

    async def finish(self) -> BinaryIO:
        """Return the body, positioned at its start; the caller closes it."""
        if self._file is None and not self._unwritten:
            reserved, self._reserved = self._reserved, 0
            return BudgetedBody(b"".join(self._pieces), self._memory, reserved)
        await self._flush()
        file = self._file or BytesIO()
        file.seek(0)
        return file

    def close(self) -> None:
        """Drop the body and release its memory."""
        self._pieces.clear()
        self._release()
        if self._file is not None:
            self._file.close()

    def _fits(self, size: int) -> bool:
        fits = self.size <= self._max_size and self._memory.acquire(size)
        if fits:
            self._reserved += size
        return fits

    async def _flush(self) -> None:
        """Write the pieces to the file, on another thread."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._unwritten = 0
        self._release()
        loop = asyncio.get_running_loop()
        if self._file is None:
            self._file = await loop.run_in_executor(None, _make_file)
        await loop.run_in_executor(None, self._file.write, data)

    def _release(self) -> None:
        reserved, self._reserved = self._reserved, 0
        self._memory.release(reserved)


class BudgetedBody(BytesIO):
    """A body in memory, which releases its bytes when it is closed or collected."""

    def __init__(self, data: bytes, memory: MemoryBudget, reserved: int) -> None:
        super().__init__(data)
        self._memory = memory
        self._reserved = reserved

    def close(self) -> None:
        """Release the memory."""
        reserved, self._reserved = self._reserved, 0
        self._memory.release(reserved)
        super().close()


def _make_file() -> BinaryIO:
    return tempfile.TemporaryFile(prefix="carboy-body-")
