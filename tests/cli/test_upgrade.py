"""If this passes, `carboy upgrade` writes, checks, shows and lists, with fit codes."""

import json

import pytest
from click.testing import CliRunner

from carboy.cli.upgrade import upgrade

OLD = "from flask import Markup\n"


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "a.py"
    path.write_text(OLD)
    return path


def run(*arguments):
    return CliRunner().invoke(upgrade, [str(argument) for argument in arguments])


def test_files_are_written(site):
    result = run(site.parent)

    assert result.exit_code == 0
    assert site.read_text() == "from markupsafe import Markup\n"
    assert "1 file changed, 1 place; 0 places for a person." in result.output


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_dry_run_writes_nothing_and_fails(site, option):
    result = run(site, option)

    assert result.exit_code == 1
    assert site.read_text() == OLD


def test_a_clean_project_is_quiet(site):
    site.write_text("x = 1\n")

    result = run(site.parent, "--check")

    assert (result.exit_code, result.output) == (0, "")


def test_a_report_is_written(site, tmp_path):
    run(site, "--report", tmp_path / "r.json")

    assert json.loads((tmp_path / "r.json").read_text())["rules"] == {"flask-markup": 1}


def test_rules_are_listed_and_chosen(site):
    assert "utcnow" in run("--list-rules").output
    assert run(site, "--skip", "flask-markup").exit_code == 0
    assert site.read_text() == OLD
