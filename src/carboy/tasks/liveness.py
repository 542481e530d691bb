"""Who holds a claim, and whether it is still alive: the kernel knows, no clock does."""

import fcntl
import os
import secrets
from functools import cache
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class ProcessLock:
    """A life of a process: a locked file, which the kernel unlocks when it ends.

    Children made by a fork keep the lock until the last of them is gone, so that what
    they still work on is not given to others.
    """

    def __init__(self, folder: Path) -> None:
        self.id = secrets.token_hex(8)
        self.pid = os.getpid()
        self.path = folder / self.id
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Locked before it has its name: nobody may find it without its lock.
        unnamed = folder / f".{self.id}"
        self._fd = os.open(unnamed, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX)
        unnamed.rename(self.path)

    def close(self) -> None:
        """End this life: what it still holds belongs to nobody from here on."""
        if self._fd >= 0:
            self.path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = -1


def is_alive(folder: Path, owner_id: str) -> bool:
    """Return whether a process still holds the file of `owner_id`."""
    try:
        fd = os.open(folder / owner_id, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(fd)


def remove_dead(folder: Path) -> None:
    """Remove the files of processes that ended."""
    for path in folder.glob("[!.]*"):
        if not is_alive(folder, path.name):
            path.unlink(missing_ok=True)


@cache
def host_id(folder: Path) -> str:
    """Name the machine and folder; equal places can ask each other's locks."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        boot = _BOOT_ID.read_text().strip()[:8]
    except OSError:
        boot = os.uname().nodename
    about = folder.stat()
    return f"{boot}-{about.st_dev:x}-{about.st_ino:x}"
