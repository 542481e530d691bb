"""Files in a folder: written beside their place, synced, and renamed into it."""

import contextlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, ClassVar

from typing_extensions import override

from carboy.uploads.durable import list_folder, remove_parts, sync_file, sync_folder
from carboy.uploads.errors import FileMissingError, InvalidKeyError

from .local_errors import storage_errors
from .local_parts import LocalPartWriter
from .storage import BINARY, CHUNK, PartWriter, Storage, StoredFile, check_key

_UNFINISHED = ".unfinished"


class LocalStorage(Storage):
    """Stores each file at `folder / key`.

    The folder must not be below the static files of a site: files are served by the
    site, which knows who may read them. Content types are not recorded.
    """

    scheme: ClassVar[str] = "local"

    def __init__(
        self,
        folder: Path,
        *,
        file_mode: int = 0o600,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.folder = folder.absolute()
        self._file_mode = file_mode
        self._folder_mode = file_mode | (file_mode & 0o444) >> 2
        self._clock = clock

    @override
    def write(
        self,
        key: str,
        parts: Iterable[bytes],
        *,
        content_type: str = BINARY,
        replace: bool = True,
    ) -> StoredFile:
        del content_type
        target = self._path(key)
        with storage_errors(key):
            half = self._make_folder(self.folder / _UNFINISHED) / secrets.token_hex(16)
        try:
            self._write_synced(key, half, parts)
            with storage_errors(key):
                self._place(half, target, replace=replace)
                return self._get(key)
        finally:
            half.unlink(missing_ok=True)

    @override
    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        with storage_errors(key):
            file = self._open(self._path(key))
        file.seek(start)
        return _Chunks(file, None if end is None else max(end - start, 0))

    @override
    def stat(self, key: str) -> StoredFile | None:
        try:
            return self._get(key)
        except FileMissingError:
            return None

    @override
    def delete(self, key: str) -> None:
        path = self._path(key)
        with storage_errors(key), contextlib.suppress(FileNotFoundError):
            path.unlink()
            self._remove_empty(path.parent)

    @override
    def move(self, source: str, target: str) -> StoredFile:
        path = self._path(source)
        self._get(source)
        with storage_errors(source):
            self._place(path, self._path(target), replace=True)
            sync_folder(path.parent)
            self._remove_empty(path.parent)
            return self._get(target)

    @override
    def list_files(
        self, prefix: str = "", *, older_than: float = 0
    ) -> Iterator[StoredFile]:
        latest = self._clock() - older_than
        for key in self._list_keys(prefix):
            # What is not ours, or was deleted meanwhile, is no file of the storage.
            with contextlib.suppress(InvalidKeyError, FileMissingError):
                stored = self._get(key)
                if not older_than or stored.modified.timestamp() <= latest:
                    yield stored

    @override
    def begin(self, key: str, *, content_type: str = BINARY) -> PartWriter:
        del content_type
        upload_id = secrets.token_hex(16)
        self._path(key)
        with storage_errors(key):
            folder = self._make_folder(self.folder / _UNFINISHED / f"{upload_id}.parts")
            writer = LocalPartWriter(key, upload_id, folder, self._finish_parts)
            writer.create(self._file_mode)
            return writer

    @override
    def resume(self, key: str, upload_id: str) -> PartWriter:
        self._path(key)
        folder = self.folder / _UNFINISHED / f"{check_key(upload_id)}.parts"
        with storage_errors(key):
            writer = LocalPartWriter(key, upload_id, folder, self._finish_parts)
            writer.check()
            return writer

    @override
    def remove_unfinished(self, *, older_than: float) -> int:
        latest = self._clock() - older_than
        removed = 0
        for path in list_folder(self.folder / _UNFINISHED):
            with contextlib.suppress(FileNotFoundError):
                files = list_folder(path) if path.is_dir() else []
                times = [each.stat().st_mtime for each in (path, *files)]
                if max(times) <= latest:
                    remove_parts(path) if path.is_dir() else path.unlink()
                    removed += 1
        return removed

    @override
    def local_path(self, key: str) -> Path | None:
        path = self._path(key)
        return path if _is_regular(path) else None

    def _path(self, key: str) -> Path:
        path = self.folder / check_key(key)
        # A link that somebody put into the folder must not lead out of it.
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise InvalidKeyError(
                f"The key {key!r} leads out of the folder of uploads."
            )
        return path

    def _get(self, key: str) -> StoredFile:
        path = self._path(key)
        with storage_errors(key):
            status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise FileMissingError(f"There is no file with the key {key!r}.")
        etag = f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"
        modified = datetime.fromtimestamp(status.st_mtime, UTC)
        return StoredFile(key, status.st_size, etag, modified)

    def _write_synced(self, key: str, path: Path, parts: Iterable[bytes]) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with storage_errors(key):
            file = os.fdopen(os.open(path, flags, self._file_mode), "wb")
        with file:
            # Errors of `parts` are those of the caller.
            for part in parts:
                with storage_errors(key):
                    file.write(part)
            with storage_errors(key):
                sync_file(file)

    def _list_keys(self, prefix: str) -> Iterator[str]:
        for folder, folders, names in os.walk(self.folder / prefix.rpartition("/")[0]):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                key = Path(folder, name).relative_to(self.folder).as_posix()
                if key.startswith(prefix):
                    yield key

    def _open(self, path: Path) -> BinaryIO:
        # Without O_NONBLOCK, opening a FIFO would wait for a writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.fdopen(os.open(path, flags), "rb")
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            file.close()
            raise FileNotFoundError(path)
        return file

    def _place(self, source: Path, target: Path, *, replace: bool) -> None:
        """Rename a synced file; the folder may be removed as empty meanwhile."""
        while True:
            self._make_folder(target.parent)
            try:
                if replace:
                    source.replace(target)
                else:
                    os.link(source, target)
                break
            except FileNotFoundError:
                if not source.exists():
                    raise
        sync_folder(target.parent)

    def _finish_parts(self, data: Path, key: str) -> StoredFile:
        with storage_errors(key):
            self._place(data, self._path(key), replace=True)
            return self._get(key)

    def _make_folder(self, folder: Path) -> Path:
        if not folder.is_dir():
            folder.mkdir(mode=self._folder_mode, parents=True, exist_ok=True)
            sync_folder(folder.parent)
        return folder

    def _remove_empty(self, folder: Path) -> None:
        with contextlib.suppress(OSError):
            while folder != self.folder and folder.is_relative_to(self.folder):
                folder.rmdir()
                folder = folder.parent


def _is_regular(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


class _Chunks:
    """The chunks of an open file, which is closed at the end or when it is dropped."""

    def __init__(self, file: BinaryIO, rest: int | None) -> None:
        self._file = file
        self._rest = rest

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        rest = self._rest
        data = b"" if rest == 0 else self._file.read(min(rest or CHUNK, CHUNK))
        if not data:
            self.close()
            raise StopIteration
        if rest is not None:
            self._rest = rest - len(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._rest = 0
        self._file.close()

    def __del__(self) -> None:
        self._file.close()
