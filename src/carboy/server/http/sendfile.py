"""Files as response bodies: read by Granian itself, whole or in part."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PLAIN = (io.BufferedReader, io.BufferedRandom, io.FileIO)


class FileWrapper:
    """The `wsgi.file_wrapper` of this server."""

    def __init__(self, file: BinaryIO, block_size: int = 64 * 1024) -> None:
        self.file = file
        self._block_size = max(block_size, 64 * 1024)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        block = self.file.read(self._block_size)
        if not block:
            raise StopIteration
        return block

    def close(self) -> None:
        """Close the file."""
        close = getattr(self.file, "close", None)
        if close is not None:
            close()

    def seekable(self) -> bool:
        """Tell whether a range may be taken; asked by Werkzeug."""
        ask = getattr(self.file, "seekable", None)
        return bool(ask()) if ask is not None else hasattr(self.file, "seek")

    def seek(self, *where: int) -> None:
        """Go to a place in the file."""
        self.file.seek(*where)

    def tell(self) -> int | None:
        """Return the place in the file."""
        tell = getattr(self.file, "tell", None)
        return tell() if tell is not None else None


@dataclass(frozen=True, slots=True)
class FileRange:
    """Bytes of a file on disk, without the one at `end`."""

    path: str
    start: int
    end: int


def find_file_range(body: object) -> FileRange | None:
    """Return the file behind a body, if it is one that can be opened again by name."""
    if isinstance(body, FileWrapper):
        return _locate(body.file, None, None)
    inner = getattr(body, "iterable", None)
    if isinstance(inner, FileWrapper):
        # What Werkzeug puts around a body of which a range is asked for.
        start = getattr(body, "start_byte", None)
        end = getattr(body, "end_byte", None)
        return _locate(inner.file, start, end)
    return None


def _locate(file: BinaryIO, start: int | None, end: int | None) -> FileRange | None:
    # Wrappers, such as those of `tempfile`, may remove the file when they are closed.
    name = getattr(file, "name", None)
    if type(file) not in _PLAIN or not isinstance(name, str):
        return None
    try:
        held = os.fstat(file.fileno())
        path = Path(name).absolute()
        named = path.stat()
        here = file.tell() if start is None else start
    except (OSError, ValueError, AttributeError):
        return None
    same = (held.st_dev, held.st_ino) == (named.st_dev, named.st_ino)
    if not same or not stat.S_ISREG(held.st_mode):
        return None
    return FileRange(str(path), here, held.st_size if end is None else end)
