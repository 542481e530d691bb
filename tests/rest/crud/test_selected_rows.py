"""Rows that are written without objects have the bytes of rows that were objects."""

import pytest
import sqlalchemy as sa
from msgspec import Struct

from carboy.rest import Api, Page, PageQuery
from carboy.rest.crud import CrudError, select_page, select_rows, selected_rows
from carboy.rest.crud.structs import type_of_column
from carboy.rest.crud.view_fields import read_view
from tests.rest.crud.generated import MODELS, make_models, make_site, make_view
from tests.rest.crud.shop import Author, Book, BookOut, TagOut, db, make_shop


def read_all(app):
    client = app.test_client()
    bodies = []
    for number in range(MODELS):
        page = client.get(f"/api/kind{number}?per_page=2")
        assert page.status_code == 200
        bodies.append(page.data)
        for item in page.json["items"]:
            address = f"/api/kind{number}/{item['id']}"
            row = client.get(address)
            bodies.append((row.data, row.headers["ETag"]))
            bodies.append(client.get(f"{address}?fields=id,parent(id)").data)
            assert client.get(f"{address}?fields=").status_code == 422
    return bodies


@pytest.mark.parametrize("seed", range(12))
def test_both_ways_give_the_same_bytes(seed, tmp_path, monkeypatch):
    app = make_site(seed, f"sqlite:///{tmp_path}/rows.db", tmp_path)

    written = read_all(app)
    monkeypatch.setattr(selected_rows, "find_plan", lambda *_: None)
    loaded = read_all(app)

    assert written == loaded


def test_most_generated_models_need_no_objects():
    models = [model for seed in range(12) for model in make_models(seed)[1]]
    plans = [selected_rows.find_plan(model, make_view(model)) for model in models]

    assert sum(plan is not None for plan in plans) > len(plans) / 3
    assert None in plans


class Line(Struct):
    """A book in a list."""

    title: str
    tags: list[TagOut]


class Shout(Struct):
    """A view with an attribute that is computed."""

    title: str
    loud: str


def make_books(tmp_path):
    app = make_shop(f"sqlite:///{tmp_path}/shop.db", tmp_path)
    with app.app_context():
        authors = db.session.scalars(sa.select(Author).order_by(Author.id)).all()
        for number in range(7):
            author = authors[number % 3] if number % 4 else None
            db.session.add(Book(title=f"Book {number}", author=author))
        db.session.commit()
    return app


def add_lists(app):
    api = Api(app, prefix="/typed")

    @api.get("/page")
    def page(page: PageQuery) -> Page[BookOut]:
        return select_page(sa.select(Book).order_by(Book.title), page)

    @api.get("/joined")
    def joined() -> list[BookOut]:
        statement = sa.select(Book).join(Book.author).where(Author.name == "Author 1")
        return select_rows(statement.order_by(Book.id))

    @api.get("/distinct")
    def distinct() -> list[BookOut]:
        return select_rows(sa.select(Book).distinct().order_by(Book.id))

    @api.get("/column")
    def column() -> list[str]:
        return select_rows(sa.select(sa.literal("x")))

    return app.test_client()


def test_typed_functions_return_statements(tmp_path, count_queries):
    app = make_books(tmp_path)
    client = add_lists(app)

    with count_queries(app) as statements:
        page = client.get("/typed/page?per_page=3&page=2").json

    assert [item["title"] for item in page["items"]] == ["Book 3", "Book 4", "Book 5"]
    assert [item["author"] for item in page["items"]] == [
        {"id": 1, "name": "Author 0"},
        None,
        {"id": 3, "name": "Author 2"},
    ]
    assert (page["total"], page["pages"]) == (7, 3)
    # One counts, one reads the books with their authors, one the tags of all of them.
    assert len(statements) <= 3
    assert not any("owner" in statement for statement in statements)


@pytest.mark.parametrize("path", ["page", "joined", "distinct"])
def test_joins_and_distinct_give_the_same_bytes(path, tmp_path, monkeypatch):
    client = add_lists(make_books(tmp_path))

    written = client.get(f"/typed/{path}").data
    monkeypatch.setattr(selected_rows, "find_plan", lambda *_: None)

    assert client.get(f"/typed/{path}").data == written
    assert b"Book 1" in written


def test_a_statement_without_a_model_says_so(tmp_path):
    client = add_lists(make_books(tmp_path))
    client.application.testing = True

    with pytest.raises(CrudError, match=r"Write select\(Book\)"):
        client.get("/typed/column")


def test_computed_attributes_need_objects():
    assert selected_rows.find_plan(Book, Line) is not None
    assert selected_rows.find_plan(Book, Shout) is None


def test_a_listener_on_loading_sees_the_objects():
    models = [model for seed in range(6) for model in make_models(seed)[1]]
    model = next(each for each in models if is_written_as_is(each))

    sa.event.listen(model, "load", lambda *_: None)

    assert not is_written_as_is(model)


def is_written_as_is(model):
    return read_view(model, make_view(model), type_of_column) is not None


def test_rows_that_are_not_saved_are_shown(tmp_path):
    app = make_books(tmp_path)
    with app.app_context(), db.session.no_autoflush:
        book = db.session.scalars(sa.select(Book).where(Book.title == "Book 1")).one()
        book.title = "New"

        statement = sa.select(Book).where(Book.id == book.id)
        rows = selected_rows.read_rows(db.session(), statement, Line)

        assert not rows.is_written
        assert rows.items[0].title == "New"
