"""A store in a folder, shared by the processes of one machine."""

import contextlib
import errno
import fcntl
import hashlib
import math
import os
import secrets
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from typing_extensions import override

from carboy.errors import UnavailableError

from .base import Change, Clock, Store, expiry_time, now, parse_count, seconds_left

# Expiry and length of the key; the key and the value follow.
_HEAD = struct.Struct(">dI")
# A process that holds a lock longer than this is suspended, not busy.
LOCK_TIMEOUT = 5.0
# Writes between two purges of one of the 256 folders.
PURGE_EVERY = 64
# Seconds after which a draft is that of a dead process.
ABANDONED_AFTER = 3600.0


class FileStore(Store):
    """One file for each key, replaced atomically, readable by its owner only.

    A reader sees the old value or the new one, also when the writer is killed in
    between. Only with `durable` does a value survive a power failure.
    """

    def __init__(
        self, folder: str | Path, *, clock: Clock = now, durable: bool = False
    ) -> None:
        self._folder = Path(folder)
        self._root = str(folder)
        self._clock = clock
        self._durable = durable
        self._writes = 0

    @override
    def get(self, key: str) -> bytes | None:
        entry = self._read(self._path_of(key), key)
        return None if entry is None else entry[0]

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        expires = expiry_time(ttl, self._clock())
        with self._locked(key) as path:
            self._write(path, key, value, expires)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        expires = expiry_time(ttl, self._clock())
        with self._locked(key) as path:
            if self._read(path, key) is not None:
                return False
            self._write(path, key, value, expires)
            return True

    @override
    def delete(self, key: str) -> bool:
        with self._locked(key) as path:
            return self._remove(path, key)

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        with self._locked(key) as path:
            entry = self._read(path, key)
            value, expires = entry or (None, expiry_time(ttl, self._clock()))
            count = parse_count(key, value) + by
            self._write(path, key, b"%d" % count, expires)
            return count

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        with self._locked(key) as path:
            entry = self._read(path, key)
            value = change(None if entry is None else entry[0])
            if value is not None:
                self._write(path, key, value, expiry_time(ttl, self._clock()))
            elif entry is not None:
                self._remove(path, key)
            return value

    @override
    def expires_in(self, key: str) -> int:
        entry = self._read(self._path_of(key), key)
        return 0 if entry is None else seconds_left(entry[1], self._clock())

    @override
    def clear(self, prefix: str = "") -> None:
        for path in self._list_entries():
            key, _ = self._read_head(path)
            if key is not None and key.startswith(prefix):
                self.delete(key)

    @override
    def purge_expired(self) -> int:
        return sum(self._purge_shard(shard) for shard in self._list_shards())

    @override
    def ping(self) -> None:
        with _disk_errors(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(self._folder, os.W_OK):
                raise PermissionError(errno.EACCES, "it is not writable")

    # Files

    def _path_of(self, key: str) -> str:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{self._root}/{name[:2]}/{name[2:]}"

    def _read(self, path: str | Path, key: str) -> tuple[bytes, float] | None:
        with _disk_errors(self._folder):
            try:
                with open(path, "rb", 0) as file:  # noqa: PTH123 - half the cost of a read is a Path
                    data: bytes = file.readall()
            except (FileNotFoundError, NotADirectoryError):
                return None
        name, expires, start = _parse_head(data)
        if name != key or expires <= self._clock():
            return None
        return data[start:], expires

    def _read_head(self, path: Path) -> tuple[str | None, float]:
        try:
            with path.open("rb") as file:
                data = file.read(4096)
                if len(data) == 4096:
                    # The key may be longer than that.
                    data += file.read(_HEAD.unpack_from(data)[1])
        except OSError:
            return None, math.inf
        key, expires, _ = _parse_head(data)
        return key, expires

    def _write(self, path: Path, key: str, value: bytes, expires: float) -> None:
        name = key.encode("utf-8", "surrogatepass")
        data = _HEAD.pack(expires, len(name)) + name + value
        draft = path.with_name(f".{secrets.token_hex(8)}")
        with _disk_errors(self._folder):
            try:
                self._write_file(draft, data)
                draft.replace(path)
                if self._durable:
                    _sync_folder(path.parent)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise
        self._writes += 1

    def _write_file(self, path: Path, data: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as file:  # noqa: PTH123 - a descriptor, whose mode is set on creation
            file.write(data)
            if self._durable:
                file.flush()
                os.fsync(handle)

    def _remove(self, path: Path, key: str) -> bool:
        existed = self._read(path, key) is not None
        with _disk_errors(self._folder):
            path.unlink(missing_ok=True)
        return existed

    # Space

    def _list_shards(self) -> list[Path]:
        with _disk_errors(self._folder):
            if not self._folder.is_dir():
                return []
            return [path for path in self._folder.iterdir() if len(path.name) == 2]

    def _list_entries(self) -> Iterator[Path]:
        for shard in self._list_shards():
            yield from (path for path in shard.iterdir() if path.name[0] != ".")

    def _purge_shard(self, shard: Path) -> int:
        if not shard.is_dir():
            return 0
        at, count = self._clock(), 0
        for path in shard.iterdir():
            if path.name.startswith("."):
                _remove_abandoned(path)
                continue
            key, expires = self._read_head(path)
            if key is not None and expires <= at:
                count += self._purge_entry(key)
        return count

    def _purge_entry(self, key: str) -> bool:
        with self._locked(key) as path:
            # Checked again under the lock: it may have been set meanwhile.
            if self._read_head(path)[1] > self._clock():
                return False
            path.unlink(missing_ok=True)
            return True

    # Locks

    @contextlib.contextmanager
    def _locked(self, key: str) -> Iterator[Path]:
        path = Path(self._path_of(key))
        with _disk_errors(self._folder):
            handle = self._open_lock(path.parent)
        try:
            self._lock(handle)
            yield path
        finally:
            os.close(handle)
        if self._writes >= PURGE_EVERY:
            self._writes = 0
            with contextlib.suppress(UnavailableError, OSError):
                self._purge_shard(self._folder / f"{secrets.randbelow(256):02x}")

    def _open_lock(self, shard: Path) -> int:
        # Opened for each use: a lock belongs to the open file, and so also
        # excludes threads and forked children.
        lock, flags = shard / ".lock", os.O_RDWR | os.O_CREAT
        try:
            return os.open(lock, flags, 0o600)
        except FileNotFoundError:
            shard.mkdir(parents=True, exist_ok=True, mode=0o700)
            return os.open(lock, flags, 0o600)

    def _lock(self, handle: int) -> None:
        deadline, wait = time.monotonic() + LOCK_TIMEOUT, 0.0005
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"A lock in {self._folder} was held for more than "
                    f"{LOCK_TIMEOUT:g} seconds. Look for a suspended process that "
                    f"uses this folder."
                )
            time.sleep(wait)
            wait = min(wait * 2, 0.02)


def _parse_head(data: bytes) -> tuple[str | None, float, int]:
    """Parse key, expiry and start of the value; the key of a foreign file is None."""
    if len(data) < _HEAD.size:
        return None, math.inf, 0
    expires, length = _HEAD.unpack_from(data)
    start = _HEAD.size + length
    name = data[_HEAD.size : start]
    if len(name) != length:
        return None, math.inf, 0
    return name.decode("utf-8", "surrogatepass"), expires, start


def _sync_folder(folder: Path) -> None:
    # Without it a new name may be missing after a power failure.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_abandoned(path: Path) -> None:
    with contextlib.suppress(OSError):
        is_old = path.stat().st_mtime < time.time() - ABANDONED_AFTER
        if path.name != ".lock" and is_old:
            path.unlink()


@contextlib.contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Raise `UnavailableError` if a disk is full or a folder not accessible."""
    try:
        yield
    except OSError as error:
        raise UnavailableError(
            f"The folder {folder} cannot be used as a store: {error.strerror}. Free "
            f"space, or allow the site's user to write there."
        ) from error
