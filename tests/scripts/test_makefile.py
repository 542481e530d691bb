"""If this passes, each target says what it is for, and what it is missing."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROMISED = {"demo", "test", "check", "bench", "fmt", "conformance", "help"}

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None, reason="make is not installed"
)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A tree with the Makefile, an environment that is ready, and no scripts."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup", tmp_path / "scripts")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / ".ready").touch()
    return tmp_path


def make(folder: Path, *words: str, **variables: str):
    # What the outer make hands down is not ours.
    own = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *words],
        cwd=folder,
        env=own | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_alone_lists_every_target_with_its_comment(clone):
    text = (clone / "Makefile").read_text()
    targets = set(re.findall(r"^\.PHONY: ([a-z-]+)$", text, re.MULTILINE))

    done = make(clone)

    listed = {line.split()[1]: line.split()[2:] for line in done.stdout.splitlines()}
    assert set(listed) == targets
    assert all(listed.values())
    assert targets >= PROMISED


@pytest.mark.parametrize("target", ["demo", "bench", "siege", "crash", "differential"])
def test_a_target_without_its_script_fails_with_a_message(clone, target):
    done = make(clone, target)

    assert done.returncode != 0
    assert "does not exist, so there is nothing to run." in done.stderr


def test_a_target_runs_its_script_in_the_environment(clone):
    script = clone / "scripts" / "siege"
    script.write_text('#!/bin/sh\necho "$1 ${PATH%%:*}"\n')
    script.chmod(0o755)

    done = make(clone, "siege", "ARGS=--short")

    assert done.stdout.strip() == f"--short {clone / '.venv' / 'bin'}"


def test_proofs_are_only_the_existing_ones(clone):
    assert make(clone, "proofs").returncode == 0

    script = clone / "scripts" / "conformance"
    script.write_text("#!/bin/sh\nexit 3\n")
    script.chmod(0o755)

    assert make(clone, "proofs").returncode != 0


def test_a_python_that_is_too_old_is_reported_in_one_line(clone, tmp_path):
    old = tmp_path / "python"
    old.write_text("#!/bin/sh\necho 3.10\n")
    old.chmod(0o755)
    (clone / ".venv" / ".ready").unlink()

    done = make(clone, "setup", PYTHON=str(old))

    first = done.stderr.splitlines()[0]
    assert done.returncode != 0
    assert first == (
        f"Carboy needs Python 3.11 or later; '{old}' is 3.10."
        " Name another: make PYTHON=python3.12 test"
    )
