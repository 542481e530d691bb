"""Runs the `drive.py` of each old site in a fork of its own; prints what happened.

A program: the imports that all of them share are done once.
"""

import importlib
import json
import os
import shutil
import sys
import traceback
import warnings
from pathlib import Path

APPS = Path(__file__).parent / "apps"


def main(folder: Path, names: list[str]) -> None:
    """Drive sites in copies below `folder`."""
    os.environ |= {"LEGACY": "1", "LEGACY_PACKAGES": "all"}
    warnings.simplefilter("ignore")
    for name in ("legacy", "auth", "db", "forms", "rest", "script", "mail", "cache"):
        importlib.import_module(f"carboy.{name}")
    children = {}
    for app in (APPS / name for name in names):
        place = shutil.copytree(app, folder / app.name)
        child = os.fork()
        if child == 0:
            drive(place)
        children[app.name] = child
    for child in children.values():
        os.waitpid(child, 0)
    print(json.dumps({n: (folder / n / "outcome").read_text() for n in children}))


def drive(folder: Path) -> None:
    """Run `drive.py` as the file of a process, and end."""
    os.chdir(folder)
    os.environ["LEGACY_REPORT"] = str(folder / "uses.jsonl")
    with Path("output").open("w") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    try:
        importlib.import_module("carboy.legacy").run_file(["drive.py"])
    except BaseException:  # noqa: BLE001 - it is the outcome
        Path("outcome").write_text(traceback.format_exc())
    else:
        sys.stdout.flush()
        Path("outcome").write_text(Path("output").read_text().splitlines()[-1])
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
