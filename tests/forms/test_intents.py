"""Entries are added, removed and moved without a script, and nothing is lost."""

from collections import Counter

import pytest
from flask import Flask, request
from hypothesis import given, strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField, StringField

from carboy.forms import CsrfSettings, Form
from carboy.forms.csrf import has_valid_token
from carboy.forms.intents import (
    add_intent,
    apply_intent,
    drop_strange_names,
    entry_intent,
    entry_marker,
    find_focus,
    find_intent,
)
from carboy.forms.validators import DataRequired


class Line(Form):
    word = StringField(validators=[DataRequired()])
    loud = BooleanField()


class Letter(Form):
    title = StringField(validators=[DataRequired()])
    lines = FieldList(FormField(Line), max_entries=4)


class Book(Form):
    letters = FieldList(FormField(Letter))


@pytest.fixture
def app():
    app = Flask("shop")
    app.secret_key = "k" * 32
    return app


def words(form):
    return [entry["word"] for entry in form.lines.data]


DATA = {
    "title": "T",
    "lines-0-word": "a",
    "lines-1-word": "b",
    "lines-1-loud": "y",
    "lines-2-word": "c",
}


@pytest.mark.parametrize(
    ("intent", "expected"),
    [
        ("add:lines-", ["a", "b", "c", ""]),
        ("remove:lines-0", ["b", "c"]),
        ("remove:lines-2", ["a", "b"]),
        ("up:lines-1", ["b", "a", "c"]),
        ("up:lines-0", ["a", "b", "c"]),
        ("down:lines-1", ["a", "c", "b"]),
        ("down:lines-2", ["a", "b", "c"]),
        ("remove:lines-7", ["a", "b", "c"]),
        ("remove:title", ["a", "b", "c"]),
    ],
)
def test_a_button_changes_the_entries_and_validates_nothing(app, intent, expected):
    data = {**DATA, "title": "", "_intent": intent}
    with app.test_request_context("/", method="POST", data=data):
        form = Letter()

        assert not form.validate_on_submit()
        assert form.intent == intent
        assert [word or "" for word in words(form)] == expected
        assert not form.errors
        loud = [entry["loud"] for entry in form.lines.data]
        assert loud == [word == "b" for word in expected]


def test_no_more_entries_than_allowed_are_added(app):
    data = {**DATA, "lines-3-word": "d", "_intent": "add:lines-"}
    with app.test_request_context("/", method="POST", data=data):
        assert words(Letter()) == ["a", "b", "c", "d"]


def test_entries_of_entries_move_without_touching_others(app):
    data = {
        "letters-0-title": "x",
        "letters-0-lines-0-word": "a",
        "letters-1-lines-0-word": "b",
        "letters-1-lines-1-word": "c",
        "letters-10-lines-0-word": "d",
        "_intent": "up:letters-1-lines-1",
    }
    with app.test_request_context("/", method="POST", data=data):
        lists = [
            [line["word"] for line in letter["lines"]]
            for letter in Book().data["letters"]
        ]

    assert lists == [["a"], ["c", "b"], ["d"]]


def test_an_entry_without_values_is_kept_by_its_marker(app):
    data = {**DATA, entry_marker("lines-3"): ""}
    with app.test_request_context("/", method="POST", data=data):
        assert len(words(Letter())) == 4


@pytest.mark.parametrize(
    "value",
    ["", "add", "lines-1", "drop:lines-1", "save", "up:" + "a" * 400_000],
    ids=lambda value: value[:12],
)
def test_other_buttons_of_that_name_are_none_of_ours(value):
    assert find_intent(MultiDict({"_intent": value})) in {"", value}
    assert find_intent(MultiDict({"_intent": value})) == (
        "add" if value == "add" else ""
    )


@pytest.mark.parametrize("name", ["lines-²", "lines-" + "9" * 5000, "lines-٣-word"])
def test_a_name_whose_number_cannot_be_read_is_dropped(app, name):
    assert drop_strange_names(MultiDict({"a": "1", name: "x"})) == MultiDict({"a": "1"})
    with app.test_request_context("/", method="POST", data={**DATA, name: "x"}):
        assert words(Letter()) == ["a", "b", "c"]


def test_a_part_without_a_name_is_dropped(app):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        b"--x\r\nContent-Disposition: form-data\r\n\r\n2\r\n--x--\r\n"
    )
    kind = "multipart/form-data; boundary=x"
    with app.test_request_context("/", method="POST", data=body, content_type=kind):
        assert None in request.form
        assert list(drop_strange_names(request.form)) == ["a"]
        assert not has_valid_token(CsrfSettings())


def test_names_of_other_languages_stay():
    data = MultiDict({"姓名": "ada", "größe-1": "x", "第①步": "y", "x²": "z"})

    assert drop_strange_names(data) == data


@pytest.mark.parametrize(
    ("intent", "count", "focus"),
    [
        ("up:l-2", 4, "up:l-1"),
        ("up:l-1", 4, "down:l-0"),
        ("down:l-1", 4, "down:l-2"),
        ("down:l-2", 4, "up:l-3"),
        ("up:l-1", 2, "down:l-0"),
        ("remove:l-1", 3, "remove:l-1"),
        ("remove:l-3", 3, "remove:l-2"),
        ("remove:l-1", 1, "add:l-"),
        ("remove:l-0", 0, "add:l-"),
        ("add:l-", 3, ""),
        ("up:m-1", 3, ""),
        ("up:l-1-l-1", 3, ""),
        ("up:", 3, ""),
    ],
)
def test_the_focus_follows_the_entry_or_goes_to_the_next_one(intent, count, focus):
    least = 1 if count == 1 else 0

    assert find_focus(intent, "l-", count, least) == focus


names = st.text("ab-0129", min_size=1, max_size=8)


@given(
    st.lists(st.tuples(names, st.text(max_size=3))), st.text("adrp:ab-0129", max_size=9)
)
def test_whatever_is_sent_no_value_of_another_field_is_lost(pairs, intent):
    data = MultiDict(pairs)

    changed = apply_intent(data, intent)

    prefix = intent.partition(":")[2].rstrip("0123456789")
    others = Counter(pair for pair in pairs if not pair[0].startswith(prefix))
    assert others <= Counter(changed.items(multi=True))


@given(st.lists(st.text(max_size=3), min_size=1, max_size=6), st.data())
def test_moving_keeps_every_entry_once(values, data):
    index = data.draw(st.integers(0, len(values) - 1))
    action = data.draw(st.sampled_from(["up", "down"]))
    sent = MultiDict((f"l-{n}-w", value) for n, value in enumerate(values))

    changed = apply_intent(sent, entry_intent(action, f"l-{index}"))

    assert sorted(changed.values()) == sorted(values)
    back = {"up": -1, "down": 1}[action]
    target = min(max(index + back, 0), len(values) - 1)
    assert changed[f"l-{target}-w"] == values[index]
    added = apply_intent(changed, add_intent("l-"))
    assert entry_marker(f"l-{len(values)}") in added
