"""The error of an outage can be raised, caught, copied and read."""

import copy

import pytest
import sqlalchemy as sa

from carboy.db import DatabaseUnavailableError
from carboy.errors import CarboyError


def test_it_is_all_that_it_says() -> None:
    error = DatabaseUnavailableError("gone", OSError("x"), retry_after=9)

    assert (str(error), error.retry_after, error.status) == ("gone", 9, 503)
    assert str(copy.copy(error)) == "gone"
    assert isinstance(error.orig, OSError)
    for kind in (CarboyError, sa.exc.DBAPIError, sa.exc.OperationalError):
        with pytest.raises(kind):
            raise error
