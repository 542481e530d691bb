"""If this passes, each place of an old name warns once, with file, line and edit."""

import json
import warnings

import pytest

from carboy.legacy import LegacyWarning, list_uses
from carboy.legacy.rows import Row
from carboy.legacy.uses import clear_uses, record_use, report_file

ROW = Row("app.env", "Flask 2.3", "a setting", "app.debug")


def use_it() -> None:
    record_use(ROW)


def test_a_place_warns_once_and_names_the_edit():
    with pytest.warns(LegacyWarning) as caught:
        for _ in range(3):
            use_it()

    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert caught[0].lineno == use_it.__code__.co_firstlineno + 1
    assert str(caught[0].message).endswith("Write: app.debug")


def test_two_places_warn_twice():
    with pytest.warns(LegacyWarning) as caught:
        record_use(ROW)
        record_use(ROW)

    assert len(caught) == len(list_uses()) == 2


@pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")
def test_a_use_is_written_to_the_report(report_path):
    use_it()

    (line,) = report_path.read_text().splitlines()
    assert json.loads(line) == {
        "name": "app.env",
        "file": __file__,
        "line": use_it.__code__.co_firstlineno + 1,
        "text": "record_use(ROW)",
        "edit": "app.debug",
        "safe": "",
    }


def test_a_report_that_cannot_be_written_stops_nothing(monkeypatch):
    monkeypatch.setenv("LEGACY_REPORT", "/proc/nowhere/uses.jsonl")

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        use_it()

    assert any("LEGACY_REPORT" in str(w.message) for w in caught)
    assert len(list_uses()) == 1


def test_each_project_has_a_report_of_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("LEGACY_REPORT")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    paths = set()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        paths.add(report_file())

    assert len(paths) == 2
    assert all(path.is_relative_to(tmp_path / "carboy") for path in paths)


def test_forgotten_uses_warn_again():
    for _ in range(2):
        with pytest.warns(LegacyWarning):
            use_it()
        clear_uses()
