"""Files of a project as text, with the ends of their lines as people have them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

# Folders with many files that nobody writes by hand.
_SKIPPED = frozenset({"node_modules", "venv", "build", "dist", "__pycache__"})
# A renamed file shares at least this part of its lines with the generated one.
_LEAST_COMMON = 0.6


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text with `\\n`, and what ended its lines; empty: several, as they are."""

    text: str
    newline: str


def read_text_file(file: Path) -> TextFile | None:
    """Return the text of a file, or None if it is a folder or not in UTF-8."""
    try:
        raw = file.read_bytes().decode("utf-8")
    except (IsADirectoryError, UnicodeDecodeError):
        return None
    if "\0" in raw:
        return None
    if "\r" not in raw:
        return TextFile(raw, "\n")
    text = raw.replace("\r\n", "\n")
    is_pure = "\r" not in text and raw.count("\r\n") == raw.count("\n")
    return TextFile(text, "\r\n") if is_pure else TextFile(raw, "")


def find_renamed(
    folder: Path, path: Path, text: str, taken: Collection[Path]
) -> Path | None:
    """Return where a generated file with this text is now, or None.

    It has the same suffix and most of the lines; if two have, neither is meant.
    """
    lines = text.splitlines()
    found = []
    for other in _list_files(folder, path.suffix):
        name = other.relative_to(folder)
        content = None if name in taken else read_text_file(other)
        if content is not None and _is_like(lines, content.text.splitlines()):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _is_like(before: list[str], now: list[str]) -> bool:
    matcher = SequenceMatcher(None, before, now, autojunk=False)
    if not before or matcher.real_quick_ratio() < _LEAST_COMMON:
        return False
    return matcher.ratio() >= _LEAST_COMMON


def _list_files(folder: Path, suffix: str) -> Iterator[Path]:
    for each in sorted(folder.iterdir()):
        if each.is_symlink() or each.name.startswith(".") or each.name in _SKIPPED:
            continue
        if each.is_dir():
            yield from _list_files(each, suffix)
        elif each.suffix == suffix:
            yield each
