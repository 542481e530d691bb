"""What is called from outside is there, or None for all of it."""

import importlib

from carboy.db.fastpath import entry_points, switch


def test_they_are_all_there_or_none(monkeypatch) -> None:
    assert None not in [getattr(entry_points, name) for name in entry_points.__all__]
    before = dict(vars(entry_points))
    monkeypatch.setattr(switch, "MISSING", ("a name",))
    try:
        importlib.reload(entry_points)
        names = entry_points.__all__
        assert [getattr(entry_points, name) for name in names] == [None] * len(names)
    finally:
        vars(entry_points).update(before)
