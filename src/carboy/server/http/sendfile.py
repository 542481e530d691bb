"""Files as response bodies: `wsgi.file_wrapper`, and which part of a file it is."""

import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_BUFFER_TYPES = (io.BufferedReader, io.BufferedRandom, io.FileIO)


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
        """Return whether a range can be read; Werkzeug calls this."""
        seekable = getattr(self.file, "seekable", None)
        return bool(seekable()) if seekable is not None else hasattr(self.file, "seek")

    def seek(self, *arguments: int) -> None:
        """Move to a position in the file."""
        self.file.seek(*arguments)

    def tell(self) -> int | None:
        """Return the position in the file."""
        tell = getattr(self.file, "tell", None)
        return tell() if tell is not None else None


@dataclass(frozen=True, slots=True)
class FileRange:
    """Bytes of a file on disk, without the one at `end`."""

    path: str
    start: int
    end: int

    @property
    def size(self) -> int:
        """How many bytes these are."""
        return self.end - self.start


def find_file_range(body: object) -> FileRange | None:
    """Return the file behind a body, if it is one that can be opened again by name."""
    if isinstance(body, FileWrapper):
        return _resolve(body.file, None, None)
    inner = getattr(body, "iterable", None)
    if isinstance(inner, FileWrapper):
        # What Werkzeug wraps around a body of which a range is requested.
        start = getattr(body, "start_byte", None)
        end = getattr(body, "end_byte", None)
        return _resolve(inner.file, start, end)
    return None


def _resolve(file: BinaryIO, start: int | None, end: int | None) -> FileRange | None:
    # Wrappers, such as those of `tempfile`, may remove the file when they are closed.
    name = getattr(file, "name", None)
    if type(file) not in _BUFFER_TYPES or not isinstance(name, str):
        return None
    try:
        opened = os.fstat(file.fileno())
        path = Path(name).absolute()
        named = path.stat()
        # Granian takes paths as UTF-8 only.
        str(path).encode()
        first = file.tell() if start is None else start
    except (OSError, ValueError, AttributeError):
        return None
    is_same = (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
    if not is_same or not stat.S_ISREG(opened.st_mode):
        return None
    last = opened.st_size if end is None else end
    if type(first) is not int or type(last) is not int:
        return None
    # The file may have become shorter since its range was computed.
    if not 0 <= first <= last <= opened.st_size:
        return None
    return FileRange(str(path), first, last)
