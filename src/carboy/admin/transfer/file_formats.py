"""CSV, JSON and XLSX, written piece by piece: nothing holds all rows."""

import csv
import io
import json
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

# What a spreadsheet takes for the begin of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# XML 1.0 has none of these, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_PIECE = 16_000
_LONGEST_CELL = 32_767
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package'
        '.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd'
        '.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        '<sheets><sheet name="Rows" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}
_SHEET = "xl/worksheets/sheet1.xml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'

Rows = Iterable[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A kind of file: its ending, its media type, and what writes it."""

    name: str
    media_type: str
    write: Callable[[Sequence[str], Rows], Iterator[bytes]]


def write_csv(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Write CSV in UTF-8, which spreadsheets recognize by the mark at its begin."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow(names)
    for row in rows:
        writer.writerow([_disarm(value) for value in row])
        if buffer.tell() > _PIECE:
            yield _take(buffer)
    yield _take(buffer)


def _take(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8", "replace")
    buffer.seek(0)
    buffer.truncate()
    return data


def _disarm(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def write_json(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Write a list of objects, one in each line."""
    start = "[\n"
    for row in rows:
        values = dict(zip(names, map(_plain, row), strict=True))
        text = json.dumps(values, ensure_ascii=False, allow_nan=False)
        yield f"{start}{text}".encode("utf-8", "replace")
        start = ",\n"
    yield b"[]\n" if start == "[\n" else b"\n]\n"


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return str(value) if isinstance(value, Decimal) else value


def write_xlsx(names: Sequence[str], rows: Rows) -> Iterator[bytes]:
    """Write a workbook: texts are texts, so that no cell is a formula."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, _HEAD + text)
        with archive.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(
                f'{_HEAD}<worksheet xmlns="http://schemas.openxmlformats.org/'
                'spreadsheetml/2006/main"><sheetData>'.encode()
            )
            sheet.write(_write_row(names))
            for row in rows:
                sheet.write(_write_row(row))
                yield from sink.take_full()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


class _Sink(io.RawIOBase):
    """What an archive is written to: it keeps what was not yet sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._parts.append(piece)
        self.size += len(piece)
        return len(piece)

    def take_full(self) -> Iterator[bytes]:
        if self.size > _PIECE:
            yield self.take()

    def take(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        self.size = 0
        return data


def _write_row(values: Sequence[Any]) -> bytes:
    return f"<row>{''.join(map(_write_cell, values))}</row>".encode()


def _write_cell(value: Any) -> str:
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{int(value)}</v></c>'
    # Spreadsheets have 15 digits: longer numbers stay what they are as texts.
    is_number = isinstance(value, int | float | Decimal) and math.isfinite(value)
    if is_number and len(str(value)) <= 15:
        return f"<c><v>{value}</v></c>"
    text = escape(_NOT_XML.sub("\ufffd", str(value))[:_LONGEST_CELL])
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


FORMATS: dict[str, FileFormat] = {
    "csv": FileFormat("csv", "text/csv; charset=utf-8", write_csv),
    "xlsx": FileFormat(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_xlsx,
    ),
    "json": FileFormat("json", "application/json", write_json),
}
