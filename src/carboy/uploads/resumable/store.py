"""Uploads in parts, in any storage: begin, continue, complete, remove.

What has arrived is what the storage has: its parts, and where parts have a least size,
the bytes after the last one. So nothing has to be kept in step after a kill.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

from carboy.uploads.content.temporary import make_temporary
from carboy.uploads.errors import FileMissingError
from carboy.uploads.incoming.incoming_file import (
    IncomingFile,
    find_incoming,
    make_id,
    remove_incoming,
    write_incoming,
)
from carboy.uploads.storages import PartWriter, Storage

from .errors import ProtocolError, refuse_offset, refuse_unknown
from .headers import Checksum
from .locks import lock_upload

_CHUNK = 256 * 1024
# The least part, so that 10,000 of them hold more than any site accepts.
PART = 8 * 1024 * 1024


class UploadStore:
    """The uploads of one storage."""

    def __init__(
        self, storage: Storage, lifetime: float, clock: Callable[[], float] = time.time
    ) -> None:
        self._storage = storage
        self._lifetime = lifetime
        self._clock = clock
        # Then all parts but the last have one size: one that is sent again, maybe by a
        # request that has lost its lock without knowing, is the same part.
        self._has_tails = storage.min_part_size > 1
        # A folder has no limit for the number of parts, and one part is in memory.
        self._part = max(PART, storage.min_part_size) if self._has_tails else PART // 4

    def create(self, name: str, length: int) -> IncomingFile:
        """Begin an upload."""
        file = IncomingFile(make_id(), name, length, self._clock() + self._lifetime)
        writer = self._storage.begin(file.key)
        file = IncomingFile(
            file.id, file.name, file.length, file.expires, writer.upload_id
        )
        write_incoming(self._storage, file)
        if not length:
            writer.complete()
        return file

    def get(self, file_id: str) -> IncomingFile:
        """Return an upload, or raise status 404."""
        file = find_incoming(self._storage, file_id, self._clock)
        if file is None:
            raise refuse_unknown()
        return file

    def get_offset(self, file: IncomingFile) -> int:
        """Return the number of bytes that are stored."""
        writer = self._find_writer(file)
        if writer is None:
            return self._get_complete_size(file)
        parts = writer.parts
        size = sum(part.size for part in parts)
        return size + self._get_tail_size(file, len(parts))

    def is_complete(self, file: IncomingFile) -> bool:
        """Return whether a file is whole; complete one whose end was interrupted."""
        if self._storage.stat(file.key) is not None:
            return True
        if self.get_offset(file) != file.length:
            return False
        with lock_upload(self._storage, file.root, self._clock):
            self._complete(file)
        return True

    def append(
        self,
        file: IncomingFile,
        offset: int,
        body: Iterator[bytes],
        checksum: Checksum | None = None,
    ) -> int:
        """Add bytes at an offset; return the number of bytes that are stored then."""
        with lock_upload(self._storage, file.root, self._clock) as renew:
            stored = self.get_offset(file)
            if stored != offset:
                raise refuse_offset(stored)
            if checksum is not None:
                with _verify(body, checksum, file.length - offset) as verified:
                    return self._append(file, _read(verified), renew)
            return self._append(file, body, renew)

    def remove(self, file: IncomingFile) -> None:
        """Remove an upload, complete or not."""
        with lock_upload(self._storage, file.root, self._clock):
            writer = self._find_writer(file)
            if writer is not None:
                writer.abort()
            remove_incoming(self._storage, file)

    def _append(
        self, file: IncomingFile, body: Iterator[bytes], renew: Callable[[], None]
    ) -> int:
        writer = self._find_writer(file)
        if writer is None:
            return self._get_complete_size(file)
        parts = writer.parts
        number, stored = len(parts), sum(part.size for part in parts)
        block = bytearray(self._read_tail(file, number))
        error: Exception | None = None
        try:
            for chunk in body:
                block += chunk
                if stored + len(block) > file.length:
                    raise _refuse_size()
                while len(block) >= self._part:
                    renew()
                    number += 1
                    stored += writer.add(number, _cut(block, self._part)).size
        except ConnectionError as broken:
            # The client is gone: what came is kept, as the protocol wants it.
            error = broken
        renew()
        is_end = stored + len(block) == file.length
        if block and (is_end or not self._has_tails):
            number += 1
            stored += writer.add(number, bytes(block)).size
        elif block:
            self._storage.write(self._tail_key(file, number), [bytes(block)])
            stored += len(block)
        if error is not None:
            raise ProtocolError(400, "The body broke off.") from error
        if stored == file.length:
            self._complete(file)
        return stored

    def _complete(self, file: IncomingFile) -> None:
        writer = self._find_writer(file)
        if writer is None:
            return
        parts = writer.parts
        tail = self._read_tail(file, len(parts))
        if tail:
            writer.add(len(parts) + 1, tail)
        writer.complete()
        for stored in list(self._storage.list_files(f"{file.root}/tail-")):
            self._storage.delete(stored.key)

    def _find_writer(self, file: IncomingFile) -> PartWriter | None:
        try:
            return self._storage.resume(file.key, file.upload_id)
        except FileMissingError:
            return None

    def _get_complete_size(self, file: IncomingFile) -> int:
        stored = self._storage.stat(file.key)
        if stored is None:
            # A form has taken it, or the parts were removed.
            raise refuse_unknown()
        return stored.size

    def _get_tail_size(self, file: IncomingFile, parts: int) -> int:
        if not self._has_tails:
            return 0
        stored = self._storage.stat(self._tail_key(file, parts))
        return 0 if stored is None else stored.size

    def _read_tail(self, file: IncomingFile, parts: int) -> bytes:
        """Return the bytes after the last part, which are too few for one."""
        if not self._get_tail_size(file, parts):
            return b""
        return b"".join(self._storage.read(self._tail_key(file, parts)))

    @staticmethod
    def _tail_key(file: IncomingFile, parts: int) -> str:
        # With the number of parts, so that one which is in a part by now is not read.
        return f"{file.root}/tail-{parts}"


def _cut(block: bytearray, size: int) -> bytes:
    """Remove the first bytes and return them, without a second copy."""
    with memoryview(block) as view, view[:size] as first:
        data = bytes(first)
    del block[:size]
    return data


def _verify(body: Iterator[bytes], checksum: Checksum, most: int) -> BinaryIO:
    """Return the bytes of a body, or raise status 460 if they are not those sent."""
    copy = make_temporary()
    try:
        digest = _copy(body, copy, checksum.algorithm, most)
    except BaseException:
        copy.close()
        raise
    if digest != checksum.digest:
        copy.close()
        raise ProtocolError(460, "The bytes differ from their Upload-Checksum.")
    copy.seek(0)
    return copy


def _copy(body: Iterator[bytes], copy: BinaryIO, algorithm: str, most: int) -> bytes:
    """Copy at most so many bytes; return their digest."""
    digest = hashlib.new(algorithm, usedforsecurity=False)
    size = 0
    try:
        for chunk in body:
            size += len(chunk)
            if size > most:
                break
            digest.update(chunk)
            copy.write(chunk)
    except ConnectionError as error:
        raise ProtocolError(400, "The body broke off.") from error
    if size > most:
        raise _refuse_size()
    return digest.digest()


def _refuse_size() -> ProtocolError:
    return ProtocolError(413, "There are more bytes than Upload-Length.")


def _read(file: BinaryIO) -> Iterator[bytes]:
    while data := file.read(_CHUNK):
        yield data
