"""A database makes its tables when they are first missed."""

import stat
from pathlib import Path

import sqlalchemy as sa

from carboy.tasks.ledger.database import Database, make_file_engine
from carboy.tasks.ledger.tables import METADATA, RUN


def test_tables_are_made_at_first_use_and_then_found(tmp_path: Path) -> None:
    for _ in range(2):
        engine = make_file_engine(tmp_path / "ledger.sqlite", synchronous="FULL")
        database = Database(lambda engine=engine: engine, METADATA)
        with database.read() as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(RUN)) == 0
        engine.dispose()


def test_the_file_is_for_its_owner_only_and_waits_for_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    engine = make_file_engine(path, synchronous="FULL")
    with engine.connect() as connection:
        level = connection.exec_driver_sql("PRAGMA synchronous").scalar()
    engine.dispose()

    assert level == 2
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    engine = make_file_engine(tmp_path / "ledger.sqlite", synchronous="OFF")
    database = Database(lambda: engine, METADATA)
    _ = database.engine

    with database.write() as writing, database.read() as reading:
        writing.execute(sa.delete(RUN))
        assert reading.execute(sa.select(RUN)).all() == []
    engine.dispose()
