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
from carboy.db.fastpath.compiled_update import CompiledUpdate, get_target, get_update

pytestmark = pytest.mark.fast_path


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


def update_for(mapper: Any, engine: sa.Engine) -> CompiledUpdate | None:
    """Return the UPDATE that changes `seen`."""
    target = get_target(mapper, engine)
    assert target is not None
    return get_update(target, frozenset({"seen", "post_id"}), engine.dialect, many=True)


def test_it_is_made_once_for_each_set_of_columns(engine) -> None:
    target = get_target(make_post(), engine)
    assert target is not None
    assert get_target(target.mapper, engine) is target
    names = frozenset({"title", "post_id"})

    one = get_update(target, names, engine.dialect, many=False)

    assert one is not None
    assert one.sql.startswith("UPDATE post SET title=")
    assert "seen" not in one.sql
    assert get_update(target, names, engine.dialect, many=False) is one
    assert get_update(target, names | {"seen"}, engine.dialect, many=False) is not one
    row = {"title": "x", "post_id": 3}
    assert one.bind(row) in (row, ("x", 3))


def test_there_are_not_too_many(engine, monkeypatch) -> None:
    monkeypatch.setattr(updates, "MAX_STATEMENTS", 2)
    target = get_target(make_post(), engine)
    assert target is not None

    for names in ({"title"}, {"seen"}, {"title", "seen"}):
        get_update(target, frozenset(names | {"post_id"}), engine.dialect, many=True)

    assert len(target.updates) == 1


def test_what_is_not_a_column_of_its_own_has_no_text(engine) -> None:
    target = get_target(make_post(), engine)
    assert target is not None

    assert get_update(target, frozenset({"odd"}), engine.dialect, many=False) is None


@pytest.mark.parametrize("onupdate", ["x", lambda: "x"])
def test_what_python_says_on_update_is_part_of_it(engine, onupdate) -> None:
    update = update_for(make_post(onupdate=onupdate), engine)

    assert update is not None
    (default,) = update.defaults
    assert (default.column, default.attribute) == ("title", "title")
    assert default.make() == "x"
    assert "title" in update.sql


def test_what_only_sqlalchemy_knows_on_update_is_left_to_it(engine) -> None:
    assert update_for(make_post(onupdate=sa.func.lower("X")), engine) is None
    asking = update_for(make_post(onupdate=lambda told: told.engine.name), engine)
    assert asking is not None

    with pytest.raises(AttributeError):
        asking.defaults[0].make()


def test_a_listener_that_comes_later_is_seen(engine) -> None:
    mapper = make_post()
    assert update_for(mapper, engine)

    sa.event.listen(mapper.class_, "refresh_flush", lambda *_told: None)
    assert get_target(mapper, engine) is None
