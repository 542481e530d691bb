"""Where a body waits until it is complete: in memory, then in a file without a name."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from io import BytesIO
from typing import BinaryIO

_DISK_PIECE = 256 * 1024


class MemoryBudget:
    """How much all bodies together may hold in memory; any thread gives back."""

    def __init__(self, most: int) -> None:
        self._lock = threading.Lock()
        self.free = most

    def take(self, size: int) -> bool:
        """Take a part, if there is as much."""
        with self._lock:
            if size > self.free:
                return False
            self.free -= size
            return True

    def give(self, size: int) -> None:
        """Give a part back."""
        with self._lock:
            self.free += size


class BodySpool:
    """A body that grows: in memory up to `most` bytes, while others leave room."""

    def __init__(self, most: int, memory: MemoryBudget) -> None:
        self._most = most
        self._memory = memory
        self._pieces: list[bytes] = []
        self._held = 0
        self._taken = 0
        self._file: BinaryIO | None = None
        self.size = 0

    async def add(self, piece: bytes) -> None:
        """Add a piece at the end."""
        self.size += len(piece)
        self._pieces.append(piece)
        if self._file is None and self._fits(len(piece)):
            return
        self._held += len(piece)
        if self._taken or self._held >= _DISK_PIECE:
            await self._flush()

    async def finish(self) -> BinaryIO:
        """Return the body, to be read from its start and closed at the end."""
        if self._file is None and not self._held:
            taken, self._taken = self._taken, 0
            return _BudgetedBody(b"".join(self._pieces), self._memory, taken)
        await self._flush()
        file = self._file or BytesIO()
        file.seek(0)
        return file

    def close(self) -> None:
        """Forget all of it."""
        self._pieces.clear()
        self._give_back()
        if self._file is not None:
            self._file.close()

    def _fits(self, size: int) -> bool:
        fits = self.size <= self._most and self._memory.take(size)
        if fits:
            self._taken += size
        return fits

    async def _flush(self) -> None:
        """Write what is held, on another thread."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        self._held = 0
        self._give_back()
        loop = asyncio.get_running_loop()
        if self._file is None:
            self._file = await loop.run_in_executor(None, _make_file)
        await loop.run_in_executor(None, self._file.write, data)

    def _give_back(self) -> None:
        taken, self._taken = self._taken, 0
        self._memory.give(taken)


class _BudgetedBody(BytesIO):
    """A body in memory, which is given back when it is closed or forgotten."""

    def __init__(self, data: bytes, memory: MemoryBudget, taken: int) -> None:
        super().__init__(data)
        self._memory = memory
        self._taken = taken

    def close(self) -> None:
        taken, self._taken = self._taken, 0
        self._memory.give(taken)
        super().close()


def _make_file() -> BinaryIO:
    return tempfile.TemporaryFile(prefix="carboy-body-")
