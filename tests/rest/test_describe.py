"""The document of an app follows its settings."""

from flask import Flask

from carboy.rest.describe import describe_apis
from tests.rest.library import make_api


def test_bodies_are_closed_only_if_other_fields_are_refused():
    closed = {}
    for choice in ("refuse", "ignore"):
        app = Flask(__name__)
        app.config["REST_UNKNOWN_FIELDS"] = choice
        make_api().init_app(app)
        schema = describe_apis(app)["components"]["schemas"]["BookIn"]
        closed[choice] = "additionalProperties" in schema

    assert closed == {"refuse": True, "ignore": False}


def test_the_server_is_where_the_app_is_mounted():
    app = Flask(__name__)
    make_api().init_app(app)

    assert describe_apis(app, "/shop")["servers"] == [{"url": "/shop"}]
