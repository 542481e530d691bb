"""An edit changes one word in one line of the project, or nothing."""

import sys
from pathlib import Path

import pytest

from carboy.site import code_edits
from carboy.site.code_edits import CodeLine, find_near, list_imports, list_replacements


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def run(text, name="views.py"):
        file = tmp_path / name
        file.write_text(text, newline="")
        with pytest.raises((NameError, ValueError)) as caught:
            exec(compile(text, str(file), "exec"), {})  # noqa: S102 - code of the test
        return file, caught.value

    return run


def test_near_names_are_sorted_by_distance():
    names = ["title", "titles", "year", "publisher"]

    assert find_near("titel", names) == ["title", "titles"]
    assert find_near("zzz", names) == []


def test_only_the_word_is_replaced(run):
    file, error = run("totals = 1\r\nx = totl + totals\r\n")
    (action,) = list_replacements(error, "totl", ["totals"])

    assert action.label == "Replace by totals in views.py line 2"
    assert action.run() == "Replaced totl by totals in views.py line 2."
    assert file.read_bytes() == b"totals = 1\r\nx = totals + totals\r\n"
    # It has been done: a second time there is nothing to replace.
    assert action.run().startswith("Nothing was done")


def test_a_word_within_another_is_not_meant(run):
    _, error = run("x = totl_of_all + totl")

    (action,) = list_replacements(error, "totl", ["total"])
    action.run()

    assert Path("views.py").read_text() == "x = totl_of_all + total"


def test_a_call_over_several_lines_is_searched(run):
    _, error = run("def f(x): raise ValueError\nf(\n    'pages.hme'\n)\n")

    (action,) = list_replacements(error, "pages.hme", ["pages.home"])

    assert "line 3" in action.label


def test_files_of_the_environment_are_not_edited(run, monkeypatch, tmp_path):
    _, error = run("x = totl")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))

    assert list_replacements(error, "totl", ["total"]) == ()


def test_a_file_that_is_gone_has_no_button(run):
    file, error = run("x = totl")
    file.unlink()

    assert list_replacements(error, "totl", ["total"]) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "from json import loads\nx = dumps(1)\n",
            "from json import loads, dumps\nx = dumps(1)\n",
        ),
        (
            "from json import (\n    loads,\n)\nx = dumps(1)\n",
            "from json import dumps\nfrom json import (\n    loads,\n)\nx = dumps(1)\n",
        ),
        (
            '"""Docs."""\nfrom __future__ import annotations\nx = dumps(1)\n',
            '"""Docs."""\nfrom __future__ import annotations\n'
            "from json import dumps\nx = dumps(1)\n",
        ),
        ("x = dumps(1)\r\n", "from json import dumps\r\nx = dumps(1)\r\n"),
    ],
)
def test_an_import_is_added_where_it_can_stand(run, before, after):
    file, error = run(before)
    (action,) = list_imports(error, "json", "dumps")

    assert action.run() == "Imported dumps from json in views.py."
    assert file.read_bytes().decode() == after
    compile(after, "views.py", "exec")


def test_the_place_of_a_line_is_in_the_language_of_the_reader(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    line = CodeLine(tmp_path / "views.py", 59)
    assert str(line) == "views.py line 59"

    # As a catalogue has it.
    monkeypatch.setattr(
        code_edits,
        "gettext",
        lambda text, **values: (
            {"%(file)s line %(line)s": "%(file)s 第 %(line)s 行"}[text] % values
        ),
    )

    assert str(line) == "views.py 第 59 行"
