"""Settings of APIs."""

import pytest
from flask import Flask

from carboy.errors import SettingsError
from tests.rest.library import make_api


def test_undeclared_fields_can_be_ignored():
    statuses = {}
    for choice in ("refuse", "ignore"):
        app = Flask(__name__)
        app.config["REST_UNKNOWN_FIELDS"] = choice
        make_api().init_app(app)
        body = {"title": "Emma", "admin": True}
        statuses[choice] = app.test_client().post("/api/books", json=body).status_code

    assert statuses == {"refuse": 422, "ignore": 201}


def test_another_value_is_refused():
    app = Flask(__name__)
    app.config["REST_DOCS"] = "sometimes"

    with pytest.raises(SettingsError, match="REST_DOCS"):
        make_api().init_app(app)
