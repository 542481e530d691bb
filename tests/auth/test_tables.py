"""Tables of the battery."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from carboy.auth import AuthTables
from carboy.auth.tables import events_table
from tests.profiling import count_calls

COUNT = sa.select(sa.func.count()).select_from(events_table)


@pytest.fixture
def engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    yield engine
    engine.dispose()


def test_tables_are_made_when_they_are_first_missed(engine):
    tables = AuthTables()
    with Session(engine) as session:
        tables.prepare(session)
        # A transaction that is rolled back takes the tables with it.
        session.rollback()
        assert tables.prepare(session).scalar(COUNT) == 0
        session.commit()
    assert "carboy_auth_events" in sa.inspect(engine).get_table_names()


def test_once_they_are_there_nothing_is_sent(engine):
    tables = AuthTables()
    with Session(engine) as session:
        tables.prepare(session)
        session.commit()
        sent = []
        sa.event.listen(engine, "before_cursor_execute", lambda *a: sent.append(a))
        for _ in range(3):
            tables.prepare(session)
        assert sent == []
    assert count_calls(lambda: tables.prepare(session)) < 60


def test_two_sets_of_tables_do_not_take_each_other_for_made(engine):
    other = sa.MetaData()
    sa.Table("other", other, sa.Column("id", sa.Integer, primary_key=True))
    with Session(engine) as session:
        AuthTables().prepare(session)
        AuthTables(other).prepare(session)
        session.commit()
    assert {"carboy_auth_events", "other"} <= set(sa.inspect(engine).get_table_names())
