"""If this passes, mistakes in columns and settings of a database are reported."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from carboy.core import registry_of, run_checks
from carboy.db import DatabaseSettings, SQLAlchemy, Timestamps, UtcDateTime
from carboy.db.checks import check_naive_times


def aware():
    return datetime.now(timezone(timedelta(hours=8)))


def find(column, dialect="sqlite"):
    db = SQLAlchemy()

    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        made = column

    return [check.id for check in check_naive_times(db.Model, dialect)]


@pytest.mark.parametrize(
    "make",
    [
        lambda: sa.Column(sa.DateTime, default=aware),
        lambda: sa.Column(sa.DateTime, default=lambda: datetime.now(UTC)),
        lambda: sa.Column(sa.DateTime, default=lambda context: datetime.now(UTC)),
        lambda: sa.Column(sa.DateTime, default=datetime(2026, 1, 1, tzinfo=UTC)),
        lambda: sa.Column(sa.DateTime, onupdate=aware),
        lambda: sa.Column(sa.DateTime(timezone=True), default=aware),
    ],
)
def test_an_aware_default_of_a_naive_column_is_reported(make):
    assert find(make()) == ["db.W004"]


@pytest.mark.parametrize(
    "make",
    [
        lambda: sa.Column(sa.DateTime),
        lambda: sa.Column(sa.DateTime, default=datetime.now),
        lambda: sa.Column(sa.DateTime, server_default=sa.func.now()),
        lambda: sa.Column(sa.DateTime, default=sa.func.now()),
        lambda: sa.Column(sa.Date, default=lambda: datetime.now(UTC).date()),
        lambda: sa.Column(UtcDateTime, default=aware),
        lambda: sa.Column(sa.DateTime, default=lambda c: c.get_current_parameters()),
        lambda: sa.Column(sa.DateTime, default=lambda c: 1 / 0),
    ],
)
def test_other_columns_are_not_reported(make):
    assert find(make()) == []


def test_postgresql_keeps_a_zone_in_a_column_that_asks_for_it():
    zoned = sa.Column(sa.DateTime(timezone=True), default=aware)

    assert find(zoned, "postgresql") == []
    assert find(sa.Column(sa.DateTime, default=aware), "postgresql") == ["db.W004"]


def test_the_check_of_a_site_names_the_column_and_the_edit(make_app):
    db = SQLAlchemy()

    class Note(Timestamps, db.Model):
        id = db.Column(db.Integer, primary_key=True)
        made = db.Column(db.DateTime, default=aware)

    app = make_app(db, DATABASE_URL="sqlite://")

    (check,) = [
        c for c in run_checks(app, registry_of(app).checkers) if c.id == "db.W004"
    ]
    assert "Note.made" in check.message
    assert re.search("UtcDateTime.*migrate", check.hint)


def test_what_the_check_warns_of_is_true(make_app, fresh_postgresql):
    """In Shanghai's zone the naive column is eight hours off, ours is not."""
    db = SQLAlchemy()
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)

    class Note(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        naive = db.Column(db.DateTime)
        exact = db.Column(UtcDateTime)

    app = make_app(db, DATABASE_URL=fresh_postgresql)
    with app.app_context():
        db.create_all()
        db.session.execute(sa.text("SET TIME ZONE 'Asia/Shanghai'"))
        db.session.add(Note(id=1, naive=moment, exact=moment))
        db.session.commit()
        note = db.session.get(Note, 1, populate_existing=True)

        assert note.exact == moment
        assert note.naive != moment.replace(tzinfo=None)


OLD = {
    "SQLALCHEMY_COMMIT_ON_TEARDOWN": r"db.session.commit\(\)",
    "SQLALCHEMY_NATIVE_UNICODE": "Remove it",
    "SQLALCHEMY_MIGRATE_REPO": "DATABASE_MIGRATIONS",
    "SQLALCHEMY_DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
}


@pytest.mark.parametrize("name", OLD)
def test_a_setting_without_effect_is_reported_with_the_edit(make_app, name, caplog):
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL="sqlite://", **{name: True})

    (check,) = [
        c for c in run_checks(app, registry_of(app).checkers) if c.id == "db.W005"
    ]

    assert check.message == f"{name} is set and has no effect."
    assert re.search(OLD[name], check.hint)
    # On a plain Flask app nothing runs the checks, so it is logged too.
    assert f"{name} is set and has no effect." in caplog.text


def test_every_setting_without_effect_has_a_case():
    assert set(OLD) == set(DatabaseSettings.obsolete)
