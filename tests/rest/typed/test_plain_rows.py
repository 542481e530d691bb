"""Rows are written as they are where that makes no difference."""

from typing import Annotated

import msgspec
import pytest
import sqlalchemy as sa
from msgspec import Meta, Struct
from sqlalchemy import orm

from carboy.rest.typed.plain_rows import make_plain_rows
from tests.rest.crud.shop import Author, AuthorOut, Book, Tag, TagOut


class Renamed(Struct, rename="camel"):
    """A book with names of its own."""

    id: int
    author_id: int | None
    author: AuthorOut | None = None
    tags: list[TagOut] = []


@pytest.fixture
def session():
    engine = sa.create_engine("sqlite://")
    Book.metadata.create_all(engine)
    with orm.Session(engine) as session:
        author = Author(id=3, name="Jane")
        session.add(Book(title="Emma", author=author, tags=[Tag(id=1, name="novel")]))
        session.add(Book(title="Alone"))
        session.commit()
        yield session


class Node(Struct):
    """A view that contains itself."""

    id: int
    children: "list[Node]" = []


def encode(view, books):
    """Return the JSON of books that are converted one by one."""
    return msgspec.json.encode(msgspec.convert(books, list[view], from_attributes=True))


def test_loaded_rows_are_written_as_if_they_were_converted(session):
    loaders = orm.selectinload(Book.author), orm.selectinload(Book.tags)
    books = list(session.scalars(sa.select(Book).options(*loaders).order_by(Book.id)))
    rows = make_plain_rows(Renamed)

    plain = rows.attempt(rows.read_list, books)

    assert msgspec.to_builtins(plain[0]) == {
        "id": 1,
        "authorId": 3,
        "author": {"id": 3, "name": "Jane"},
        "tags": [{"id": 1, "name": "novel"}],
    }
    assert msgspec.json.encode(plain) == encode(Renamed, books)


def test_what_is_not_loaded_has_to_be_converted(session):
    expired, deferred = session.scalars(
        sa.select(Book).options(orm.defer(Book.author_id)).order_by(Book.id)
    )
    session.expire(expired)
    rows = make_plain_rows(Renamed)

    assert rows.attempt(rows.read, expired) is None
    assert rows.attempt(rows.read_list, [deferred]) is None
    assert rows.attempt(rows.read, {"id": 1}) is None
    assert rows.attempt(rows.read_list, "text") is None


def test_a_value_of_another_type_has_to_be_converted(session):
    class Priced(Struct):
        title: str
        pages: float | None

    session.add(Book(title="Long", pages=3))
    session.flush()
    rows = make_plain_rows(Priced)
    books = list(session.scalars(sa.select(Book).order_by(Book.id)))

    plain = rows.attempt(rows.read, books[0])

    assert msgspec.to_builtins(plain) == {"title": "Emma", "pages": None}
    assert rows.attempt(rows.read, books[-1]) is None


def test_a_view_with_rules_of_its_own_has_to_be_converted():
    class Listed(Struct, array_like=True):
        id: int

    class Short(Struct):
        title: Annotated[str, Meta(max_length=3)]

    class Checked(Struct):
        id: int

        def __post_init__(self):
            raise ValueError

    class Sparse(Struct, omit_defaults=True):
        pages: int | None = None

    for view in (Listed, Short, Checked, Sparse, Node, dict):
        assert make_plain_rows(view) is None


def test_what_never_fits_is_not_tried_for_ever(session):
    rows = make_plain_rows(Renamed)
    for _ in range(30):
        rows.attempt(rows.read, {"id": 1})

    def read(_row):
        pytest.fail("It was tried.")

    assert rows.attempt(read, {"id": 1}) is None
