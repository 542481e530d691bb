"""If this passes, the command line opens the door, and lists the edits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SITE = """\
from flask import Flask, Markup
app = Flask(__name__)

@app.route("/")
def index():
    return Markup("<b>hi</b>")
"""


@pytest.fixture
def carboy(tmp_path, monkeypatch):
    """Run `carboy` in a folder with an old site."""
    (tmp_path / "app.py").write_text(SITE)
    monkeypatch.setenv("LEGACY_REPORT", str(tmp_path / "uses.jsonl"))
    monkeypatch.delenv("LEGACY", raising=False)

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "carboy", *args],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


def test_without_the_door_the_site_does_not_start(carboy):
    done = carboy("shell", "-c", "print(app)")

    assert done.returncode != 0
    assert "Markup" in done.stderr


def test_the_option_opens_the_door_and_the_report_lists_the_edits(carboy, tmp_path):
    done = carboy("shell", "--legacy", "-c", "print(app.name)")
    assert done.stdout == "app\n", done.stderr

    report = carboy("legacy", "report", "--check")
    assert report.returncode == 1
    assert "app.py\n  1: from flask import Flask, Markup" in report.stdout
    assert "write: from flask import Flask; from markupsafe import" in report.stdout
    (use,) = json.loads(carboy("legacy", "report", "--json").stdout)
    assert use["name"] == "flask.Markup"
    assert Path(use["file"]) == tmp_path / "app.py"

    assert "empty" in carboy("legacy", "report", "--clear").stdout
    assert "No old name was used" in carboy("legacy", "report").stdout


def test_a_file_is_run_with_its_own_options(carboy, tmp_path):
    (tmp_path / "old.py").write_text(
        "import sys\nfrom flask import Markup\nprint(sys.argv)"
    )

    done = carboy("legacy", "run", "old.py", "--help", "-x", "1")

    assert done.stdout == "['old.py', '--help', '-x', '1']\n"


def test_names_are_found(carboy):
    done = carboy("legacy", "names", "flask.Markup")

    assert done.stdout == "flask.Markup\n    from markupsafe import Markup\n"
