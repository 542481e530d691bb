"""Fields of a request on a row, and what a database refuses."""

from datetime import datetime

import pytest
from flask import Flask
from msgspec import Struct, convert, field
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from carboy.rest import InvalidRequestError
from carboy.rest.crud import ConflictError
from carboy.rest.crud.writing import (
    apply_fields,
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


class Base(DeclarativeBase):
    """The base of the model."""


class Event(Base):
    """Something with a moment."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(primary_key=True)
    begins: Mapped[datetime]


class EventIn(Struct):
    """An event, as clients send one."""

    begins: datetime = field(name="beginsAt")


@pytest.mark.parametrize(
    ("text", "is_refused"),
    [
        ("0001-01-01T00:01:00+01:01", True),
        ("9999-12-31T23:59:59-05:00", True),
        ("0001-01-01T00:01:00-01:01", False),
        ("9999-12-31T23:59:59+05:00", False),
        ("0001-01-01T00:00:00", False),
        ("9999-12-31T23:59:59", False),
    ],
)
def test_a_moment_that_utc_has_not_is_named(text, is_refused):
    values = convert({"beginsAt": text}, EventIn)
    event = Event()
    with Flask(__name__).test_request_context():
        if not is_refused:
            apply_fields(Session(), event, values)
            assert event.begins == values.begins
            return
        with pytest.raises(InvalidRequestError) as caught:
            apply_fields(Session(), event, values, path="/3")

    assert [error.path for _, error in caught.value.errors] == ["/3/beginsAt"]
