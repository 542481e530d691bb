"""Thirty models with all kinds of columns and relationships, and values for them."""

import enum
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

BERLIN = "Europe/Berlin"


class Base(orm.DeclarativeBase):
    """The base of all models here."""


class Size(enum.Enum):
    SMALL = 1
    LARGE = 2


class Maker(Base):
    __tablename__ = "maker"
    id = sa.Column(sa.Integer, primary_key=True)
    code = sa.Column(sa.String(8), unique=True, nullable=False)
    key = sa.Column(sa.Uuid, unique=True, nullable=False, default=uuid.uuid4)

    def __str__(self) -> str:
        return f"Maker <{self.code}>"


@dataclass
class Kind:
    """A model, two sets of values of a row, and options of its form."""

    model: type[Any]
    first: dict[str, Any]
    second: dict[str, Any]
    include: tuple[str, ...] = ()
    # The values that the form of an empty page leads to.
    names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = [*self.first]


def column(name: str, kind: Any, first: Any, second: Any, **options: Any) -> Kind:
    """Return a model with one column besides its key."""
    members = {
        "__tablename__": name,
        "id": sa.Column(sa.Integer, primary_key=True),
        "value": sa.Column(kind, **options),
    }
    include = ("value",) if isinstance(kind, sa.JSON) else ()
    model = type(name.title().replace("_", ""), (Base,), members)
    return Kind(model, {"value": first}, {"value": second}, include)


def related(name: str, target: str, *, nullable: bool) -> type[Any]:
    """Return a model with a foreign key to a column of Maker."""
    members = {
        "__tablename__": name,
        "id": sa.Column(sa.Integer, primary_key=True),
        "maker_ref": sa.Column(sa.ForeignKey(target), nullable=nullable),
        "maker": orm.relationship(Maker),
    }
    return type(name.title().replace("_", ""), (Base,), members)


def several(name: str, collection: Any = list) -> type[Any]:
    """Return a model with a many-to-many relationship."""
    link = sa.Table(
        f"{name}_maker",
        Base.metadata,
        sa.Column("own", sa.ForeignKey(f"{name}.id"), primary_key=True),
        sa.Column("maker", sa.ForeignKey("maker.id"), primary_key=True),
    )
    members = {
        "__tablename__": name,
        "id": sa.Column(sa.Integer, primary_key=True),
        "makers": orm.relationship(Maker, secondary=link, collection_class=collection),
    }
    return type(name.title().replace("_", ""), (Base,), members)


class Together(Base):
    __tablename__ = "together"
    id = sa.Column(sa.Integer, primary_key=True)
    shelf = sa.Column(sa.String(4), nullable=False)
    number = sa.Column(sa.Integer)
    __table_args__ = (sa.UniqueConstraint("shelf", "number"),)


class Parent(Base):
    __tablename__ = "parent"
    id = sa.Column(sa.Integer, primary_key=True)
    kind = sa.Column(sa.String(9))
    name = sa.Column(sa.String(9), nullable=False)
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "parent"}  # noqa: RUF012 - SQLAlchemy's way


class Child(Parent):
    __tablename__ = "child"
    id = sa.Column(sa.ForeignKey("parent.id"), primary_key=True)
    age = sa.Column(sa.Integer)
    __mapper_args__ = {"polymorphic_identity": "child"}  # noqa: RUF012 - SQLAlchemy's way


class Versioned(Base):
    __tablename__ = "versioned"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(9), nullable=False)
    version = sa.Column(sa.Integer, nullable=False)
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's way


class Renamed(Base):
    __tablename__ = "renamed"
    id = sa.Column(sa.Integer, primary_key=True)
    title = sa.Column("der_titel", sa.String(9), unique=True)


class Node(Base):
    __tablename__ = "node"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(9), nullable=False)
    parent_id = sa.Column(sa.ForeignKey("node.id"))


NOON = datetime.fromisoformat("2026-07-01T12:30:05.123456")
LATE = datetime.fromisoformat("2026-12-24T23:59")
KEYS = [uuid.UUID(int=n) for n in (1, 2, 3)]

