"""A guard is taken out of a module as it is imported, or nothing is."""

from pathlib import Path

import pytest

from lib.mutants import Trial, change_text, run_trials

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


def test_a_trial_imports_the_changed_module(tmp_path: Path) -> None:
    test = tmp_path / "test_names.py"
    test.write_text(
        "from carboy import errors\n\n"
        "def test_it():\n    assert not hasattr(errors, 'IS_CHANGED')\n"
    )
    arguments = (str(test), "--rootdir", str(tmp_path), "-c", "/dev/null")
    changed = FILE.read_text("utf-8") + "\nIS_CHANGED = True\n"
    trials = [Trial(arguments, {FILE: changed}), Trial((*arguments, "-W", "default"))]

    results = {bool(trial.contents): passes for trial, passes in run_trials(trials, 2)}

    assert results == {True: False, False: True}
