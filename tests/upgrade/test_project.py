"""If this passes, a module learns what it must know of the project's others."""

from carboy.upgrade.project import read_project


def test_objects_that_agree_are_known():
    project = read_project([
        b"db = SQLAlchemy()\n",
        b"db: X = flask_sqlalchemy.SQLAlchemy(app)\n",
    ])

    assert project.find("db") == "flask_sqlalchemy.SQLAlchemy"


def test_objects_that_differ_are_not():
    project = read_project([b"db = SQLAlchemy()\n", b"db = Flask(__name__)\n"])

    assert not project.find("db")


def test_names_that_modules_share_are_known():
    project = read_project([
        b"from .forms import (\n    TextField as T,\n)\nfrom flask import Markup\n"
    ])

    assert "TextField" in project.shared
    assert "Markup" not in project.shared


def test_encoders_have_their_base():
    project = read_project([
        b"from flask.json import JSONEncoder\n\nclass A(JSONEncoder): ...\n",
        b"import json\n\nclass B(json.JSONEncoder): ...\n",
    ])

    assert project.encoders == {"A": "flask.json.JSONEncoder", "B": "json.JSONEncoder"}
