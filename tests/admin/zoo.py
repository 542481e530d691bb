"""A zoo of models: each type of column, kind of relation, key and inheritance."""

import datetime as dt
import enum
import uuid
from decimal import Decimal
from typing import Any, ClassVar, Optional

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from carboy.auth import UserModel
from carboy.db import SQLAlchemy, Timestamps, UtcDateTime

SECRET = "canary-7f3a"  # noqa: S105 - looked for in every answer
NOW = dt.datetime(2026, 11, 30, 12, 0, tzinfo=dt.UTC)

db = SQLAlchemy()


class Zoo:
    """What policies of the tests are about: every model below."""


class Diet(enum.Enum):
    """What an animal eats."""

    plants = 1
    meat = 2
    both = 3


visits = sa.Table(
    "visit_guide",
    db.metadata,
    sa.Column("visit_id", sa.ForeignKey("visit.id"), primary_key=True),
    sa.Column("guide_id", sa.ForeignKey("guide.id"), primary_key=True),
)


class Account(UserModel, Zoo, db.Model):
    api_token: Mapped[str] = mapped_column(default=SECRET)
    level: Mapped[int] = mapped_column(default=0)


class House(Zoo, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    opened: Mapped[dt.date | None]
    cages: Mapped[list["Cage"]] = relationship(
        back_populates="house", cascade="all, delete-orphan"
    )


class Cage(Zoo, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(40))
    house_id: Mapped[int] = mapped_column(sa.ForeignKey("house.id"))
    house: Mapped[House] = relationship(back_populates="cages")
    animals: Mapped[list["Animal"]] = relationship(back_populates="cage")

    def __str__(self) -> str:
        return f"Cage {self.label}"


class Animal(Timestamps, Zoo, db.Model):
    """Single-table inheritance, a version, relations that may be empty."""

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(80))
    diet: Mapped[Diet] = mapped_column(default=Diet.both)
    weight: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 2))
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    is_tame: Mapped[bool] = mapped_column(default=False)
    chip_secret: Mapped[str] = mapped_column(default=SECRET)
    version: Mapped[int] = mapped_column(default=1)
    cage_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cage.id"))
    mother_id: Mapped[int | None] = mapped_column(sa.ForeignKey("animal.id"))
    cage: Mapped[Cage | None] = relationship(back_populates="animals")
    mother: Mapped[Optional["Animal"]] = relationship(remote_side="Animal.id")
    passport: Mapped[Optional["Passport"]] = relationship(back_populates="animal")

    __mapper_args__: ClassVar = {
        "polymorphic_on": "kind",
        "polymorphic_identity": "animal",
        "version_id_col": version,
    }


class Lion(Animal):
    mane: Mapped[str | None] = mapped_column(sa.String(20))

    __mapper_args__: ClassVar = {"polymorphic_identity": "lion"}


class Passport(Zoo, db.Model):
    """One to one."""

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    animal_id: Mapped[int] = mapped_column(sa.ForeignKey("animal.id"), unique=True)
    animal: Mapped[Animal] = relationship(back_populates="passport")


class Vehicle(Zoo, db.Model):
    """Joined-table inheritance."""

    id: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(sa.String(20))
    plate: Mapped[str] = mapped_column(sa.String(20))

    __mapper_args__: ClassVar = {
        "polymorphic_on": "type",
        "polymorphic_identity": "vehicle",
    }


class Bus(Vehicle):
    id: Mapped[int] = mapped_column(sa.ForeignKey("vehicle.id"), primary_key=True)
    seats: Mapped[int] = mapped_column(default=40)

    __mapper_args__: ClassVar = {"polymorphic_identity": "bus"}


class Visit(Zoo, db.Model):
    """A key made of text, and many to many."""

    id: Mapped[uuid.UUID] = mapped_column(sa.Uuid, primary_key=True, default=uuid.uuid4)
    day: Mapped[dt.date]
    starts: Mapped[dt.time | None]
    paid_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    price: Mapped[float] = mapped_column(default=9.5)
    guides: Mapped[list["Guide"]] = relationship(
        secondary=visits, back_populates="visits"
    )


