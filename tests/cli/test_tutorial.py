"""If this passes, the tutorial can be walked from an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import UNWANTED
from tests.cli.processes import ask, find_free_port, wait_for_text
from tests.pages import list_blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
FEWEST = 15


@pytest.fixture
def environ(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, line in (
        ("python", f'exec {sys.executable} "$@"'),
        ("carboy", f'exec {sys.executable} -m carboy "$@"'),
    ):
        program = programs / name
        program.write_text(f"#!/bin/sh\n{line}\n")
        program.chmod(0o755)
    base = {k: v for k, v in os.environ.items() if k not in UNWANTED}
    return base | {"PATH": f"{programs}:{base['PATH']}", "PYTEST_ADDOPTS": ""}


def test_every_step_works(tmp_path, environ, start_carboy):
    folder, said, steps = tmp_path, "", 0
    for block in list_blocks(PAGE.read_text()):
        where = f"docs/tutorial.md line {block.line}"
        if block.file:
            (folder / block.file).write_text(block.text)
        elif block.language == "sh" and "no-run" not in block.words:
            said, folder = walk(block.text, folder, environ, where)
        elif block.language == "text":
            for line in block.text.splitlines():
                assert line in said, f"{where}: {line!r} is not in\n{said}"
        else:
            continue
        steps += 1
    assert steps >= FEWEST

    port = find_free_port()
    dev = start_carboy("dev", "-p", str(port), program=("manage.py",), cwd=folder)
    assert "Cider, 10 l" in wait_for_text(dev, port, "<h1>Cellar</h1>")
    assert ask(port, "/-/ready")[0] == 200


def walk(text, folder, environ, where):
    done = subprocess.run(
        ["sh", "-ec", f"{text}\npwd > .walked"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{where}:\n{done.stdout}{done.stderr}"
    marks = [
        path for path in (folder, *folder.iterdir()) if (path / ".walked").exists()
    ]
    now = Path((marks[-1] / ".walked").read_text().strip())
    (now / ".walked").unlink()
    return done.stdout, now
