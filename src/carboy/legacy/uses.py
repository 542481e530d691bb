"""Each use of an old name: a warning once for each place, and a line in the report."""

import json
import linecache
import os
import sys
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from types import FrameType

import flask

from .edits import edit_import, is_unused
from .rows import Row

# The modules that stand between the use of a name and what finds it.
_FINDERS = ("carboy.legacy", "importlib.", "_frozen_importlib", "pkgutil", "jinja2.")
# Python's own modules, those of packages, and ours: no code of the site.
_FOLDERS = (
    str(Path(os.__file__).parent),
    str(Path(flask.__file__).parents[1]),
    str(Path(__file__).parents[1]),
    "<frozen",
)


class LegacyWarning(FutureWarning):
    """Raised as a warning for a name or a behaviour of old packages."""


@dataclass(frozen=True, slots=True)
class Use:
    """Where an old name was used, and what to write there."""

    name: str
    file: str
    line: int
    text: str
    edit: str
    safe: str = ""


_uses: dict[tuple[str, str, int], Use] = {}


def list_uses() -> list[Use]:
    """List what was used in this process, in the order of first use."""
    return [*_uses.values()]


def clear_uses() -> None:
    """Forget what was used in this process; each place warns again."""
    _uses.clear()


def record_use(
    row: Row,
    rows: Mapping[str, Row] | None = None,
    place: tuple[str, int] | None = None,
    *,
    is_living: bool = False,
) -> None:
    """Warn about a use, and add it to the report; only once for each place.

    `rows` are all old names of the module that `row` is a name of, which `is_living`
    if it is one of today. `place` is the file and line, if not those of the caller.
    """
    frame = _find_name_user() if rows else _find_site_code()
    file, line = place or _place_of(frame)
    if not file.startswith("<"):
        file = str(Path(file).absolute())
    key = (row.name, file, line)
    if key in _uses:
        return
    if rows and is_unused(file, line, row.attribute, rows, is_living=is_living):
        return
    edit = (edit_import(file, line, rows) if rows else None) or row.new_code
    text = linecache.getline(file, line).strip()
    use = Use(row.name, file, line, text, edit, row.safe)
    is_told = any(u.edit == edit and (u.file, u.line) == key[1:] for u in list_uses())
    _uses[key] = use
    _append(use)
    if not is_told:
        message = row.message.replace(row.new_code, edit)
        registry = frame.f_globals.setdefault("__warningregistry__", {})
        warnings.warn_explicit(message, LegacyWarning, file, line, registry=registry)


def _find_name_user() -> FrameType:
    """Return the frame that reads an old name; it may be that of a package."""
    frame = nearest = sys._getframe(2)
    while frame.f_globals.get("__name__", "").startswith(_FINDERS):
        if frame.f_back is None:
            return nearest
        frame = frame.f_back
    return frame


def _find_site_code() -> FrameType:
    """Return the frame of the site's code, or the nearest one if there is none."""
    frame = nearest = sys._getframe(2)
    while frame.f_code.co_filename.startswith(_FOLDERS):
        if frame.f_back is None:
            return nearest
        frame = frame.f_back
    return frame


def _place_of(frame: FrameType) -> tuple[str, int]:
    """Return the file and line of a frame; in a template, those of its source."""
    template = frame.f_globals.get("__jinja_template__")
    if template is not None:
        line = template.get_corresponding_lineno(frame.f_lineno)
        return template.filename or template.name or "template", line
    return frame.f_code.co_filename, frame.f_lineno


def report_file() -> Path:
    """Return the file in which the uses of this folder's project are collected.

    It is in the user's cache folder, or where LEGACY_REPORT says.
    """
    if path := os.environ.get("LEGACY_REPORT"):
        return Path(path)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    project = blake2b(os.fsencode(Path.cwd()), digest_size=12).hexdigest()
    return cache / "carboy" / "legacy" / f"{project}.jsonl"


def _append(use: Use) -> None:
    # One write for each line, so that processes do not mix theirs.
    line = json.dumps(asdict(use), ensure_ascii=False) + "\n"
    try:
        path = report_file()
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(line)
    except OSError as error:
        warnings.warn(
            f"The report of old names could not be written: {error}. "
            f"Set LEGACY_REPORT to a file that can be.",
            stacklevel=2,
        )
