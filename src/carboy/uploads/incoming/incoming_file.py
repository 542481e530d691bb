"""Files that came before their form: they wait in the storage below `incoming/`.

What no form takes is an orphan, which the sweeper removes.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from carboy.uploads.kept import INCOMING
from carboy.uploads.storages import Storage

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """What is known of a file that is on its way."""

    id: str
    # As its sender calls it.
    name: str
    length: int
    # Seconds since 1970.
    expires: float
    # Of its parts.
    upload_id: str = ""

    @property
    def root(self) -> str:
        """The first part of the keys of all that belongs to the file."""
        return f"{INCOMING}/{self.id}"

    @property
    def key(self) -> str:
        """Where the file waits once it is complete."""
        return f"{self.root}/file"


def make_id() -> str:
    """Return a name that nobody can guess: who knows it may write the file."""
    return secrets.token_hex(16)


def write_incoming(storage: Storage, file: IncomingFile) -> None:
    """Store what is known of a file."""
    storage.write(f"{file.root}/info", [msgspec.json.encode(file)])


def find_incoming(
    storage: Storage, file_id: str, clock: Callable[[], float]
) -> IncomingFile | None:
    """Return what is known of a file, or None if there is none or it has expired."""
    key = f"{INCOMING}/{file_id}/info"
    if not _ID.fullmatch(file_id) or storage.stat(key) is None:
        return None
    data = b"".join(storage.read(key))
    file = msgspec.json.decode(data, type=IncomingFile)
    return file if file.expires > clock() else None


def remove_incoming(storage: Storage, file: IncomingFile) -> None:
    """Remove all that is stored of a file."""
    for stored in list(storage.list_files(f"{file.root}/")):
        storage.delete(stored.key)
