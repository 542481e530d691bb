"""The places where files are stored: a folder, memory, S3."""

from .local import LocalStorage
from .memory import MemoryStorage
from .open_storage import open_storage
from .s3 import S3Storage
from .storage import Part, PartWriter, Storage, StoredFile

__all__ = [
    "LocalStorage",
    "MemoryStorage",
    "Part",
    "PartWriter",
    "S3Storage",
    "Storage",
    "StoredFile",
    "open_storage",
]
