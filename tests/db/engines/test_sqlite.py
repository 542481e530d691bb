"""SQLite serves a site: writers queue, a full disk is said so, a kill loses nothing."""

import gc
import multiprocessing
import os
import signal
import sqlite3
import warnings
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import (
    ClosingConnection,
    DatabaseSettings,
    DatabaseUnavailableError,
    SQLAlchemy,
    configure_sqlite,
    make_engine,
    make_sqlite_engine,
)

PROCESSES = 8
WRITES = 200
KILLS = 4


def engine_of(folder: Path, **told: Any) -> sa.Engine:
    options = {"url": f"sqlite:///{folder}/s.db"}
    return make_engine(DatabaseSettings(**told), options, folder)


def pragma(engine: sa.Engine, name: str) -> Any:
    with engine.connect() as connection:
        found = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
    engine.dispose()
    return found


def test_each_connection_is_configured(tmp_path) -> None:
    found = {
        name: pragma(engine_of(tmp_path), name)
        for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
    }

    assert found == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "synchronous": 1,
    }


def test_the_settings_choose_the_pragmas(tmp_path) -> None:
    engine = engine_of(
        tmp_path,
        sqlite_synchronous="FULL",
        sqlite_foreign_keys=False,
        sqlite_busy_timeout=1.5,
        sqlite_wal=False,
    )
    full = engine_of(tmp_path)
    configure_sqlite(full, synchronous="EXTRA")

    assert pragma(engine, "synchronous") == 2
    assert pragma(engine, "foreign_keys") == 0
    assert pragma(engine, "busy_timeout") == 1500
    assert pragma(engine, "journal_mode") == "delete"
    assert pragma(full, "synchronous") == 3


def test_a_file_of_a_battery_is_configured_alike(tmp_path) -> None:
    engine = make_sqlite_engine(
        f"sqlite:///{tmp_path}/own.db", synchronous="FULL", busy_timeout=2, pool_size=1
    )

    assert pragma(engine, "journal_mode") == "wal"
    assert pragma(engine, "synchronous") == 2
    assert pragma(engine, "busy_timeout") == 2000
    assert engine.pool.size() == 1
    with engine.connect() as connection:
        dbapi_connection = connection.connection.dbapi_connection
        assert isinstance(dbapi_connection, ClosingConnection)
    engine.dispose()


def test_foreign_keys_hold(tmp_path) -> None:
    engine = engine_of(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (a INTEGER REFERENCES a (id))")
    with (
        engine.begin() as connection,
        pytest.raises(sa.exc.IntegrityError, match="FOREIGN KEY"),
    ):
        connection.exec_driver_sql("INSERT INTO b VALUES (1)")
    engine.dispose()


def write_many(folder: str, number: int, failures: Any) -> None:
    engine = engine_of(Path(folder))
    for i in range(WRITES):
        try:
            with engine.begin() as connection:
                # Read, then write: the order in which a deferred lock fails.
                connection.execute(sa.text("SELECT count(*) FROM row")).scalar()
                values = {"p": number, "i": i}
                connection.execute(
                    sa.text("INSERT INTO row (p, i) VALUES (:p, :i)"), values
                )
                connection.execute(sa.text("UPDATE total SET n = n + 1"))
        except sa.exc.OperationalError:
            failures.value += 1
    engine.dispose()


def test_eight_processes_write_without_a_locked_database(tmp_path) -> None:
    engine = engine_of(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE row (p INTEGER, i INTEGER)")
        connection.exec_driver_sql("CREATE TABLE total (n INTEGER)")
        connection.exec_driver_sql("INSERT INTO total VALUES (0)")
    engine.dispose()
    context = multiprocessing.get_context("spawn")
    failures = context.Value("i", 0)
    writers = [
        context.Process(target=write_many, args=(str(tmp_path), number, failures))
        for number in range(PROCESSES)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failures.value == 0
    with engine.connect() as connection:
        count = "SELECT count(*), (SELECT n FROM total) FROM row"
        found = tuple(connection.exec_driver_sql(count).one())
    engine.dispose()
    assert found == (PROCESSES * WRITES, PROCESSES * WRITES)


def test_a_full_disk_is_said_so_and_harms_nothing(make_app, tmp_path) -> None:
    db = SQLAlchemy()

    class Row(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        data = db.Column(db.LargeBinary)

    app = make_app(db, DATABASE_URL=f"sqlite:///{tmp_path}/full.db")

    def add() -> str:
        Row.create(data=bytes(100_000))
        db.session.commit()
        return "added"

    app.add_url_rule("/add", "add", add)
    app.add_url_rule("/count", "count", lambda: str(Row.query.count()))
    with app.app_context():
        db.create_all()

        # As a disk with room for 40 more pages behaves.
        @sa.event.listens_for(db.engine, "checkout")
        def fill(connection: Any, *_told: object) -> None:
            connection.execute("PRAGMA max_page_count=40")

    client = app.test_client()
    assert client.get("/add").status_code == 200
    statuses = {client.get("/add").status_code for _ in range(3)}
    assert statuses == {503}
    assert client.get("/count").text == "1"

    with app.app_context():
        sa.event.remove(db.engine, "checkout", fill)
        db.engine.dispose()
        assert db.session.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert client.get("/add").status_code == 200


def test_a_read_only_file_is_said_so(make_app, tmp_path) -> None:
    sqlite3.connect(tmp_path / "ro.db").close()
    (tmp_path / "ro.db").write_bytes(b"")
    db = SQLAlchemy()
    app = make_app(db, DATABASE_URL="sqlite:///file:ro.db?mode=ro&uri=true")
    app.config["DATABASE_SQLITE_WAL"] = False
    with app.app_context(), pytest.raises(DatabaseUnavailableError, match="read-only"):
        db.session.execute(sa.text("CREATE TABLE x (i INTEGER)"))


def write_until_killed(folder: str, acknowledged: Any) -> None:
    engine = engine_of(Path(folder))
    for number in range(10**9):
        with engine.begin() as connection:
            connection.execute(
                sa.text("INSERT INTO row (i) VALUES (:i)"), {"i": number}
            )
        os.write(acknowledged, b".")


def test_a_killed_writer_loses_nothing_that_was_committed(tmp_path) -> None:
    engine = engine_of(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE row (i INTEGER)")
    engine.dispose()
    promised = 0
    for _ in range(KILLS):
        reading, writing = os.pipe()
        writer = multiprocessing.get_context("fork").Process(
            target=write_until_killed, args=(str(tmp_path), writing)
        )
        writer.start()
        os.close(writing)
        got = 0
        while got < 50:
            got += len(os.read(reading, 4096))
        os.kill(writer.pid or 0, signal.SIGKILL)
        writer.join()
        while chunk := os.read(reading, 4096):
            got += len(chunk)
        os.close(reading)
        promised += got

    assert pragma(engine, "integrity_check") == "ok"
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT count(*) FROM row").scalar()
    engine.dispose()
    assert promised <= (found or 0) <= promised + KILLS


def test_a_connection_that_nobody_holds_is_closed_without_a_warning(tmp_path):
    connection = sqlite3.connect(tmp_path / "x.db", factory=ClosingConnection)
    connection.execute("create table t (n)")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del connection
        gc.collect()

    assert not (tmp_path / "x.db-journal").exists()


def test_engines_make_such_connections(tmp_path):
    engine = make_engine(
        DatabaseSettings(), {"url": f"sqlite:///{tmp_path}/x.db"}, tmp_path
    )

    with engine.connect() as connection:
        assert type(connection.connection.dbapi_connection) is ClosingConnection
    engine.dispose()
