"""Files in the memory of one process: for tests."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import ClassVar

from typing_extensions import override

from carboy.uploads.errors import FileMissingError, KeyExistsError

from .storage import (
    BINARY,
    CHUNK,
    Part,
    PartWriter,
    Storage,
    StoredFile,
    check_key,
    check_number,
)


@dataclass(slots=True)
class _Parts:
    key: str
    content_type: str
    begun: float
    data: dict[int, bytes] = field(default_factory=dict)


class MemoryStorage(Storage):
    """Keeps files in a dict; they are gone when the process ends."""

    scheme: ClassVar[str] = "memory"

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._files: dict[str, tuple[StoredFile, bytes]] = {}
        self._unfinished: dict[str, _Parts] = {}

    @override
    def write(
        self,
        key: str,
        parts: Iterable[bytes],
        *,
        content_type: str = BINARY,
        replace: bool = True,
    ) -> StoredFile:
        check_key(key)
        data = b"".join(parts)
        with self._lock:
            if not replace and key in self._files:
                raise KeyExistsError(f"There is a file with the key {key!r} already.")
            return self._store(key, data, content_type)

    @override
    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        _, data = self._get(check_key(key))
        part = memoryview(data)[start:end]
        return (bytes(part[at : at + CHUNK]) for at in range(0, len(part), CHUNK))

    @override
    def stat(self, key: str) -> StoredFile | None:
        stored = self._files.get(check_key(key))
        return None if stored is None else stored[0]

    @override
    def delete(self, key: str) -> None:
        self._files.pop(check_key(key), None)

    @override
    def move(self, source: str, target: str) -> StoredFile:
        check_key(target)
        with self._lock:
            stored, data = self._get(check_key(source))
            moved = self._store(target, data, stored.content_type or BINARY)
            if source != target:
                del self._files[source]
            return moved

    @override
    def list_files(
        self, prefix: str = "", *, older_than: float = 0
    ) -> Iterator[StoredFile]:
        latest = self._clock() - older_than
        for stored, _ in list(self._files.values()):
            is_old = not older_than or stored.modified.timestamp() <= latest
            if stored.key.startswith(prefix) and is_old:
                yield stored

    @override
    def begin(self, key: str, *, content_type: str = BINARY) -> PartWriter:
        upload_id = secrets.token_hex(16)
        parts = _Parts(check_key(key), content_type, self._clock())
        self._unfinished[upload_id] = parts
        return _MemoryPartWriter(self, key, upload_id)

    @override
    def resume(self, key: str, upload_id: str) -> PartWriter:
        self.get_parts(key, upload_id)
        return _MemoryPartWriter(self, key, upload_id)

    @override
    def remove_unfinished(self, *, older_than: float) -> int:
        latest = self._clock() - older_than
        old = [id_ for id_, parts in self._unfinished.items() if parts.begun <= latest]
        for upload_id in old:
            self._unfinished.pop(upload_id, None)
        return len(old)

    def get_parts(self, key: str, upload_id: str) -> _Parts:
        """Return the parts of an unfinished file, or raise `FileMissingError`."""
        parts = self._unfinished.get(upload_id)
        if parts is None or parts.key != key:
            raise FileMissingError(f"There are no parts of {key!r} with this id.")
        return parts

    def complete(self, key: str, upload_id: str) -> StoredFile:
        """Make one file of the parts."""
        with self._lock:
            parts = self.get_parts(key, upload_id)
            data = b"".join(parts.data[number] for number in sorted(parts.data))
            stored = self._store(key, data, parts.content_type)
            del self._unfinished[upload_id]
            return stored

    def abort(self, upload_id: str) -> None:
        """Forget the parts."""
        self._unfinished.pop(upload_id, None)

    def touch(self, parts: _Parts) -> None:
        """Note that an unfinished file is in use."""
        parts.begun = self._clock()

    def _get(self, key: str) -> tuple[StoredFile, bytes]:
        stored = self._files.get(key)
        if stored is None:
            raise FileMissingError(f"There is no file with the key {key!r}.")
        return stored

    def _store(self, key: str, data: bytes, content_type: str) -> StoredFile:
        etag = hashlib.sha256(data).hexdigest()
        modified = datetime.fromtimestamp(self._clock(), UTC)
        stored = StoredFile(key, len(data), etag, modified, content_type)
        self._files[key] = (stored, data)
        return stored


class _MemoryPartWriter(PartWriter):
    def __init__(self, storage: MemoryStorage, key: str, upload_id: str) -> None:
        self.key = key
        self.upload_id = upload_id
        self._storage = storage

    @property
    @override
    def parts(self) -> list[Part]:
        data = self._storage.get_parts(self.key, self.upload_id).data
        return [Part(number, len(data[number])) for number in sorted(data)]

    @override
    def add(self, number: int, data: bytes) -> Part:
        parts = self._storage.get_parts(self.key, self.upload_id)
        check_number(number, len(parts.data))
        parts.data[number] = bytes(data)
        self._storage.touch(parts)
        return Part(number, len(data))

    @override
    def complete(self) -> StoredFile:
        return self._storage.complete(self.key, self.upload_id)

    @override
    def abort(self) -> None:
        self._storage.abort(self.upload_id)
