"""A form made from a model has the types, limits and choices of its columns."""

import enum
import sqlite3
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import wtforms
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DataError, IntegrityError
from werkzeug.datastructures import MultiDict

from carboy.db import SQLAlchemy
from carboy.errors import ConfigError
from carboy.forms import model_form

db = SQLAlchemy()


class Binding(enum.Enum):
    SOFT = "s"
    HARD = "h"


class Author(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(20), nullable=False)


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    isbn = db.Column(db.String(13), nullable=False, unique=True)
    title = db.Column(db.String(80), nullable=False, doc="As printed.")
    subtitle = db.Column(db.String(80))
    text = db.Column(db.Text, nullable=False, info={"label": "About it"})
    price = db.Column(db.Numeric(6, 2), nullable=False)
    pages = db.Column(db.SmallInteger, default=100, nullable=False)
    binding = db.Column(db.Enum(Binding), nullable=False)
    language = db.Column(
        db.String(2), info={"choices": {"en": "English", "zh": "中文"}}
    )
    printed = db.Column(db.Date)
    weight = db.Column(db.Numeric)
    is_listed = db.Column(db.Boolean, nullable=False, default=True)
    created = db.Column(db.DateTime, default=lambda: datetime.now(UTC), nullable=False)
    author_id = db.Column(db.ForeignKey("author.id"))
    cover = db.Column(db.LargeBinary)
    extras = db.Column(db.JSON)
    __table_args__ = (db.UniqueConstraint("title", "subtitle"),)


GOOD = {
    "isbn": "1",
    "title": "三体",
    "text": "x",
    "price": "9.90",
    "pages": "302",
    "binding": "HARD",
    "language": "zh",
    "printed": "2008-01-02",
}


@pytest.fixture
def app(tmp_path):
    app = Flask("shop", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    db.init_app(app) if "db" not in app.extensions else None
    with app.app_context():
        db.create_all()
        yield app
        db.drop_all()


def make(data=None, obj=None, **options):
    return model_form(Book, **options)(MultiDict(data or {}), obj)


def test_people_fill_in_what_does_not_make_itself():
    assert list(make()._fields) == [
        "isbn", "title", "subtitle", "text", "price", "pages", "binding", "language",
        "printed", "weight", "is_listed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("title", wtforms.StringField),
        ("text", wtforms.TextAreaField),
        ("price", wtforms.DecimalField),
        ("pages", wtforms.IntegerField),
        ("binding", wtforms.SelectField),
        ("language", wtforms.SelectField),
        ("printed", wtforms.DateField),
        ("is_listed", wtforms.BooleanField),
    ],
)
def test_a_column_decides_the_kind_of_its_field(name, kind):
    assert type(make()[name]) is kind


def test_values_come_back_with_the_types_of_the_columns():
    form = make(GOOD)

    assert form.validate(), form.errors
    assert form.price.data == Decimal("9.90")
    assert form.pages.data == 302
    assert form.binding.data is Binding.HARD
    assert form.printed.data == date(2008, 1, 2)
    assert form.subtitle.data is None
    assert form.is_listed.data is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("isbn", "1" * 14),
        ("title", ""),
        ("price", "10000"),
        ("price", "-10000"),
        ("price", "9.999"),
        ("price", "NaN"),
        ("price", "sNaN"),
        ("price", "Infinity"),
        ("price", "1e999999999"),
        ("weight", "1e400"),
        ("weight", "-1e-400"),
        ("title", "a\0b"),
        ("price", "ten"),
        ("pages", str(2**15)),
        ("binding", "LEATHER"),
        ("binding", ""),
        ("language", "fr"),
        ("printed", "2008-13-01"),
    ],
)
def test_what_the_column_would_not_take_is_refused(name, value):
    form = make({**GOOD, name: value})

    assert not form.validate()
    assert set(form.errors) == {name}


def test_words_come_from_the_column():
    form = make(labels={"subtitle": "Second title"})

    assert form.title.label.text == "Title"
    assert form.title.description == "As printed."
    assert form.text.label.text == "About it"
    assert form.subtitle.label.text == "Second title"
    assert form.pages.data == 100


def test_fields_can_be_chosen():
    form = model_form(Book, only=["title", "author_id"])(MultiDict())
    rest = model_form(Book, exclude=["title"])(MultiDict())

    assert list(form._fields) == ["title", "author_id"]
    assert "title" not in rest


def test_a_name_that_is_no_column_is_named():
    with pytest.raises(
        ConfigError, match=r"Book has no column 'titel'\. It has .*title"
    ):
        model_form(Book, only=["titel"])


def test_a_form_of_ones_own_goes_before_the_column():
    class Base(wtforms.Form):
        title = wtforms.SelectField(choices=["a"])

    class Own(Base, model_form(Book, only=["isbn"])):
        pass

    assert type(Own(MultiDict()).title) is wtforms.SelectField


def test_a_value_that_is_taken_is_refused_but_not_to_its_owner(app):
    book = Book(isbn="1", title="a", text="b", price=1, binding=Binding.SOFT)
    db.session.add(book)
    db.session.commit()

    taken = make(GOOD, session=lambda: db.session)
    edited = make(GOOD, obj=book, session=lambda: db.session)

    assert not taken.validate()
    assert taken.errors == {"isbn": ["This is taken already."]}
    assert edited.validate(), edited.errors


