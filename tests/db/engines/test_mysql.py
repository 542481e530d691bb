"""MySQL and MariaDB take the tables of a site, and end what takes too long."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from carboy.db import DatabaseSettings, SQLAlchemy, make_engine


def make_stock(db: SQLAlchemy) -> type:
    class Stock(db.Model):  # type: ignore[name-defined]  # bases are made at run time
        id = db.Column(db.Integer, primary_key=True)
        count = db.Column(db.Integer, db.CheckConstraint("count >= 0"))

    return Stock


def test_a_check_in_a_column_is_made_and_holds(make_app, any_url) -> None:
    """The naming convention names it, and MariaDB refuses a name there."""
    db = SQLAlchemy()
    stock = make_stock(db)
    with make_app(db, DATABASE_URL=any_url).app_context():
        db.create_all()
        db.session.add(stock(count=-1))

        with pytest.raises(DBAPIError, match=r"(?i)constraint"):
            db.session.commit()


def test_elsewhere_the_check_has_its_name() -> None:
    table = make_stock(SQLAlchemy()).__table__  # type: ignore[attr-defined]  # of a model
    engine = make_engine(DatabaseSettings(), {"url": "mysql://u@h/n"}, None)  # type: ignore[arg-type]  # no file

    text = str(sa.schema.CreateTable(table).compile(dialect=engine.dialect))

    assert "CONSTRAINT ck_stock_" in text


def test_statements_are_limited_unless_told_otherwise(fresh_mariadb, tmp_path) -> None:
    for told, found in ((1.5, 1.5), (0.0, 0.0)):
        settings = DatabaseSettings(statement_timeout=told)
        engine = make_engine(settings, {"url": fresh_mariadb}, tmp_path)
        with engine.connect() as connection:
            limit = connection.scalar(sa.text("SELECT @@max_statement_time"))
        engine.dispose()

        assert float(limit or 0) == found
