"""A project in a repository of its own."""

import subprocess
from pathlib import Path

from carboy.upgrade.git import Repository


def make_repository(folder: Path, files: dict[str, str]) -> Repository:
    """Return a repository with one commit of `files`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for command in ("init -q", "add -A", "commit -q -m before"):
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
        arguments = ["git", "-C", str(folder), *identity, *command.split()]
        subprocess.run(arguments, check=True, capture_output=True)
    return Repository(folder)
