"""Open the storage of an address: `local:folder`, `memory:`, or of another scheme."""

from collections.abc import Callable
from pathlib import Path

from carboy.errors import SettingsError

from .local import LocalStorage
from .memory import MemoryStorage
from .s3 import open_s3
from .storage import Storage

Opener = Callable[[str, Path], Storage]


def _open_local(address: str, folder: Path) -> Storage:
    # A relative folder is below the instance folder.
    return LocalStorage(folder / (address or "uploads"))


def _open_memory(_address: str, _folder: Path) -> Storage:
    return MemoryStorage()


# Scheme → what opens an address after its first colon, relative to a folder.
OPENERS: dict[str, Opener] = {
    "local": _open_local,
    "memory": _open_memory,
    "s3": open_s3,
}


def open_storage(url: str, folder: Path) -> Storage:
    """Return the storage of an address; a relative folder is below `folder`."""
    scheme, _, address = url.partition(":")
    if scheme not in OPENERS:
        known = ", ".join(f"{name}:" for name in OPENERS)
        msg = (
            f"UPLOADS_STORAGE must begin with one of {known}, got the scheme "
            f"{scheme!r}. Write local:uploads for a folder in the instance folder."
        )
        raise SettingsError(msg)
    return OPENERS[scheme](address, folder)
