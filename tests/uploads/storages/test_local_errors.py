"""Each error of the operating system is one of uploads, with the key and the reason."""

import errno

import pytest

from carboy.uploads import FileMissingError, StorageError, StorageFullError
from carboy.uploads.errors import KeyExistsError
from carboy.uploads.storages.local_errors import storage_errors


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOENT, FileMissingError),
        (errno.ENOTDIR, FileMissingError),
        (errno.EEXIST, KeyExistsError),
        (errno.ENOSPC, StorageFullError),
        (errno.EDQUOT, StorageFullError),
        (errno.EROFS, StorageError),
        (errno.EIO, StorageError),
    ],
)
def test_an_error_is_translated(number, expected):
    with pytest.raises(expected, match="'a/b'") as caught, storage_errors("a/b"):
        raise OSError(number, "from the system")

    assert type(caught.value) is expected
