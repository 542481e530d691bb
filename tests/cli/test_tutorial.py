"""If this passes, the steps of the tutorial work in an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CLEARED_VARIABLES
from tests.cli.processes import find_free_port, request, wait_for_text
from tests.pages import list_blocks

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"
MINIMUM_STEPS = 15


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
    base = {k: v for k, v in os.environ.items() if k not in CLEARED_VARIABLES}
    return base | {"PATH": f"{programs}:{base['PATH']}", "PYTEST_ADDOPTS": ""}


def test_every_step_works(tmp_path, environ, start_carboy):
    folder, output, steps = tmp_path, "", 0
    for block in list_blocks(PAGE.read_text()):
        where = f"docs/tutorial.md line {block.line}"
        if block.file:
            (folder / block.file).write_text(block.text)
        elif block.language == "sh" and "no-run" not in block.words:
            output, folder = run_block(block.text, folder, environ, where)
        elif block.language == "text":
            for line in block.text.splitlines():
                assert line in output, f"{where}: {line!r} is not in\n{output}"
        else:
            continue
        steps += 1
    assert steps >= MINIMUM_STEPS

    port = find_free_port()
    dev = start_carboy("dev", "-p", str(port), program=("manage.py",), cwd=folder)
    assert "Cider, 10 l" in wait_for_text(dev, port, "<h1>Cellar</h1>")
    assert request(port, "/-/ready")[0] == 200


def run_block(text, folder, environ, where):
    result = subprocess.run(
        ["sh", "-ec", f"{text}\npwd > .folder"],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, f"{where}:\n{result.stdout}{result.stderr}"
    files = [
        path for path in (folder, *folder.iterdir()) if (path / ".folder").exists()
    ]
    now = Path((files[-1] / ".folder").read_text().strip())
    (now / ".folder").unlink()
    return result.stdout, now
