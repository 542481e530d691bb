"""If this passes, the welcome names the file that a page is added to."""

import sys
from types import ModuleType

import pytest
from flask import Blueprint, Flask

from carboy.cli.welcome.page import find_file, list_routes, make_page


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A package of a project in the current folder."""
    package = tmp_path / "cellar"
    package.mkdir()
    (package / "__init__.py").touch()
    module = ModuleType("cellar")
    module.__file__ = str(package / "__init__.py")
    module.__path__ = [str(package)]
    monkeypatch.setitem(sys.modules, "cellar", module)
    monkeypatch.chdir(tmp_path)
    return package


def test_the_file_of_a_package_is_that_of_its_views(module):
    assert find_file(Flask("cellar")) == "cellar/__init__.py"
    (module / "views.py").touch()
    assert find_file(Flask("cellar")) == "cellar/views.py"


def test_a_project_with_blueprints_gets_its_page_there(module):
    app = Flask("cellar")
    app.register_blueprint(Blueprint("pages", "cellar"))

    text = make_page(app).test_client().get("/").text

    assert "@pages.get" in text


def test_a_text_in_a_route_is_escaped(module):
    app = Flask("cellar")
    app.add_url_rule("/<b>alert", "x", lambda b: "")

    text = make_page(app).test_client().get("/").text

    assert "<b>alert" not in text


def test_implicit_methods_and_static_files_are_not_listed(module):
    app = Flask("cellar")
    app.add_url_rule("/a", "a", lambda: "", methods=["GET", "POST"])

    assert [(r.rule, r.methods) for r in list_routes(app)] == [("/a", "GET, POST")]
