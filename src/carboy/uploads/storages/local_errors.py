"""Errors of the operating system, as those of a storage."""

import contextlib
import errno
import os
from collections.abc import Iterator

from carboy.uploads.errors import (
    FileMissingError,
    KeyExistsError,
    StorageError,
    StorageFullError,
)

_FULL = {errno.ENOSPC, errno.EDQUOT}


@contextlib.contextmanager
def storage_errors(key: str) -> Iterator[None]:
    """Raise an error of uploads for each error of the operating system."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        msg = f"There is no file with the key {key!r}."
        raise FileMissingError(msg) from error
    except FileExistsError as error:
        msg = f"There is a file with the key {key!r} already."
        raise KeyExistsError(msg) from error
    except OSError as error:
        kind = StorageFullError if error.errno in _FULL else StorageError
        reason = os.strerror(error.errno or errno.EIO)
        raise kind(f"The file {key!r} cannot be stored: {reason}.") from error
