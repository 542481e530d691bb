"""An app with models whose columns and relations are drawn by a seed."""

import datetime as dt
import enum
import random
import uuid
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import orm

from carboy.db import SQLAlchemy, UtcDateTime
from carboy.rest import Api
from carboy.rest.crud.structs import type_of_column

MODELS = 10


class Colour(enum.Enum):
    """A class of choices."""

    RED = "red"
    BLUE = "blue"
    GREEN = "green"


# Name → the type of a column, and whether it may be unique or compared.
_COLUMNS: dict[str, tuple[Callable[[], Any], bool]] = {
    "small": (sa.SmallInteger, True),
    "whole": (sa.Integer, True),
    "big": (sa.BigInteger, True),
    "word": (lambda: sa.String(12), True),
    "text": (sa.Text, False),
    "flag": (sa.Boolean, False),
    "price": (lambda: sa.Numeric(10, 2), False),
    "ratio": (sa.Double, False),
    "day": (sa.Date, True),
    "moment": (UtcDateTime, True),
    "clock": (sa.Time, False),
    "code": (sa.Uuid, True),
    "colour": (lambda: sa.Enum(Colour), True),
    "size": (lambda: sa.Enum("s", "m", "l", name="size"), True),
    "facts": (sa.JSON, False),
}
_KEYS: dict[str, Callable[[], Any]] = {
    "number": lambda: sa.Column("id", sa.Integer, primary_key=True),
    "uuid": lambda: sa.Column("id", sa.Uuid, primary_key=True, default=uuid.uuid4),
}


def make_models(seed: int, count: int = MODELS) -> tuple[SQLAlchemy, list[type[Any]]]:
    """Return a database with models of its own; each may refer to earlier ones."""
    chance = random.Random(seed)
    db = SQLAlchemy()
    models: list[type[Any]] = []
    for number in range(count):
        name = f"Kind{number}"
        members: dict[str, Any] = {"__tablename__": name.lower()}
        members["id"] = _KEYS[chance.choice(list(_KEYS))]()
        drawn = chance.sample(sorted(_COLUMNS), chance.randint(3, 7))
        for column in drawn:
            make, may_be_unique = _COLUMNS[column]
            members[column] = sa.Column(
                make(),
                nullable=chance.random() < 0.5,
                unique=may_be_unique and column != "flag" and chance.random() < 0.2,
            )
        if models and chance.random() < 0.7:
            _add_parent(members, chance.choice(models), chance)
        if models and chance.random() < 0.4:
            _add_many(db, name.lower(), members, chance.choice(models))
        models.append(type(name, (db.Model,), members))
    return db, models


def _add_parent(
    members: dict[str, Any], target: type[Any], chance: random.Random
) -> None:
    key = sa.ForeignKey(target.id)
    members["parent_id"] = sa.Column(key, nullable=chance.random() < 0.7)
    members["parent"] = orm.relationship(target, foreign_keys=[members["parent_id"]])


def _add_many(
    db: SQLAlchemy, name: str, members: dict[str, Any], target: type[Any]
) -> None:
    table = sa.Table(
        f"{name}_others",
        db.Model.metadata,
        sa.Column("own_id", sa.ForeignKey(f"{name}.id"), primary_key=True),
        sa.Column("other_id", sa.ForeignKey(target.id), primary_key=True),
    )
    members["others"] = orm.relationship(target, secondary=table, order_by=target.id)


@cache
def make_view(model: type[Any], *, has_relations: bool = True) -> type[msgspec.Struct]:
    """Return the class of responses: all columns, and relations one level deep."""
    fields = _list_columns(model, ())
    if has_relations:
        for relation in sa.inspect(model).relationships:
            inner: Any = make_view(relation.mapper.class_, has_relations=False)
            kind = list[inner] if relation.uselist else inner | None
            fields.append((relation.key, kind))
    suffix = "Out" if has_relations else "Part"
    return msgspec.defstruct(f"{model.__name__}{suffix}", fields, kw_only=True)


def make_write(model: type[Any]) -> type[msgspec.Struct]:
    """Return the class of bodies: all columns but the key, relations as keys."""
    fields: list[Any] = []
    for name, kind in _list_columns(model, ("id",)):
        column = sa.inspect(model).columns[name]
        fields.append((name, kind, None) if column.nullable else (name, kind))
    for relation in sa.inspect(model).relationships:
        if relation.uselist:
            key = type_of_column(relation.mapper.primary_key[0])
            make = msgspec.field(default_factory=list)
            fields.append((relation.key, list[key], make))
    return msgspec.defstruct(f"{model.__name__}In", fields, kw_only=True)


def _list_columns(model: type[Any], without: tuple[str, ...]) -> list[Any]:
    fields = []
    for name, column in sa.inspect(model).columns.items():
        if name not in without:
            kind = type_of_column(column)
            fields.append((name, kind | None if column.nullable else kind))
    return fields


def make_site(seed: int, url: str, folder: Any, count: int = MODELS) -> Flask:
    """Return an app with operations on all models, and some rows of each."""
    chance = random.Random(seed)
    db, models = make_models(seed, count)
    app = Flask(f"generated{seed}", root_path=str(folder))
    app.config |= {"DATABASE_URL": url, "REST_DOCS": "always"}
    db.init_app(app)
    api = Api(app, prefix="/api")
    for model in models:
        names = _list_names(model)
        comparable = [name for name in names if _COLUMNS.get(name, (0, False))[1]]
        api.crud(
            f"/{model.__name__.lower()}",
            model,
            read=make_view(model),
            write=make_write(model),
            filters=dict.fromkeys(comparable, ("eq", "in", "null")),
            sort=comparable,
            bulk=chance.random() < 0.5,
            paging=chance.choice(["number", "key"]),
        )
    with app.app_context():
        db.create_all()
        for model in models:
            for number in range(3):
                db.session.add(_make_row(db, model, number))
            db.session.commit()
    return app


def _list_names(model: type[Any]) -> list[str]:
    return [attribute.key for attribute in sa.inspect(model).column_attrs]


def _make_row(db: SQLAlchemy, model: type[Any], number: int) -> Any:
    row = model()
    for name in _list_names(model):
        if name in _VALUES:
            setattr(row, name, _VALUES[name](number))
    for relation in sa.inspect(model).relationships:
        targets = db.session.scalars(sa.select(relation.mapper.class_)).all()
        value = list(targets[:number]) if relation.uselist else targets[number]
        setattr(row, relation.key, value)
    return row


_NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
_VALUES: dict[str, Callable[[int], Any]] = {
    "small": lambda number: number,
    "whole": lambda number: -number,
    "big": lambda number: 2**40 + number,
    "word": lambda number: f"word {number}",
    "text": lambda number: "é" * number,
    "flag": lambda number: number % 2 == 0,
    "price": lambda number: number * 10,
    "ratio": lambda number: number / 3,
    "day": lambda number: _NOON.date() + dt.timedelta(number),
    "moment": lambda number: _NOON + dt.timedelta(hours=number),
    "clock": lambda number: dt.time(number, 30),
    "code": lambda number: uuid.UUID(int=number),
    "colour": lambda number: list(Colour)[number],
    "size": lambda number: "sml"[number],
    "facts": lambda number: {"number": number, "list": [None, 1.5, "x"]},
}