def test_an_object_goes_in_and_out(app):
    book = Book(isbn="2", title="a", text="b", price=1, binding=Binding.SOFT)
    form = model_form(Book)(None, book)
    assert form.binding.data is Binding.SOFT
    assert '<option selected value="SOFT">' in form.binding()

    form = make({**GOOD, "id": "7", "author_id": "3"}, book)
    assert form.validate()
    form.populate_obj(book)

    assert (book.title, book.binding, book.id) == ("三体", Binding.HARD, None)
    assert book.author_id is None


@pytest.mark.parametrize("price", ["9999.99", "-9999.99", "1.5", "1e3", "2.500"])
def test_what_the_column_takes_is_accepted(price):
    assert make({**GOOD, "price": price}).validate()


def test_a_type_without_a_field_is_left_out_or_named():
    assert "extras" not in make()
    with pytest.raises(
        ConfigError, match=r"no field for the type LargeBinary.* 'cover'"
    ):
        model_form(Book, only=["cover"])


def test_a_uuid_comes_back_as_one():
    class Key(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        key = db.Column(db.Uuid)

    text = "6f0c1b0e-7d5c-4ad9-9e0b-0c9f3c1f5a11"
    good, bad = (
        model_form(Key)(MultiDict({"key": value})) for value in (text, "nonsense")
    )

    assert good.validate(), good.errors
    assert good.key.data == uuid.UUID(text)
    assert not bad.validate()
    assert bad.key.data == "nonsense"


def add_book(**values):
    defaults = {"isbn": "9", "title": "a", "text": "b", "price": 1}
    book = Book(**{**defaults, "binding": Binding.SOFT, **values})
    db.session.add(book)
    db.session.commit()
    return book


def test_a_saved_form_is_a_new_row(app):
    book = make(GOOD, session=lambda: db.session).save()

    assert book.id is not None
    assert db.session.query(Book).one().title == "三体"


def test_a_saved_form_changes_the_row_that_it_was_made_with(app):
    book = add_book()

    assert make(GOOD, obj=book).save(session=db.session) is book
    assert db.session.query(Book).one().title == "三体"


def test_a_form_without_a_session_names_the_way_out():
    with pytest.raises(ConfigError, match=r"save\(session="):
        make(GOOD).save()


@pytest.mark.parametrize(
    ("other", "field"),
    [
        ({"isbn": "1"}, "isbn"),
        ({"title": "三体", "subtitle": "黑暗森林"}, "subtitle"),
    ],
)
@pytest.mark.parametrize("is_edit", [False, True])
def test_a_value_that_another_request_took_becomes_an_error(app, other, field, is_edit):
    mine = add_book(isbn="mine", title="old") if is_edit else None
    form = make({**GOOD, "subtitle": "黑暗森林"}, obj=mine, session=lambda: db.session)
    assert form.validate(), form.errors
    # The other request, between our look and our write.
    add_book(**other)
    note = Author(name="written before")
    db.session.add(note)

    assert form.save() is None

    assert form.errors == {field: ["This is taken already."]}
    assert form[field].data == (other[field])
    # Neither the work of the caller nor the row that is edited is harmed.
    db.session.commit()
    assert db.session.query(Author).one().name == "written before"
    assert mine is None or mine.title == "old"
    assert db.session.query(Book).count() == 1 + is_edit


def test_values_that_must_be_unique_together_are_looked_up(app):
    book = add_book(title="三体", subtitle="黑暗森林")
    data = {**GOOD, "subtitle": "黑暗森林"}

    taken = make(data, session=lambda: db.session)
    own = make(data, obj=book, session=lambda: db.session)

    assert not taken.validate()
    assert taken.errors == {"subtitle": ["This is taken already."]}
    assert own.validate(), own.errors


def test_an_error_that_is_not_about_uniqueness_is_not_hidden(app):
    form = make({**GOOD, "text": "x"}, session=lambda: db.session)
    form.text.data = None

    with pytest.raises(IntegrityError):
        form.save()
    db.session.rollback()


@pytest.fixture
def narrow(app):
    """A database that stores no text of more than 500 characters."""
    connection = db.session.connection().connection.driver_connection
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 500)
    yield
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


def test_a_value_that_the_database_does_not_store_becomes_an_error(narrow):
    form = make({**GOOD, "text": "x" * 501}, session=lambda: db.session)
    assert form.validate(), form.errors
    note = Author(name="written before")
    db.session.add(note)

    assert form.save() is None

    assert "cannot store one of these values" in form.form_errors[0]
    assert form.text.data == "x" * 501
    db.session.commit()
    assert db.session.query(Author).one().name == "written before"


def test_the_field_that_the_database_names_has_the_error(app):
    form = make(GOOD, session=lambda: db.session)
    assert form.validate()

    @event.listens_for(Book, "before_insert")
    def refuse(mapper, connection, target):
        raise DataError("", {}, Exception("Data too long for column 'text' at row 1"))

    try:
        assert form.save() is None
    finally:
        event.remove(Book, "before_insert", refuse)

    assert form.errors == {"text": ["Invalid input."]}
