"""Tables of a battery are there when they are needed, and are looked for once."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from carboy.db import OwnTables, make_later_column
from tests.profiling import count_calls


def make_table(name="carboy_x"):
    key = sa.Column("id", sa.Integer, primary_key=True)
    text = sa.Column("text", sa.String(9), index=True)
    return sa.Table(name, sa.MetaData(), key, text)


TABLE = make_table()
COUNT = sa.select(sa.func.count()).select_from(TABLE)


@pytest.fixture
def tables():
    return OwnTables(TABLE.metadata)


@pytest.fixture
def engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    yield engine
    engine.dispose()


def list_names(engine):
    return set(sa.inspect(engine).get_table_names())


def test_tables_are_created_when_they_are_first_missed(engine, tables):
    with Session(engine) as session:
        tables.prepare(session)
        # A transaction that is rolled back takes the tables with it.
        session.rollback()
        assert tables.prepare(session).scalar(COUNT) == 0
        session.commit()
    assert TABLE.name in list_names(engine)
    assert sa.inspect(engine).get_indexes(TABLE.name)


def test_a_table_of_a_savepoint_is_missed_after_a_rollback(engine, tables):
    """The end of a savepoint is no commit, and its table goes with the transaction."""
    with Session(engine) as session:
        with session.begin_nested():
            tables.prepare(session)
        session.rollback()

    with Session(engine) as session:
        assert tables.prepare(session).scalar(COUNT) == 0


def test_once_they_are_there_nothing_is_sent(engine, tables):
    with Session(engine) as session:
        tables.prepare(session)
        session.commit()
        sent = []
        sa.event.listen(engine, "before_cursor_execute", lambda *a: sent.append(a))
        for _ in range(3):
            tables.prepare(session)
            tables.create(engine.execution_options(reads=True))
        assert sent == []
    assert count_calls(lambda: tables.prepare(session)) < 60


def test_a_session_that_only_reads_creates_them_for_good(engine, tables):
    """Otherwise each page that reads would create them, and roll them back."""
    with Session(engine) as session:
        assert tables.prepare(session).scalar(COUNT) == 0
        session.rollback()
    sent = []
    sa.event.listen(engine, "before_cursor_execute", lambda *a: sent.append(a[2]))

    with Session(engine) as session:
        assert tables.prepare(session).scalar(COUNT) == 0

    assert len(sent) == 1, sent


def test_two_sets_of_tables_do_not_take_each_other_for_created(engine, tables):
    other = make_table("carboy_y")
    with Session(engine) as session:
        tables.prepare(session)
        OwnTables(other.metadata).prepare(session)
        session.commit()
    assert {"carboy_x", "carboy_y"} <= list_names(engine)


def test_a_table_that_another_process_creates_meanwhile_is_no_error(engine, tables):
    created = []

    def create_first(_connection, _cursor, statement, *_):
        if statement.lstrip().startswith("CREATE TABLE") and not created:
            created.append(statement)
            with engine.begin() as other:
                TABLE.create(other)

    sa.event.listen(engine, "before_cursor_execute", create_first)

    tables.create(engine)

    assert created
    assert TABLE.name in list_names(engine)


def test_what_keeps_a_table_from_being_created_is_raised(engine, tables):
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA query_only = ON")

    with pytest.raises(sa.exc.OperationalError, match="readonly"):
        tables.create(engine)


def test_another_file_is_looked_into_again(engine, tables, tmp_path):
    tables.create(engine)
    engine.dispose()
    (tmp_path / "x.sqlite").unlink()

    tables.forget(engine)
    tables.create(engine)

    assert TABLE.name in list_names(engine)


def make_newer_table():
    table = make_table()
    table.append_column(make_later_column("seen", sa.Float(53), "0"))
    return table


@pytest.mark.parametrize("is_in_transaction", [False, True])
def test_a_table_of_an_earlier_version_gets_its_new_columns(engine, is_in_transaction):
    TABLE.create(engine)
    newer = make_newer_table()
    with Session(engine) as session:
        session.execute(sa.insert(TABLE).values(text="old"))
        session.commit()
        if is_in_transaction:
            OwnTables(newer.metadata).prepare(session)
        else:
            OwnTables(newer.metadata).create(engine)
        # A process of the earlier version goes on writing.
        session.execute(sa.insert(TABLE).values(text="old"))
        session.execute(sa.insert(newer).values(text="new", seen=1.5))
        session.commit()
        rows = session.execute(sa.select(newer.c.text, newer.c.seen)).all()

    assert [tuple(row) for row in rows] == [("old", 0), ("old", 0), ("new", 1.5)]


@pytest.mark.parametrize("place", ["fresh_postgresql", "fresh_mariadb"])
def test_two_processes_may_add_a_column_at_once(request, place):
    engine = sa.create_engine(request.getfixturevalue(place))
    TABLE.create(engine)
    newer = make_newer_table()
    start, errors = threading.Barrier(4), []

    def add():
        other = sa.create_engine(engine.url)
        start.wait()
        try:
            OwnTables(newer.metadata).create(other)
        except SQLAlchemyError as error:
            errors.append(error)
        other.dispose()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    with engine.begin() as connection:
        connection.execute(sa.insert(TABLE).values(text="old"))
        assert connection.scalar(sa.select(newer.c.seen)) == 0
    engine.dispose()
