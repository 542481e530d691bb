"""The text of an UPDATE is SQLAlchemy's, made once for each set of columns."""

from typing import Any

import pytest
import sqlalchemy as sa

from carboy.db import (
    DatabaseSettings,
    SQLAlchemy,
    make_engine,
)
from carboy.db.fastpath import compiled_update as updates
from carboy.db.fastpath.compiled_update import Text, find_table, find_text


@pytest.fixture
def engine(any_url, tmp_path) -> Any:
    engine = make_engine(DatabaseSettings(), {"url": any_url}, tmp_path)
    yield engine
    engine.dispose()


def make_post(**options: Any) -> Any:
    db = SQLAlchemy()

    class Post(db.Model):  # type: ignore[name-defined]  # bases are made at run time
        id = db.Column(db.Integer, primary_key=True)
        title = db.Column(db.String(20), **options)
        seen = db.Column(db.Integer)

    sa.orm.configure_mappers()
    return sa.inspect(Post)


def text_for(mapper: Any, engine: sa.Engine) -> Text | None:
    """Give the text that changes `seen`."""
    table = find_table(mapper, engine)
    assert table is not None
    return find_text(table, frozenset({"seen", "post_id"}), engine.dialect, many=True)


def test_it_is_made_once_for_each_set_of_columns(engine) -> None:
    table = find_table(make_post(), engine)
    assert table is not None
    assert find_table(table.mapper, engine) is table
    names = frozenset({"title", "post_id"})

    one = find_text(table, names, engine.dialect, many=False)

    assert one is not None
    assert one.sql.startswith("UPDATE post SET title=")
    assert "seen" not in one.sql
    assert find_text(table, names, engine.dialect, many=False) is one
    assert find_text(table, names | {"seen"}, engine.dialect, many=False) is not one
    row = {"title": "x", "post_id": 3}
    assert one.bind(row) in (row, ("x", 3))


def test_there_are_not_too_many(engine, monkeypatch) -> None:
    monkeypatch.setattr(updates, "MAX_TEXTS", 2)
    table = find_table(make_post(), engine)
    assert table is not None

    for names in ({"title"}, {"seen"}, {"title", "seen"}):
        find_text(table, frozenset(names | {"post_id"}), engine.dialect, many=True)

    assert len(table.texts) == 1


def test_what_is_not_a_column_of_its_own_has_no_text(engine) -> None:
    table = find_table(make_post(), engine)
    assert table is not None

    assert find_text(table, frozenset({"odd"}), engine.dialect, many=False) is None


@pytest.mark.parametrize("onupdate", ["x", lambda: "x"])
def test_what_python_says_on_update_is_part_of_it(engine, onupdate) -> None:
    text = text_for(make_post(onupdate=onupdate), engine)

    assert text is not None
    ((column, attribute, make),) = text.made
    assert (column, attribute, make()) == ("title", "title", "x")
    assert "title" in text.sql


def test_what_only_sqlalchemy_knows_on_update_is_left_to_it(engine) -> None:
    assert text_for(make_post(onupdate=sa.func.lower("X")), engine) is None
    asking = text_for(make_post(onupdate=lambda told: told.engine.name), engine)
    assert asking is not None

    with pytest.raises(AttributeError):
        asking.made[0][2]()


def test_a_listener_that_comes_later_is_seen(engine) -> None:
    mapper = make_post()
    assert text_for(mapper, engine)

    sa.event.listen(mapper.class_, "refresh_flush", lambda *_told: None)
    assert find_table(mapper, engine) is None
