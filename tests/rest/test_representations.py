"""JSON of an API."""

import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from markupsafe import Markup

from carboy.rest import output_json
from carboy.rest.representations import encode_json

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(values)
def test_what_was_written_can_be_read(value):
    with Flask(__name__).app_context():
        assert json.loads(encode_json(value)) == value


@dataclass
class Point:
    x: int


OTHERS = {
    "when": (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00Z"),
    "id": (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    "price": (Decimal("1.10"), "1.10"),
    "point": (Point(1), {"x": 1}),
    "html": (Markup("<b>"), "<b>"),
}


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("name", OTHERS)
def test_other_types_are_written_alike_in_development(name, debug):
    value, expected = OTHERS[name]
    app = Flask(__name__)
    app.debug = debug
    with app.test_request_context():
        assert output_json({"v": value}, 200).json == {"v": expected}


def test_a_type_that_json_cannot_hold_is_named():
    with Flask(__name__).app_context(), pytest.raises(TypeError, match="type object"):
        encode_json({"x": object()})


def test_settings_of_flask_restful_go_to_the_standard_library():
    app = Flask(__name__)
    app.config["RESTFUL_JSON"] = {"indent": 1, "sort_keys": True}
    with app.test_request_context():
        answer = output_json({"b": 1, "a": 2}, 201, {"X-Own": "1"})
    assert answer.get_data(as_text=True) == '{\n "a": 2,\n "b": 1\n}\n'
    assert (answer.status_code, answer.headers["X-Own"]) == (201, "1")
    assert app.config["RESTFUL_JSON"] == {"indent": 1, "sort_keys": True}


def test_keys_that_are_no_text_and_large_numbers_are_written():
    with Flask(__name__).app_context():
        assert encode_json({1: 2**70}) == b'{"1":1180591620717411303424}\n'
        assert encode_json("\ud800") == b'"\\ud800"\n'


def test_numbers_that_json_does_not_have_are_null():
    with Flask(__name__).app_context():
        assert encode_json([float("inf"), float("nan")]) == b"[null,null]\n"
