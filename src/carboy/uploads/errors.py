"""The exceptions of uploads."""

from carboy.errors import CarboyError, LostError, UnavailableError


class UploadError(CarboyError):
    """The base class of the exceptions of uploads."""


class InvalidKeyError(UploadError, ValueError):
    """Raised for a key that no storage accepts."""


class KeyExistsError(UploadError):
    """Raised when a key has a file already that is not to be replaced."""


class FileMissingError(UploadError, LostError):
    """Raised when a storage has no file with this key."""


class StorageError(UploadError, UnavailableError):
    """Raised when a storage does not answer or cannot write; status 503."""


class StorageFullError(StorageError):
    """Raised when a storage has no space left; status 507."""

    status = 507
