"""List archives under limits; nothing here ever unpacks one to disk."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO

from carboy.uploads.errors import UploadRefusedError

from .kinds import KINDS
from .refusals import refuse_archive

_MAX_DIRECTORY = 8 * 1_048_576
_MAX_COUNT = 10_000
_END = b"PK\x05\x06"
_END_SIZE = 22
_MAX_COMMENT = 65_535
_UNIX = 3
_ARCHIVES = [kind for kind in KINDS.values() if kind.group == "archive"]


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """The most that a zip may hold before anything of it is read."""

    max_entries: int = 1000
    max_unpacked: int = 500 * 1_048_576
    max_ratio: int = 100
    # Whether entries may be archives, whose own lists nobody has looked at.
    nested: bool = False


@dataclass(frozen=True, slots=True)
class ArchiveEntry:
    """A file in an archive."""

    name: str
    size: int


def list_zip(file: BinaryIO, limits: ArchiveLimits) -> list[ArchiveEntry]:
    """Return the files of a zip, or raise `UploadRefusedError`.

    Refused are too many entries, too large or too well packed ones, overlapping ones,
    links, names that lead out of a folder, and bytes before or after the archive.
    """
    count, size = _read_end(file)
    if count > limits.max_entries or size > _MAX_DIRECTORY:
        raise refuse_archive()
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            _check_entries(entries, limits)
            _check_places(entries, archive.start_dir)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise refuse_archive() from None
    return [ArchiveEntry(e.filename, e.file_size) for e in entries if not e.is_dir()]


def read_entry(file: BinaryIO, name: str, limits: ArchiveLimits) -> bytes:
    """Return one file of a zip that `list_zip` accepts."""
    list_zip(file, limits)
    try:
        with zipfile.ZipFile(file) as archive, archive.open(name) as source:
            size = archive.getinfo(name).file_size
            # The list may lie: one byte more than it says is too much.
            data = source.read(size + 1)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError):
        raise refuse_archive() from None
    if len(data) != size:
        raise refuse_archive()
    return data


def _read_end(file: BinaryIO) -> tuple[int, int]:
    """Return the number of entries and the size of the list, as the zip says.

    `ZipFile` reads the whole list into memory before anybody can look at it.
    """
    length = file.seek(0, 2)
    file.seek(max(length - _END_SIZE - _MAX_COMMENT, 0))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        raise refuse_archive()
    end = tail[at : at + _END_SIZE]
    if len(tail) - at - _END_SIZE != int.from_bytes(end[20:22], "little"):
        raise refuse_archive()
    # The values of zip64 are above each limit here.
    return int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")


def has_short_list(file: BinaryIO) -> bool:
    """Return whether the list of a zip is short enough to be read into memory."""
    try:
        count, size = _read_end(file)
    except UploadRefusedError:
        return False
    return count <= _MAX_COUNT and size <= _MAX_DIRECTORY


def _check_entries(entries: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    total = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    names = {entry.filename for entry in entries}
    is_accepted = (
        len(entries) <= limits.max_entries
        and total <= limits.max_unpacked
        and total <= max(packed, 1) * limits.max_ratio
        and len(names) == len(entries)
        and all(map(_is_plain, entries))
        and (limits.nested or not any(map(_is_archive, entries)))
    )
    if not is_accepted:
        raise refuse_archive()


def _is_archive(entry: zipfile.ZipInfo) -> bool:
    suffix = entry.filename.rpartition(".")[2].lower()
    return suffix in {each for kind in _ARCHIVES for each in kind.extensions}


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    name = entry.orig_filename
    parts = name.replace("\\", "/").rstrip("/").split("/")
    mode = entry.external_attr >> 16
    is_link = entry.create_system == _UNIX and stat.S_ISLNK(mode)
    is_safe = all(part not in {"", ".", ".."} for part in parts)
    return is_safe and not is_link and "\0" not in name and ":" not in parts[0]


def _check_places(entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse bytes before the archive, and entries that share their bytes."""
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        if entry.header_offset < end or (end == 0 and entry.header_offset != 0):
            raise refuse_archive()
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
    if end > directory:
        raise refuse_archive()
