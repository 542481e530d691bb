"""What a sample of notes leaves out: the app, models, a session, imports."""

import ast
import builtins
import re
from collections.abc import Iterable

# Name → the code that defines it; a name in it that is listed here comes first.
PROVIDERS = {
    "app": (
        "app = Flask('notes', root_path=__import__('os').getcwd())\n"
        "app.secret_key = 'notes'\n"
        "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite://'"
    ),
    "Flask": "from flask import Flask",
    "views": "from flask import views",
    "auth": "def auth(view):\n    return view",
    "db": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy(app)",
    "engine": "from sqlalchemy import create_engine\nengine = create_engine(DB_URI)",
    "create_engine": "from sqlalchemy import create_engine",
    "DB_URI": "DB_URI = 'sqlite://'",
    "Base": (
        "from sqlalchemy.ext.declarative import declarative_base\n"
        "Base = declarative_base(engine)"
    ),
    "session": (
        "from sqlalchemy.orm import sessionmaker\n"
        "Base.metadata.create_all()\n"
        "session = sessionmaker(engine)()\n"
        "session.add(Person(name='zhiliao', age=18, country='china'))\n"
        "session.add(User(username='ed', name='ed'))\n"
        "session.commit()"
    ),
    "Person": (
        "from sqlalchemy import Column, Integer, String\n"
        "class Person(Base):\n"
        "    __tablename__ = 'person'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "    name = Column(String(50))\n"
        "    age = Column(Integer)\n"
        "    country = Column(String(50))"
    ),
    "User": (
        "from sqlalchemy import Column, Integer, String\n"
        "class User(Base):\n"
        "    __tablename__ = 'user'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "    username = Column(String(50))\n"
        "    name = Column(String(50))\n"
        "    fullname = Column(String(50))\n"
        "    gender = Column(String(5))\n"
        "    city = Column(String(5))\n"
        "    age = Column(Integer)"
    ),
    "Article": (
        "from sqlalchemy import Column, ForeignKey, Integer, String, Text\n"
        "class Article(Base):\n"
        "    __tablename__ = 'article'\n"
        "    id = Column(Integer, primary_key=True)\n"
        "    title = Column(String(50))\n"
        "    content = Column(Text)\n"
        "    author_id = Column(Integer, ForeignKey(User.id))"
    ),
    "query": "query = session.query(User)",
    "primary_key": "primary_key = 1",
    "p": "p = Person(name='new', age=1)",
    "manager": "from flask_script import Manager\nmanager = Manager(app)",
    "db_manager": "from flask_script import Manager\ndb_manager = Manager()",
    "Manager": "from flask_script import Manager",
    "BackendUser": "BackendUser = User",
    "api": "from flask_restful import Api\napi = Api(app)",
    "form": "form = None",
    "login_manager": (
        "from flask_login import LoginManager\nlogin_manager = LoginManager(app)"
    ),
    "UPLOAD_PATH": "UPLOAD_PATH = __import__('tempfile').mkdtemp()",
    "get_current_user": (
        "from types import SimpleNamespace\n"
        "app.add_url_rule('/image/<filename>', 'user_image', lambda filename: '')\n"
        "def get_current_user():\n"
        "    return SimpleNamespace(username='ed', theme='dark', image='a.png')"
    ),
    "user_bp": "user_bp = Blueprint('user', __name__)",
    "mysignal": "from blinker import signal\nmysignal = signal('notes')",
    "app_context": "app_context = app.app_context()",
    "models": "import models\nfrom crm import db\napp.app_context().push()",
    "RequestContext": "from flask.ctx import RequestContext",
    "self": "self = app",
    "Request": "from flask import Request",
    "environ": "from werkzeug.test import create_environ\nenviron = create_environ()",
    "my_list": "def my_list(page):\n    return ''",
    "IndexView": "class IndexView: pass",
    "datetime": "from datetime import datetime",
    "date": "from datetime import date",
    "time": "from datetime import time",
    "timedelta": "from datetime import timedelta",
    "os": "import os",
    "enum": "import enum",
    "and_": "from sqlalchemy import and_",
    "or_": "from sqlalchemy import or_",
    "func": "from sqlalchemy import func",
    "urlparse": "from urllib.parse import urlparse",
    "urljoin": "from urllib.parse import urljoin",
    "secure_filename": "from werkzeug import secure_filename",
    "BaseConverter": "from werkzeug.routing import BaseConverter",
    "ValidationError": "from wtforms.validators import ValidationError",
    "Form": "from wtforms import Form",
    "StringField": "from wtforms import StringField",
    "Length": "from wtforms.validators import Length",
    "EqualTo": "from wtforms.validators import EqualTo",
    "Resource": "from flask_restful import Resource",
    "reqparse": "from flask_restful import reqparse",
    "marshal_with": "from flask_restful import marshal_with",
    "fields": "from flask_restful import fields",
    "TelephoneConverter": (
        "class TelephoneConverter(BaseConverter):\n    regex = r'1[85734]\\d{9}'"
    ),
    "create_app": "def create_app():\n    return app",
    "config": "config = object()",
    "RegistForm": (
        "class RegistForm(Form):\n"
        "    username = StringField(validators=[Length(min=3)])"
    ),
    "UploadForm": "class UploadForm(Form):\n    desc = StringField()",
    "url_for": "from flask import url_for",
}
for _name in [
    "request",
    "redirect",
    "render_template",
    "make_response",
    "current_app",
    "flash",
    "get_flashed_messages",
    "Markup",
    "escape",
    "jsonify",
    "send_from_directory",
    "Response",
    "Blueprint",
]:
    PROVIDERS[_name] = f"from flask import {_name}"
