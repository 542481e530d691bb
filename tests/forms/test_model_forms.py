"""A form made from a model has the types, limits and choices of its columns."""

import enum
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import wtforms
from flask import Flask
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
    is_listed = db.Column(db.Boolean, nullable=False, default=True)
    created = db.Column(db.DateTime, default=lambda: datetime.now(UTC), nullable=False)
    author_id = db.Column(db.ForeignKey("author.id"))
    cover = db.Column(db.LargeBinary)


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
        "printed", "is_listed",
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
