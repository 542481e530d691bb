"""Whatever is done in a session, the short way of writing it changes nothing.

Played twice, once with SQLAlchemy's unit of work alone: the same statements reach the
database in the same order, the same errors come back, the same objects are left.
"""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given, strategies as st
from sqlalchemy import event, orm
from sqlalchemy.exc import IntegrityError, PendingRollbackError
from sqlalchemy.ext.mutable import MutableDict

from carboy.db import SQLAlchemy, Timestamps
from carboy.db.fastpath import flush as writer

db = SQLAlchemy()


class Shop(db.Model):  # type: ignore[name-defined]  # bases are made at run time
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), unique=True)
    town = db.Column(db.String(20))
    told = db.Column(MutableDict.as_mutable(db.JSON))
    price = db.Column(db.Numeric(10, 2))
    goods = db.relationship("Good", backref="shop", lazy="select")


class Good(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    town = orm.deferred(db.Column(db.String(20)))
    count = db.Column(db.Integer, db.CheckConstraint("count >= 0"), nullable=False)
    shop_id = db.Column(db.ForeignKey("shop.id"))
    copies = db.relationship("Copy", backref="good", passive_updates=False)


class Copy(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    good_name = db.Column(db.Integer, db.ForeignKey("good.id"))
    version = db.Column(db.Integer, nullable=False)
    __mapper_args__: ClassVar[Any] = {"version_id_col": version}


class Dated(Timestamps, db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))


class Marked(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    mark = db.Column(db.String(20), onupdate="changed")


class Shouted(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    loud = db.Column(
        db.String(20), onupdate=lambda told: f"{told.get_current_parameters()['name']}!"
    )


class Clocked(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    at = db.Column(db.String(20), onupdate=sa.func.lower("NOW"))


class Node(db.Model):  # type: ignore[name-defined]  # as above
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20))
    parent_id = db.Column(db.ForeignKey("node.id"))
    parent = db.relationship("Node", remote_side="Node.id")


def fill() -> None:
    db.create_all()
    for i in range(1, 5):
        shop = Shop(id=i, name=f"s{i}", town="a", told={"n": i}, price=i)
        db.session.add(shop)
        for j in range(3):
            good = Good(id=10 * i + j, name="g", town="a", count=j, shop=shop)
            db.session.add(good)
        db.session.add_all([Dated(id=i, name="d"), Copy(id=i, good_name=10 * i)])
        kinds = (Marked, Shouted, Clocked)
        db.session.add_all([kind(id=i, name="m") for kind in kinds])
        db.session.add(Node(id=i, name="n", parent_id=i - 1 or None))
    db.session.commit()


Change = Callable[[int], object]


# A session lets go of what nobody holds, sooner or later.
held: list[Any] = []


def get(model: Any, number: int) -> Any:
    found = db.session.get(model, number)
    assert found is not None
    held.append(found)
    return found


def change(model: Any, name: str, value: Any) -> Change:
    return lambda i: setattr(get(model, i), name, value)


def forget(i: int) -> None:
    shop = get(Shop, i)
    shop.name = "was here"
    del shop.name


def move(i: int) -> None:
    get(Good, 10 * i).shop = get(Shop, 5 - i)


def look_and_change(i: int) -> None:
    shop = get(Shop, i)
    assert shop.goods[0].shop is shop
    shop.goods[0].count += 5
    shop.goods[1].name = "seen"


def look_up_and_change(i: int) -> None:
    node = get(Node, i)
    node.name = f"under {node.parent and node.parent.name}"


def savepoint(i: int) -> None:
    get(Good, 10 * i).count = 9
    nested = db.session.begin_nested()
    get(Good, 10 * i).count = 8
    get(Good, 10 * i + 1).count = 7
    db.session.flush()
    nested.rollback()


def flag(i: int) -> None:
    orm.attributes.flag_modified(get(Shop, i), "town")


def touch(i: int) -> None:
    orm.attributes.flag_dirty(get(Shop, i))


def broken_savepoint(i: int) -> None:
    try:
        with db.session.begin_nested():
            get(Good, 10 * i).count = -1
    except IntegrityError:
        get(Good, 10 * i).count = 3


def expire(i: int) -> None:
    # Not the one that moves: SQLAlchemy then tosses a coin which shop it belongs to.
    good = get(Good, 10 * i + 2)
    db.session.expire(good)
    good.name = "blind"


# Of several models SQLAlchemy itself writes now this one first, now that one.
FAMILIES: list[dict[str, Change]] = [
    {
        "name": lambda i: setattr(get(Shop, i), "name", f"new {i}"),
        "same": change(Shop, "town", "a"),
        "town": change(Shop, "town", "b"),
        "none": change(Shop, "town", None),
        "price": change(Shop, "price", 7.5),
        "wrong type": change(Shop, "price", "cheap"),
        "no text": change(Shop, "town", object()),
        "taken": change(Shop, "name", "s1"),
        "json": lambda i: get(Shop, i).told.update(m=i),
        "key": lambda i: setattr(get(Shop, i), "id", 90 + i),
        "sql": change(Shop, "price", Shop.price + 1),
        "forget": forget,
        "flag": flag,
        "touch": touch,
    },
    {
        "count": lambda i: setattr(get(Good, 10 * i), "count", 50 + i),
        "another": lambda i: setattr(get(Good, 10 * i + 2), "name", f"other {i}"),
        "deferred": lambda i: setattr(get(Good, 10 * i + 1), "town", "c"),
        "foreign": lambda i: setattr(get(Good, 10 * i), "shop_id", 1),
        "dangling": lambda i: setattr(get(Good, 10 * i), "shop_id", 77),
        "refused": lambda i: setattr(get(Good, 10 * i), "count", -1),
        "move": move,
        "look": look_and_change,
        "savepoint": savepoint,
        "broken": broken_savepoint,
        "expire": expire,
    },
    {
        "version": change(Copy, "good_name", 11),
        "same version": change(Copy, "good_name", 10),
    },
    {
        "dated": change(Dated, "name", "e"),
        "told date": change(Dated, "updated_at", None),
        "delete": lambda i: db.session.delete(get(Dated, i)),
    },
    {
        "mark": change(Marked, "name", "f"),
        "mark another": lambda i: setattr(get(Marked, 5 - i), "name", f"g{i}"),
        "mark by hand": change(Marked, "mark", "mine"),
    },
    {
        "shout": change(Shouted, "name", "h"),
        "shout another": lambda i: setattr(get(Shouted, 5 - i), "name", f"i{i}"),
    },
    {
        "clock": change(Clocked, "name", "j"),
        "look at": lambda i: get(Clocked, i).at,
    },
    {
        "look up": look_up_and_change,
        "new": lambda i: db.session.add(Node(name=f"fresh {i}")),
    },
]
ALWAYS: dict[str, Change] = {
    "flush": lambda _: db.session.flush(),
    "read": lambda _: db.session.execute(sa.select(Good.count)).all(),
    "commit": lambda _: db.session.commit(),
    "roll back": lambda _: db.session.rollback(),
}
CHANGES = {name: do for told in [*FAMILIES, ALWAYS] for name, do in told.items()}


@pytest.fixture(scope="module")
def files() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        app = Flask("site", instance_path=folder)
        app.config["DATABASE_URL"] = f"sqlite:///{folder}/any.db"
        local = app
        db.init_app(local)
        with local.app_context():
            fill()
        yield local
        local.extensions["carboy.db"].engines[None].dispose()


@contextmanager
def listening(app: Flask) -> Iterator[list[str]]:
    """Hear what SQLite hears, and undo it afterwards."""
    engine = app.extensions["carboy.db"].engines[None]
    sent: list[str] = []
    connections: list[Any] = []

    def taken(connection: Any, *_told: object) -> None:
        connections.append(connection)
        connection.set_trace_callback(sent.append)

    event.listen(engine, "checkout", taken)
    try:
        yield sent
    finally:
        event.remove(engine, "checkout", taken)
        for connection in connections:
            connection.set_trace_callback(None)


def play(app: Flask, steps: list[tuple[str, int]]) -> tuple[list[str], list[str], Any]:
    """Do it all in one session; tell what was sent, what failed, and what is there."""
    failed: list[str] = []
    held.clear()
    with app.app_context(), listening(app) as sent:
        for name, number in [*steps, ("commit", 0)]:
            failed += try_to(name, number)
        left = sorted(
            (str(state.key), sorted(state.dict), state.modified)
            for state in {sa.inspect(thing) for thing in held}
        )
        db.session.rollback()
        rows = [
            db.session.execute(sa.text(f"SELECT * FROM {table} ORDER BY 1")).all()  # noqa: S608 - our own tables
            for table in (
                "shop",
                "good",
                "copy",
                "node",
                "marked",
                "shouted",
                "clocked",
            )
        ]
    return sent, failed, (left, rows)


def try_to(name: str, number: int) -> list[str]:
    try:
        CHANGES[name](number)
    except Exception as error:  # noqa: BLE001 - both sides must raise the same
        if isinstance(error, PendingRollbackError):
            db.session.rollback()
        return [f"{name}: {type(error).__name__} {error}"]
    return []


def restore(app: Flask) -> None:
    with app.app_context():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.remove()
        fill()


def some_of(family: dict[str, Change]) -> st.SearchStrategy[list[tuple[str, int]]]:
    names = sorted(family) * 2 + sorted(ALWAYS)
    step = st.tuples(st.sampled_from(names), st.integers(1, 4))
    return st.lists(step, min_size=1, max_size=6)


_OBJECT = re.compile(r"0x[0-9a-f]+|\d{4}-\d\d-\d\d [\d:.]+|object object")


def without_addresses(told: list[str]) -> list[str]:
    return [_OBJECT.sub("…", line) for line in told]


@pytest.mark.fast_path
@pytest.mark.filterwarnings("ignore:Session's state has been changed")
@given(steps=st.one_of(*map(some_of, FAMILIES)))
def test_it_sends_and_leaves_what_sqlalchemy_does(files, steps) -> None:
    """The same statements in the same order, the same errors, the same objects."""
    restore(files)
    sent, failed, left = play(files, steps)

    restore(files)
    with patch.object(writer, "collect_updates", return_value=None):
        usual_sent, usual_failed, usual_left = play(files, steps)

    assert without_addresses(sent) == without_addresses(usual_sent)
    assert without_addresses(failed) == without_addresses(usual_failed)
    assert left == usual_left
