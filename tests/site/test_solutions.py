"""Twenty usual mistakes: each is named with what to do, most with a button."""

import html
import importlib.util
import re
import sys

import pytest
from werkzeug.test import Client

from carboy import Settings
from carboy.install_source import make_install_command
from carboy.site import make_debugger

VIEWS = """
import flask
import decimal
from carboy import Carboy
from carboy.db import SQLAlchemy

db = SQLAlchemy()


class Book(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.String(80), nullable=False, unique=True)


def create_app(settings):
    app = Carboy(__name__, settings=settings)
    app.debug = True
    app.use(db)

    @app.get("/")
    def home():
        return "home"

    @app.route("/book/<int:number>", methods=["GET", "POST"])
    def book(number):
        return str(number)

    @app.route("/mistake", methods=["GET", "POST"])
    def mistake():
        MISTAKE
        return flask.render_template("page.html", book={"title": "Ullage"})

    return app
"""
# Name → what the view does, what the page says, and the first button, if any.
MISTAKES = {
    "missing table": ("Book.query.all()", "There is no table book", "Write and run"),
    "missing column": (
        'db.session.execute(db.text("create table book (id integer)"));'
        " Book.query.all()",
        "There is no column book.title",
        "Write and run",
    ),
    "missing template": (
        'flask.render_template("cellar/list.html")',
        "There is no template cellar/list.html",
        "Create cellar/list.html",
    ),
    "misspelt template": (
        'flask.render_template("pgae.html", book={"title": "Ullage"})',
        "There is no template pgae.html",
        "Replace by page.html in shop.py line",
    ),
    "misspelt endpoint": (
        'flask.url_for("hmoe")',
        "There is no endpoint hmoe",
        "Replace by home in shop.py line",
    ),
    "endpoint without a value": ('flask.url_for("book")', "needs number", None),
    "misspelt variable of a template": (
        'flask.render_template("variable.html", book={"title": "Ullage"})',
        "The template does not know bok",
        "Replace by book in templates/variable.html line 2",
    ),
    "misspelt filter": (
        'flask.render_template("filter.html")',
        "There is no filter uper",
        "Replace by upper in templates/filter.html line 1",
    ),
    "template that cannot be parsed": (
        'flask.render_template("syntax.html")',
        "syntax.html line 1 is not valid Jinja",
        None,
    ),
    "text of a template that cannot be parsed": (
        'flask.render_template_string("{% if %}")',
        "The template line 1 is not valid Jinja",
        None,
    ),
    "misspelt name": (
        "total = 1; str(totl)",
        "The name totl is not defined",
        "Replace by total in shop.py line",
    ),
    "name of Flask that is not imported": (
        "render_template('page.html', book={})",
        "The name render_template is not defined",
        "Add `from flask import render_template` to shop.py",
    ),
    "misspelt attribute": (
        "Book.titel",
        "Book has no attribute titel",
        "Replace by title in shop.py line",
    ),
    "misspelt import": (
        "from flask import Blueprnt",
        "flask has no Blueprnt",
        "Replace by Blueprint in shop.py line",
    ),
    "attribute of None": ("flask.g.get('x').y", "None has no attribute y", None),
    "package that is not installed": (
        "import corkscrew_nowhere",
        "The module corkscrew_nowhere is not installed",
        None,
    ),
    "package of an extra that is not installed": (
        "raise ModuleNotFoundError('no argon2', name='argon2')",
        "The module argon2 is not installed",
        None,
    ),
    "misspelt endpoint in a template": (
        'flask.render_template("link.html")',
        "There is no endpoint hmoe",
        "Replace by home in templates/link.html line 2",
    ),
    "view that returns nothing": (
        "return None",
        "The view returned nothing",
        None,
    ),
    "view without the argument of its rule": (
        "flask.current_app.view_functions['book'](numbr=1)",
        "book does not take numbr",
        None,
    ),
    "value that is no JSON": (
        "return {'x': object()}",
        "A value of type object cannot be written as JSON",
        None,
    ),
    "row that exists": (
        "db.create_all(); db.session.add_all([Book(title='a'), Book(title='a')]);"
        " db.session.flush()",
        "A row with this value exists already",
        None,
    ),
    "column without a value": (
        "db.create_all(); db.session.add(Book()); db.session.flush()",
        "A column that needs a value has none",
        None,
    ),
    "context that is missing": (
        "import threading, concurrent.futures as c;"
        " c.ThreadPoolExecutor().submit(lambda: flask.current_app.name).result()",
        "This needs the context of the app",
        None,
    ),
}
BROWSER = {"Accept": "text/html", "Host": "localhost"}
BUTTON = re.compile(r'name="token" value="([^"]+)"><button[^>]*>([^<]+)<')


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text("{{ book.title }}")
    (folder / "variable.html").write_text("<p>\n{{ bok.title }}</p>\n")
    (folder / "filter.html").write_text("{{ 'a'|uper }}\n")
    (folder / "link.html").write_text("<p>\n{{ url_for('hmoe') }}</p>\n")
    (folder / "syntax.html").write_text("{% if %}\n")

    def make(mistake):
        file = tmp_path / "shop.py"
        file.write_text(VIEWS.replace("MISTAKE", mistake))
        spec = importlib.util.spec_from_file_location("shop", file)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "shop", module)
        monkeypatch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(module)
        settings = Settings.load(
            {},
            root=tmp_path,
            environ={
                "CARBOY_PROFILE": "development",
                "SECRET_KEY": "k" * 40,
                "DATABASE_URL": f"sqlite:///{tmp_path / 'site.db'}",
            },
        )
        app = module.create_app(settings)
        return Client(make_debugger(app, "127.0.0.1"))

    return make


