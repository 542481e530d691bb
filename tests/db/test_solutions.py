"""Errors of the three databases are named, and what helps is a button."""

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from carboy.core import Check, registry_of
from carboy.db import SQLAlchemy
from carboy.db.solutions import make_solver, write_and_run_migration

MISSING = {
    "no such table: book": "There is no table book",
    'relation "book" does not exist\nLINE 1: SELECT': "There is no table book",
    "(1146, \"Table 'shop.book' doesn't exist\")": "There is no table shop.book",
    "no such column: book.title": "There is no column book.title",
    "table book has no column named title": "There is no column title",
    "column book.title does not exist\nLINE 1": "There is no column book.title",
    'column "title" of relation "book" does not exist': "There is no column title",
    "(1054, \"Unknown column 'book.title' in 'SELECT'\")": (
        "There is no column book.title"
    ),
}
REFUSED = {
    "UNIQUE constraint failed: book.title": "exists already",
    'duplicate key value violates unique constraint "book_title_key"': "exists already",
    "(1062, \"Duplicate entry 'a' for key 'title'\")": "exists already",
    "NOT NULL constraint failed: book.title": "needs a value",
    'null value in column "title" violates not-null constraint': "needs a value",
    "(1048, \"Column 'title' cannot be null\")": "needs a value",
    "FOREIGN KEY constraint failed": "others refer to",
}


@pytest.fixture
def app(tmp_path):
    app = Flask("shop", root_path=str(tmp_path), instance_path=str(tmp_path))
    app.config["DATABASE_URL"] = f"sqlite:///{tmp_path / 'site.db'}"
    return app


@pytest.fixture
def db(app):
    db = SQLAlchemy()

    class Book(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(80))

    db.Book = Book
    db.init_app(app)
    return db


def solve(app, mistake):
    (solver,) = registry_of(app).solvers
    return solver(app, mistake)


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("text", MISSING)
@pytest.mark.parametrize("kind", [OperationalError, ProgrammingError])
def test_what_is_missing_is_named_on_each_database(app, text, kind):
    solution = solve(app, kind("SELECT", {}, Exception(text)))

    assert solution.title == MISSING[text]
    assert [action.label for action in solution.actions] == [
        "Write and run a migration"
    ]


@pytest.mark.usefixtures("db")
@pytest.mark.parametrize("text", REFUSED)
def test_a_refused_value_is_explained(app, text):
    solution = solve(app, IntegrityError("INSERT", {}, Exception(text)))

    assert REFUSED[text] in solution.title
    assert solution.actions == ()


@pytest.mark.usefixtures("db")
def test_other_errors_have_no_solution(app):
    for mistake in (
        ValueError("no such table: book"),
        OperationalError("SELECT", {}, Exception("disk I/O error")),
        IntegrityError("SELECT", {}, Exception("odd")),
        Check("shop.W001", "No cork."),
    ):
        assert solve(app, mistake) is None


def test_waiting_migrations_are_run_by_a_button(app, db):
    with app.app_context():
        assert "and ran it" in write_and_run_migration()
        db.session.execute(sa.text("DROP TABLE book"))
        db.session.execute(sa.text("DELETE FROM alembic_version"))
        db.session.commit()
        (checker,) = registry_of(app).live_checkers
        (check,) = checker(app)
        error = OperationalError("SELECT", {}, Exception("no such table: book"))

        for mistake in (check, error):
            solution = solve(app, mistake)
            assert solution.steps == ("carboy db upgrade",)
            assert [each.label for each in solution.actions] == ["Run migrations"]

        assert solution.actions[0].run() == "All migrations were run."
        assert list(checker(app)) == []
        assert db.session.query(db.Book).count() == 0


def test_a_migration_that_destroys_is_written_and_not_run(app, db):
    with app.app_context():
        write_and_run_migration()
        db.session.add(db.Book(title="Ullage"))
        db.session.commit()
        table = db.Book.__table__
        table._columns.remove(table.c.title)

        text = write_and_run_migration()

        assert "did not run it" in text
        titles = db.session.execute(sa.text("SELECT title FROM book"))
        assert list(titles.scalars()) == ["Ullage"]


@pytest.mark.usefixtures("db")
def test_nothing_is_written_if_no_model_has_it(app, tmp_path):
    with app.app_context():
        write_and_run_migration()

        assert "No model has it" in write_and_run_migration()

    assert len([*(tmp_path / "migrations/versions").glob("*.py")]) == 1


def test_a_missing_folder_is_created_by_a_button(tmp_path):
    path = tmp_path / "deep" / "er" / "site.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    solver = make_solver(engine, "migrations")
    with pytest.raises(OperationalError) as caught:
        engine.connect()

    solution = solver(Flask("shop"), caught.value)
    text = solution.actions[0].run()

    assert str(path.parent) in text
    engine.connect().close()
    solution = solver(Flask("shop"), caught.value)
    assert solution.actions == ()
    engine.dispose()
