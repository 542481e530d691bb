"""CSV, JSON and XLSX, read into rows of texts; what is no such file is an error."""

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from carboy.translation import gettext

from .file_formats import FORMULA_STARTS

MOST_ROWS = 100_000
MOST_COLUMNS = 200
_LARGEST_PART = 200_000_000
_LONGEST_VALUE = 1_000_000
_CELL = re.compile(r"([A-Z]{1,3})\d+")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

Row = list[str]


class FileError(ValueError):
    """Raised for a file that cannot be read; the text says why."""


def read_file(name: str, data: bytes) -> tuple[Row, list[Row]]:
    """Return the headings of a file, and its rows, each as long as the headings."""
    ending = name.lower().rpartition(".")[2]
    reader = _READERS.get(ending)
    if reader is None:
        raise FileError(
            gettext("%(name)s is no CSV, XLSX or JSON file.", name=repr(name))
        )
    try:
        rows = _bound(reader(data))
    except FileError:
        raise
    except (
        ValueError,
        LookupError,
        zlib.error,
        RecursionError,
        csv.Error,
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        OSError,
        EOFError,
        ElementTree.ParseError,
    ) as error:
        message = gettext("The file cannot be read as %(kind)s.", kind=ending.upper())
        raise FileError(message) from error
    if not rows or not any(rows[0]):
        raise FileError(gettext("The file is empty: it has no line with headings."))
    headings = [heading.strip() for heading in rows[0]]
    width = len(headings)
    if width > MOST_COLUMNS:
        raise FileError(gettext("The file has more than %(limit)d columns.", limit=200))
    return headings, [(row + [""] * width)[:width] for row in rows[1:]]


def _bound(rows: Iterator[Row]) -> list[Row]:
    found: list[Row] = []
    for row in rows:
        if not any(row):
            continue
        if len(found) > MOST_ROWS:
            message = gettext(
                "The file has more than %(limit)d rows. Divide it.", limit=MOST_ROWS
            )
            raise FileError(message)
        found.append([value[:_LONGEST_VALUE] for value in row])
    return found


def _read_csv(data: bytes) -> Iterator[Row]:
    text = data.decode("utf-8-sig")
    head = text[:10_000].partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
        yield [_arm(value) for value in row]


def _arm(value: str) -> str:
    """Return a text without the mark that the export has put before it."""
    is_marked = value[:1] == "'" and value[1:2] in FORMULA_STARTS and len(value) > 1
    return value[1:] if is_marked else value


def _read_json(data: bytes) -> Iterator[Row]:
    values = json.loads(data.decode("utf-8-sig"))
    if not isinstance(values, list) or not all(isinstance(v, dict) for v in values):
        raise FileError(gettext("The JSON file has to be a list of objects."))
    headings = list(dict.fromkeys(name for value in values for name in value))
    yield headings
    for value in values:
        yield [_write(value.get(name)) for name in headings]


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False)


def _read_xlsx(data: bytes) -> Iterator[Row]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {info.filename: info.file_size for info in archive.infolist()}
        if sum(names.values()) > _LARGEST_PART:
            raise FileError(gettext("The file is too large when it is unpacked."))
        sheets = sorted(
            name for name in names if name.startswith("xl/worksheets/sheet")
        )
        if not sheets:
            raise FileError(gettext("The file has no sheet."))
        shared: list[str] = []
        if "xl/sharedStrings.xml" in names:
            with archive.open("xl/sharedStrings.xml") as part:
                shared = [_join(each) for each in _iterate(part, "si")]
        with archive.open(sheets[0]) as part:
            for row in _iterate(part, "row"):
                yield _read_row(row, shared)


def _iterate(part: Any, tag: str) -> Iterator[ElementTree.Element]:
    parser: Any = ElementTree.XMLPullParser(["end"])
    for piece in _read_plain(part):
        parser.feed(piece)
        yield from _take_elements(parser, tag)
    parser.close()
    yield from _take_elements(parser, tag)


def _take_elements(parser: Any, tag: str) -> Iterator[ElementTree.Element]:
    for _, element in parser.read_events():
        if element.tag == _MAIN + tag:
            yield element
            element.clear()


def _read_plain(part: Any) -> Iterator[bytes]:
    """Yield XML in UTF-8 without a document type, which is where entities are."""
    tail = b""
    while piece := part.read(65_536):
        # Other encodings, which could hide it, have zeros.
        if b"<!D" in tail + piece or b"\0" in piece:
            raise FileError(gettext("The file has XML that no spreadsheet writes."))
        tail = piece[-2:]
        yield piece


def _join(element: ElementTree.Element) -> str:
    return "".join(each.text or "" for each in element.iter(_MAIN + "t"))


def _read_row(row: ElementTree.Element, shared: list[str]) -> Row:
    values: Row = []
    for cell in row.iter(_MAIN + "c"):
        match = _CELL.fullmatch(cell.get("r") or "")
        place = len(values) if match is None else _find_place(match[1])
        if place >= MOST_COLUMNS:
            continue
        values += [""] * (place + 1 - len(values))
        values[place] = _read_cell(cell, shared)
    return values


def _read_cell(cell: ElementTree.Element, shared: list[str]) -> str:
    kind = cell.get("t")
    if kind == "inlineStr":
        return _join(cell)
    text = cell.findtext(_MAIN + "v") or ""
    if kind == "s":
        return shared[int(text)]
    if kind == "b":
        return "true" if text == "1" else "false"
    return text


def _find_place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


_READERS: Mapping[str, Callable[[bytes], Iterator[Row]]] = {
    "csv": _read_csv,
    "json": _read_json,
    "xlsx": _read_xlsx,
}
