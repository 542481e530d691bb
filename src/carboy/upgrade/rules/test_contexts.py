"""Run tests that use the database in a context of the app."""

import ast
import tokenize
from collections.abc import Iterator
from io import BytesIO

from carboy.upgrade.imports import is_alone
from carboy.upgrade.module import Module
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.source import Edit

_DB = "flask_sqlalchemy.SQLAlchemy"
_CONTEXTS = {"app_context", "test_request_context", "request_context"}
_ADVICE = "needs a context of the app: with app.app_context(): …"


def _check(module: Module) -> Iterator[Finding]:
    if _DB not in {path for kinds in module.project.objects.values() for path in kinds}:
        return
    for definition in module.nodes(ast.ClassDef):
        yield from _check_case(module, definition)
    for function in module.nodes(ast.FunctionDef):
        if module.parent(function) is module.tree and _is_test(module, function):
            yield from _check_function(module, function)


def _has_context(node: ast.AST) -> bool:
    return any(getattr(n, "attr", "") in _CONTEXTS for n in ast.walk(node))


def _first_use(module: Module, body: list[ast.stmt]) -> ast.stmt | None:
    """Return the first statement that uses the database."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Attribute) and _uses_database(module, node):
                return statement
    return None


def _uses_database(module: Module, node: ast.Attribute) -> bool:
    if node.attr in {"create_all", "drop_all", "session", "engine"}:
        return module.kind(node.value) == _DB
    return node.attr == "query" and getattr(node.value, "id", "")[:1].isupper()


def _find_app(module: Module, body: list[ast.stmt]) -> str:
    """Return the app that a function makes, gets, or has from its module."""
    for statement in body:
        if not isinstance(statement, ast.Assign):
            continue
        if module.kind(statement.value) == "flask.Flask":
            return module.text(statement.targets[-1])
    for name, bound in module.scope.bindings.items():
        if len(bound) != 1:
            continue
        path, value = bound[0].path, bound[0].value
        if path and module.project.find(path.rpartition(".")[2]) == "flask.Flask":
            return name
        if isinstance(value, ast.Call) and module.kind(value) == "flask.Flask":
            return name
    return ""


# Cases of unittest.


def _check_case(module: Module, definition: ast.ClassDef) -> Iterator[Finding]:
    """Push a context in setUp, and take it back when the test is over."""
    bases = [module.text(base).rpartition(".")[2] for base in definition.bases]
    if not any(base.endswith("TestCase") for base in bases) or _has_context(definition):
        return
    methods = {n.name: n for n in definition.body if isinstance(n, ast.FunctionDef)}
    method = methods.get("setUp")
    if "create_app" in methods or method is None:
        return
    if not any(_first_use(module, function.body) for function in methods.values()):
        return
    app = _find_app(module, method.body)
    place = _first_use(module, method.body) or method.body[-1]
    if not app or not is_alone(module, place):
        yield Finding(module.start(place), f"This {_ADVICE}")
        return
    made = [s for s in method.body if module.text(s).startswith(f"{app} =")]
    lines = [
        f"context = {app}.app_context()",
        "context.push()",
        "self.addCleanup(context.pop)",
    ]
    after = made[-1] if made else None
    if after is not None and after.lineno >= place.lineno:
        start = module.source.line_end(module.end(after))
    else:
        start = module.source.lines[place.lineno - 1]
    indent, newline = module.indent(place), module.source.newline
    text = "".join(f"{indent}{line}{newline}" for line in lines)
    message = "Flask-SQLAlchemy 3 needs a context of the app"
    yield Finding(module.start(place), message, (Edit(start, start, text),))


# Functions of pytest.


def _is_test(module: Module, function: ast.FunctionDef) -> bool:
    if function.name.startswith("test_"):
        return True
    nodes = [getattr(d, "func", d) for d in function.decorator_list]
    return any(module.path(node) == "pytest.fixture" for node in nodes)


def _check_function(module: Module, function: ast.FunctionDef) -> Iterator[Finding]:
    """Put what follows the first use of the database into a block."""
    place = _first_use(module, function.body)
    if place is None or _has_context(function) or _has_fixture(module, function):
        return
    arguments = [argument.arg for argument in function.args.args]
    app = "app" if "app" in arguments else _find_app(module, function.body)
    last = function.body[-1]
    start, end = module.source.lines[place.lineno - 1], module.end(last)
    text = module.source.get(start, end)
    if not app or not is_alone(module, place) or _has_long_string(text):
        yield Finding(module.start(place), f"This {_ADVICE}")
        return
    newline, indent = module.source.newline, module.indent(place)
    step = "\t" if "\t" in indent else "    "
    edits = [Edit(start, start, f"{indent}with {app}.app_context():{newline}")]
    first = module.source.line_of(start)
    for number in range(first, module.source.line_of(end - 1) + 1):
        begin = module.source.lines[number - 1]
        if module.source.get(begin, module.source.line_end(begin)).strip():
            edits.append(Edit(begin, begin, step))
    edits[:2] = [Edit(start, start, edits[0].text + step)]
    message = "Flask-SQLAlchemy 3 needs a context of the app"
    yield Finding(module.start(place), message, tuple(edits))


def _has_fixture(module: Module, function: ast.FunctionDef) -> bool:
    """Return whether a fixture of this module, or one used by all, has a context."""
    names = {argument.arg for argument in function.args.args}
    for other in module.nodes(ast.FunctionDef):
        is_auto = any("autouse" in module.text(d) for d in other.decorator_list)
        if (is_auto or other.name in names) and _has_context(other):
            return True
    return bool(names & {"db", "session", "app_context", "app_ctx", "database"})


def _has_long_string(text: str) -> bool:
    """Return whether a string has several lines, whose indentation is part of it."""
    lines = BytesIO(("if 1:\n" + text).encode()).readline
    try:
        tokens = list(tokenize.tokenize(lines))
    except (tokenize.TokenError, SyntaxError):
        return True
    return any(
        token.type not in {tokenize.NEWLINE, tokenize.NL}
        and token.start[0] != token.end[0]
        for token in tokens
    )


RULE = UpgradeRule(
    id="test-contexts",
    title="Run tests that use the database in a context of the app",
    why=(
        "Flask-SQLAlchemy 2 used the app that it was made with if there was no context;"
        " version 3.0 raises an error."
    ),
    package="flask-sqlalchemy",
    since="3.0",
    words=("def setUp(", "def test_", "pytest.fixture"),
    check=_check,
    examples=(
        (
            "from unittest import TestCase\n"
            "\n"
            "from site_app import create_app, db\n"
            "\n"
            "\n"
            "class UserTest(TestCase):\n"
            "    def setUp(self):\n"
            "        self.app = create_app()\n"
            "        db.create_all()\n",
            "from unittest import TestCase\n"
            "\n"
            "from site_app import create_app, db\n"
            "\n"
            "\n"
            "class UserTest(TestCase):\n"
            "    def setUp(self):\n"
            "        self.app = create_app()\n"
            "        context = self.app.app_context()\n"
            "        context.push()\n"
            "        self.addCleanup(context.pop)\n"
            "        db.create_all()\n",
        ),
        (
            "from site_app import app, db\n"
            "\n"
            "\n"
            "def test_no_users():\n"
            "    db.create_all()\n"
            "    assert not User.query.all()\n",
            "from site_app import app, db\n"
            "\n"
            "\n"
            "def test_no_users():\n"
            "    with app.app_context():\n"
            "        db.create_all()\n"
            "        assert not User.query.all()\n",
        ),
    ),
)
