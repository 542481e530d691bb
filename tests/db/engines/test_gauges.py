"""Numbers of pools add up, whatever kind the pools are of."""

from carboy.db import DatabaseSettings, make_engine
from carboy.db.engines.gauges import count_in_use, count_slots


def test_counts(tmp_path) -> None:
    file = make_engine(
        DatabaseSettings(pool_size=3), {"url": "sqlite:///g.db"}, tmp_path
    )
    memory = make_engine(DatabaseSettings(), {"url": "sqlite://"}, tmp_path)

    with file.connect():
        assert count_in_use([file, memory]) == 1
    assert count_in_use([file, memory]) == 0
    assert count_slots([file, memory]) == 3
    file.dispose()
    memory.dispose()
