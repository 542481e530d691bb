"""Finds the line of a site, or of its template, that caused a query."""

import sys
from pathlib import Path
from types import FrameType
from typing import Any

from carboy.bounded_dict import BoundedDict

# Programs in `bin` are those that pip has made.
_LIBRARY_PARTS = ("/site-packages/", "/dist-packages/", "/lib/python3", "/bin/")
_OURS = str(Path(__file__).resolve().parent.parent)

# Whether the code of a file is the site's own, by the name of the file.
_is_own: BoundedDict[str, bool] = BoundedDict(4096)


def is_own_file(name: str) -> bool:
    """Return whether a file is of the site, not of a library."""
    known = _is_own.get(name)
    if known is None:
        is_library = name.startswith((_OURS, "<")) or any(
            part in name for part in _LIBRARY_PARTS
        )
        known = _is_own[name] = not is_library
    return known


def find_place(depth: int = 1) -> str:
    """Return `file:line` of the innermost line of the site's code or templates.

    A line of a template comes first: the Python line below it is only the one that
    renders the page.
    """
    frame: FrameType | None = sys._getframe(depth)  # noqa: SLF001 - the cheap way to the callers
    known = _is_own
    while frame is not None:
        template = frame.f_globals.get("__jinja_template__")
        if template is not None and frame.f_code.co_name != "<module>":
            place = _find_template_line(template, frame.f_lineno)
            if place:
                return place
        else:
            name = frame.f_code.co_filename
            is_own = known.get(name)
            if is_own or (is_own is None and is_own_file(name)):
                return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _find_template_line(template: Any, line: int) -> str:
    # A template of a library or of a battery is not what the site can mend.
    if template.filename is None or not is_own_file(template.filename):
        return ""
    return f"{template.filename}:{template.get_corresponding_lineno(line)}"
