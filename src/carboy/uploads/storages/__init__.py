"""The places where files are stored: a folder, memory, S3."""

from .local import LocalStorage
from .memory import MemoryStorage
from .open_storage import open_storage
from .storage import Part, PartWriter, Storage, StoredFile

__all__ = [
    "LocalStorage",
    "MemoryStorage",
    "Part",
    "PartWriter",
    "Storage",
    "StoredFile",
    "open_storage",
]
