"""The exceptions of uploads."""

from carboy.errors import CarboyError, LostError, RefusedError, UnavailableError


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


class UploadRefusedError(UploadError, RefusedError):
    """Raised for a file that breaks a rule; the message is for its sender.

    `reason` is one word for code: `empty`, `broken`, `kind`, `too_large`, `too_many`,
    `pixels`, `frames`, `quota`, `archive`.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = _STATUSES.get(reason, 422)


_STATUSES = {"too_large": 413, "quota": 413, "too_many": 413, "kind": 415}


class LinkExpiredError(UploadError, RefusedError):
    """Raised for a link to a file that is not valid any more, or never was."""
