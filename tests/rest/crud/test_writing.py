"""Fields of a request on a row, and what a database refuses."""

import pytest
from flask import Flask
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError

from carboy.rest import InvalidRequestError
from carboy.rest.crud import ConflictError
from carboy.rest.crud.writing import (
    read_fields,
    refuse_bad_parameters,
    refuse_bad_values,
)
from tests.rest.crud.shop import Book, BookIn


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (IntegrityError("", {}, Exception()), ConflictError),
        (DataError("", {}, Exception()), InvalidRequestError),
        (StatementError("", "", {}, ValueError()), InvalidRequestError),
        (OverflowError(), InvalidRequestError),
        (OperationalError("", {}, Exception()), OperationalError),
        (StatementError("", "", {}, KeyError()), StatementError),
    ],
)
def test_only_errors_of_values_are_mistakes_of_the_client(error, expected):
    with Flask(__name__).test_request_context():
        with pytest.raises(expected), refuse_bad_values():
            raise error
        if expected is not ConflictError:
            with pytest.raises(expected), refuse_bad_parameters("query"):
                raise error


def test_relations_are_read_as_keys():
    values = read_fields(Book(title="Emma"), BookIn)

    assert (values["title"], values["tags"]) == ("Emma", [])
