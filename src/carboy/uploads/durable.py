"""Writing files durably: contents and names reach the disk."""

import contextlib
import os
from pathlib import Path
from typing import BinaryIO


def sync_file(file: BinaryIO) -> None:
    """Write what is buffered to the disk."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Write the names in a folder to the disk; it may be gone already."""
    with contextlib.suppress(FileNotFoundError):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def remove_parts(folder: Path) -> None:
    """Remove a folder and the files in it."""
    for path in list_folder(folder):
        path.unlink(missing_ok=True)
    with contextlib.suppress(FileNotFoundError):
        folder.rmdir()


def list_folder(folder: Path) -> list[Path]:
    """Return what is in a folder, which may be gone."""
    try:
        return list(folder.iterdir())
    except FileNotFoundError:
        return []
