"""If this passes, sites of 2012 to 2018 run unchanged, and their pages work."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from carboy.legacy.report import read_report

APPS = Path(__file__).parent / "apps"


def test_each_site_is_driven_and_each_old_name_has_its_edit(tmp_path):
    """One test, because the sites share a process that has all imports done."""
    program = Path(__file__).with_name("fork_apps.py")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    outcomes = json.loads(done.stdout)

    assert len(outcomes) >= 10
    for name, outcome in outcomes.items():
        output = (tmp_path / name / "output").read_text()
        assert outcome == "driven", f"{name}: {output}\n{outcome}"
        uses = read_report(tmp_path / name / "uses.jsonl")
        assert uses, name
        assert all(use.edit for use in uses)
        elsewhere = [u for u in uses if not Path(u.file).is_relative_to(tmp_path)]
        assert elsewhere == [], name


def test_a_site_fails_without_the_door(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", "import flaskr"],
        cwd=APPS / "flaskr",
        capture_output=True,
        text=True,
        check=False,
    )

    assert "cannot import name 'Markup'" in done.stderr


@pytest.fixture
def served(tmp_path) -> Iterator[str]:
    """The address of the first site, on the production server."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "flaskr.py").write_text(
        (APPS / "flaskr/flaskr.py").read_text()
    )
    Path(tmp_path / "site/templates").symlink_to(APPS / "flaskr/templates")
    command = [sys.executable, "-W", "ignore", "-m", "carboy", "serve", "--legacy"]
    with subprocess.Popen(
        [*command, "flaskr:app", "--port", "0", "--skip-checks"],
        cwd=tmp_path / "site",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            lines = iter(process.stdout or ())
            yield next(m[0] for m in map(_find_address, lines) if m)
        finally:
            process.terminate()
            process.wait(60)


def _find_address(line: str) -> re.Match[str] | None:
    return re.search(r"http://127\.0\.0\.1:\d+", line)


def test_a_site_is_served(served):
    with urllib.request.urlopen(f"{served}/hello/%3Cx%3E", timeout=60) as response:
        assert response.read() == b"Hello &lt;x&gt;"
    with urllib.request.urlopen(f"{served}/", timeout=60) as response:
        assert b"No entries here so far" in response.read()
