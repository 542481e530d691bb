"""A stored file as an open one: it can seek, and reads only what is asked for."""

import io
from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from carboy.uploads.storages import Storage


def open_stored(storage: Storage, key: str, size: int) -> io.BufferedReader:
    """Open a file of a storage for reading."""
    return io.BufferedReader(_StoredRaw(storage, key, size), 256 * 1024)


class _StoredRaw(io.RawIOBase):
    def __init__(self, storage: Storage, key: str, size: int) -> None:
        self._storage = storage
        self._key = key
        self._size = size
        self._position = 0
        self._chunks: Iterator[bytes] | None = None
        self._rest = b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def seekable(self) -> bool:
        return True

    @override
    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        position = max((0, self._position, self._size)[whence] + offset, 0)
        if position != self._position:
            self._position = position
            self._chunks, self._rest = None, b""
        return position

    @override
    def readinto(self, buffer: Any) -> int:
        if not self._rest:
            if self._chunks is None:
                self._chunks = self._storage.read(self._key, self._position)
            self._rest = next(self._chunks, b"")
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)
