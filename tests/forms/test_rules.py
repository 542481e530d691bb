"""Each unsafe route is listed with what protects it, or why nothing does."""

import flask_wtf
import pytest
from flask import Blueprint, Flask
from flask.views import MethodView

from carboy.forms import Forms, csrf_exempt, list_exempt_rules, list_unsafe_rules

POST = {"methods": ["POST"]}


def make_app(*parts, **config):
    app = Flask("shop", static_folder=None)
    app.config.update(SECRET_KEY="k" * 32, **config)
    for part in parts:
        part(app)
    app.add_url_rule("/", "home", lambda: "")
    app.add_url_rule("/save", "save", lambda: "", methods=["GET", "POST", "PUT"])
    app.add_url_rule("/hook", "hook", csrf_exempt(lambda: ""), **POST)
    return app


def states(app):
    return {rule.rule: rule.protection for rule in list_unsafe_rules(app)}


def test_only_routes_that_change_something_are_listed():
    rules = list_unsafe_rules(make_app(Forms))

    assert [(r.methods, r.rule, r.endpoint, r.protection) for r in rules] == [
        (("POST", "PUT"), "/save", "save", "protected"),
        (("POST",), "/hook", "hook", "exempt by decorator"),
    ]


def test_a_blueprint_and_what_is_nested_in_it_are_exempt():
    app = make_app(Forms)
    api, inner = Blueprint("api", __name__), Blueprint("inner", __name__)
    inner.add_url_rule("/inner", "do", lambda: "", **POST)
    api.add_url_rule("/outer", "do", lambda: "", **POST)
    api.register_blueprint(inner)
    app.register_blueprint(csrf_exempt(api))

    assert states(app)["/outer"] == "exempt by blueprint api"
    assert states(app)["/inner"] == "exempt by blueprint api"
    assert states(app)["/save"] == "protected"
    client = app.test_client()
    assert client.post("/inner", headers={"Origin": "https://x.y"}).status_code == 200


def test_a_blueprint_without_cookies_counts_as_protected():
    app = make_app(Forms)
    api = csrf_exempt(Blueprint("api", __name__), only_without_cookies=True)
    api.add_url_rule("/api", "do", lambda: "", **POST)
    app.register_blueprint(api)

    assert states(app)["/api"] == "exempt without cookies by blueprint api"
    assert ("/api", "api.do") not in list_exempt_rules(app)
    other = {"Origin": "https://x.y"}
    client = app.test_client()
    assert client.post("/api", headers=other).status_code == 200
    client.set_cookie("a", "b")
    assert client.post("/api", headers=other).status_code == 400


def test_a_class_of_views_and_a_dotted_name_can_be_exempt():
    forms = Forms()
    app = make_app(forms.init_app)

    @csrf_exempt
    class Item(MethodView):
        def post(self):
            return ""

    def named():
        return ""

    app.add_url_rule("/item", view_func=Item.as_view("item"))
    app.add_url_rule("/named", "named", named, **POST)
    forms.exempt(f"{__name__}.named")

    assert states(app)["/item"] == "exempt by decorator"
    assert states(app)["/named"] == "exempt by name"
    other = {"Origin": "https://x.y"}
    assert app.test_client().post("/item", headers=other).status_code == 200
    assert app.test_client().post("/named", headers=other).status_code == 200


@pytest.mark.parametrize(
    ("parts", "config", "state"),
    [
        ([], {}, "not installed"),
        ([Forms], {"CSRF_ENABLED": False}, "off: CSRF_ENABLED is false"),
        (
            [Forms],
            {"CSRF_CHECK_DEFAULT": False},
            "only in forms: CSRF_CHECK_DEFAULT is false",
        ),
        ([Forms], {"CSRF_METHODS": "POST"}, "only POST"),
        ([Forms, flask_wtf.CSRFProtect], {}, "protected by Flask-WTF"),
        (
            [flask_wtf.CSRFProtect],
            {"WTF_CSRF_ENABLED": False},
            "off: WTF_CSRF_ENABLED is false",
        ),
    ],
)
def test_what_is_off_is_listed_with_the_reason(parts, config, state):
    app = make_app(*parts, **config)

    assert states(app)["/save"] == state
    is_open = ("/save", "save") in list_exempt_rules(app)
    assert is_open is not state.startswith("protected")


def test_exemptions_of_flask_wtf_are_read_too():
    app = make_app(flask_wtf.CSRFProtect)
    api = Blueprint("api", __name__)

    @api.post("/api")
    def do():
        return ""

    app.extensions["csrf"].exempt(api)
    app.extensions["csrf"].exempt(app.view_functions["save"])
    app.register_blueprint(api)

    assert states(app)["/api"] == "exempt by Flask-WTF, blueprint api"
    assert states(app)["/save"] == "exempt by Flask-WTF"
