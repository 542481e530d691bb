"""docs/security.md names tests that exist, and every hole of the museum."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "security.md"
MUSEUM = ROOT / "tests" / "auth" / "museum"
_NAMED = re.compile(r"`T/([\w/]+\.py)::(\w+)`")
_LINE = re.compile(r"^\| (\d+\.\d+\.\d+[^|]*)\| [12] \|", re.M)


@cache
def _list_tests(path: Path) -> dict[str, str]:
    return {
        node.name: ast.get_docstring(node) or ""
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


@pytest.mark.parametrize("named", sorted(set(_NAMED.findall(PAGE.read_text("utf-8")))))
def test_a_test_that_the_page_names_exists(named: tuple[str, str]) -> None:
    file, name = named

    assert name in _list_tests(ROOT / "tests" / "auth" / file)


def test_a_requirement_without_a_test_says_why() -> None:
    lines = [x for x in PAGE.read_text("utf-8").splitlines() if _LINE.match(x)]
    untested = [line for line in lines if not _NAMED.search(line)]

    assert len(lines) >= 60
    for line in untested:
        assert re.search(r"gap:|not applicable|\| see |\| none:", line), line


def test_no_requirement_is_told_twice() -> None:
    numbers = _LINE.findall(PAGE.read_text("utf-8"))

    assert len(numbers) == len(set(numbers))


def test_the_page_tells_each_hole_of_the_museum() -> None:
    told = set(_NAMED.findall(PAGE.read_text("utf-8").partition("## Published")[2]))
    tests = {
        (path.relative_to(ROOT / "tests" / "auth").as_posix(), name)
        for path in MUSEUM.rglob("test_*.py")
        if path.name != "test_guards.py"
        for name in _list_tests(path)
        if name.startswith("test_")
    }

    assert told == tests
