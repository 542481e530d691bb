"""Finds the code samples of notes: fenced blocks, and indented ones without fences."""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(\s*)(?:\d+\. )?```+\s*([\w+-]*)\s*。?$")
_STARTS = re.compile(
    r"(from [\w.]+ import |import \w|@\w[\w.]*\(|class \w+|def \w+\(|app\.|\w+ = \w)"
)
# A line of the notes themselves: Chinese, a number, a heading such as index.html.
_PROSE = re.compile(
    r"[\u4e00-\u9fff\uff00-\uffef]|\d+ |- |PS|[\w.]+\.(py|html)$|[\w_]+  +\S"
)
_LANGUAGES = {
    "python3": "python",
    "py": "python",
    "": "text",
    "jinja": "html",
    "bash": "shell",
    "sh": "shell",
}


@dataclass(frozen=True, slots=True)
class Sample:
    """A piece of code, where it is written, and its language."""

    place: str
    language: str
    code: str


def list_samples(folder: Path) -> list[Sample]:
    """List the samples of all notes in a folder."""
    samples = []
    for number, path in enumerate(sorted(folder.glob("*.txt"))):
        lines = path.read_text("utf-8").splitlines()
        fenced = [*_fenced(lines)]
        blocks = fenced or [*_indented(lines)]
        samples += [
            Sample(f"{number}:{line}", _guess(language, code), code)
            for line, language, code in blocks
            if code.strip()
        ]
    return samples


def _fenced(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield line, language and code of each block between fences."""
    start, language, block = 0, "", None
    for number, line in enumerate(lines, 1):
        match = _FENCE.match(line)
        if match and (block is None or match[2]):
            # A fence with a language opens a block, even where one was not closed.
            start, language, block = number, match[2], []
        elif block is not None and match:
            yield start, language, textwrap.dedent("\n".join(block))
            block = None
        elif block is not None:
            block.append(line)


def _indented(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the runs of indented lines that begin like Python or HTML."""
    block: list[str] = []
    start = 0
    for number, line in enumerate([*lines, "end"], 1):
        text = line.expandtabs(4)
        stripped = text.strip()
        is_start = bool(_STARTS.match(stripped)) or stripped.startswith((
            "<!DOCTYPE",
            "{% extends",
        ))
        indent = len(text) - len(text.lstrip())
        if not block:
            if is_start and indent:
                block, start = [text], number
            continue
        base = len(block[0]) - len(block[0].lstrip())
        is_outside = stripped and indent < base
        if is_outside or (_PROSE.match(stripped) and not _is_in_text(block)):
            yield start, "", textwrap.dedent("\n".join(block)).rstrip()
            block = [text] if is_start and indent else []
            start = number
            continue
        block.append(text)


def _is_in_text(block: list[str]) -> bool:
    """Return whether a text in three quotes is not closed yet."""
    code = "\n".join(block)
    return code.count('"""') % 2 == 1 or code.count("'''") % 2 == 1


def _guess(language: str, code: str) -> str:
    """Return python, html, shell or text; notes often do not say which."""
    named = _LANGUAGES.get(language, language)
    if named != "text":
        return named
    if "<!DOCTYPE" in code or "{%" in code or "{{" in code:
        return "html"
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return "python" if _STARTS.match(code.strip()) else "text"
    is_code = any(not isinstance(node, ast.Expr) for node in tree.body)
    return "python" if is_code else "text"
