"""Apps in the style of 2014 to 2021, and their upgrade with a proof."""

import shutil
from collections.abc import Callable
from pathlib import Path

from carboy.upgrade import choose_rules, parse_targets
from carboy.upgrade.git import Repository
from carboy.upgrade.prove import Proof, prove

APPS = Path(__file__).parent / "apps"


def list_apps() -> list[str]:
    """Return the names of all apps."""
    return sorted(folder.name for folder in APPS.iterdir() if folder.is_dir())


def upgrade_app(
    app: Path, folder: Path, python: str, say: Callable[[str], None]
) -> Proof:
    """Copy an app to a folder, commit it there and upgrade it with its own tests."""
    shutil.copytree(app, folder, ignore=shutil.ignore_patterns("__pycache__"))
    repository = Repository(folder)
    repository.run("init", "--quiet")
    repository.run("add", "--all", "--force")
    repository.commit("before")
    command = f"{python} -m pytest -q -p no:cacheprovider"
    return prove([folder], choose_rules(parse_targets("")), command, say)
