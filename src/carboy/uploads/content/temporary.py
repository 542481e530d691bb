"""Files without a name: they are gone when they are closed or the process ends."""

import io
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

from typing_extensions import override


def make_temporary() -> BinaryIO:
    """Return an empty file of the operating system, open for reading and writing.

    It need not be closed: what holds it may be an object of a session that is dropped.
    """
    number, name = tempfile.mkstemp(prefix="carboy-upload-")
    Path(name).unlink()
    file: Any = _NamelessFile(number, "w+b")
    opened: BinaryIO = file
    return opened


class _NamelessFile(io.FileIO):
    @override
    def write(self, data: Any, /) -> int:
        """Write all of the data; a raw file may write a part of it."""
        view = memoryview(data)
        written = 0
        while written < len(view):
            written += super().write(view[written:])
        return written

    def __del__(self) -> None:
        self.close()
