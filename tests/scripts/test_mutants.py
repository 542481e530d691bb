"""A guard is taken out of a copy where it stands, or nothing is."""

from pathlib import Path

import pytest

from lib.mutants import change_text


def test_a_text_is_changed_where_it_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "views.py"
    file.write_text("if is_safe(x):\n    go(x)\n")

    change_text(file, "is_safe(x)", "True")

    assert file.read_text() == "if True:\n    go(x)\n"
    for text in ("is_safe", "x"):
        file.write_text("x x")
        with pytest.raises(SystemExit, match=r"views\.py has [02] times"):
            change_text(file, text, "")
