"""Three-way merges of generated files: what was written, what is there, what is new."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from carboy.errors import ConfigError

_MOST_CONFLICTS = 127
MARKER = "<<<<<<< "


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one file; `text` is None for a file that is removed."""

    path: Path
    action: str
    text: str | None = None

    @property
    def is_change(self) -> bool:
        """Whether anything is written or removed."""
        return self.action in {"create", "update", "merge", "conflict", "remove"}


def merge_files(
    folder: Path, before: Mapping[Path, str], after: Mapping[Path, str]
) -> list[Merged]:
    """Return what becomes of each file that was or would be generated."""
    results = [
        merge_file(folder, path, before.get(path), after.get(path))
        for path in sorted({*before, *after})
        if before.get(path) != after.get(path)
    ]
    return [result for result in results if result is not None]


def merge_file(
    folder: Path, path: Path, before: str | None, after: str | None
) -> Merged | None:
    """Return what becomes of a file whose generated text has changed."""
    file = folder / path
    ours = file.read_text("utf-8") if file.is_file() else None
    if ours == after:
        return None
    if ours is None:
        # New in this version, or removed by hand, which stays so.
        return Merged(path, "create", after) if before is None else Merged(path, "gone")
    if after is None:
        return Merged(path, "remove") if ours == before else Merged(path, "keep")
    if ours == before:
        return Merged(path, "update", after)
    text, conflicts = merge_texts(ours, before or "", after)
    return Merged(path, "conflict" if conflicts else "merge", text)


def merge_texts(ours: str, before: str, after: str) -> tuple[str, int]:
    """Return the merged text and the number of conflicts, which are marked in it."""
    if shutil.which("git") is None:
        raise ConfigError("git is not installed; it merges the files. Install it.")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("ours", ours), ("before", before), ("after", after)):
            Path(folder, name).write_text(text, "utf-8")
        # Plain words alone: everything else is in the files.
        result = subprocess.run(
            [
                "/usr/bin/env",
                "git",
                "merge-file",
                "-p",
                "--diff3",
                "-L",
                "yours",
                "-L",
                "generated before",
                "-L",
                "generated now",
                "ours",
                "before",
                "after",
            ],
            cwd=folder,
            capture_output=True,
            check=False,
        )
    if result.returncode > _MOST_CONFLICTS:
        raise ConfigError(f"git could not merge: {result.stderr.decode().strip()}")
    return result.stdout.decode("utf-8"), result.returncode
