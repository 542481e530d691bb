"""What must be unique is read from columns, constraints and indexes alike."""

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.forms.uniqueness import find_row, list_unique_groups


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

        assert find_row(Seat, session, {"hall": "x", "number": 1}) is seat
        assert find_row(Seat, session, {"hall": "x", "number": 2}) is None
        assert find_row(Seat, session, {"guest": None}) is None
