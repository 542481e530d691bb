"""`jsonify` answers what stock Flask answers."""

from typing import Any

import pytest
from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from twins import Fast, check_same, make

from carboy import Carboy, Settings
from tests.versions import needs


def build(app: Any) -> None:
    app.add_url_rule("/one", "one", lambda: jsonify([1, {"b": 1, "a": "ä"}]))
    app.add_url_rule("/two", "two", lambda: jsonify(1, 2))
    app.add_url_rule("/three", "three", lambda: jsonify(b=1, a=2))
    app.add_url_rule("/none", "none", jsonify)
    app.add_url_rule("/status", "status", lambda: (jsonify(a=1), 201))


PATHS = ("/one", "/two", "/three", "/none", "/status")


def test_jsonify_sends_the_same_bytes() -> None:
    check_same(build, *PATHS)


@pytest.mark.parametrize(
    "changes",
    [
        {"sort_keys": False},
        {"ensure_ascii": False},
        {"compact": False},
        {"compact": True},
        {"mimetype": "application/x-own"},
    ],
)
def test_settings_of_the_provider_count(changes: dict[str, Any]) -> None:
    def changed(app: Any) -> None:
        build(app)
        for name, value in changes.items():
            setattr(app.json, name, value)

    check_same(changed, *PATHS)


def test_debug_mode_indents() -> None:
    def debugged(app: Any) -> None:
        build(app)
        app.config["DEBUG"] = True

    replies = check_same(debugged, *PATHS)

    assert b"\n" in replies[0][2].strip()


def test_the_apps_provider_is_flasks_to_everybody() -> None:
    app = make(build)

    assert isinstance(app.json, DefaultJSONProvider)
    assert type(app.json).__name__ == "DefaultJSONProvider"
    with app.app_context():
        assert type(jsonify(a=1)) is Response


def test_positional_and_named_arguments_together_are_refused() -> None:
    for base in (Flask, Fast):
        app = make(build, base)
        with app.app_context(), pytest.raises(TypeError, match="either args or kwargs"):
            jsonify(1, a=2)


@needs("flask", 3, 1)
@pytest.mark.parametrize("has_settings", [True, False])
def test_json_that_is_nested_too_deeply_is_a_bad_request_of_a_site(
    has_settings: bool, tmp_path: Any
) -> None:
    settings = Settings.load({}, root=tmp_path, environ={"CARBOY_PROFILE": "testing"})
    app = Carboy("shop", settings=settings if has_settings else None)
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["CSRF_ENABLED"] = False
    app.add_url_rule("/", "read", lambda: jsonify(request.get_json()), methods=["POST"])
    body = "[" * 10_000 + "]" * 10_000

    response = app.test_client().post("/", data=body, content_type="application/json")

    assert response.status_code == (400 if has_settings else 500)
