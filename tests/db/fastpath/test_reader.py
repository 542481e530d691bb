"""A reader holds one connection while it is needed, and never a doubtful one."""

import signal
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import DatabaseSettings, Model, make_engine
from carboy.db.fastpath.compiled_query import Plan, plans_of
from carboy.db.fastpath.reader import Reader, ReconnectError, can_read


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


def get_plan(engine: sa.Engine) -> Plan:
    plan = plans_of(engine).find_get(Row)
    assert plan is not None
    return plan


def test_it_keeps_and_gives_back_one_connection(engine) -> None:
    reader, plan = Reader(engine), get_plan(engine)
    with orm.Session(engine) as session:
        for number in (1, 2):
            found = reader.run(plan, plan.bind_one(number), session)
            assert [row.id for row in found] == [number]
            assert engine.pool.checkedout() == 1
        reader.release()
        reader.release()

        assert engine.pool.checkedout() == 0
        assert reader.run(plan, plan.bind_one(9), session) == []
        reader.release()
    assert can_read(engine)


def test_a_lost_connection_is_replaced(engine) -> None:
    if engine.dialect.driver == "pysqlite":
        pytest.skip("there is no server that could hang up")
    reader, plan = Reader(engine), get_plan(engine)
    with orm.Session(engine) as session:
        reader.run(plan, plan.bind_one(1), session)
        hang_up(reader)

        with pytest.raises(ReconnectError):
            reader.run(plan, plan.bind_one(1), session)
        assert engine.pool.checkedout() == 0
        assert len(reader.run(plan, plan.bind_one(1), session)) == 1
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
    slow = plans_of(engine).find(sa.select(Row.id).where(Row.id == 1))
    assert slow is not None
    plan, values = slow
    sleeping = Plan(
        sql="SELECT pg_sleep(2), %(id_1)s",
        bind=plan.bind,
        types=plan.types,
        shape=plan.shape,
        metadata=plan.metadata,
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
                assert list(reader.run(plan, values, session)[0]) == [1]
            reader.release()
            assert engine.pool.checkedout() == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        engine.dispose()


def break_off(reader: Reader, plan: Plan, values: Any) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    with orm.Session(reader.engine) as session, pytest.raises(StopError):
        reader.run(plan, values, session)