for _name in [
    "Column",
    "Integer",
    "String",
    "Text",
    "Date",
    "DateTime",
    "Time",
    "Enum",
    "ForeignKey",
    "Table",
]:
    PROVIDERS[_name] = f"from sqlalchemy import {_name}"
for _name in ("relationship", "backref", "sessionmaker"):
    PROVIDERS[_name] = f"from sqlalchemy.orm import {_name}"

_ENDPOINT = re.compile(r"url_for\(['\"](\w+)['\"]")
_FLASK_SESSION = re.compile(r"session(\[|\.(get|pop|clear)\(|$)|in session")


_MODEL_OF_DB = {
    "User": (
        "class User(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "    username = db.Column(db.String(50))\n"
        "    age = db.Column(db.Integer)\n"
        "    school = db.Column(db.String(50))\n"
        "app.app_context().push()\n"
        "db.create_all()"
    ),
    "Article": (
        "class Article(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "    title = db.Column(db.String(50))\n"
        "app.app_context().push()\n"
        "db.create_all()"
    ),
}
# Files that samples import from, and that stand elsewhere in the notes.
_SITE = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
db = SQLAlchemy(app)
def create_app():
    return app
"""
FILES = {
    "crm.py": _SITE,
    "zhiliao.py": _SITE,
    "exts.py": "from zhiliao import db\n",
    "models.py": (
        "from crm import app, db\n"
        "class User(db.Model):\n"
        "    id = db.Column(db.Integer, primary_key=True)\n"
        "    name = db.Column(db.String(32))\n"
        "    depart_id = db.Column(db.Integer)\n"
        "with app.app_context():\n    db.create_all()\n"
    ),
    "views/__init__.py": "",
    "views/account.py": (
        "from flask import Blueprint\naccount = Blueprint('account', __name__)\n"
    ),
    "views/order.py": (
        "from flask import Blueprint\norder = Blueprint('order', __name__)\n"
    ),
    "blueprints/user.py": (
        "from flask import Blueprint\nuser_bp = Blueprint('user', __name__)\n"
    ),
    "db_script.py": "from flask_script import Manager\ndb_manager = Manager()\n",
    "app2/__init__.py": _SITE,
    "app2/tasks/celery_obj.py": "from celery import Celery\ncelery = Celery('notes')\n",
}


def make_prelude(code: str) -> str:
    """Return the code that defines what `code` uses and does not define."""
    needed: dict[str, str] = {}
    providers = dict(PROVIDERS)
    if ".query." in code and "session.query" not in code:
        providers |= _MODEL_OF_DB
    if _FLASK_SESSION.search(code) and "query" not in code and ".add(" not in code:
        providers["session"] = "from flask import session"
    try:
        missing = free_names(code)
    except SyntaxError:
        return ""
    for name in missing:
        _collect(name, providers, needed)
    endpoints = {*_ENDPOINT.findall(code)} - {
        *_bound_otherwise(ast.walk(ast.parse(code)))
    }
    if endpoints - {"static"}:
        _collect("app", providers, needed)
        needed["endpoints"] = "\n".join(
            f"app.add_url_rule('/{n}', '{n}', lambda: '')"
            for n in endpoints - {"static"}
            if n not in {"user_image"} and f"endpoint='{n}'" not in code
        )
    return "\n".join(needed.values())


def _collect(name: str, providers: dict[str, str], needed: dict[str, str]) -> None:
    if name in needed or name not in providers:
        return
    text = providers[name]
    for other in free_names(text):
        if other != name:
            _collect(other, providers, needed)
    needed[name] = text


def free_names(code: str) -> list[str]:
    """List the names that code reads and never binds."""
    tree = ast.parse(code)
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and _is_store(n)}
    bound |= set(_bound_otherwise(ast.walk(tree)))
    read = [
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and not _is_store(n)
    ]
    return [
        n for n in dict.fromkeys(read) if n not in bound and not hasattr(builtins, n)
    ]


def _is_store(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store | ast.Del)


def _bound_otherwise(nodes: Iterable[ast.AST]) -> Iterable[str]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield (node.asname or node.name).partition(".")[0]
        elif isinstance(node, ast.arg):
            yield node.arg
