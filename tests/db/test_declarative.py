"""Tables are named after classes, unless the class says or inherits otherwise.

Names of tables and constraints are always the same.
"""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from carboy.db import Model, SQLAlchemy
from carboy.db.declarative import is_declarative, make_metadata, table_name


@pytest.fixture
def db() -> Any:
    return SQLAlchemy()


def key(db: Any) -> Any:
    return db.Column(db.Integer, primary_key=True)


def test_a_class_names_its_table(db) -> None:
    class HTTPServerLog(db.Model):
        id = key(db)

    class Named(db.Model):
        __tablename__ = "other"
        id = key(db)

    assert HTTPServerLog.__tablename__ == "http_server_log"
    assert Named.__table__.name == "other"


def test_abstract_classes_and_mixins(db) -> None:
    class Base(db.Model):
        __abstract__ = True
        id = key(db)

    class Mixin:
        @orm.declared_attr.directive
        def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy's way
            return f"x_{cls.__name__.lower()}"

    class Plain(Base):
        pass

    class Mixed(Mixin, Base):
        pass

    assert not hasattr(Base, "__table__")
    assert (Plain.__table__.name, Mixed.__table__.name) == ("plain", "x_mixed")


def test_inheritance(db) -> None:
    class Animal(db.Model):
        id = key(db)
        kind = db.Column(db.String(9))
        __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy's way

    class Cat(Animal):
        lives = db.Column(db.Integer)
        __mapper_args__ = {"polymorphic_identity": "cat"}  # noqa: RUF012 - as above

    class Dog(Animal):
        id = db.Column(db.ForeignKey("animal.id"), primary_key=True)
        __mapper_args__ = {"polymorphic_identity": "dog"}  # noqa: RUF012 - as above

    class Bird(Animal):
        id = db.Column(db.ForeignKey("animal.id"))
        __table_args__ = (db.PrimaryKeyConstraint("id"),)
        __mapper_args__ = {"polymorphic_identity": "bird"}  # noqa: RUF012 - as above

    assert Cat.__table__ is Animal.__table__
    assert (Dog.__table__.name, Bird.__table__.name) == ("dog", "bird")


def test_a_table_that_is_given_is_used(db) -> None:
    table = db.Table("given", db.Column("id", db.Integer, primary_key=True))

    class Given(db.Model):
        __table__ = table

    assert Given.__table__.name == "given"
    assert sa.inspect(Given).local_table is table


def test_the_default_order_of_a_model_is_kept_apart(db) -> None:
    class Article(db.Model):
        id = key(db)
        title = db.Column(db.String(9))
        __mapper_args__ = {"order_by": title, "eager_defaults": True}  # noqa: RUF012 - as the notes write it

    assert Article.__default_order__ == (Article.__table__.c.title,)
    assert sa.inspect(Article).eager_defaults is True


def test_what_is_declarative() -> None:
    assert is_declarative(Model)
    assert is_declarative(orm.declarative_base())
    assert not is_declarative(int)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("User", "user"),
        ("BlogPost", "blog_post"),
        ("HTTPServer", "http_server"),
        ("User2FA", "user2_fa"),
        ("_Private", "private"),
    ],
)
def test_the_name_of_a_class_becomes_that_of_its_table(name, expected) -> None:
    assert table_name(name) == expected


def test_each_constraint_has_a_name() -> None:
    metadata = make_metadata("logs")
    other = sa.Table("o", metadata, sa.Column("id", sa.Integer, primary_key=True))
    table = sa.Table(
        "t",
        metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, unique=True),
        sa.Column("o", sa.ForeignKey(other.c.id), index=True),
        sa.CheckConstraint("a > 0"),
        sa.CheckConstraint("a < 9", name="small"),
        sa.UniqueConstraint("a", "o"),
    )
    text = str(sa.schema.CreateTable(table))
    again = str(sa.schema.CreateTable(table))

    assert text == again
    for name in ("pk_t", "uq_t_a", "uq_t_a_o", "fk_t_o_o", "CONSTRAINT small", "ck_t_"):
        assert name in text
    assert [index.name for index in table.indexes] == ["ix_t_o"]
    assert metadata.info["bind_key"] == "logs"
