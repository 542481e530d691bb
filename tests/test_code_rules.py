"""If this passes, names, comments and docstrings follow the rules of the house."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import code_rules
from tests.source_trees import forget_trees

ROOT = Path(__file__).resolve().parent.parent

# Class name → why two classes have it.
REPEATED_CLASSES = {
    "Namespace": "Flask-RESTX has both: arguments of a request, and a part of an API",
    "Carboy": "the class with all batteries extends that of the core",
    "Settings": "the settings of all batteries extend those of the core",
}
# path:function → why it is longer than the limit.
LONG_FUNCTIONS = {
    "src/carboy/engine/fast_path.py:handle_fast": "a call in it costs each request",
    "src/carboy/engine/fast_path.py:_make_result": "a call in it costs each request",
    "src/carboy/server/http/request_head.py:parse": "a call in it costs each request",
}
# Exact numbers, so that they shrink with the code. They grow with new batteries only,
# by at most two for a thousand lines.
SILENCER_BUDGET = {"noqa": 202, "type: ignore": 27}
# Module → why its annotations cannot be evaluated although none refers forward.
FUTURE_IMPORTS = {
    "src/carboy/db/session.py": "names of the fast path are None while it is off",
}


def repeated_class_names(root: Path) -> list[str]:
    return code_rules.list_repeated_class_names(root, REPEATED_CLASSES)


def long_functions(root: Path) -> list[str]:
    return code_rules.list_long_functions(root, LONG_FUNCTIONS)


def silencer_budget(root: Path) -> list[str]:
    return code_rules.list_budget_deviations(root, SILENCER_BUDGET)


def future_imports(root: Path) -> list[str]:
    return code_rules.list_needless_future_imports(root, FUTURE_IMPORTS)


CHECKS = [
    repeated_class_names,
    long_functions,
    silencer_budget,
    code_rules.list_malformed_silencers,
    code_rules.list_vague_docstrings,
    future_imports,
]


@pytest.fixture(scope="module", autouse=True)
def shared_trees() -> Iterator[None]:
    gc.disable()
    yield
    forget_trees()
    gc.enable()


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_follows_the_rules(check: Callable[[Path], list[str]]):
    problems = check(ROOT)

    assert not problems, "\n" + "\n".join(problems)


def test_repeated_class_names_are_found(tmp_path):
    write(tmp_path, "src/carboy/a.py", "class A: ...\nclass _B: ...\n")
    write(tmp_path, "src/carboy/db/b.py", "def f():\n    class _B: ...\n")
    write(tmp_path, "src/carboy/cli/skeleton/c.py", "class A: ...\n")

    problems = code_rules.list_repeated_class_names(tmp_path, {"A": "was repeated"})

    assert problems == [
        "src/carboy/a.py:2, src/carboy/db/b.py:2: 2 classes are called _B."
        " Rename 1 of them.",
        "A may be repeated and is not. Remove it from the list.",
    ]
    assert len(code_rules.list_repeated_class_names(tmp_path, {"_B": "example"})) == 0


def test_long_functions_are_found(tmp_path):
    body = "    x = 1\n"
    write(tmp_path, "src/carboy/a.py", f"def short():\n{body * 59}")
    write(tmp_path, "src/carboy/b.py", f"class A:\n  async def f(self):\n{body * 60}")
    write(tmp_path, "src/carboy/c.py", f"def g():\n{body * 60}")
    allowed = {"src/carboy/c.py:g": "measured", "src/carboy/a.py:short": "was long"}

    problems = code_rules.list_long_functions(tmp_path, allowed)

    assert [problem.split()[0] for problem in problems] == [
        "src/carboy/b.py:2:",
        "src/carboy/a.py:short",
    ]


@pytest.mark.parametrize(
    ("budget", "count"),
    [
        ({"noqa": 2, "type: ignore": 1}, 0),
        ({"noqa": 1, "type: ignore": 1}, 1),
        ({"noqa": 3, "type: ignore": 2}, 2),
    ],
)
def test_the_budget_of_silencers_is_exact(tmp_path, budget, count):
    both = "# type: ignore[arg-type]  # noqa: S101 - both for a reason"
    write(tmp_path, "src/carboy/a.py", f"x = 1  {both}\n")
    write(tmp_path, "src/carboy/b.py", "# ruff: noqa: SLF001 - the whole file\n")
    write(tmp_path, "tests/test_a.py", "x = 1  # noqa: S101 - not in the package\n")

    assert len(code_rules.list_budget_deviations(tmp_path, budget)) == count


@pytest.mark.parametrize(
    ("comment", "count"),
    [
        ("noqa", 1),
        ("noqa: S101", 1),
        ("noqa: S101, S102", 1),
        ("noqa: S101 (the value is a constant)", 1),
        ("noqa: S101 the value is a constant", 1),
        ("noqa:S101 - the value is a constant", 1),
        ("NOQA: S101 - the value is a constant", 1),
        ("type: ignore", 1),
        ("type: ignore  # the stub is wrong", 1),
        ("type: ignore[arg-type]", 1),
        ("type: ignore[arg-type] - the stub is wrong", 1),
        ("type: ignore[arg-type]  # noqa: S101", 1),
        ("noqa: S101 - the value is a constant", 0),
        ("noqa: S101, S102 - the value is a constant", 0),
        ("ruff: noqa: S101 - the whole file", 0),
        ("type: ignore[arg-type]  # noqa: S101 - both for a reason", 0),
        ("type: ignore[arg-type]  # the stub is wrong", 0),
        ("type: ignore[arg-type, misc]  # the stub is wrong", 0),
        ("an ordinary comment", 0),
    ],
)
def test_malformed_silencers_are_found(tmp_path, comment, count):
    write(tmp_path, "src/carboy/a.py", f"x = 1  # {comment}\n")

    assert len(code_rules.list_malformed_silencers(tmp_path)) == count


@pytest.mark.parametrize(
    ("docstring", "count"),
    [
        ("Give the value.", 1),
        ("Tells whether it is so.", 1),
        ("Let others read.", 1),
        ("Say why.", 1),
        ("Return the value.", 0),
        ("Letter of the drive.", 0),
    ],
)
def test_vague_docstrings_are_found(tmp_path, docstring, count):
    text = f'class A:\n    def f(self):\n        """{docstring}"""\n'
    write(tmp_path, "src/carboy/a.py", text)

    assert len(code_rules.list_vague_docstrings(tmp_path)) == count


FOR_TYPES = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from a import A
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("class A: ...\ndef f(a: A) -> A: ...\n", 1),
        ("def f() -> None:\n    a: A\nclass A: ...\n", 1),
        ("def f() -> list[A]: ...\nclass A: ...\n", 0),
        ("class A:\n    def f(self, *others: A) -> None: ...\n", 0),
        ("class A:\n    parent: A | None\n", 0),
        ("if True:\n    def f(a: A): ...\nclass A: ...\n", 0),
        (f"{FOR_TYPES}def f(a: A): ...\n", 0),
        (f"{FOR_TYPES}def f():\n    a: A\n", 1),
    ],
    ids=[
        "none",
        "local",
        "further below",
        "own class",
        "attribute",
        "condition",
        "for types",
        "local, for types",
    ],
)
def test_needless_future_imports_are_found(tmp_path, text, count):
    text = f"from __future__ import annotations\n{text}"
    write(tmp_path, "src/carboy/a.py", text)

    assert len(code_rules.list_needless_future_imports(tmp_path, {})) == count
    if not count:
        code = text.removeprefix("from __future__ import annotations\n")
        with pytest.raises(NameError):
            exec(compile(code, "a.py", "exec", dont_inherit=True), {})  # noqa: S102 - the text above


def test_excuses_for_future_imports_that_are_not_needed_are_found(tmp_path):
    write(tmp_path, "src/carboy/a.py", "from __future__ import annotations\n")
    write(tmp_path, "src/carboy/b.py", "")
    allowed = {
        "src/carboy/a.py": "types of a stub",
        "src/carboy/b.py": "types of a stub",
    }

    problems = code_rules.list_needless_future_imports(tmp_path, allowed)

    assert [problem.split()[0] for problem in problems] == ["src/carboy/b.py"]


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
