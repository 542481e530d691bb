"""If this passes, import statements are edited where and how a person would."""

import ast

import pytest

from carboy.upgrade.imports import add_import, import_text, remove_aliases
from carboy.upgrade.module import Module
from carboy.upgrade.source import Edit, apply_edits


@pytest.mark.parametrize(
    ("text", "after", "code"),
    [
        ("import os\nx\n", "import os\nfrom a import b\nx\n", "b"),
        ('"""Doc."""\nx\n', '"""Doc."""\nfrom a import b\nx\n', "b"),
        (
            "#!/bin/sh\n# coding: utf-8\nx\n",
            "#!/bin/sh\n# coding: utf-8\nfrom a import b\nx\n",
            "b",
        ),
        ("from a import b as c\n", "from a import b as c\n", "c"),
        ("import a\n", "import a\n", "a.b"),
        ("import os", "import os\nfrom a import b", "b"),
    ],
)
def test_an_import_is_added_once(text, after, code):
    module = Module(text.encode())

    added = add_import(module, "a.b")

    assert added is not None
    assert added[0] == code
    assert apply_edits(text.encode(), added[1]).decode() == after


def test_a_name_that_is_taken_is_not_imported():
    assert add_import(Module(b"b = 1\na = 2\n"), "a.b") is None
    assert add_import(Module(b"b = 1\n"), "x.a.b") is None


def test_the_module_of_a_name_that_is_taken_is_imported():
    assert add_import(Module(b"b = 1\n"), "a.b") == (
        "a.b",
        [Edit(0, 0, "import a\n")],
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("from a import b, c, d\n", "from a import c\n"),
        ("from a import b, d\n", ""),
        ("if x:\n    from a import b, d\n", "if x:\n    pass\n"),
        (
            "from a import (\n    b,\n    c,\n    d,  # last\n)\n",
            "from a import (\n    c,  # last\n)\n",
        ),
        ("from a import b; x = 1\n", "pass; x = 1\n"),
    ],
)
def test_names_are_removed(text, after):
    module = Module(text.encode())
    node = module.nodes(ast.ImportFrom)[0]
    names = [alias for alias in node.names if alias.name in "bd"]

    edits = sorted(remove_aliases(module, node, names, []), key=lambda edit: edit.start)

    assert apply_edits(text.encode(), edits).decode() == after


def test_the_text_of_an_import_is_the_shortest():
    assert import_text("a.b") == "from a import b"
    assert import_text("a.b", "c") == "from a import b as c"
    assert import_text("a") == "import a"
