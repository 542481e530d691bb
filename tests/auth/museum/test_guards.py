"""Each test of the museum has a guard, and each guard stands where the table says."""

import ast
import re
from pathlib import Path

import pytest

from .guard import Guard
from .guards import GUARDS

HERE = Path(__file__).parent
PACKAGE = HERE.parent.parent.parent / "src" / "carboy"


def _list_tests() -> dict[str, str]:
    found = {}
    for path in HERE.rglob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                name = f"{path.relative_to(HERE).as_posix()}::{node.name}"
                found[name] = ast.get_docstring(node) or ""
    own = Path(__file__).name
    return {key: text for key, text in found.items() if not key.startswith(own)}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: str(guard.test))
def test_a_guard_stands_in_its_file_once(guard: Guard) -> None:
    text = (PACKAGE / guard.file).read_text("utf-8")

    assert text.count(guard.text) == 1
    assert guard.text != guard.without


def test_each_test_of_the_museum_has_a_guard() -> None:
    assert {guard.test for guard in GUARDS} == set(_list_tests())


def test_each_test_names_what_was_published() -> None:
    known = r"(CVE-\d{4}-\d+|GHSA(-\w{4}){3}|CWE-\d+|ASVS \d|NIST|WebAuthn|Programs"
    known += r"|django-allauth \d|Better Auth \d|Flask)"
    for name, text in _list_tests().items():
        assert re.match(known, text), name
