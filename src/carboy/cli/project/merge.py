"""Three-way merges of generated files: what was written, what is there, what is new."""

import shutil
import subprocess
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from carboy.errors import ConfigError

from .text_file import TextFile, find_renamed, read_text_file

_MOST_CONFLICTS = 127
MARKER = "<<<<<<< "


@dataclass(frozen=True, slots=True)
class Merged:
    """What becomes of one file; `text` is None for a file that is removed."""

    path: Path
    action: str
    text: str | None = None
    # What ends its lines; empty: they are written as they are.
    newline: str = "\n"

    @property
    def is_change(self) -> bool:
        """Whether anything is written or removed."""
        return self.action in {"create", "update", "merge", "conflict", "remove"}


def merge_files(
    folder: Path, before: Mapping[Path, str], after: Mapping[Path, str]
) -> list[Merged]:
    """Return what becomes of each file that was or would be generated."""
    paths = {*before, *after}
    results = [
        merge_file(folder, path, before.get(path), after.get(path), taken=paths)
        for path in sorted(paths)
        if before.get(path) != after.get(path)
    ]
    return [result for result in results if result is not None]


def merge_file(
    folder: Path,
    path: Path,
    before: str | None,
    after: str | None,
    *,
    taken: Collection[Path] = (),
) -> Merged | None:
    """Return what becomes of a file whose generated text has changed.

    A file that is not there may have been renamed, but not to one of those `taken`.
    """
    if not (folder / path).exists():
        if before is None:
            return Merged(path, "create", after)
        renamed = after and find_renamed(folder, path, before, taken)
        if not renamed:
            # Removed by hand, which stays so.
            return Merged(path, "gone") if after is not None else None
        path = renamed
    ours = read_text_file(folder / path)
    if ours is None:
        return Merged(path, "skip")
    return None if ours.text == after else _merge_text(path, ours, before, after)


def _merge_text(
    path: Path, ours: TextFile, before: str | None, after: str | None
) -> Merged:
    if after is None:
        return Merged(path, "remove" if ours.text == before else "keep")
    if ours.text == before:
        return Merged(path, "update", after, ours.newline)
    text, conflicts = merge_texts(ours.text, before or "", after)
    return Merged(path, "conflict" if conflicts else "merge", text, ours.newline)


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
