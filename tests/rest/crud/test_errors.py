"""Errors of operations on rows have their statuses."""

import pytest
from flask import Flask

from carboy.rest.crud import ChangedError, ConflictError, ForbiddenError
from carboy.rest.crud.errors import MissingRowError


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (ChangedError, 412),
        (ConflictError, 409),
        (ForbiddenError, 403),
        (lambda: MissingRowError("body", []), 409),
    ],
)
def test_an_error_has_a_status_and_words(make, status):
    with Flask(__name__).test_request_context():
        error = make()

    assert error.status == status
    assert str(error).endswith(".")
