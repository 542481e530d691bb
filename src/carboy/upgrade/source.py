"""The text of a file as bytes, and where lines, nodes and edits are in it."""

import ast
import io
import re
import tokenize
from bisect import bisect_right
from dataclasses import dataclass

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(rb"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes from `start` to `end` by `text`; a start below 0 is unknown."""

    start: int
    end: int
    text: str


class SourceText:
    """The text of a file as UTF-8 without a mark, which is what positions refer to."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.lines = [0, *(match.end() for match in _LINE.finditer(data))]
        first = _LINE.search(data)
        self.newline = first.group().decode() if first else "\n"

    def offset(self, line: int, column: int) -> int:
        """Return the position of a line, from 1, and a column in bytes."""
        return self.lines[line - 1] + column

    def line_of(self, offset: int) -> int:
        """Return the number of the line at a position, from 1."""
        return bisect_right(self.lines, max(offset, 0))

    def line_end(self, offset: int) -> int:
        """Return the position after the end of the line at `offset`."""
        line = self.line_of(offset)
        return self.lines[line] if line < len(self.lines) else len(self.data)

    def get(self, start: int, end: int) -> str:
        """Return the text between two positions."""
        return self.data[start:end].decode()


def apply_edits(data: bytes, edits: list[Edit]) -> bytes:
    """Return `data` with edits that do not overlap, in the order of their starts."""
    parts = []
    position = 0
    for edit in edits:
        parts += [data[position : edit.start], edit.text.encode()]
        position = edit.end
    return b"".join([*parts, data[position:]])


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file is stored: its encoding, and whether a mark stands before its text."""

    name: str
    has_mark: bool

    def encode(self, data: bytes) -> bytes:
        """Return the bytes of the file for a text in UTF-8."""
        if self.name != "utf-8":
            return data.decode().encode(self.name)
        return _BOM + data if self.has_mark else data


def decode_python(raw: bytes) -> tuple[bytes, Encoding]:
    """Return a Python file as UTF-8; raise SyntaxError or UnicodeError if it is not."""
    name, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
    has_mark = raw.startswith(_BOM)
    body = raw.removeprefix(_BOM)
    if name in {"utf-8", "utf-8-sig"}:
        body.decode()
        return body, Encoding("utf-8", has_mark)
    return body.decode(name).encode(), Encoding(name, has_mark=False)


def decode_text(raw: bytes) -> tuple[bytes, Encoding]:
    """Return another text file as UTF-8; raise UnicodeError if it is not."""
    body = raw.removeprefix(_BOM)
    body.decode()
    return body, Encoding("utf-8", raw.startswith(_BOM))


def span(source: SourceText, node: ast.AST) -> tuple[int, int]:
    """Return the positions of the start and the end of a node."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    end_line, end = getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 0)
    return source.offset(line, column), source.offset(end_line, end)
