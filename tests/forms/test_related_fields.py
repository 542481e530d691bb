"""Rows of other models are chosen in selects, queried only when they are needed."""

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.datastructures import MultiDict

from carboy.errors import ConfigError
from carboy.forms import model_form
from tests.forms.html_forms import list_problems, parse, read_values
from tests.forms.model_zoo import ZOO, Base, Maker, build, expected, make_rows, read
from tests.forms.test_rendering import app, show  # noqa: F401 - a fixture

BY_NAME = {kind.model.__tablename__: kind for kind in ZOO}


@pytest.fixture
def session():
    engine = sa.create_engine("sqlite://")

    @sa.event.listens_for(engine, "connect")
    def switch_keys_on(connection, _record):
        connection.execute("PRAGMA foreign_keys=ON")

    Base.metadata.create_all(engine)
    with orm.Session(engine) as current:
        make_rows(current)
        yield current
    engine.dispose()


@pytest.fixture
def statements(session):
    sent = []
    event = sa.event.listens_for(session.bind, "before_cursor_execute")
    event(lambda *arguments: sent.append(arguments[2]))
    return sent


def make(name, session, data=None, obj=None):
    kind = BY_NAME[name]
    form = model_form(kind.model, include=kind.include, session=lambda: session)
    return form(None if data is None else MultiDict(data), obj)


def test_the_zoo_has_thirty_models_at_least():
    assert len(ZOO) >= 30


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("order", ["first", "second"])
def test_a_row_that_is_shown_and_saved_unchanged_is_the_same(
    app,  # noqa: F811 - the fixture
    session,
    name,
    order,
):
    kind = BY_NAME[name]
    values = getattr(kind, order)
    row = build(kind, values, session)
    session.add(row)
    session.commit()
    with app.test_request_context("/"):
        page = parse(show(make(name, session, obj=row)))
    assert list_problems(page) == []

    form = make(name, session, read_values(page), row)
    assert form.validate(), form.errors
    assert form.save() is row

    session.expire_all()
    assert read(kind, row) == expected(values)


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("order", ["first", "second"])
def test_a_new_row_and_a_changed_one_have_what_was_sent(
    app,  # noqa: F811 - the fixture
    session,
    name,
    order,
):
    kind = BY_NAME[name]
    values = getattr(kind, order)
    other = kind.first if order == "second" else kind.second
    # What a browser would send for a row with these values.
    shown = build(kind, values, session)
    with app.test_request_context("/"), session.no_autoflush:
        pairs = read_values(parse(show(make(name, session, obj=shown))))
    session.expunge_all()
    pairs = [(name, value) for name, value in pairs if name != "version"]

    created = make(name, session, pairs)
    assert created.validate(), created.errors
    row = created.save()
    changed = build(kind, other, session)
    session.add(changed)
    session.commit()
    session.delete(row)
    session.commit()
    form = make(name, session, pairs, changed)
    assert form.validate(), form.errors
    assert form.save() is changed

    # Fractions of a second are not asked for.
    wanted = {
        key: value.replace(microsecond=0) if hasattr(value, "microsecond") else value
        for key, value in expected(values).items()
    }
    assert read(kind, changed) == wanted


def test_nothing_is_queried_before_it_is_needed(session, statements):
    form = make("by_relation", session, {"maker": "1"})

    assert statements == []
    assert form.maker.data.code == "a"
    assert len(statements) == 1
    assert "WHERE" in statements[0]


@pytest.mark.parametrize(
    "value", ["9", "x", "-", "--1", "9" * 30, "1\0", "\ud800", "²"]
)
@pytest.mark.parametrize("name", ["by_id", "by_key", "by_code", "by_relation"])
def test_a_row_that_is_none_is_refused(session, name, value):
    kind = BY_NAME[name]

    form = make(name, session, {kind.include[0]: value})

    assert not form.validate()
    assert form.errors == {kind.include[0]: ["Not a valid choice."]}


def test_ten_thousand_choices_are_refused_and_not_looked_up(session, statements):
    data = [("makers", str(n)) for n in range(10_000)]

    form = make("in_list", session, data)

    assert not form.validate()
    assert statements == []


