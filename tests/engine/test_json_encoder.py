"""JSON is byte for byte what Flask's default provider writes."""

import dataclasses
import datetime
import decimal
import enum
import uuid
from collections import OrderedDict
from typing import Any

import pytest
from flask import Flask, jsonify, request
from flask.json.provider import DefaultJSONProvider
from hypothesis import given, strategies as st
from markupsafe import Markup
from twins import Fast, check_same, make

from carboy.engine.json_encoder import (
    encode,
    encode_fast,
    has_default_dumps,
    has_default_response,
    is_compact,
    is_provider_class_unchanged,
    uses_default_json,
)

APP = Flask(__name__)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.decimals()
    | st.uuids()
    | st.datetimes()
    | st.dates()
    | st.text().map(Markup),
    lambda inner: (
        st.lists(inner)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(), inner)
        | st.dictionaries(st.integers(), inner)
    ),
    max_leaves=15,
)


@dataclasses.dataclass
class Point:
    x: int
    y: Any


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


def outcome(call: Any) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 - whatever it is, both must raise it
        return type(error), str(error)


def check(value: Any, provider: Any = APP.json) -> None:
    expected = outcome(lambda: provider.dumps(value, separators=(",", ":")))
    assert outcome(lambda: encode(provider, value)) == expected


@given(VALUES)
def test_it_writes_what_flask_writes(value: Any) -> None:
    check(value)


@pytest.mark.parametrize(
    "value",
    [
        Point(1, [decimal.Decimal("1.50")]),
        {"red": Colour.RED},
        {"one": Number.ONE},
        {1: "a", "b": 2},
        {("a",): 1},
        {None: 1, True: 2},
        {"z": 1, "a": {"d": 1, "c": 2}},
        float("nan"),
        [float("inf"), -0.0, 1e16, 1e-7],
        10**40,
        {"set": {1}},
        b"bytes",
        "\u2028 \x7f \ud800 ä",
        uuid.UUID(int=7),
        datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC),
        datetime.date(2026, 1, 2),
    ],
)
def test_odd_values_are_written_or_refused_alike(value: Any) -> None:
    check(value)


def test_a_circle_is_found_and_the_next_value_is_written() -> None:
    circle: list[Any] = []
    circle.append(circle)

    check(circle)
    assert encode(APP.json, [[]]) == "[[]]"  # type: ignore[arg-type]  # the default


def test_settings_of_the_provider_count() -> None:
    provider = DefaultJSONProvider(APP)
    provider.sort_keys = False
    provider.ensure_ascii = False
    provider.default = lambda value: f"<{value}>"

    check({"b": "ä", "a": object}, provider)


def test_a_provider_that_is_not_flasks_is_told() -> None:
    class Own(DefaultJSONProvider):
        def dumps(self, obj: Any, **kwargs: Any) -> str:
            return "own"

    patched = DefaultJSONProvider(APP)
    patched.dumps = lambda obj, **kwargs: "own"  # type: ignore[method-assign]  # as apps do

    assert has_default_dumps(APP.json)
    assert not has_default_dumps(Own(APP))
    assert not has_default_dumps(patched)
    assert is_provider_class_unchanged()


def test_indentation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    app = Flask(__name__)
    assert is_compact(app.json)
    assert has_default_response(app.json)

    app.debug = True
    assert not is_compact(app.json)
    assert not has_default_response(app.json)
    monkeypatch.setattr(app.json, "compact", True)
    assert is_compact(app.json)


PLAIN = st.none() | st.booleans() | st.integers() | st.text() | st.floats()
TEXTS = st.text() | st.text(st.characters(max_codepoint=0x80))
NESTED = st.recursive(
    PLAIN | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS | st.integers(), inner),
    max_leaves=20,
)


@given(st.dictionaries(TEXTS, NESTED) | st.lists(NESTED))
def test_the_quick_way_writes_the_body_that_the_response_has(value: Any) -> None:
    expected = outcome(lambda: APP.json.dumps(value, separators=(",", ":")))
    if isinstance(expected, str):
        expected = outcome(f"{expected}\n".encode)

    assert outcome(lambda: encode_fast(APP, APP.json, value)) == expected


def test_the_quick_way_ends_where_anything_is_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = Flask(__name__)
    other = Flask("other")
    assert uses_default_json(app, app.json)
    assert not uses_default_json(app, other.json)
    assert not uses_default_json(app, DefaultJSONProvider(Flask("gone")))
    assert encode_fast(app, app.json, {"a": 1}) == b'{"a":1}\n'

    for name, value in (("sort_keys", False), ("mimetype", "a/b"), ("compact", True)):
        with monkeypatch.context() as patch:
            patch.setattr(DefaultJSONProvider, name, value)
            assert encode_fast(app, app.json, {"a": 1}) is None
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider's
    assert encode_fast(app, app.json, {"a": 1}) is None


SURROGATES: dict[str, Any] = {
    "value": {"name": "\ud800"},
    "key": {"\udfff": 1},
    "nested": {"a": [{"b": ["\ud83d", 1]}]},
    "nested key": {"a": {"b": {"\udc00": None}}},
    "deep": {"a": {"b": {"c": {"d": {"e": "\ud800"}}}}},
    "list": ["\ud800"],
    "pair in the wrong order": ["\ude00\ud83d"],
    "number too long to write": {"a": 10**5000},
    "dict subclass": OrderedDict(name="\ud800"),
    "nested dict subclass": {"a": OrderedDict({"\ud800": 1})},
}


@pytest.mark.parametrize("name", SURROGATES)
@pytest.mark.parametrize("ensure_ascii", [True, False])
@pytest.mark.parametrize("with_hook", [False, True])
def test_lone_surrogates_are_answered_as_flask_answers_them(
    name: str, ensure_ascii: bool, with_hook: bool
) -> None:
    def build(app: Any) -> None:
        if not ensure_ascii:
            app.json.ensure_ascii = False
        app.add_url_rule("/", "view", lambda: SURROGATES[name])
        app.add_url_rule("/made", "made", lambda: (SURROGATES[name], 201))
        app.add_url_rule("/jsonify", "jsonify", lambda: jsonify(SURROGATES[name]))
        app.logger.disabled = True
        if with_hook:
            app.after_request(lambda response: response)

    replies = check_same(build, "/", "/made", "/jsonify")

    if ensure_ascii and "number" not in name:
        assert [status[:3] for status, _, _ in replies] == ["200", "201", "200"]


def test_a_lone_surrogate_that_a_client_sends_can_be_echoed() -> None:
    def build(app: Any) -> None:
        @app.post("/")
        def echo() -> Any:
            return request.get_json()

    body = b'{"name": "\\ud800"}'
    replies = check_same(
        build, "/", method="POST", data=body, content_type="application/json"
    )

    assert replies[0][2] == b'{"name":"\\ud800"}\n'


def test_the_error_of_a_value_that_cannot_be_written_has_no_other_context() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "view", lambda: {"a": 10**5000})
        app.testing = True

    for base in (Flask, Fast):
        with pytest.raises(ValueError, match="4300 digits") as caught:
            make(build, base).test_client().get("/")
        assert caught.value.__context__ is None
