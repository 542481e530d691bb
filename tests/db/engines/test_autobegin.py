"""A transaction begins with its first write, on each database, and is a real one."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import DatabaseSettings, make_engine
from carboy.db.engines.autobegin import (
    begin_writing,
    begins_on_write,
    in_transaction,
    install_autobegin,
    is_supported,
)


@pytest.fixture
def engine(any_url, tmp_path) -> Any:
    engine = make_engine(DatabaseSettings(), {"url": any_url}, tmp_path)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE t (id INTEGER)"))
    yield engine
    engine.dispose()


def is_begun(connection: sa.Connection) -> bool:
    dbapi_connection = connection.connection.dbapi_connection
    return in_transaction(dbapi_connection, connection.dialect.driver)


def count(engine: sa.Engine) -> Any:
    with engine.connect() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM t"))


def test_reads_begin_nothing_and_writes_do(engine) -> None:
    with engine.connect() as connection:
        connection.execute(sa.text("SELECT id FROM t WHERE id = :i"), {"i": 1})
        assert not is_begun(connection)

        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        assert is_begun(connection)
        connection.execute(sa.text("INSERT INTO t VALUES (:i)"), [{"i": 2}, {"i": 3}])
        connection.rollback()
        assert not is_begun(connection)
        assert count(engine) == 0

        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        connection.commit()
    assert count(engine) == 1


HIDDEN_LOCK = "SELECT id FROM t WHERE id = 1 AND '--' = '--' FOR UPDATE"
HIDDEN_EFFECTS = {
    "postgresql": [
        "SELECT '--', nextval('s')",
        "SELECT $$'$$, nextval('s'), $$'$$",
        "SELECT E'\\'', nextval('s'), E'\\''",
        "SELECT '/*', \"DoWork\"(1), '*/'",
    ],
    "mysql": [
        "SELECT '--', nextval(s)",
        "SELECT '#', NEXT VALUE FOR s",
        "SELECT '\\'', nextval(s), '\\''",
        "SELECT 1 AS `it's`, `DoWork`(1) AS `it's`",
    ],
}


@pytest.fixture
def effects(engine) -> list[str]:
    """Texts that have an effect and look as if they had none."""
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no sequences, row locks or functions of its own")
    body = (
        "LANGUAGE SQL AS 'SELECT 1'"
        if engine.dialect.name == "postgresql"
        else "DETERMINISTIC RETURN 1"
    )
    name = '"DoWork"' if engine.dialect.name == "postgresql" else "`DoWork`"
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE s")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        connection.exec_driver_sql(
            f"CREATE FUNCTION {name}(x INTEGER) RETURNS INTEGER {body}"
        )
    return HIDDEN_EFFECTS[engine.dialect.name]


def test_an_effect_that_a_text_hides_is_inside_a_transaction(engine, effects) -> None:
    for text in effects:
        with engine.connect() as connection:
            connection.exec_driver_sql(text)
            assert is_begun(connection), text


def test_a_row_lock_that_a_text_hides_is_held(engine, effects) -> None:
    with engine.connect() as first, engine.connect() as second:
        assert first.exec_driver_sql(HIDDEN_LOCK).scalar() == 1
        assert is_begun(first)
        with pytest.raises(sa.exc.DBAPIError):
            second.exec_driver_sql("SELECT id FROM t FOR UPDATE NOWAIT")


def test_many_rows_begin_with_their_statement_and_others_hear_of_it(engine) -> None:
    heard: list[Any] = []

    def note(_cursor: object, statement: str, rows: Any, _context: object) -> None:
        heard.append((statement.split()[0], len(rows)))

    insert = sa.text("INSERT INTO t VALUES (:i)")
    for is_heard in (False, True):
        if is_heard:
            sa.event.listen(engine, "do_executemany", note)
        with engine.begin() as connection:
            connection.execute(insert, [{"i": 1}, {"i": 2}])
            assert is_begun(connection)
            connection.execute(insert, [{"i": 3}])
        assert heard == ([("INSERT", 2)] if is_heard else [])
    assert count(engine) == 6


def test_many_rows_that_are_refused_leave_nothing(engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(sa.exc.DBAPIError):
            connection.execute(
                sa.text("INSERT INTO nowhere VALUES (:i)"), [{"i": 1}, {"i": 2}]
            )
        connection.rollback()
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        connection.commit()
    assert count(engine) == 1


def test_what_was_not_committed_is_undone_when_given_back(engine) -> None:
    connection = engine.raw_connection()
    begin_writing(connection.dbapi_connection, engine.dialect.driver)
    cursor = connection.cursor()
    cursor.execute("INSERT INTO t VALUES (1)")
    cursor.close()
    connection.close()

    assert count(engine) == 0


def test_savepoints_are_inside_the_transaction(engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        savepoint = connection.begin_nested()
        connection.execute(sa.text("INSERT INTO t VALUES (2)"))
        savepoint.rollback()
    assert count(engine) == 1

    with engine.begin() as connection, connection.begin_nested():
        assert is_begun(connection)
        connection.execute(sa.text("INSERT INTO t VALUES (3)"))
    assert count(engine) == 2


def test_an_update_seen_late_is_not_lost(engine) -> None:
    """A writer that has read before another wrote still builds on what is there."""
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (0)"))
    with engine.connect() as first, engine.connect() as second:
        first.scalar(sa.text("SELECT id FROM t"))
        second.execute(sa.text("UPDATE t SET id = id + 1"))
        second.commit()
        first.execute(sa.text("UPDATE t SET id = id + 1"))
        first.commit()
        assert first.scalar(sa.text("SELECT id FROM t")) == 2


def test_autocommit_stays_what_it_is(engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("INSERT INTO t VALUES (1)"))
        assert not is_begun(connection)
    assert count(engine) == 1


@pytest.mark.parametrize("level", ["AUTOCOMMIT", "SERIALIZABLE"])
def test_a_level_of_one_connection_leaves_nothing_to_the_next_user(
    engine, level
) -> None:
    for _ in range(3):
        with engine.connect().execution_options(isolation_level=level) as connection:
            connection.execute(sa.text("INSERT INTO t VALUES (1)"))
            connection.rollback()
        with engine.connect() as connection:
            connection.scalar(sa.text("SELECT id FROM t"))
            assert not is_begun(connection)
            connection.execute(sa.text("DELETE FROM t"))
            assert is_begun(connection)
            connection.rollback()
    assert count(engine) == (3 if level == "AUTOCOMMIT" else 0)


def test_rows_can_be_streamed(engine) -> None:
    with engine.begin() as connection:
        rows = [{"i": i} for i in range(50)]
        connection.execute(sa.text("INSERT INTO t VALUES (:i)"), rows)
    with engine.connect() as connection:
        stream = connection.execution_options(stream_results=True)
        found = stream.execute(sa.text("SELECT id FROM t")).scalars()
        assert len(list(found)) == 50


def test_an_isolation_level_of_ones_own_switches_it_off(any_url, tmp_path) -> None:
    options = {"url": any_url, "isolation_level": "SERIALIZABLE"}
    engine = make_engine(DatabaseSettings(), options, tmp_path)

    assert not begins_on_write(engine)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    engine.dispose()


def test_an_unknown_driver_is_left_alone() -> None:
    engine = sa.create_mock_engine("sqlite://", lambda *_: None)

    assert is_supported("pysqlite")
    assert not is_supported("asyncpg")
    assert not begins_on_write(sa.create_engine("postgresql+psycopg://"))
    assert engine is not None
    assert install_autobegin(sa.create_engine("sqlite://"))
