"""Compiled marshalling of rows, whose loaded values stand in `__dict__`."""

import pytest
from sqlalchemy import ForeignKey, String, create_engine, event
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    defer,
    mapped_column,
    relationship,
    selectinload,
)

from carboy.rest import fields, marshal
from carboy.rest.plans import make_reader, plan_of
from tests.profiling import count_calls


class Base(DeclarativeBase):
    """The base of the models of this file."""


class Writer(Base):
    __tablename__ = "writer"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    books: Mapped[list["Book"]] = relationship(back_populates="writer")

    @hybrid_property
    def shout(self):
        return self.name.upper()


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None] = mapped_column(String(80))
    writer_id: Mapped[int] = mapped_column(ForeignKey("writer.id"))
    writer: Mapped[Writer] = relationship(back_populates="books")


SHOWN = {
    "id": fields.Integer,
    "name": fields.String,
    "books": fields.List(
        fields.Nested({"id": fields.Integer, "title": fields.String(default="none")})
    ),
}


@pytest.fixture
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        books = [Book(title="One"), Book(title=None)]
        session.add_all([Writer(name="Ada", books=books), Writer(name="Bob")])
        session.commit()
        yield session
    engine.dispose()


EXPECTED = [
    {
        "id": 1,
        "name": "Ada",
        "books": [{"id": 1, "title": "One"}, {"id": 2, "title": "none"}],
    },
    {"id": 2, "name": "Bob", "books": []},
]


def test_rows_are_marshalled_with_their_relations(session):
    writers = session.query(Writer).options(selectinload(Writer.books)).all()
    assert marshal(writers, SHOWN) == EXPECTED


def test_what_is_not_loaded_is_loaded_by_its_attribute(session):
    assert marshal(session.query(Writer).all(), SHOWN) == EXPECTED
    deferred = session.query(Writer).options(defer(Writer.name)).all()
    session.expire_all()
    assert marshal(deferred, SHOWN) == EXPECTED


def test_properties_of_rows_are_asked(session):
    shown = {"name": fields.String, "loud": fields.String(attribute="shout")}
    writers = session.query(Writer).all()
    assert marshal(writers, shown)[0] == {"name": "Ada", "loud": "ADA"}


def test_marshalling_sends_no_query_for_what_is_loaded(session):
    writers = session.query(Writer).options(selectinload(Writer.books)).all()
    sent = []
    event.listen(session.bind, "before_cursor_execute", lambda *a: sent.append(a))
    marshal(writers, SHOWN)
    assert sent == []


def test_a_loaded_row_costs_few_calls(session):
    writers = session.query(Writer).options(selectinload(Writer.books)).all() * 50
    marshal(writers, SHOWN)

    calls = count_calls(lambda: marshal(writers, SHOWN))

    # Three for a writer with its reader and list, two for each book.
    assert calls < len(writers) * 7 + 40


def test_names_that_look_like_code_are_only_names():
    shown = {"a'b": fields.String, "x\\": fields.Raw, "{obj}": fields.Integer}
    data = {"a'b": "1", "x\\": 2, "{obj}": 3}
    assert marshal(data, shown) == data


def test_a_class_with_its_own_lookup_is_read_slowly():
    class Own:
        def __getattr__(self, name):
            return f"own {name}"

    assert make_reader(Own, ["id"]) is None
    assert marshal(Own(), {"title": fields.String}) == {"title": "own title"}


def test_the_same_fields_have_one_plan():
    assert plan_of(SHOWN) is plan_of(SHOWN)
