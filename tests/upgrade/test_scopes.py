"""If this passes, a name refers to what Python says that it refers to."""

import ast

import pytest

from carboy.upgrade.module import Module
from carboy.upgrade.scopes import ScopeBuilder


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("from a import x\nx!", "a.x"),
        ("import a.b\na!", "a"),
        ("import a.b as x\nx!", "a.b"),
        ("from a import x\ndef f():\n    return x!", "a.x"),
        ("from a import x\ndef f(x):\n    return x!", ""),
        ("from a import x\nx = 1\nx!", "|a.x"),
        (
            "from a import x\nclass C:\n    x = 1\n    def f(self):\n        return x!",
            "a.x",
        ),
        ("from a import x\n[x! for x in y]", ""),
        ("from a import x\n[y for y in x!]", "a.x"),
        ("from a import x\ndef f():\n    global x\n    x = 1\nx!", "|a.x"),
        ("from a import x\nlambda x: x!", ""),
        ("from a import x\ntry: pass\nexcept E as x: pass\nx!", "|a.x"),
        ("from a import x\nmatch 1:\n    case x: pass\nx!", "|a.x"),
        ("from . import x\nx!", ".x"),
        ("from ..m import x\nx!", "..m.x"),
    ],
)
def test_names_refer_to_their_bindings(text, path):
    marked = text.replace("!", "")
    line = text[: text.index("!")].count("\n") + 1
    column = text.splitlines()[line - 1].index("!")
    scopes = ScopeBuilder(ast.parse(marked))

    name = next(
        node
        for node in scopes.nodes[ast.Name]
        if (node.lineno, node.end_col_offset) == (line, column)
    )

    bound = scopes.scopes[name].find(name.id)
    assert "|".join(sorted({binding.path for binding in bound})) == path


def test_each_node_of_a_comprehension_is_part_of_a_statement():
    module = Module(b"x = [a(b) for b in c(d) if e(b) for f in g(b)]\n")

    for call in module.nodes(ast.Call):
        assert module.statement(call) is module.tree.body[0]
