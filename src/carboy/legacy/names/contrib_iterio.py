"""`werkzeug.contrib.iterio`: iterators as files, writing functions as iterators."""

from collections.abc import Callable, Iterable, Iterator
from io import BytesIO, StringIO
from typing import Any


def make_iterio(source: Any, sentinel: Any = "") -> Any:
    """Return a file of what an iterator yields, or the texts that a function writes."""
    if callable(source):
        return list_writes(source)
    return read_all(source, sentinel)


def read_all(source: Iterable[Any], sentinel: Any = "") -> Any:
    """Return a file of all that an iterator yields."""
    parts = [*source]
    if (parts and isinstance(parts[0], bytes)) or isinstance(sentinel, bytes):
        return BytesIO(b"".join(parts))
    return StringIO("".join(parts))


def list_writes(function: Callable[[Any], Any]) -> Iterator[Any]:
    """Yield the texts that a function writes to the file that it gets."""
    writer = Writes()
    function(writer)
    yield from writer.parts


class Writes:
    """A file that remembers what is written."""

    closed = False

    def __init__(self) -> None:
        self.parts: list[Any] = []

    def write(self, text: Any) -> None:
        """Remember a text."""
        self.parts.append(text)

    def writelines(self, texts: Iterable[Any]) -> None:
        """Remember texts."""
        self.parts += texts

    def flush(self) -> None:
        """Do nothing: all of it is there."""

    def close(self) -> None:
        """Take no more."""
        self.closed = True
