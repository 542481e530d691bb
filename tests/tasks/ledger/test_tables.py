"""The tables can be made on each kind of database, by us or by a migration."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite

from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA, DatabaseNow, make_tables


def test_a_site_may_keep_the_tables_by_its_migrations() -> None:
    own = sa.MetaData()
    make_tables(own)

    assert set(own.tables) == {*METADATA.tables, *LIVE_METADATA.tables}


def test_the_time_is_the_databases_own() -> None:
    for dialect, word in (
        (postgresql.dialect(), "now()"),
        (mysql.dialect(), "NOW(6)"),
        (sqlite.dialect(), "julianday"),
    ):
        assert word in str(sa.select(DatabaseNow()).compile(dialect=dialect))
