"""Edits of one line of the site's code, as buttons of solutions."""

import ast
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from carboy.core import Action
from carboy.translation import gettext

from .tracebacks import is_library

_CUTOFF = 0.6
_MAX_NAMES = 3


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A line of a file of the site."""

    path: Path
    number: int

    def __str__(self) -> str:
        path = self.path
        if path.is_relative_to(Path.cwd()):
            path = path.relative_to(Path.cwd())
        return gettext("%(file)s line %(line)s", file=path, line=self.number)


def find_near(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that come near `name`, the nearest first."""
    return get_close_matches(name, sorted(set(names)), _MAX_NAMES, _CUTOFF)


def list_replacements(
    error: BaseException, name: str, near: Iterable[str]
) -> tuple[Action, ...]:
    """Return a button for each near name that replaces `name` where it is written."""
    line = _find_line(error, name)
    if line is None:
        return ()
    return tuple(
        Action(
            gettext("Replace by %(name)s in %(line)s", name=each, line=line),
            partial(_replace, line, name, each),
        )
        for each in near
    )


def list_imports(error: BaseException, module: str, name: str) -> tuple[Action, ...]:
    """Return a button that imports `name` in the file that misses it."""
    line = _find_line(error, name)
    if line is None or line.path.suffix != ".py":
        return ()
    statement = f"from {module} import {name}"
    label = gettext(
        "Add `%(statement)s` to %(file)s", statement=statement, file=line.path.name
    )
    return (Action(label, partial(_add_import, line.path, module, name)),)


def _add_import(path: Path, module: str, name: str) -> str:
    """Add to the import of `module` if it is one line, or else a line of its own."""
    lines = _read_lines(path)
    start = f"from {module} import "
    statement = f"{start}{name}"
    if any(line.strip() == statement for line in lines):
        return gettext(
            "Nothing was done: %(file)s imports %(name)s already.",
            file=path.name,
            name=name,
        )
    for index, line in enumerate(lines):
        if line.startswith(start) and "(" not in line and "#" not in line:
            lines[index] = f"{line.rstrip()}, {name}{_find_end(line)}"
            break
    else:
        index = _find_first_import(lines)
        lines.insert(index, f"{statement}{_find_end(lines[0])}")
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return gettext(
        "Imported %(name)s from %(module)s in %(file)s.",
        name=name,
        module=module,
        file=path.name,
    )


def _find_first_import(lines: list[str]) -> int:
    """Return where an import can stand: never before a docstring or `__future__`."""
    tree = ast.parse("".join(lines))
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            if getattr(node, "module", None) != "__future__":
                return node.lineno - 1
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            return node.lineno - 1
    return len(lines)


def _find_end(line: str) -> str:
    return line[len(line.rstrip("\r\n")) :] or "\n"


def _find_line(error: BaseException, name: str) -> CodeLine | None:
    """Return the innermost line of the site that has `name` exactly once."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = Path(frame.filename)
        if is_library(frame.filename) or not frame.lineno or not _is_ours(path):
            continue
        first, last = frame.lineno, frame.end_lineno or frame.lineno
        # A template has no end: there the tag may go on below.
        for number in range(first, max(last, first) + 1):
            line = CodeLine(path, number)
            if len(_list_places(line, name)) == 1:
                return line
    return None


def _is_ours(path: Path) -> bool:
    """Return whether the file may be edited: it belongs to the project at work."""
    folder = Path.cwd().resolve()
    resolved = path.resolve()
    return (
        path.is_file()
        and resolved.is_relative_to(folder)
        and not resolved.is_relative_to(Path(sys.prefix).resolve())
    )


def _list_places(line: CodeLine, name: str) -> list[re.Match[str]]:
    lines = _read_lines(line.path)
    if not 0 < line.number <= len(lines):
        return []
    pattern = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    if name.isidentifier():
        # An attribute too: `book.titel`.
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
    return list(re.finditer(pattern, lines[line.number - 1]))


def _read_lines(path: Path) -> list[str]:
    """Return the lines with their ends as they are, so that no other line changes."""
    with path.open(encoding="utf-8", newline="") as file:
        return file.read().splitlines(keepends=True)


def _replace(line: CodeLine, old: str, new: str) -> str:
    """Replace `old`, unless the line has changed since."""
    places = _list_places(line, old)
    if len(places) != 1:
        return gettext("Nothing was done: %(line)s has changed since.", line=line)
    lines = _read_lines(line.path)
    start, end = places[0].span()
    text = lines[line.number - 1]
    lines[line.number - 1] = text[:start] + new + text[end:]
    with line.path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)
    return gettext(
        "Replaced %(old)s by %(new)s in %(line)s.", old=old, new=new, line=line
    )


def list_names(error: BaseException) -> Iterator[str]:
    """Yield the names that are known where `error` was raised."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    own = [frame for frame in frames if not is_library(frame.f_code.co_filename)]
    for frame in own[-1:]:
        yield from frame.f_locals
        yield from frame.f_globals
