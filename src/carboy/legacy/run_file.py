"""Runs a file of old code, as `python FILE` does."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def run_file(arguments: Sequence[str]) -> None:
    """Run the file that `arguments` start with; the others are its own.

    Processes that it starts have the door open, too.
    """
    if not arguments:
        sys.exit("Name a file to run: python -m carboy.legacy FILE [ARGUMENTS].")
    file, *_ = arguments
    if not Path(file).is_file():
        sys.exit(f"There is no file {file!r} in {Path.cwd()}.")
    os.environ["LEGACY"] = "1"
    os.environ["LEGACY_FILE"] = file
    # Set by `carboy`; it would make Flask ignore app.run().
    os.environ.pop("FLASK_RUN_FROM_CLI", None)
    sys.argv = [*arguments]
    sys.path.insert(0, str(Path(file).resolve().parent))
    import runpy

    runpy.run_path(file, run_name="__main__")
