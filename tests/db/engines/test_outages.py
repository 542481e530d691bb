"""A database that goes away costs its own pages a 503, and comes back by itself."""

import sqlite3
import time
from collections.abc import Callable
from typing import Any

import psycopg
import pymysql
import pytest
import sqlalchemy as sa
from flask import Flask

from carboy.db import DatabaseUnavailableError, SQLAlchemy
from carboy.db.engines.outages import find_reason
from carboy.errors import UnavailableError

FAST = 1.0
SOON = 2.0


@pytest.fixture
def site(private_postgresql, make_app) -> Any:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    app: Flask = make_app(db, DATABASE_URL=private_postgresql.url)
    app.add_url_rule("/row", "row", lambda: str(db.get_or_404(Row, 1).id))
    app.add_url_rule("/count", "count", lambda: str(Row.query.count()))
    app.add_url_rule("/add", "add", lambda: add(db, Row))
    app.add_url_rule("/other", "other", lambda: "fine")
    with app.app_context():
        db.create_all()
        db.session.add(Row())
        db.session.commit()
    return app


def add(db: Any, row: Any) -> str:
    db.session.add(row())
    db.session.commit()
    return "added"


def ask(app: Flask, path: str) -> tuple[int, float, Any]:
    start = time.perf_counter()
    answer = app.test_client().get(path)
    return answer.status_code, time.perf_counter() - start, answer


def wait_until_well(app: Flask, path: str) -> float:
    start = time.perf_counter()
    while ask(app, path)[0] != 200:
        assert time.perf_counter() - start < 10
    return time.perf_counter() - start


def test_an_outage_costs_only_the_pages_that_need_the_database(
    site, private_postgresql
) -> None:
    assert [ask(site, path)[0] for path in ("/row", "/count", "/add")] == [200] * 3

    private_postgresql.stop()
    for path in ("/row", "/count", "/add", "/row"):
        status, seconds, answer = ask(site, path)
        assert (status, answer.headers["Retry-After"]) == (503, "2")
        assert seconds < FAST
        assert ask(site, "/other")[0] == 200
    with site.app_context():
        assert site.extensions["sqlalchemy"]._probe() is not None

    private_postgresql.start()
    assert wait_until_well(site, "/row") < SOON
    assert [ask(site, path)[0] for path in ("/row", "/count", "/add")] == [200] * 3


def end_all_connections(url: str) -> None:
    others = (
        "FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SELECT pg_terminate_backend(pid) {others}")
        while connection.execute(f"SELECT count(*) {others}").fetchone() != (0,):
            pass


def test_nothing_leaks_from_the_pool_in_twenty_outages(
    site, private_postgresql
) -> None:
    engine = site.extensions["carboy.db"].engines[None]
    for cycle in range(20):
        end_all_connections(private_postgresql.url)
        path = ("/row", "/count", "/add")[cycle % 3]

        # The connections are dead; the first page that needs one does not notice.
        assert ask(site, path)[0] == 200
        assert engine.pool.checkedout() == 0
    assert engine.pool.overflow() <= 0


def test_a_connection_lost_in_the_middle_is_one_503(site) -> None:
    db = site.extensions["sqlalchemy"]

    def kill_own() -> str:
        db.session.execute(sa.text("INSERT INTO row (id) VALUES (77)"))
        pid = db.session.scalar(sa.text("SELECT pg_backend_pid()"))
        with db.engine.connect() as other:
            other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        db.session.commit()
        return "never"

    site.add_url_rule("/kill", "kill", kill_own)

    status, _, _ = ask(site, "/kill")

    assert status == 503
    assert ask(site, "/count")[2].text == "1"
    assert site.extensions["carboy.db"].engines[None].pool.checkedout() == 0


@pytest.mark.fast_path
def test_a_read_is_asked_again_when_its_connection_died(site) -> None:
    db = site.extensions["sqlalchemy"]
    with site.app_context():
        row = db.Model.registry._class_registry["Row"]
        db.session.get(row, 2)
        pid = db.session()._reader._connection.dbapi_connection.info.backend_pid
        with psycopg.connect(
            str(db.engine.url.render_as_string(False)), autocommit=True
        ) as c:
            c.execute("SELECT pg_terminate_backend(%s)", (pid,))

        assert db.session.get(row, 1).id == 1


