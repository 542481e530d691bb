"""Errors of files have the status that fits them."""

import pytest

from carboy.errors import LostError, RefusedError, UnavailableError
from carboy.uploads import FileMissingError, StorageFullError, UploadRefusedError


@pytest.mark.parametrize(
    ("reason", "status"),
    [("too_large", 413), ("quota", 413), ("kind", 415), ("broken", 422), ("x", 422)],
)
def test_a_refused_file_has_the_status_of_its_reason(reason, status):
    error = UploadRefusedError("No.", reason)

    assert isinstance(error, RefusedError)
    assert (error.status, error.reason, str(error)) == (status, reason, "No.")


def test_a_full_storage_is_not_available():
    assert issubclass(StorageFullError, UnavailableError)
    assert StorageFullError("Full.").status == 507
    assert issubclass(FileMissingError, LostError)
