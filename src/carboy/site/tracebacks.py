"""Tracebacks that show the site's frames, and count those of libraries."""

import linecache
import sysconfig
import traceback
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import TracebackType

_PACKAGE = str(Path(__file__).parents[1])


@cache
def is_library(filename: str) -> bool:
    """Return whether a file is of Python, of an installed package or of Carboy."""
    if filename.startswith("<"):
        return True
    folders = {path for path in sysconfig.get_paths().values() if path != "/usr"}
    folders |= {_PACKAGE, "/site-packages/"}
    resolved = str(Path(filename).resolve())
    return any(
        name.startswith(folder) or (folder == "/site-packages/" and folder in name)
        for folder in folders
        for name in (filename, resolved)
    )


def format_folded(error: BaseException) -> str:
    """Return the traceback of `error` with the frames of libraries as one line each.

    If no frame is of the site, all are shown.
    """
    parts: list[str] = []
    for each, link in _list_chain(error):
        parts.extend(_format_frames(each.__traceback__))
        parts.append("".join(traceback.format_exception_only(each)).rstrip("\n"))
        if link:
            parts.append(f"\n{link}:\n")
    return "\n".join(parts)


def _list_chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """Yield the exceptions, the first one first, with what leads to the next."""
    chain: list[tuple[BaseException, str]] = []
    current: BaseException | None = error
    link = ""
    while current is not None and current not in [one for one, _ in chain]:
        chain.append((current, link))
        if current.__cause__ is not None:
            current, link = current.__cause__, "which caused"
        elif current.__suppress_context__:
            current = None
        else:
            current, link = current.__context__, "and while that was handled"
    yield from reversed(chain)


def _format_frames(start: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(start)
    has_own = any(not is_library(frame.filename) for frame in frames)
    folded: list[str] = []
    for frame in frames:
        if has_own and is_library(frame.filename):
            folded.append(_name_package(frame.filename))
            continue
        if folded:
            yield _count(folded)
            folded = []
        linecache.checkcache(frame.filename)
        yield traceback.format_list([frame])[0].rstrip("\n")
    if folded:
        yield _count(folded)


def _count(names: list[str]) -> str:
    packages = ", ".join(dict.fromkeys(names))
    frames = "1 frame" if len(names) == 1 else f"{len(names)} frames"
    return f"  ... {frames} of {packages}"


def _name_package(filename: str) -> str:
    path = Path(filename)
    parts = path.parts
    if filename.startswith(_PACKAGE):
        return "carboy"
    for marker in ("site-packages", "dist-packages"):
        if marker in parts:
            name = parts[len(parts) - parts[::-1].index(marker)]
            return name.removesuffix(".py")
    return "Python"
