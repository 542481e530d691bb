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


SITE = """
    import functools

    from carboy import Carboy, Settings
    from carboy.db import SQLAlchemy
    from carboy.rest import Api
    from carboy.tasks import Tasks
    from flask import Blueprint
    from flask.views import MethodView

    app = Carboy(__name__, settings=Settings.load()).use(SQLAlchemy(), Tasks())
    pages = Blueprint("pages", __name__, static_folder="bottles", url_prefix="/p")
    app.add_url_rule("/", "home", lambda: "")
    app.add_url_rule("/-/mine", "mine", lambda: "")
    app.add_url_rule("/partial", "partial", functools.partial(lambda: ""))
    app.add_url_rule("/built", "built", build_only=True)
    app.register_blueprint(pages)

    class Bottles(MethodView):
        def get(self):
            return ""

    app.add_url_rule("/bottles", view_func=Bottles.as_view("bottles"))
    api = Api(app, prefix="/api")

    @api.get("/corks")
    def corks() -> int:
        return 1
"""
OWN = {
    *("/", "/-/mine", "/partial", "/built", "/p/bottles/<path:filename>"),
    *("/bottles", "/api/corks", "/static/<path:filename>"),
}


@pytest.fixture
def site(write):
    write("app.py", SITE)
    write("bottles/cork.txt", "")


def list_paths(text):
    """Return the rules of a table, which stand in any of its columns."""
    return {
        word
        for line in text.splitlines()[2:]
        for word in line.split()
        if word.startswith("/") and ";" not in line
    }


def test_the_routes_of_the_site_are_listed_and_those_of_carboy_counted(carboy, site):
    folded, everything = carboy("routes").out, carboy("routes", "--all").out

    assert list_paths(folded) == OWN
    hidden = list_paths(everything) - OWN
    assert {"/-/live", "/-/docs/static/<path:filename>"} < hidden
    count = len(everything.splitlines()) - len(folded.splitlines()) + 2
    last = folded.splitlines()[-1]
    assert last.startswith(f"{count} more routes come with Carboy ({count - 1} in /-, ")
    assert last.endswith("1 in /static); --all lists them.")
    assert "more routes" not in everything


def test_a_text_is_searched_in_the_routes_of_carboy_too(carboy, site):
    result = carboy("routes", "--find", "live")

    assert list_paths(result.out) == {"/-/live"}
    assert "more routes" not in result.out


def test_an_app_that_has_the_routes_of_carboy_only_says_so(carboy, write):
    write(
        "app.py",
        """
        from carboy import Carboy, Settings
        app = Carboy(__name__, settings=Settings.load(), static_folder=None)
        """,
    )

    lines = carboy("routes").out.splitlines()

    assert lines[0] == "The site has no routes of its own yet."
    assert "more routes come with Carboy" in lines[-1]


@pytest.mark.parametrize("option", ["--csrf", "--access"])
def test_reports_of_protection_hide_no_route(carboy, site, option):
    everything = carboy("routes", "--all", "--all-methods").out

    result = carboy("routes", option)

    lines = result.out.splitlines()
    reported = [line for line in lines[2:] if "/" in line]
    if option == "--access":
        assert list_paths(result.out) == list_paths(everything)
    else:
        changing = [line for line in everything.splitlines() if "POST" in line]
        assert list_paths(result.out) == {
            word for line in changing for word in line.split() if word[0] == "/"
        }
    own = sum(bool(list_paths(f"\n\n{line}") & OWN) for line in reported)
    assert lines[-1] == (
        f"{len(reported)} are listed: {own} of the site, "
        f"{len(reported) - own} of Carboy."
    )


def test_open_routes_of_the_site_come_first(carboy, site):
    lines = carboy("routes", "--access").out.splitlines()

    rules = [next(w for w in line.split() if w[0] == "/") for line in lines[2:-2]]
    is_open = ["everybody" in line for line in lines[2:-2]]
    own = [rule in OWN for rule in rules]
    open_own = own[: is_open.count(True)]
    assert is_open == sorted(is_open, reverse=True)
    assert open_own == sorted(open_own, reverse=True)