class Guide(Zoo, db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    language: Mapped[str] = mapped_column(
        sa.String(5), info={"choices": {"en": "English", "zh": "中文"}}, default="en"
    )
    visits: Mapped[list[Visit]] = relationship(
        secondary=visits, back_populates="guides"
    )


class Feeding(Zoo, db.Model):
    """A key of two columns, one of which leads to another row."""

    animal_id: Mapped[int] = mapped_column(sa.ForeignKey("animal.id"), primary_key=True)
    meal: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    amount: Mapped[int] = mapped_column(default=1)
    animal: Mapped[Animal] = relationship()


class Everything(Zoo, db.Model):
    """A column of each type, all of which may be empty."""

    id: Mapped[int] = mapped_column(primary_key=True)
    text = mapped_column(sa.String(50))
    long_text = mapped_column(sa.Text)
    small = mapped_column(sa.SmallInteger)
    big = mapped_column(sa.BigInteger)
    ratio = mapped_column(sa.Float)
    price = mapped_column(sa.Numeric(10, 2))
    flag = mapped_column(sa.Boolean)
    day = mapped_column(sa.Date)
    clock = mapped_column(sa.Time)
    naive = mapped_column(sa.DateTime)
    moment = mapped_column(sa.DateTime(timezone=True))
    data = mapped_column(sa.JSON)
    blob = mapped_column(sa.LargeBinary)
    token_id = mapped_column(sa.Uuid)
    size = mapped_column(sa.Enum("s", "m", "l", name="size"))
    note = mapped_column(sa.String(20), default="", server_default="")
    computed_length = sa.orm.column_property(sa.func.length(sa.func.coalesce(text, "")))


class Slug(Zoo, db.Model):
    """A key that holds what addresses cannot."""

    path: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    target: Mapped[str] = mapped_column(sa.String(200))


class Log(Zoo, db.Model):
    """Many rows."""

    id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(sa.String(100))
    level: Mapped[int | None] = mapped_column(index=True)


MODELS: tuple[Any, ...] = (
    *(Account, House, Cage, Animal, Lion, Passport, Vehicle, Bus, Visit, Guide),
    *(Feeding, Everything, Slug, Log),
)


def fill() -> None:
    """Add some rows of each model."""
    house = House(name="Cats & <b>dogs</b>", opened=dt.date(1999, 1, 2))
    cage = Cage(label="A1", house=house)
    lion = Lion(name="Leo", cage=cage, diet=Diet.meat, weight=Decimal("190.50"))
    cub = Lion(name="Simba", cage=cage, mother=lion)
    guide = Guide(name="Grace")
    rows: list[Any] = [
        *(house, cage, lion, cub, guide),
        Animal(name="Worm"),
        Passport(number="P-1", animal=lion),
        Vehicle(plate="ZOO 1"),
        Bus(plate="ZOO 2", seats=50),
        Visit(day=NOW.date(), paid_at=NOW, guides=[guide], starts=dt.time(9, 30)),
        Feeding(animal=lion, meal="noon/late", amount=3),
        Everything(),
        Everything(
            text="text",
            long_text="long " * 100,
            small=1,
            big=2**40,
            ratio=0.5,
            price=Decimal("1.25"),
            flag=True,
            day=NOW.date(),
            clock=dt.time(1, 2, 3),
            naive=NOW.replace(tzinfo=None),
            moment=NOW,
            data={"a": [1, "<i>"]},
            blob=b"\0\xff",
            token_id=uuid.UUID(int=7),
            size="m",
        ),
        Slug(path="a/b?c=d~e.f%20", target="x"),
        *(Log(line=f"line {n}", level=n % 5 or None) for n in range(130)),
    ]
    for row in rows:
        db.session.add(row)
        # One by one: keys are numbers in the order of this list.
        db.session.flush()
    db.session.commit()
