"""If this passes, each name that the notes write down works as it is written there."""

import ast
import importlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import flask
import pytest
from werkzeug.datastructures import FileStorage

from lib.notes import rows
from lib.notes.pages import list_pages

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("name", sorted(set(rows.IMPORTS)))
def test_each_import(run_old, name):
    module, _, attribute = name.rpartition(".")
    if module:
        names = run_old(f"from {module} import {attribute} as found")
    else:
        names = run_old(f"import {attribute} as found")

    assert names["found"] is not None


@pytest.fixture
def site(run_old):
    """The objects that samples of the notes work with."""
    names = run_old(
        "from flask import Flask, Response, request\n"
        "from flask_script import Manager\n"
        "from flask_sqlalchemy import SQLAlchemy\n"
        "from flask_restful import Api, reqparse\n"
        "from flask_wtf import FlaskForm\n"
        "from wtforms import StringField\n"
        "from flask import session as cookie\n"
        "app = Flask('notes')\n"
        "app.config.update(SECRET_KEY='x' * 40, SQLALCHEMY_DATABASE_URI='sqlite://')\n"
        "db = SQLAlchemy(app)\n"
        "class User(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "class NameForm(FlaskForm):\n"
        "    name = StringField()\n"
        "class User2(object): pass\n"
        "manager, api, parser = Manager(app), Api(app), reqparse.RequestParser()\n"
    )
    with names["app"].test_request_context("/?a=1"):
        form = names["NameForm"]()
        session = {
            name: getattr(names["cookie"], name)
            for name in ("clear", "get", "pop", "permanent")
        }
        database = names["db"].session
        for name in ("add", "add_all", "commit", "delete", "merge", "query"):
            session[name] = getattr(database, name)
        yield names | {
            "request": flask.request,
            "response": names["Response"](),
            "session": SimpleNamespace(**session),
            "query": names["User"].query,
            "form": form,
            "field": form.name,
            "avatar": FileStorage(BytesIO(b"")),
        }


def test_each_attribute(site):
    for name in rows.ATTRIBUTES:
        root, _, path = name.partition(".")
        found = site[root]
        for part in path.split("."):
            assert hasattr(found, part), name
            found = getattr(found, part)


def test_each_setting(door):
    """An app with all of them starts and answers."""
    app = flask.Flask("notes")
    defaults = {"SERVER_NAME": "localhost", "APPLICATION_ROOT": "/"}
    defaults |= {"PREFERRED_URL_SCHEME": "http", "JSONIFY_MIMETYPE": "application/json"}
    defaults |= {"SECRET_KEY": "x" * 40, "SESSION_COOKIE_NAME": "session"}
    defaults |= {"LOGGER_HANDLER_POLICY": "always", "LOGGER_NAME": "notes"}
    numbers = {"MAX_CONTENT_LENGTH": 1000, "PERMANENT_SESSION_LIFETIME": 60}
    numbers |= {"SEND_FILE_MAX_AGE_DEFAULT": 60, "SQLALCHEMY_POOL_SIZE": 10}
    numbers |= {"SQLALCHEMY_MAX_OVERFLOW": 5}
    for name in rows.SETTINGS:
        app.config[name] = numbers.get(name, defaults.get(name, False))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    app.config["SESSION_COOKIE_DOMAIN"] = None
    app.config["SESSION_COOKIE_PATH"] = None
    db = importlib.import_module("flask_sqlalchemy").SQLAlchemy(app)

    @app.route("/")
    def index():
        flask.session.permanent = True
        return flask.jsonify(n=db.session.execute("select 1").scalar(), b="二")

    response = app.test_client().get("/")

    assert response.status_code == 200
    assert response.json == {"n": 1, "b": "二"}
    assert "二" in response.text


def test_each_word_of_templates(door):
    app = flask.Flask("notes")
    app.jinja_env.add_extension("jinja2.ext.loopcontrols")
    app.jinja_env.loader = importlib.import_module("jinja2").DictLoader({
        "macro.html": "{% macro input(name, type='text') %}{{ name }}{% endmacro %}",
        "part.html": "part",
        "layout.html": "[{% block body %}parent{% endblock %}]",
        "page.html": (
            "{% extends 'layout.html' %}{% from 'macro.html' import input %}"
            "{% block body %}{{ super() }}{% set a = 'b' %}{% include 'part.html' %}"
            "{% for x in [1, 2, 3] %}{% if x == 2 %}{% continue %}{% endif %}{{ x }}"
            "{% break %}{% endfor %}{% with c = '<' %}{{ c|escape }}{{ c|safe }}{% endwith %}"
            "{% autoescape false %}{{ '<' }}{% endautoescape %}{{ none_here|default('d') }}"
            "{{ input('n') }}{% endblock %}"
        ),
    })

    with app.test_request_context():
        text = flask.render_template("page.html")
        path = flask.url_for("static", filename="style.css")

    assert text == "[parentpart1&lt;<<dn]"
    assert path == "/static/style.css"


