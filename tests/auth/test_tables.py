"""Tables of the battery."""

import sqlalchemy as sa

from carboy.auth import AuthTables
from carboy.auth.tables import events_table


def test_tables_are_made_when_they_are_first_missed(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    tables = AuthTables()
    with engine.connect() as connection:
        tables.prepare(lambda: connection, engine)
        # A transaction that is rolled back takes the tables with it.
        connection.rollback()
        tables.prepare(lambda: connection, engine)
        assert (
            connection.scalar(sa.select(sa.func.count()).select_from(events_table)) == 0
        )
        connection.commit()
    assert "carboy_auth_events" in sa.inspect(engine).get_table_names()
    engine.dispose()
