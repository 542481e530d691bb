"""The contract of every storage: files by key, written whole or not at all."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from carboy.uploads.errors import InvalidKeyError

BINARY = "application/octet-stream"
CHUNK = 256 * 1024
MAX_KEY = 400

# Names that are valid on every file system and in every URL. Nothing begins with a
# dot, so what a storage keeps for itself can.
_KEY = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)*")


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a storage knows of a file without reading it."""

    key: str
    size: int
    # Changes whenever the content does; the format is that of the storage.
    etag: str
    modified: datetime
    # None where the storage does not record it.
    content_type: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file that is written in parts."""

    number: int
    size: int


class PartWriter(ABC):
    """A file that is written in parts, by several requests and processes.

    Parts are numbered 1, 2, 3 and so on. A part is durable when `add` returns.
    """

    key: str
    upload_id: str

    @property
    @abstractmethod
    def parts(self) -> list[Part]:
        """The parts that are stored, by number."""

    @property
    def size(self) -> int:
        """The bytes of all stored parts."""
        return sum(part.size for part in self.parts)

    @abstractmethod
    def add(self, number: int, data: bytes) -> Part:
        """Store a part: the next one, or the last one again, which replaces it.

        Raise `ValueError` for any other number. All parts but the last have at least
        `Storage.min_part_size` bytes.
        """

    @abstractmethod
    def complete(self) -> StoredFile:
        """Make the parts one file with the key, which appears whole."""

    @abstractmethod
    def abort(self) -> None:
        """Remove all parts; no error if they are gone."""


class Storage(ABC):
    """Files by key.

    A file is written whole or not at all: readers, other processes and a process that
    was killed never see a half one. Keys are checked by `check_key`. A storage that
    does not answer in time raises `StorageError`, one without space
    `StorageFullError`.
    """

    # The scheme of UPLOADS_STORAGE.
    scheme: ClassVar[str]
    # The least bytes of a part that is not the last.
    min_part_size: ClassVar[int] = 1

    @abstractmethod
    def write(
        self,
        key: str,
        parts: Iterable[bytes],
        *,
        content_type: str = BINARY,
        replace: bool = True,
    ) -> StoredFile:
        """Write a file of chunks of bytes, which are not collected in memory.

        An exception of `parts` leaves the storage as it was. With `replace=False`,
        raise `KeyExistsError` if the key has a file; of several processes one wins.
        """

    @abstractmethod
    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to, not including, `end` in chunks.

        Raise `FileMissingError` here, not at the first chunk, if there is no file.
        """

    @abstractmethod
    def stat(self, key: str) -> StoredFile | None:
        """Return what is known of a file, or None if there is none."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Delete a file; no error if there is none."""

    @abstractmethod
    def move(self, source: str, target: str) -> StoredFile:
        """Change the key of a file, and replace the file of that key.

        Raise `FileMissingError` if there is no file with the key `source`.
        """

    @abstractmethod
    def list_files(
        self, prefix: str = "", *, older_than: float = 0
    ) -> Iterator[StoredFile]:
        """Yield the files whose keys begin with `prefix`, in any order.

        With `older_than`, only those modified at least as many seconds ago.
        """

    @abstractmethod
    def begin(self, key: str, *, content_type: str = BINARY) -> PartWriter:
        """Begin a file that is written in parts; nothing is visible until the end."""

    @abstractmethod
    def resume(self, key: str, upload_id: str) -> PartWriter:
        """Return the writer that `begin` returned, maybe in another process.

        Raise `FileMissingError` if it was completed, aborted, or never begun.
        """

    @abstractmethod
    def remove_unfinished(self, *, older_than: float) -> int:
        """Remove what killed writers and abandoned parts left; return their number."""

    def local_path(self, key: str) -> Path | None:
        """Return the path of a file that the server can send itself, or None."""
        del key
        return None

    def url(
        self,
        key: str,
        *,
        expires: int,
        filename: str | None = None,
        content_type: str | None = None,
        inline: bool = False,
    ) -> str | None:
        """Return a URL of the storage itself, valid for `expires` seconds, or None.

        With None the site serves the file. `filename` and `inline` make the header
        Content-Disposition of the answer, `content_type` its type.
        """
        del key, expires, filename, content_type, inline
        return None


def check_key(key: str) -> str:
    """Return a valid key, or raise `InvalidKeyError`.

    >>> check_key("user.avatar/4f/4f2a.png")
    'user.avatar/4f/4f2a.png'
    """
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        msg = (
            f"{key[:MAX_KEY]!r} is no key of a file. A key has at most {MAX_KEY} "
            f"characters, of a-z, A-Z, 0-9, '_', '-', '~' and '.', in parts that are "
            f"separated by '/' and do not begin with '.'."
        )
        raise InvalidKeyError(msg)
    return key


def check_number(number: int, last: int) -> None:
    """Raise `ValueError` unless a part is the next one or the last one again."""
    if number not in {max(last, 1), last + 1}:
        raise ValueError(f"Part {number} cannot follow part {last}.")