SITE = """
from flask import (Flask, Blueprint, current_app, url_for, request, session, redirect,
                   render_template, send_from_directory, make_response, views)
from werkzeug.routing import BaseConverter
app = Flask(__name__)
app.secret_key = 'x' * 40
news = Blueprint('news', __name__, url_prefix='/news', static_folder='static')
calls = []
class RegexConverter(BaseConverter):
    def __init__(self, map, regex):
        super(RegexConverter, self).__init__(map)
        self.regex = regex
app.url_map.converters['regex'] = RegexConverter
@app.template_filter('cut')
def cut(value): return value.replace('hello', '')
@app.template_global()
def sb(a1, a2): return a1 + a2
@app.errorhandler(404)
def lost(error): return 'lost', 404
@app.after_request
def after(response): calls.append('after'); return response
@app.teardown_request
def teardown(error): calls.append('teardown')
@app.context_processor
def context(): return {'who': current_app.name}
@news.route('/list/')
def news_list(): return url_for('news.news_list') + url_for('news.static', filename='a')
class ListView(views.View):
    decorators = [lambda f: f]
    def dispatch_request(self): return {'a': 1}
app.add_url_rule('/view', endpoint='mine', view_func=ListView.as_view('list'))
@app.route('/types/<string:a>/<int:b>/<float:c>/<uuid:d>/<regex("[a-z]"):e>/<path:f>')
def types(**values): return '|'.join(str(v) for v in values.values())
@app.route('/cookie')
def cookie():
    response = make_response(render_template('who.html'))
    response.set_cookie('username', 'zhiliao', max_age=60)
    return response
@app.route('/file/<name>')
def file(name): return send_from_directory(app.root_path, name)
app.register_blueprint(news)
"""


def test_the_other_names(run_old, tmp_path):
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "who.html").write_text(
        "{{ who }} {{ sb(1, 2) }} {{ 'hello x'|cut }}"
    )
    sys.modules["old"] = SimpleNamespace(__file__=str(tmp_path / "old.py"))
    try:
        names = run_old(SITE)
    finally:
        del sys.modules["old"]
    client = names["app"].test_client()
    uuid = "12345678-1234-5678-1234-567812345678"

    assert client.get("/news/list/").text == "/news/list//news/static/a"
    assert client.get("/news/list").status_code == 308
    assert client.get("/view").json == {"a": 1}
    assert client.get(f"/types/s/1/1.5/{uuid}/e/p/q").text == f"s|1|1.5|{uuid}|e|p/q"
    page = client.get("/cookie")
    assert page.text == "old 3  x"
    assert "username=zhiliao" in page.headers["Set-Cookie"]
    with client.get("/file/old.py") as sent:
        assert sent.status_code == 200
    assert client.get("/nowhere").text == "lost"
    assert {*names["calls"]} == {"after", "teardown"}


def test_each_row_names_a_test_that_exists():
    for test in set(rows.list_rows().values()):
        path, _, function = test.partition("::")
        assert (ROOT / path).is_file(), test
        names = {
            n.name
            for n in ast.walk(ast.parse((ROOT / path).read_text()))
            if isinstance(n, ast.FunctionDef)
        }
        assert not function or function in names, test


def test_the_pages_are_written_from_the_code():
    for name, text in list_pages():
        assert text.count("\n| ") > 100, name


def test_each_name_of_the_notes_has_a_row():
    """Where the notes are not, the program says so; `make notes` runs the samples."""
    folder = os.environ.get("NOTES", str(ROOT.parent / "shared" / "notes"))

    done = look_for_names(folder)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "names." in done.stdout or "nothing is run" in done.stdout


def test_a_name_without_a_row_is_found(tmp_path):
    (tmp_path / "a.txt").write_text("from flask import nowhere_at_all\n")

    done = look_for_names(str(tmp_path))

    assert done.returncode == 1
    assert "'flask.nowhere_at_all' is in the notes" in done.stdout


def look_for_names(folder: str) -> subprocess.CompletedProcess[str]:
    program = str(ROOT / "scripts" / "notes")
    return subprocess.run(
        [sys.executable, program, folder, "--names"],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
