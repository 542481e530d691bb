"""If this passes, the edit of an import names all its names, wherever they are now."""

import ast
import linecache

import pytest

from carboy.legacy.edits import edit_import, is_unused, rewrite
from carboy.legacy.rows import Row, rows_of, same_names

ROWS = {
    row.attribute: row
    for row in (
        *rows_of("flask", "3", same_names("markupsafe", "Markup escape")),
        Row("flask.safe_join", "2", "x:y", "write it so", module="flask"),
    )
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from flask import Markup", "from markupsafe import Markup"),
        (
            "from flask import (Flask,\n    Markup, g, escape as e)",
            "from flask import Flask, g; from markupsafe import Markup, escape as e",
        ),
        ("from flask import safe_join, g", "from flask import g; write it so"),
    ],
)
def test_an_import_is_rewritten(old, new):
    statement = ast.parse(old).body[0]

    assert isinstance(statement, ast.ImportFrom)
    assert rewrite(statement, ROWS) == new


def test_the_statement_is_found_by_its_line(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("import os\n\nfrom flask import (\n    g,\n    Markup,\n)\n")
    linecache.clearcache()

    edit = edit_import(str(path), 3, ROWS)

    assert edit == "from flask import g; from markupsafe import Markup"
    assert edit_import(str(path), 1, ROWS) is None


def test_what_is_not_python_has_no_statement(tmp_path):
    path = tmp_path / "a.html"
    path.write_text("{% if x %}")

    assert edit_import(str(path), 1, ROWS) is None


def test_a_star_import_is_that_of_the_names_in_the_file(tmp_path):
    path = tmp_path / "star.py"
    path.write_text("from flask import *\nMarkup('a')\n")

    assert edit_import(str(path), 1, ROWS) == "from markupsafe import Markup"
    assert not is_unused(str(path), 1, "Markup", ROWS, is_living=True)
    assert is_unused(str(path), 1, "escape", ROWS, is_living=True)


def test_a_star_import_that_uses_no_old_name_is_one_of_old_modules_only(tmp_path):
    """An old module is imported for others; a module of today for its other names."""
    path = tmp_path / "exts.py"
    path.write_text("from flask import *\n")

    assert is_unused(str(path), 1, "Markup", ROWS, is_living=True)
    assert not is_unused(str(path), 1, "Markup", ROWS, is_living=False)
    assert edit_import(str(path), 1, ROWS) == (
        "from markupsafe import Markup, escape; write it so"
    )
