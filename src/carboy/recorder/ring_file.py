"""A file of fixed size that keeps the last records of all processes of a site.

The file has a header, a directory with one slot for each record, and an area of data
that is written round and round. A record is complete before its slot says so, and the
slot before the header: a process that is killed at any point loses its record only.
"""

import fcntl
import os
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_MAGIC = b"CARBOYR1"
# Magic, slots, bytes of data, next number, next position, checksum of these.
_HEADER = struct.Struct("<8sQQQQI")
_CHECKSUM = struct.Struct("<I")
# Number, position, length of the head, length of the body, checksum of both.
_SLOT = struct.Struct("<QQIII")
_PAGE = 4096


class _Header(NamedTuple):
    next_number: int
    next_position: int


class _Slot(NamedTuple):
    number: int
    position: int
    head: int
    body: int
    checksum: int


class RingFile:
    """The last records that fit into a file; older ones are overwritten.

    A position counts all bytes ever written, so that an overwritten one is recognized.
    """

    def __init__(self, path: Path, *, size: int, slots: int = 4096) -> None:
        self.path = path
        self._size = size
        self._largest = size // 4
        self._slots = slots
        self._data_start = _round_up(_PAGE + slots * _SLOT.size)
        self._file: int | None = None
        self._process = 0
        self._lock = threading.Lock()

    def append(self, head: bytes, body: bytes) -> bool:
        """Write a record; return False if it is too large to keep."""
        data = head + body
        if len(data) > self._largest:
            return False
        with self._locked(fcntl.LOCK_EX) as file:
            header = self._read_header(file) or self._make_anew(file)
            number, position = header.next_number, header.next_position
            self._write_data(file, position, data)
            slot = _Slot(number, position, len(head), len(body), zlib.crc32(data))
            os.pwrite(file, _SLOT.pack(*slot), self._find_slot(number))
            self._write_header(file, _Header(number + 1, position + len(data)))
        return True

    def read_heads(self, limit: int) -> list[tuple[int, bytes]]:
        """Return the number and the head of the last records, the newest first."""
        if not self.path.exists():
            return []
        with self._locked(fcntl.LOCK_SH) as file:
            return [
                (slot.number, self._read_data(file, slot.position, slot.head))
                for slot in self._list_slots(file, limit)
            ]

    def read_body(self, number: int) -> bytes | None:
        """Return the body of a record, or None if it is not there any more."""
        if not self.path.exists():
            return None
        with self._locked(fcntl.LOCK_SH) as file:
            header = self._read_header(file)
            slot = self._read_slot(file, header, number) if header else None
            if slot is None:
                return None
            data = self._read_data(file, slot.position, slot.head + slot.body)
            return data[slot.head :] if zlib.crc32(data) == slot.checksum else None

    def clear(self) -> None:
        """Forget all records."""
        if self.path.exists():
            with self._locked(fcntl.LOCK_EX) as file:
                self._make_anew(file)

    def close(self) -> None:
        """Close the file; it is opened again when it is used."""
        with self._lock:
            file, self._file = self._file, None
            if file is not None and self._process == os.getpid():
                os.close(file)

    # The file

    @contextmanager
    def _locked(self, kind: int) -> Iterator[int]:
        # The lock of the file excludes other processes; threads share its descriptor.
        with self._lock:
            file = self._open()
            fcntl.flock(file, kind)
            try:
                yield file
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    def _open(self) -> int:
        process = os.getpid()
        if self._file is None or self._process != process:
            # A child that was forked would share the lock of the parent's descriptor.
            self.path.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self.path, flags, 0o600)
            self._process = process
        return self._file

    def _make_anew(self, file: int) -> _Header:
        """Begin an empty file: it is new, damaged, or of another size."""
        os.ftruncate(file, 0)
        os.ftruncate(file, self._data_start + self._size)
        header = _Header(1, 0)
        self._write_header(file, header)
        return header

    def _read_header(self, file: int) -> _Header | None:
        data = os.pread(file, _HEADER.size, 0)
        if len(data) < _HEADER.size:
            return None
        magic, slots, size, number, position, checksum = _HEADER.unpack(data)
        is_ours = (magic, slots, size) == (_MAGIC, self._slots, self._size)
        is_whole = zlib.crc32(data[: -_CHECKSUM.size]) == checksum
        return _Header(number, position) if is_ours and is_whole else None

    def _write_header(self, file: int, header: _Header) -> None:
        data = _HEADER.pack(
            _MAGIC, self._slots, self._size, header.next_number, header.next_position, 0
        )[: -_CHECKSUM.size]
        os.pwrite(file, data + _CHECKSUM.pack(zlib.crc32(data)), 0)

    def _find_slot(self, number: int) -> int:
        return _PAGE + number % self._slots * _SLOT.size

    def _list_slots(self, file: int, limit: int) -> list[_Slot]:
        header = self._read_header(file)
        if header is None:
            return []
        last = header.next_number - 1
        first = max(1, last - min(limit, self._slots) + 1)
        slots = []
        for number in range(last, first - 1, -1):
            slot = self._read_slot(file, header, number)
            if slot is None:
                break
            slots.append(slot)
        return slots

    def _read_slot(self, file: int, header: _Header, number: int) -> _Slot | None:
        data = os.pread(file, _SLOT.size, self._find_slot(number))
        if len(data) < _SLOT.size:
            return None
        slot = _Slot(*_SLOT.unpack(data))
        # What a writer that was killed has overwritten does not count as kept.
        oldest = header.next_position + self._largest - self._size
        is_kept = slot.number == number and slot.position >= oldest
        return slot if is_kept and number < header.next_number else None

    def _read_data(self, file: int, position: int, length: int) -> bytes:
        at = position % self._size
        first = min(length, self._size - at)
        data = os.pread(file, first, self._data_start + at)
        if first < length:
            data += os.pread(file, length - first, self._data_start)
        return data

    def _write_data(self, file: int, position: int, data: bytes) -> None:
        at = position % self._size
        first = self._size - at
        os.pwrite(file, data[:first], self._data_start + at)
        if first < len(data):
            os.pwrite(file, data[first:], self._data_start)


def _round_up(size: int) -> int:
    return (size + _PAGE - 1) // _PAGE * _PAGE
