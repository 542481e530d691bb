"""The tables can be made on each kind of database, by us or by a migration."""

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from carboy.tasks.ledger.tables import LIVE_METADATA, METADATA, DatabaseNow, make_tables


def test_a_site_may_keep_the_tables_by_its_migrations() -> None:
    own = sa.MetaData()
    make_tables(own)

    ours = METADATA.tables | LIVE_METADATA.tables
    assert set(own.tables) == set(ours)
    for name, table in own.tables.items():
        assert _describe(table) == _describe(ours[name])


def _describe(table: sa.Table) -> set[str]:
    elements = [CreateTable(table), *map(CreateIndex, table.indexes)]
    return {str(each.compile(dialect=postgresql.dialect())) for each in elements}


def test_the_time_is_the_databases_own() -> None:
    for dialect, word in (
        (postgresql.dialect(), "now()"),
        (mysql.dialect(), "NOW(6)"),
        (sqlite.dialect(), "julianday"),
    ):
        assert word in str(sa.select(DatabaseNow()).compile(dialect=dialect))
