"""If this passes, fields choose among rows, and no others."""

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.datastructures import MultiDict
from wtforms import Form

from carboy.legacy.names.wtforms_ext import QuerySelectField, QuerySelectMultipleField

Base = orm.declarative_base()


class Color(Base):
    __tablename__ = "color"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String(10))


@pytest.fixture
def rows():
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all([Color(name="red"), Color(name="blue")])
        session.flush()
        yield session.query(Color).all()
    engine.dispose()


def make_form(rows, **values):
    class ColorForm(Form):
        one = QuerySelectField(
            query_factory=lambda: rows,
            get_label="name",
            allow_blank=True,
            blank_text="-",
        )
        must = QuerySelectField(query_factory=lambda: rows)
        many = QuerySelectMultipleField(
            query_factory=lambda: rows, get_label=lambda r: r.name
        )

    return ColorForm(MultiDict(values))


def test_rows_are_chosen_by_their_key(rows):
    form = make_form(rows, one="2", must="1", many="2")

    assert form.validate(), form.errors
    assert (form.one.data, form.must.data, form.many.data) == (
        rows[1],
        rows[0],
        [rows[1]],
    )
    assert '<option selected value="2">blue</option>' in str(form.one())


def test_other_keys_are_refused(rows):
    form = make_form(rows, one="9", must="9", many="9")

    assert not form.validate()
    assert {*form.errors} == {"one", "must", "many"}


def test_a_blank_choice_is_none(rows):
    form = make_form(rows, one="__None", must="1")

    assert form.validate(), form.errors
    assert form.one.data is None
    assert form.many.data == []
