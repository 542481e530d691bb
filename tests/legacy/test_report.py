"""If this passes, the report lists what is still written, with the edit of each."""

import json

from carboy.legacy.report import format_report, read_report
from carboy.legacy.uses import Use


def write(path, *uses: dict) -> None:
    path.write_text("".join(json.dumps(use) + "\n" for use in uses))


def make_use(file, line: int = 1, text: str = "from flask import Markup") -> dict:
    edit = "from markupsafe import Markup"
    name = "flask.Markup"
    return {"name": name, "file": str(file), "line": line, "text": text, "edit": edit}


def test_uses_are_listed_once_and_in_order(tmp_path, report_path):
    site = tmp_path / "site.py"
    site.write_text("from flask import Markup\n" * 2)
    write(report_path, make_use(site, 2), make_use(site), make_use(site))

    uses = read_report()

    assert [use.line for use in uses] == [1, 2]


def test_what_was_edited_since_is_left_out(tmp_path, report_path):
    site = tmp_path / "site.py"
    site.write_text("from markupsafe import Markup\n")
    write(report_path, make_use(site), make_use(tmp_path / "gone.py"))

    assert read_report() == []


def test_a_line_that_was_cut_is_left_out(tmp_path, report_path):
    site = tmp_path / "site.py"
    site.write_text("from flask import Markup\n")
    write(report_path, make_use(site))
    with report_path.open("a") as file:
        file.write('{"name": "flas')

    assert len(read_report()) == 1


def test_without_a_report_nothing_is_listed(tmp_path):
    assert read_report(tmp_path / "nothing") == []


def test_the_text_names_file_line_and_edit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    use = Use("a", str(tmp_path / "b.py"), 12, "old code", "new code", "It is safer.")

    assert format_report([use]) == (
        "b.py\n  12: old code\n      write: new code\n      It is safer."
    )
