"""What must be unique is read from columns, constraints and indexes alike."""

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError, OperationalError

from carboy.db import (
    find_unique_row,
    list_unique_groups,
    list_violated_columns,
    make_url,
)


class Base(orm.DeclarativeBase):
    pass


class Seat(Base):
    __tablename__ = "seat"
    id = sa.Column(sa.Integer, primary_key=True)
    code = sa.Column(sa.String, unique=True)
    hall = sa.Column("room", sa.String)
    number = sa.Column(sa.Integer)
    guest = sa.Column(sa.String)
    mail = sa.Column(sa.String)
    __table_args__ = (
        sa.UniqueConstraint("room", "number"),
        sa.Index("by_guest", "guest", unique=True),
        sa.Index("by_lower", sa.func.lower(mail), unique=True),
        sa.Index("some", "mail", unique=True, sqlite_where=sa.text("mail IS NOT NULL")),
        sa.Index("plain", "mail"),
    )


def test_each_group_is_found_once_by_the_names_of_attributes():
    assert sorted(list_unique_groups(Seat)) == [
        ("code",),
        ("guest",),
        ("hall", "number"),
    ]


def test_a_row_is_found_by_all_values_and_never_by_null():
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        seat = Seat(code="a", hall="x", number=1, guest=None)
        session.add(seat)
        session.commit()

        assert find_unique_row(Seat, session, {"hall": "x", "number": 1}) is seat
        assert find_unique_row(Seat, session, {"hall": "x", "number": 2}) is None
        assert find_unique_row(Seat, session, {"guest": None}) is None
    engine.dispose()


class Place(Base):
    __tablename__ = "places"
    id = sa.Column(sa.Integer, primary_key=True, autoincrement=False)
    code = sa.Column(sa.String(90), unique=True)
    hall = sa.Column("room", sa.String(20))
    number = sa.Column(sa.Integer)
    guest = sa.Column(sa.String(20))
    mail = sa.Column(sa.String(20))
    level = sa.Column(sa.Integer, sa.CheckConstraint("level > 0"))
    __table_args__ = (
        sa.UniqueConstraint("room", "number"),
        sa.UniqueConstraint("mail", name="by_mail"),
        sa.Index("one_guest", "guest", unique=True),
    )


FIRST = {"code": "a", "hall": "x", "number": 1, "guest": "g", "mail": "m"}
# Values that look like the end of another constraint's message.
LIARS = (
    "one_guest",
    "x' for key 'by_mail'",
    "x' for key 'by_mail",
    'x"; unique constraint "by_mail"',
    "(mail)=(x) already exists",
    "UNIQUE constraint failed: places.mail",
)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def session(request):
    if request.param == "sqlite":
        engine = sa.create_engine("sqlite://")
    else:
        engine = sa.create_engine(
            make_url(request.getfixturevalue(f"fresh_{request.param}"))
        )
    Place.__table__.create(engine)
    with orm.Session(engine) as session:
        yield session
    engine.dispose()


def list_of_error(session, **values):
    session.add(Place(**values))
    with pytest.raises((IntegrityError, OperationalError)) as caught:
        session.flush()
    session.rollback()
    return list_violated_columns(Place, caught.value)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("id",), ("id",)),
        (("code",), ("code",)),
        (("hall", "number"), ("hall", "number")),
        (("guest",), ("guest",)),
        (("mail",), ("mail",)),
    ],
)
def test_the_error_of_each_database_names_what_is_taken(session, names, expected):
    session.add(Place(id=1, **FIRST))
    session.commit()

    again = {"id": 2} | {name: ({"id": 1} | FIRST)[name] for name in names}

    assert list_of_error(session, **again) == expected


@pytest.mark.parametrize("value", LIARS)
def test_a_value_cannot_name_another_constraint(session, value):
    session.add(Place(id=1, code=value))
    session.commit()

    assert list_of_error(session, id=2, code=value) == ("code",)


def test_a_constraint_of_another_kind_names_nothing(session):
    assert list_of_error(session, id=1, level=-1) == ()
