"""If this passes, routes are listed in the order in which they are matched."""

import pytest

MANY = """
    from flask import Flask

    app = Flask(__name__, static_folder=None)
    for rule in ("/<path:rest>", "/<name>", "/about", "/", "/<int:number>", "/a/<b>"):
        app.add_url_rule(rule, rule, lambda **_: "", methods=["GET", "POST"])
"""


@pytest.fixture
def many(write):
    write("app.py", MANY)


def rules(result):
    return [line.split()[2] for line in result.out.splitlines()[2:]]


def test_routes_are_sorted_by_matching(carboy, many):
    assert rules(carboy("routes")) == [
        "/",
        "/a/<b>",
        "/about",
        "/<int:number>",
        "/<name>",
        "/<path:rest>",
    ]


def test_routes_can_be_sorted_by_name(carboy, many):
    assert rules(carboy("routes", "--sort", "rule"))[0] == "/"
    endpoints = rules(carboy("routes", "--sort", "endpoint"))
    assert endpoints == sorted(endpoints)


def test_head_and_options_are_hidden_by_default(carboy, many):
    assert "HEAD" not in carboy("routes").out
    assert "GET, HEAD, OPTIONS, POST" in carboy("routes", "--all-methods").out


def test_routes_can_be_filtered_by_text(carboy, many):
    assert rules(carboy("routes", "--find", "about")) == ["/about"]
    assert "No route contains 'x7'" in carboy("routes", "--find", "x7").out


def test_subdomains_have_a_column(carboy, write):
    write(
        "app.py",
        """
        from flask import Flask
        app = Flask(__name__, static_folder=None, subdomain_matching=True)
        app.config["SERVER_NAME"] = "shop.example"
        app.add_url_rule("/", "home", lambda: "", subdomain="api")
        """,
    )

    result = carboy("routes")

    assert "Host" in result.out
    assert "api" in result.out


def test_an_app_without_routes_is_reported(carboy, write):
    write("app.py", "import flask\napp = flask.Flask(__name__, static_folder=None)\n")

    assert carboy("routes").out == "The app has no routes.\n"


PROTECTED = """
    from carboy.forms import Forms, csrf_exempt
    from flask import Flask

    app = Flask(__name__, static_folder=None)
    app.config["SECRET_KEY"] = "k" * 32
    app.add_url_rule("/", "home", lambda: "")
    app.add_url_rule("/save", "save", lambda: "", methods=["POST"])
    app.add_url_rule("/hook", "hook", csrf_exempt(lambda: ""), methods=["POST"])
    Forms(app)
"""


def test_what_protects_unsafe_routes_is_listed(carboy, write):
    write("app.py", PROTECTED)

    result = carboy("routes", "--csrf")

    lines = [line.split() for line in result.out.splitlines() if "/" in line]
    assert lines == [
        ["exempt", "by", "decorator", "POST", "/hook", "hook"],
        ["protected", "POST", "/save", "save"],
    ]
    assert "1 of 2 routes with unsafe methods are protected." in result.out
    assert "/hook" not in carboy("routes", "--csrf", "--find", "save").out


def test_a_site_without_unsafe_routes_says_so(carboy, write):
    write("app.py", "from flask import Flask\napp = Flask(__name__)\n")

    assert "No route accepts an unsafe method." in carboy("routes", "--csrf").out