def press(client, token):
    return client.post(
        "/-/solutions",
        data={"token": token},
        headers={"Host": "localhost", "Origin": "http://localhost"},
        environ_overrides={"REMOTE_ADDR": "127.0.0.1"},
    )


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_what_to_do(make, name):
    code, title, label = MISTAKES[name]
    client = make(code)

    page = client.get("/mistake", headers=BROWSER)
    buttons = BUTTON.findall(page.text)

    assert page.status_code == 500
    assert re.search(
        rf'<section class="solution"><h1>[^<]*{re.escape(title)}', page.text
    )
    if label is None:
        assert buttons == []
    else:
        assert buttons[0][1].startswith(label)


def test_most_mistakes_have_a_button():
    assert len(MISTAKES) >= 20
    assert sum(label is not None for _, _, label in MISTAKES.values()) >= 12


def test_a_package_of_an_extra_is_installed_by_the_extra(make):
    mistake = MISTAKES["package of an extra that is not installed"][0]

    page = make(mistake).get("/mistake", headers=BROWSER).text

    assert make_install_command("auth") in html.unescape(page)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, (_, _, label) in MISTAKES.items()
        if label and label.startswith("Replace")
    ],
)
def test_a_button_corrects_the_code(make, name, tmp_path):
    code, _, label = MISTAKES[name]
    client = make(code)
    page = client.get("/mistake", headers=BROWSER)

    answer = press(client, BUTTON.findall(page.text)[0][0])

    assert answer.status_code == 200
    text = (tmp_path / "shop.py").read_text()
    corrected = text.split("    def mistake():\n")[1].split("\n")[0].strip()
    after = make(corrected).get("/mistake", headers=BROWSER)
    assert after.status_code == (500 if "table" in after.text else 200)
    assert "Replaced" in answer.text
    assert label


def test_a_button_adds_the_import(make, tmp_path):
    code = MISTAKES["name of Flask that is not imported"][0]
    client = make(code)
    page = client.get("/mistake", headers=BROWSER)

    answer = press(client, BUTTON.findall(page.text)[0][0])

    assert "Imported render_template from flask" in answer.text
    text = (tmp_path / "shop.py").read_text()
    assert text.startswith("\nfrom flask import render_template\nimport flask\n")


def test_a_button_creates_the_template(make, tmp_path):
    (tmp_path / "templates/layout.html").write_text("<b>{% block body %}{% endblock %}")
    client = make(MISTAKES["missing template"][0])
    page = client.get("/mistake", headers=BROWSER)

    press(client, BUTTON.findall(page.text)[0][0])

    text = (tmp_path / "templates/cellar/list.html").read_text()
    assert text.startswith('{% extends "layout.html" %}\n\n{% block body %}')
    assert client.get("/mistake", headers=BROWSER).status_code == 200


@pytest.mark.parametrize("name", ["../../evil.html", "/etc/evil.html", "evil.py"])
def test_no_file_outside_of_the_folder_is_created(make, name):
    client = make(f"flask.render_template({name!r})")

    page = client.get("/mistake", headers=BROWSER)

    assert "There is no template" in page.text
    assert not any("Create" in label for _, label in BUTTON.findall(page.text))


@pytest.mark.parametrize("name", ["missing table", "missing column"])
def test_a_button_writes_and_runs_the_migration(make, name):
    client = make("Book.query.all()")
    page = client.get("/mistake", headers=BROWSER)
    ((token, _),) = BUTTON.findall(page.text)

    answer = press(client, token)

    assert "and ran it" in answer.text, answer.text
    assert client.get("/mistake", headers=BROWSER).status_code == 200


def test_a_line_that_has_changed_is_left_alone(make, tmp_path):
    client = make("total = 1; str(totl)")
    page = client.get("/mistake", headers=BROWSER)
    file = tmp_path / "shop.py"
    file.write_text(changed := "# Another first line.\n" + file.read_text())

    answer = press(client, BUTTON.findall(page.text)[0][0])

    assert "Nothing was done" in answer.text
    assert file.read_text() == changed


def test_a_name_that_stands_twice_in_a_line_has_no_button(make):
    client = make("total = 1; str(totl) + str(totl)")

    page = client.get("/mistake", headers=BROWSER)

    assert BUTTON.findall(page.text) == []


def test_files_of_others_are_not_edited(make, monkeypatch, tmp_path):
    client = make("total = 1; str(totl)")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    page = client.get("/mistake", headers=BROWSER)

    assert "The name totl" in page.text
    assert BUTTON.findall(page.text) == []