ZOO = [
    column("text_required", sa.String(20), "a < b & \"c\"", "\u4e09\u4f53",
           nullable=False),
    column("text_null", sa.String(20), None, "x"),
    column("text_empty", sa.String(20), "", "y", nullable=False, default=""),
    column("long_text", sa.Text, "\nfirst\n\nlast\n", "one", nullable=False),
    column("small", sa.SmallInteger, -32768, 32767, nullable=False),
    column("number_null", sa.Integer, None, 0),
    column("number_default", sa.Integer, 7, 8, nullable=False, default=3),
    column("big", sa.BigInteger, 2**63 - 1, -(2**63), nullable=False),
    column("money", sa.Numeric(10, 2), Decimal("12345.67"), Decimal("-0.05")),
    column("plain_decimal", sa.Numeric(12, 6), Decimal("1.234567"), None),
    column("real", sa.Float, 1e-7, 0.1, nullable=False),
    column("real_large", sa.Float, 1.5e300, -2.25, nullable=False),
    column("checked", sa.Boolean, True, False, nullable=False),
    column("checked_default", sa.Boolean, False, True, default=True),
    column("checked_null", sa.Boolean, None, False),
    column("checked_known", sa.Boolean, True, None),
    column("size", sa.Enum(Size), Size.SMALL, Size.LARGE, nullable=False),
    column("size_null", sa.Enum(Size), None, Size.LARGE),
    column("word", sa.Enum("dry", "sweet", name="taste"), "dry", "sweet"),
    column("day", sa.Date, date(2024, 2, 29), None),
    column("clock", sa.Time, time(1, 2, 3, 4), time(23, 59), nullable=False),
    column("moment", sa.DateTime, NOON, LATE, nullable=False),
    column("moment_zone", sa.DateTime(timezone=True), NOON.replace(tzinfo=UTC),
           LATE.replace(tzinfo=UTC), info={"zone": BERLIN}),
    column("identity", sa.Uuid, KEYS[0], None),
    column("data", sa.JSON(), {"a": [1, None, "\u4e09\n"]}, [True, 1.5],
           nullable=False),
    column("data_null", sa.JSON(none_as_null=True), None, {"x": {}}),
    column("choice", sa.String(2), "en", "zh", info={"choices": ["en", "zh"]}),
    Kind(related("by_id", "maker.id", nullable=False),
         {"maker_ref": 1}, {"maker_ref": 3}, ("maker_ref",)),
    Kind(related("by_code", "maker.code", nullable=True),
         {"maker_ref": "b&b"}, {"maker_ref": None}, ("maker_ref",)),
    Kind(related("by_key", "maker.key", nullable=False),
         {"maker_ref": KEYS[0]}, {"maker_ref": KEYS[2]}, ("maker_ref",)),
    Kind(related("by_relation", "maker.id", nullable=True),
         {"maker": "b&b"}, {"maker": None}, ("maker",)),
    Kind(several("in_list"), {"makers": ["a", "c"]}, {"makers": []}, ("makers",)),
    Kind(several("in_set", set), {"makers": ["b&b"]}, {"makers": ["a", "c"]},
         ("makers",)),
    Kind(Together, {"shelf": "A", "number": 1}, {"shelf": "A", "number": None}),
    Kind(Child, {"name": "Ada", "age": 3}, {"name": "Bo", "age": None}),
    Kind(Versioned, {"name": "Ada"}, {"name": "Bo"}),
    Kind(Renamed, {"title": "one"}, {"title": "two"}),
    Kind(Node, {"name": "one", "parent_id": None}, {"name": "two", "parent_id": None},
         ("parent_id",)),
]  # fmt: skip


def make_rows(session: orm.Session) -> None:
    """Create the rows that others choose."""
    codes = ["a", "b&b", "c"]
    session.add_all(
        Maker(id=n, code=code, key=KEYS[n - 1]) for n, code in enumerate(codes, 1)
    )
    session.commit()


def build(kind: Kind, values: dict[str, Any], session: orm.Session) -> Any:
    """Return a new row with `values`; makers are named by their code."""
    return kind.model(**{k: _find(kind, k, v, session) for k, v in values.items()})


def _find(kind: Kind, name: str, value: Any, session: orm.Session) -> Any:
    prop = sa.inspect(kind.model).relationships.get(name)
    if prop is None or value is None:
        return value
    codes = [value] if isinstance(value, str) else value
    rows = list(session.scalars(sa.select(Maker).where(Maker.code.in_(codes))))
    if not prop.uselist:
        return rows[0]
    return set(rows) if prop.collection_class is set else rows


def read(kind: Kind, row: Any) -> dict[str, Any]:
    """Return the values of a row; makers by their code, times in UTC."""
    return {name: _plain(getattr(row, name)) for name in kind.names}


def _plain(value: Any) -> Any:
    if isinstance(value, Maker):
        return value.code
    if isinstance(value, list | set) and all(isinstance(v, Maker) for v in value):
        return sorted(each.code for each in value)
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value


def expected(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as `read` returns them."""
    return {name: _plain(value) for name, value in values.items()}
