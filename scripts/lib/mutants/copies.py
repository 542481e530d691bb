"""Copy the package, change the copy, and run tests on it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent.parent
_FAILED = 1


def change_text(path: Path, text: str, without: str) -> None:
    """Write `without` instead of `text`, which stands in the file once."""
    content = path.read_text("utf-8")
    if content.count(text) != 1:
        msg = f"{path.name} has {content.count(text)} times {text!r}."
        raise SystemExit(msg)
    path.write_text(content.replace(text, without), "utf-8")


def run_tests(change: Callable[[Path], None] | None, arguments: Sequence[str]) -> bool:
    """Return whether the tests pass on a copy of the package.

    `change` gets the folder of the copy.
    """
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        source = Path(folder) / "src"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "src", source, ignore=ignored)
        if change is not None:
            change(source / "carboy")
        options = ["-q", "-x", "-p", "no:cacheprovider"]
        # The setting of the project would find the package that is not changed.
        options += ["-o", f"pythonpath={source} {ROOT} {ROOT / 'scripts'}"]
        command = [sys.executable, "-m", "pytest", *options, *arguments]
        environ = {**os.environ, "PYTHONPATH": str(source)}
        done = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, check=False
        )
        if done.returncode not in {0, _FAILED}:
            raise SystemExit(done.stdout.decode() + done.stderr.decode())
        return done.returncode == 0
