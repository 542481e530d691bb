"""A guard is taken out of a module as it is imported, or nothing is."""

import sys
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

import pytest

from lib.mutants import change_text
from lib.mutants.changed_modules import import_changed

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "src" / "carboy" / "errors.py"


def test_a_text_is_changed_where_it_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "views.py"
    file.write_text("if is_safe(x):\n    go(x)\n")

    assert change_text(file, "is_safe(x)", "True") == "if True:\n    go(x)\n"
    for text in ("is_safe", "x"):
        file.write_text("x x")
        with pytest.raises(SystemExit, match=r"views\.py has [02] times"):
            change_text(file, text, "")


def test_a_changed_module_is_imported_instead_of_its_file() -> None:
    content = change_text(
        FILE, "class CarboyError(", "IS_CHANGED = True\n\n\nclass CarboyError("
    )

    def exit_with_what_is_imported() -> None:
        import_changed({FILE: content})
        sys.exit(7 if hasattr(import_module("carboy.errors"), "IS_CHANGED") else 1)

    process = get_context("fork").Process(target=exit_with_what_is_imported)
    process.start()
    process.join()

    assert process.exitcode == 7
    assert not hasattr(import_module("carboy.errors"), "IS_CHANGED")
