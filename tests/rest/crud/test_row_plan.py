"""Statements of written rows: one for the rows, one for each list of relations."""

import msgspec
import pytest
import sqlalchemy as sa

from carboy.rest.crud.row_plan import RowPlan
from carboy.rest.crud.structs import type_of_column
from carboy.rest.crud.view_fields import read_view
from tests.rest.crud.shop import Author, Book, BookOut, Tag, db


@pytest.fixture
def plan():
    return RowPlan(read_view(Book, BookOut, type_of_column))


def fill(app, count):
    with app.app_context():
        tags = db.session.scalars(sa.select(Tag).order_by(Tag.id)).all()
        author = db.session.scalars(sa.select(Author)).first()
        for number in range(count):
            book = Book(title=f"Book {number}", tags=list(tags[: number % 3]))
            book.author = author if number % 2 else None
            db.session.add(book)
        db.session.commit()


@pytest.mark.parametrize("count", [0, 1, 5, 600])
def test_the_number_of_statements_does_not_grow_with_rows(
    app, plan, count, count_queries
):
    fill(app, count)

    with app.app_context(), count_queries(app) as statements:
        rows, _ = plan.read(db.session(), sa.select(Book).order_by(Book.id))

    written = msgspec.to_builtins(rows)
    assert [row["title"] for row in written] == [f"Book {n}" for n in range(count)]
    assert [len(row["tags"]) for row in written] == [n % 3 for n in range(count)]
    assert [row["author"] is None for row in written] == [
        n % 2 == 0 for n in range(count)
    ]
    # Lists of more than 500 owners are read in parts.
    assert len(statements) <= 1 + -(-count // 500)


def test_rows_end_with_what_else_is_asked_for(app, plan):
    fill(app, 1)

    with app.app_context():
        _, rows = plan.read(db.session(), sa.select(Book), [Book.owner, Book.title])

    assert rows[0][-2:] == ("nobody", "Book 0")
