"""The queries of a context are recorded, when a setting asks for it."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import SQLAlchemy, get_recorded_queries


@pytest.fixture
def site(make_app) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        n = db.Column(db.Integer)

    app = make_app(
        db,
        DATABASE_URL="sqlite://",
        SQLALCHEMY_RECORD_QUERIES=True,
    )
    with app.app_context():
        db.create_all()
    db.Row, db.app = Row, app
    return db


def test_statements_are_kept_for_the_context(site) -> None:
    with site.app.app_context():
        assert get_recorded_queries() == []
        site.session.get(site.Row, 1)
        site.session.execute(sa.text("SELECT :a"), {"a": 1})
        first, second = get_recorded_queries()

        assert first.statement.startswith("SELECT")
        assert (second.statement, second.parameters) == ("SELECT ?", (1,))
        assert 0 <= second.duration < 5
        assert second.location == "<unknown>"
    with site.app.app_context():
        assert get_recorded_queries() == []


def test_the_line_of_the_site_is_found(make_app) -> None:
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL="sqlite://", DATABASE_RECORD_QUERIES=True)
    app.import_name = __name__
    with app.app_context():
        db.session.execute(sa.text("SELECT 1"))

        (query,) = get_recorded_queries()
        assert "(test_the_line_of_the_site_is_found)" in query.location