def test_a_form_sees_only_the_rows_that_may_be_chosen(session):
    class Owned(Base):
        __tablename__ = "owned"
        id = sa.Column(sa.Integer, primary_key=True)
        maker_id = sa.Column(
            sa.ForeignKey("maker.id"),
            info={"choices": lambda: sa.select(Maker).where(Maker.code != "a")},
        )

    limited = model_form(Owned, include=["maker_id"], session=lambda: session)

    assert [c.value for c in limited(None).maker_id.iter_choices()] == ["", "2", "3"]
    assert not limited(MultiDict({"maker_id": "1"})).validate()
    assert limited(MultiDict({"maker_id": "2"})).validate()


def test_too_many_choices_are_cut_with_a_note_and_keep_the_chosen_one(session, caplog):
    class Limited(Base):
        __tablename__ = "limited"
        id = sa.Column(sa.Integer, primary_key=True)
        maker_id = sa.Column(sa.ForeignKey("maker.id"), info={"limit": 1})

    limited = model_form(Limited, include=["maker_id"], session=lambda: session)
    form = limited(MultiDict({"maker_id": "3"}))

    choices = [(c.value, c.selected) for c in form.maker_id.iter_choices()]

    assert choices == [("", False), ("1", False), ("3", True), ("", False)]
    assert "Only the first 1 are listed." in form.maker_id()
    assert "has more than 1 choices" in caplog.text
    assert form.validate()


def test_a_choice_that_is_deleted_before_the_row_is_saved_becomes_an_error(session):
    form = make("by_id", session, {"maker_ref": "2"})
    assert form.validate()
    session.execute(sa.delete(Maker).where(Maker.id == 2))

    assert form.save() is None
    assert form.errors == {"maker_ref": ["Not a valid choice."]}


def test_a_related_row_is_not_written_by_default(session):
    form = model_form(BY_NAME["by_id"].model, session=lambda: session)

    assert list(form(MultiDict({"maker_ref": "1"}))._fields) == []


@pytest.mark.parametrize("name", ["maker", "makers"])
def test_choices_without_a_session_name_the_way_out(name):
    kind = BY_NAME["by_relation" if name == "maker" else "in_list"]
    with pytest.raises(ConfigError, match=r"session=lambda: db\.session"):
        model_form(kind.model, include=[name])


def test_rows_that_belong_to_the_object_are_refused_with_the_reason():
    class Owner(Base):
        __tablename__ = "owner"
        id = sa.Column(sa.Integer, primary_key=True)
        pets = orm.relationship("Pet")

    class Pet(Base):
        __tablename__ = "pet"
        id = sa.Column(sa.Integer, primary_key=True)
        owner_id = sa.Column(sa.ForeignKey("owner.id"))

    with pytest.raises(ConfigError, match="one-to-many"):
        model_form(Owner, include=["pets"], session=lambda: None)


def test_two_tabs_do_not_overwrite_each_other_unseen(session):
    kind = BY_NAME["versioned"]
    row = build(kind, {"name": "old"}, session)
    session.add(row)
    session.commit()
    first = {
        "name": "first",
        "version": make("versioned", session, obj=row).version.data,
    }
    second = {**first, "name": "second"}
    assert make("versioned", session, first, row).save() is row

    form = make("versioned", session, second, row)

    assert not form.validate()
    assert form.name.data == "second"
    assert "Somebody else has changed this" in form.form_errors[0]
    again = {"name": "second", "version": form.version.data}
    assert make("versioned", session, again, row).validate()


def test_a_form_says_whether_it_compares_the_version(session):
    model = BY_NAME["versioned"].model
    without = model_form(model, exclude=["version"], session=lambda: session)

    assert make("versioned", session).is_versioned
    assert not without(None).is_versioned
    assert not make("real", session).is_versioned


def test_a_change_between_look_and_write_becomes_the_same_error(session):
    kind = BY_NAME["versioned"]
    row = build(kind, {"name": "old"}, session)
    session.add(row)
    session.commit()
    form = make("versioned", session, {"name": "b", "version": str(row.version)}, row)
    assert form.validate()
    table = kind.model.__table__
    session.execute(sa.update(table).values(name="a", version=5))

    assert form.save() is None
    assert "Somebody else" in form.form_errors[0]
    assert form.version.data == "5"
