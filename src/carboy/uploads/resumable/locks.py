"""One writer for an upload: among threads, processes and machines.

In a folder the operating system locks a file, and unlocks it when a process is killed.
Elsewhere the lock is a file of the storage that is only made if it is not there; one
that was not renewed is over after `LEASE` seconds.
"""

import contextlib
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from carboy.uploads.errors import KeyExistsError
from carboy.uploads.storages import LocalStorage, Storage

from .errors import refuse_locked

LEASE = 20.0
# Beside the folders of parts, which the sweeper knows.
_FOLDER = ".unfinished"

Renew = Callable[[], None]


@contextlib.contextmanager
def lock_upload(
    storage: Storage, root: str, clock: Callable[[], float] = time.time
) -> Iterator[Renew]:
    """Hold the lock of the upload below `root`, or raise status 423 at once.

    Call the yielded function before each part is stored: it raises if the lock was
    lost meanwhile.
    """
    if isinstance(storage, LocalStorage):
        with _lock_file(storage.folder / _FOLDER / f"{root.replace('/', '-')}.lock"):
            yield lambda: None
        return
    lease = _Lease(storage, root, clock)
    lease.acquire()
    try:
        yield lease.renew
    finally:
        lease.release()


@contextlib.contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise refuse_locked() from None
            if not _is_at(number, path):
                # The holder before removed it after we opened it.
                continue
            try:
                yield
            finally:
                path.unlink(missing_ok=True)
            return
        finally:
            os.close(number)


def _is_at(number: int, path: Path) -> bool:
    try:
        return path.stat().st_ino == os.fstat(number).st_ino
    except FileNotFoundError:
        return False


class _Lease:
    """Files `root/lock-1`, `root/lock-2` and so on; the highest one is the lock."""

    def __init__(self, storage: Storage, root: str, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._root = f"{root}/lock-"
        self._clock = clock
        self._number = 0
        self._renewed = 0.0

    def acquire(self) -> None:
        locks = self._list()
        if locks:
            highest = max(locks)
            if self._clock() - locks[highest] < LEASE:
                raise refuse_locked()
            self._number = highest
        self._number += 1
        try:
            self._storage.write(self._key(self._number), [b""], replace=False)
        except KeyExistsError:
            raise refuse_locked() from None
        self._renewed = self._clock()

    def renew(self) -> None:
        """Renew the lease if a third of it is over."""
        if self._clock() - self._renewed < LEASE / 3:
            return
        if max(self._list(), default=0) != self._number:
            raise refuse_locked()
        self._storage.write(self._key(self._number), [b""])
        self._renewed = self._clock()

    def release(self) -> None:
        # The highest last: while it is there, nobody begins again with a lower one.
        for number in sorted(self._list()):
            if number <= self._number:
                self._storage.delete(self._key(number))

    def _list(self) -> dict[int, float]:
        """Return the time of each lock by its number."""
        return {
            int(stored.key.removeprefix(self._root)): stored.modified.timestamp()
            for stored in self._storage.list_files(self._root)
        }

    def _key(self, number: int) -> str:
        return f"{self._root}{number}"
