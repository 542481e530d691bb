"""Uploads: files that people send, stored with the rows that they belong to.

The places where files are stored are in `carboy.uploads.storages`, fields of forms in
`carboy.uploads.fields`, Flask-Uploads' names in `carboy.uploads.flask_uploads`.
"""

from .attachment import AttachedFile, Document, Image
from .column import Attached, AttachmentType, attachment
from .content.archives import ArchiveLimits
from .content.images import ImageSize
from .errors import (
    FileMissingError,
    LinkExpiredError,
    StorageError,
    StorageFullError,
    UploadError,
    UploadRefusedError,
)
from .extension import Uploads
from .settings import UploadsSettings
from .storages import Storage, StoredFile

__all__ = [
    "ArchiveLimits",
    "Attached",
    "AttachedFile",
    "AttachmentType",
    "Document",
    "FileMissingError",
    "Image",
    "ImageSize",
    "LinkExpiredError",
    "Storage",
    "StorageError",
    "StorageFullError",
    "StoredFile",
    "UploadError",
    "UploadRefusedError",
    "Uploads",
    "UploadsSettings",
    "attachment",
]
