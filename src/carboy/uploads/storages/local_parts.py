"""Parts of a file in a folder: one file of data, and one line for each part."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from typing_extensions import override

from carboy.uploads.durable import remove_parts, sync_file, sync_folder

from .local_errors import storage_errors
from .storage import Part, PartWriter, StoredFile, check_number

Finish = Callable[[Path, str], StoredFile]

_DATA = "data"
_LINES = "lines"


class LocalPartWriter(PartWriter):
    """Appends parts to one file, so that the end is a rename and copies nothing.

    A part counts when its line is written, after its data is on the disk. What a
    killed process appended without a line is cut off by the next part.
    """

    def __init__(self, key: str, upload_id: str, folder: Path, finish: Finish) -> None:
        self.key = key
        self.upload_id = upload_id
        self._folder = folder
        self._lines = folder / _LINES
        self._finish = finish

    def create(self, file_mode: int) -> None:
        """Make the files of a new writer."""
        for name, text in ((_DATA, ""), (_LINES, f"{self.key}\n")):
            path = self._folder / name
            path.touch(mode=file_mode)
            path.write_text(text, "utf-8")
        sync_folder(self._folder)

    def check(self) -> None:
        """Raise `FileNotFoundError` unless these are the parts of the key."""
        if not self._read_lines():
            raise FileNotFoundError(self._folder)

    @property
    @override
    def parts(self) -> list[Part]:
        sizes = [int(line) for line in self._read_lines()[1:]]
        return [Part(number, size) for number, size in enumerate(sizes, 1)]

    @override
    def add(self, number: int, data: bytes) -> Part:
        parts = self.parts
        check_number(number, len(parts))
        with storage_errors(self.key):
            return self._add(parts[: number - 1], data)

    def _add(self, before: list[Part], data: bytes) -> Part:
        text = self._format_lines(before)
        if self._lines.read_text("utf-8") != text:
            # The line of a part that is replaced, or a torn one, goes first.
            self._write_lines(text)
        size = sum(part.size for part in before)
        # Without a buffer, which would be written once more when the file is closed.
        with (self._folder / _DATA).open("r+b", buffering=0) as file:
            file.truncate(size)
            file.seek(size)
            try:
                _write_all(file, data)
                sync_file(file)
            except OSError:
                # Of a full disk: what counts for nothing should take no place.
                file.truncate(size)
                raise
        part = Part(len(before) + 1, len(data))
        with self._lines.open("ab") as file:
            file.write(f"{part.size}\n".encode())
            sync_file(file)
        return part

    @override
    def complete(self) -> StoredFile:
        self.check()
        with storage_errors(self.key), (self._folder / _DATA).open("r+b") as file:
            file.truncate(self.size)
            sync_file(file)
        stored = self._finish(self._folder / _DATA, self.key)
        remove_parts(self._folder)
        return stored

    @override
    def abort(self) -> None:
        remove_parts(self._folder)

    def _read_lines(self) -> list[str]:
        """Return the key and the sizes; a line without its end does not count."""
        lines = self._lines.read_text("utf-8").split("\n")[:-1]
        return lines if lines[:1] == [self.key] else []

    def _format_lines(self, parts: list[Part]) -> str:
        lines = [self.key, *(str(part.size) for part in parts)]
        return "".join(f"{line}\n" for line in lines)

    def _write_lines(self, text: str) -> None:
        path = self._folder / f"{_LINES}.new"
        with path.open("wb") as file:
            file.write(text.encode())
            sync_file(file)
        path.replace(self._lines)
        sync_folder(self._folder)


def _write_all(file: BinaryIO, data: bytes) -> None:
    """Write all bytes: a file without a buffer may take a part of them."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]
