"""If this passes, a file of old code runs as with `python FILE`, and its children too."""

import subprocess
import sys

import pytest

from carboy.legacy import run_file

MANAGE = """\
import sys
from flask import Flask, Markup
from flask_script import Manager

app = Flask(__name__)
manager = Manager(app)

@manager.command
def hello(name):
    print(app.root_path, Markup("<b>"), name, sys.argv, __name__)

if __name__ == "__main__":
    manager.run()
"""


def test_a_file_runs_with_its_arguments(tmp_path, report_path):
    (tmp_path / "manage.py").write_text(MANAGE)

    done = subprocess.run(
        [sys.executable, "-m", "carboy.legacy", "manage.py", "hello", "bob"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        f"{tmp_path} <b> bob ['manage.py', 'hello', 'bob'] __main__\n"
    )
    assert "manage.py:3: LegacyWarning: flask_script.Manager" in done.stderr
    assert len(report_path.read_text().splitlines()) == 2


def test_a_file_that_is_missing_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit, match=r"There is no file 'x.py'"):
        run_file(["x.py"])
    with pytest.raises(SystemExit, match="Name a file to run"):
        run_file([])
