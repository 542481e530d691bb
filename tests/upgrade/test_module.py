"""If this passes, a module knows where names come from and which objects they are."""

import ast
import sys

import pytest

from carboy.upgrade.module import Module
from carboy.upgrade.project import Project

PROJECT = Project(objects={"db": frozenset({"flask_sqlalchemy.SQLAlchemy"})})


def last(text: str, project: Project | None = None) -> tuple[Module, ast.expr]:
    module = Module(text.encode(), project)
    statement = module.tree.body[-1]
    assert isinstance(statement, ast.Expr)
    return module, statement.value


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("import flask\nflask.json.dumps", "flask.json.dumps"),
        ("from flask import json as j\nj.dumps", "flask.json.dumps"),
        ("flask.json", ""),
        ("from a import x\nfrom b import x\nx", ""),
        ("f().x", ""),
    ],
)
def test_expressions_have_the_path_of_their_import(text, path):
    module, node = last(text)

    assert module.path(node) == path


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("from flask import Flask\napp = Flask('a')\napp", "flask.Flask"),
        ("app = create_app()\napp", "flask.Flask"),
        ("from flask import current_app\ncurrent_app", "flask.Flask"),
        ("from shop.ext import db\ndb", "flask_sqlalchemy.SQLAlchemy"),
        ("from .ext import db\ndb", "flask_sqlalchemy.SQLAlchemy"),
        ("from sqlalchemy import db\ndb", ""),
        ("app = Flask('a')\napp = 1\napp", ""),
        ("def f(db):\n    pass\ndb", ""),
    ],
)
def test_objects_have_the_class_that_made_them(text, kind):
    module, node = last(text, PROJECT)

    assert module.kind(node) == kind


@pytest.mark.parametrize(
    ("text", "is_guarded"),
    [
        ("try:\n    import a\nexcept ImportError:\n    a = 1", True),
        ("try:\n    pass\nexcept (ImportError, KeyError):\n    import a", True),
        ("try:\n    import a\nexcept ValueError:\n    a = 1", False),
        ("if sys.version_info > (3,):\n    import a", True),
        ("if x:\n    import a", False),
    ],
)
def test_code_for_several_versions_is_seen(text, is_guarded):
    module = Module(text.encode())

    assert module.is_guarded(module.nodes(ast.Import)[0]) == is_guarded


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="positions are exact there")
def test_what_stands_in_a_formatted_string_is_edited_only_if_it_is_exact():
    module = Module(b"f'{a}' f'''\n{bc}'''")
    names = {node.id: node for node in module.nodes(ast.Name)}

    for name, node in names.items():
        edit = module.replace(node, "x")
        assert edit.start < 0 or module.source.get(edit.start, edit.end) == name
        assert module.replace(node, "'x'").start < 0


def test_a_name_is_free_if_nothing_binds_or_reads_it():
    module = Module(b"def f(a):\n    return b\nclass C: pass\nimport d\n")

    assert [name for name in "abCdfz" if module.is_free(name)] == ["z"]
