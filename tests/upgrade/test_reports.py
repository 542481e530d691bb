"""If this passes, reports name each place, and markup in code stays text."""

import json

from carboy.upgrade import (
    format_diff,
    format_places,
    list_rules,
    summarize,
    upgrade_files,
    write_report,
)


def make_outcomes(folder):
    path = folder / "a.py"
    path.write_text(
        "from flask import Markup\nfrom werkzeug.security import"
        " generate_password_hash\ngenerate_password_hash('<script>', 'md5')\n"
    )
    return upgrade_files([path], list_rules())


def test_places_have_file_line_rule_and_security(tmp_path):
    (outcome,) = make_outcomes(tmp_path)

    lines = format_places(outcome, outcome.changes)

    assert f"{tmp_path}/a.py:1: flask-markup: " in lines[0]
    assert any(line.startswith("    security: Passwords") for line in lines)


def test_the_diff_is_unified(tmp_path):
    text = format_diff(make_outcomes(tmp_path))

    assert "-from flask import Markup\n+from markupsafe import Markup\n" in text


def test_reports_are_json_or_a_page(tmp_path):
    outcomes = make_outcomes(tmp_path)
    write_report(tmp_path / "r.json", outcomes, {"flask": "3.1"})
    write_report(tmp_path / "r.html", outcomes, {"flask": "3.1"})

    values = json.loads((tmp_path / "r.json").read_text())
    page = (tmp_path / "r.html").read_text()

    assert values["rules"] == {"flask-markup": 1, "password-hash": 1}
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_summary_counts(tmp_path):
    text = summarize(make_outcomes(tmp_path), is_written=False)

    assert text == "1 file would change, 2 places; 0 places for a person."
