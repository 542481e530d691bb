"""A column decides the kind, the limits and the words of its field."""

import sqlalchemy as sa
import wtforms
from sqlalchemy import orm
from werkzeug.datastructures import MultiDict
from wtforms import Form

from carboy.forms.model_fields import list_editable, make_field


class Base(orm.DeclarativeBase):
    pass


class Upper(sa.TypeDecorator):
    impl = sa.String
    cache_ok = True


class Drink(Base):
    __tablename__ = "drink"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(Upper(20), nullable=False)
    strength = sa.Column(sa.Float)
    made = sa.Column(sa.DateTime, server_default=sa.func.now())
    taste = sa.Column(sa.PickleType, info={"choices": ["dry", "sweet"]})


def make(name):
    column = Drink.__table__.c[name]
    return type("One", (Form,), {name: make_field(Drink, name, column, None, {})})


def validate(name, value):
    form = make(name)(MultiDict({name: value}))
    return form.validate()


def test_what_the_database_fills_in_is_not_asked_for():
    mapper = sa.inspect(Drink)
    columns = {prop.key: prop.columns[0] for prop in mapper.column_attrs}

    assert list_editable(mapper, columns) == ["name", "strength", "taste"]


def test_a_type_of_ones_own_has_the_field_and_the_length_of_its_base():
    assert type(make("name")().name) is wtforms.StringField
    assert validate("name", "cider")


def test_a_number_is_finite():
    assert validate("strength", "4.5")
    assert not validate("strength", "inf")
    assert not validate("strength", "nan")


def test_choices_go_before_the_type():
    assert type(make("taste")().taste) is wtforms.SelectField
    assert validate("taste", "dry")
    assert not validate("taste", "bitter")


def test_no_choice_is_no_value():
    """An empty text is none of the values: PostgreSQL refuses it in an enum."""
    form = make("taste")(MultiDict({"taste": ""}))

    assert form.validate()
    assert form.taste.data is None
    assert 'selected value=""' in form.taste()
    assert validate("taste", "dry")
    assert not validate("taste", "salty")
