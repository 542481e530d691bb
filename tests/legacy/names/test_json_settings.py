"""If this passes, old settings and encoders of JSON are used."""

import decimal
import json

import pytest
from flask import Blueprint, Flask, jsonify

import carboy

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


class OldEncoder(json.JSONEncoder):
    def default(self, o):
        return float(o) if isinstance(o, decimal.Decimal) else super().default(o)


@pytest.mark.parametrize("kind", [Flask, carboy.Carboy])
@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("JSON_AS_ASCII", False, '{"a":"二","b":1}\n'),
        ("JSON_SORT_KEYS", False, '{"b":1,"a":"\\u4e8c"}\n'),
        ("JSONIFY_PRETTYPRINT_REGULAR", True, '{\n  "a": "\\u4e8c",\n  "b": 1\n}\n'),
        ("OTHER", 1, '{"a":"\\u4e8c","b":1}\n'),
    ],
)
def test_a_setting_changes_what_is_written(door, kind, key, value, text):
    app = kind("site")
    app.config[key] = value
    app.add_url_rule("/", "index", lambda: jsonify(b=1, a="二"))
    app.add_url_rule("/dict", "dict", lambda: {"b": 1, "a": "二"})
    client = app.test_client()

    assert client.get("/").text == text
    assert client.get("/dict").text == text


def test_the_type_of_answers_is_a_setting(door):
    app = Flask("site")
    app.config["JSONIFY_MIMETYPE"] = "application/vnd.api+json"
    app.add_url_rule("/", "index", lambda: jsonify(1))

    assert app.test_client().get("/").mimetype == "application/vnd.api+json"


@pytest.mark.parametrize("is_blueprint", [True, False])
def test_an_encoder_is_asked_for_what_json_has_not(door, is_blueprint):
    app = Flask("site")
    owner = Blueprint("b", "site") if is_blueprint else app
    owner.json_encoder = OldEncoder
    owner.add_url_rule("/", "index", lambda: jsonify(decimal.Decimal("1.5")))
    if is_blueprint:
        app.register_blueprint(owner)

    assert app.test_client().get("/").json == 1.5
    assert owner.json_encoder is OldEncoder
