"""A reader holds one connection while it is needed, and never a doubtful one."""

import signal
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import DatabaseSettings, Model, make_engine
from carboy.db.fastpath.compiled_query import CompiledQuery
from carboy.db.fastpath.query_cache import query_cache_of
from carboy.db.fastpath.reader import Reader, ReconnectError, make_reader

pytestmark = pytest.mark.fast_path


class Base(Model):
    pass


class Row(Base):
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)


@pytest.fixture
def engine(any_url, tmp_path) -> Any:
    engine = make_engine(DatabaseSettings(), {"url": any_url}, tmp_path)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(Row), [{"id": 1}, {"id": 2}])
    yield engine
    engine.dispose()


def get_query(engine: sa.Engine) -> CompiledQuery:
    query = query_cache_of(engine).for_get(Row)
    assert query is not None
    return query


def test_it_keeps_and_gives_back_one_connection(engine) -> None:
    reader, query = Reader(engine), get_query(engine)
    with orm.Session(engine) as session:
        for number in (1, 2):
            found = reader.run(query, query.bind_one(number), session)
            assert [row.id for row in found] == [number]
            assert engine.pool.checkedout() == 1
        reader.release()
        reader.release()

        assert engine.pool.checkedout() == 0
        assert reader.run(query, query.bind_one(9), session) == []
        reader.release()
    assert make_reader(orm.Session(), engine) is not None
    assert make_reader(orm.Session(engine), engine) is None


def test_a_lost_connection_is_replaced(engine) -> None:
    if engine.dialect.driver == "pysqlite":
        pytest.skip("there is no server that could hang up")
    reader, query = Reader(engine), get_query(engine)
    with orm.Session(engine) as session:
        reader.run(query, query.bind_one(1), session)
        hang_up(reader)

        with pytest.raises(ReconnectError):
            reader.run(query, query.bind_one(1), session)
        assert engine.pool.checkedout() == 0
        assert len(reader.run(query, query.bind_one(1), session)) == 1
        reader.release()


def hang_up(reader: Reader) -> None:
    connection = reader._connection.dbapi_connection
    if isinstance(connection, psycopg.Connection):
        connection.pgconn.finish()
    else:
        connection._force_close()


class StopError(BaseException):
    """Raised in the middle of a read, as when a worker is told to end."""


def test_a_read_that_is_broken_off_takes_its_connection_along(
    fresh_postgresql, tmp_path
) -> None:
    engine = make_engine(DatabaseSettings(), {"url": fresh_postgresql}, tmp_path)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(Row), [{"id": 1}])
    slow = query_cache_of(engine).for_query(sa.select(Row.id).where(Row.id == 1))
    assert slow is not None
    query, values = slow
    sleeping = CompiledQuery(
        sql="SELECT pg_sleep(2), %(id_1)s",
        bind=query.bind,
        types=query.types,
        shape=query.shape,
        metadata=query.metadata,
        mapper=query.mapper,
    )
    reader = Reader(engine)

    def stop(*_told: object) -> None:
        raise StopError

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for _ in range(10):
            break_off(reader, sleeping, values)
            # Whoever reads next gets an answer to what was asked.
            with orm.Session(engine) as session:
                assert list(reader.run(query, values, session)[0]) == [1]
            reader.release()
            assert engine.pool.checkedout() == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        engine.dispose()


def break_off(reader: Reader, query: CompiledQuery, values: Any) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    with orm.Session(reader.engine) as session, pytest.raises(StopError):
        reader.run(query, values, session)