def test_a_statement_that_takes_too_long_is_stopped(make_app, any_url) -> None:
    if any_url.startswith("sqlite"):
        pytest.skip("SQLite has no such limit")
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL=any_url, DATABASE_STATEMENT_TIMEOUT=0.3)
    sleep = "SELECT pg_sleep(3)" if "postgresql" in any_url else "SELECT SLEEP(3)"
    with app.app_context():
        start = time.perf_counter()
        with pytest.raises(
            DatabaseUnavailableError, match="DATABASE_STATEMENT_TIMEOUT"
        ):
            db.session.execute(sa.text(sleep))
        assert time.perf_counter() - start < 2
        db.session.rollback()
        assert db.session.scalar(sa.text("SELECT 1")) == 1


def test_an_empty_pool_is_an_outage_too(make_app, tmp_path) -> None:
    db = SQLAlchemy()
    app = make_app(
        db,
        DATABASE_POOL_SIZE=1,
        DATABASE_MAX_OVERFLOW=0,
        DATABASE_POOL_TIMEOUT=0.05,
    )
    app.add_url_rule("/", "one", lambda: str(db.session.scalar(sa.text("SELECT 1"))))
    with app.app_context(), db.engine.connect():
        status, _, answer = ask(app, "/")

    assert (status, answer.headers["Retry-After"]) == (503, "2")


def test_the_error_can_be_caught_as_what_it_was() -> None:
    error = DatabaseUnavailableError("gone", ValueError("x"))

    assert isinstance(error, UnavailableError)
    assert isinstance(error, sa.exc.OperationalError)
    assert (str(error), error.status, error.retry_after) == ("gone", 503, 2)


def full_disk() -> sqlite3.OperationalError:
    connection = sqlite3.connect(":memory:")
    connection.execute("PRAGMA max_page_count=2")
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
    connection.close()
    return caught.value


def postgresql_error(state: str) -> Exception:
    error = psycopg.OperationalError("x")
    error.sqlstate = state
    return error


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (full_disk, "disk is full"),
        (lambda: postgresql_error("57P03"), "starting or stopping"),
        (lambda: postgresql_error("08006"), "cannot be reached"),
        (lambda: psycopg.OperationalError("refused"), "cannot be reached"),
        (lambda: psycopg.OperationalError("password authentication failed"), "user"),
        (lambda: psycopg.OperationalError('role "a" does not exist'), "user"),
        (
            lambda: psycopg.OperationalError('database "a" does not exist'),
            "no database",
        ),
        (lambda: psycopg.OperationalError("could not translate host name"), "no host"),
        (lambda: psycopg.OperationalError("failed to resolve host 'a'"), "no host"),
        (lambda: pymysql.err.OperationalError(1045, "x"), "password"),
        (lambda: pymysql.err.OperationalError(1049, "x"), "no database"),
        (lambda: pymysql.err.OperationalError(2003, "x"), "cannot be reached"),
        (lambda: pymysql.err.OperationalError(1040, "x"), "too many"),
        (lambda: postgresql_error("42601"), None),
        (lambda: pymysql.err.ProgrammingError(1064, "x"), None),
        (lambda: sqlite3.OperationalError("no such table"), None),
        (lambda: ValueError("x"), None),
    ],
)
def test_reasons(make: Callable[[], Exception], reason: str | None) -> None:
    found = find_reason(make())

    assert (found is None) if reason is None else (reason in (found or ""))


def test_the_password_is_in_no_message(make_app, caplog) -> None:
    db = SQLAlchemy()
    secret = "hush@hush:/x"  # noqa: S105 - the test looks for it
    app = make_app(
        db,
        DATABASE_HOST="127.0.0.1",
        DATABASE_PORT=1,
        DATABASE_USER="ann",
        DATABASE_PASSWORD=secret,
        DATABASE_NAME="x",
        DATABASE_ECHO=True,
    )
    with app.app_context():
        assert db.engine.url.password == secret
        with pytest.raises(DatabaseUnavailableError) as caught:
            db.session.execute(sa.text("SELECT 1"))
        texts = [str(caught.value), repr(caught.value), repr(db), repr(db.engine)]
        texts += [caplog.text, repr(app.extensions["carboy.db"])]

    for text in texts:
        assert "hush" not in text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"username": "nobody_here"}, "the user or the password"),
        ({"database": "nothing_here"}, "no database of this name"),
        ({"host": "nowhere.invalid"}, "no host of this name"),
    ],
)
def test_a_wrong_address_is_no_outage_that_passes(
    private_postgresql, make_app, change: dict[str, str], reason: str
) -> None:
    url = sa.make_url(private_postgresql.url).set(**change)
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL=url.render_as_string(hide_password=False))

    with app.app_context(), pytest.raises(DatabaseUnavailableError) as caught:
        db.session.execute(sa.text("select 1"))

    assert reason in str(caught.value)
    assert "Correct DATABASE_URL" in str(caught.value)
    assert "Try again" not in str(caught.value)
