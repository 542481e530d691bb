"""Changes are listed from the newest, of everything or of one row."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.history import CHANGES, find_change, list_changes, prepare_changes


def test_changes_are_listed_by_row() -> None:
    engine = sa.create_engine("sqlite://")
    with orm.Session(engine) as session:
        for key in ("1", "2", "1"):
            values = {"action": "changed", "model": "house", "key": key}
            values |= {"before": {}, "after": {}, "who": "ada"}
            moment = dt.datetime.now(dt.UTC)
            prepare_changes(session).execute(
                sa.insert(CHANGES).values(**values, at=moment)
            )

        assert [each.id for each in list_changes(session)] == [3, 2, 1]
        assert [each.id for each in list_changes(session, "house", "1")] == [3, 1]
        assert list_changes(session, "cage") == []
        found = find_change(session, 2)
        assert found is not None
        assert found.who == "ada"
        assert find_change(session, 9) is None
    engine.dispose()
