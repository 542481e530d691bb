"""Name the functions that prepare tests as pytest 8 does."""

import ast
from collections.abc import Iterator

from carboy.upgrade.module import Module
from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_NAMES = ("setup", "teardown")
_move = moved_names({"pytest.yield_fixture": "pytest.fixture"})


def _check(module: Module) -> Iterator[Finding]:
    yield from _move(module)
    tests = {
        definition
        for definition in module.nodes(ast.ClassDef)
        if definition.name.startswith("Test")
    }
    called = {node.attr for node in module.nodes(ast.Attribute)}
    for owner in [*tests, *_bases(module, tests)]:
        if all(_is_plain(module, base) for base in owner.bases):
            yield from _rename(module, owner.body, "method", called)
    body = module.tree.body
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    if tests or any(node.name.startswith("test_") for node in functions):
        used = {node.id for node in module.nodes(ast.Name)}
        plain = [n for n in functions if not n.args.args and not n.decorator_list]
        yield from _rename(module, plain, "module", used)


def _bases(module: Module, tests: set[ast.ClassDef]) -> list[ast.ClassDef]:
    """Return the classes of this module that classes with tests derive from."""
    names = [base for test in tests for base in test.bases]
    bound = [b for n in names if isinstance(n, ast.Name) for b in module.bindings(n)]
    nodes = {b.node for b in bound if isinstance(b.node, ast.ClassDef)} - tests
    return sorted(nodes, key=lambda node: node.lineno)


def _is_plain(module: Module, base: ast.expr) -> bool:
    """Return whether pytest, and not unittest, runs what derives from a class."""
    if not isinstance(base, ast.Name):
        return False
    nodes = [binding.node for binding in module.bindings(base)]
    if not nodes:
        return base.id == "object"
    return all(
        isinstance(node, ast.ClassDef)
        and all(_is_plain(module, inner) for inner in node.bases)
        for node in nodes
    )


def _rename(
    module: Module,
    body: list[ast.stmt] | list[ast.FunctionDef],
    kind: str,
    used: set[str],
) -> Iterator[Finding]:
    functions = [node for node in body if isinstance(node, ast.FunctionDef)]
    taken = {node.name for node in functions}
    for node in functions:
        new = f"{node.name}_{kind}"
        if node.name not in _NAMES or node.name in used or new in taken:
            continue
        start = module.source.data.index(node.name.encode(), module.start(node) + 4)
        edits = (Edit(start, start + len(node.name), new),)
        yield Finding(module.start(node), f"pytest calls {new}()", edits)


RULE = UpgradeRule(
    id="pytest-setup",
    title="Name the functions that prepare tests as pytest 8 does",
    why=(
        "pytest 8 no longer calls setup() and teardown(), the names of nose, and has"
        " no yield_fixture any more."
    ),
    package="pytest",
    since="8.0",
    words=("def setup(", "def teardown(", "yield_fixture"),
    check=_check,
    examples=(
        (
            "class TestShop:\n    def setup(self):\n        self.cart = []\n",
            "class TestShop:\n    def setup_method(self):\n        self.cart = []\n",
        ),
    ),
)
