"""Detect the kind of a file by its first bytes and, of a zip, by its entries."""

import re
import zipfile
from typing import BinaryIO

from .archives import has_short_list
from .kinds import BINARY_KIND, KINDS, Kind

_HEAD = 4096
_TEXT_TAIL = 65_536

# Offset, bytes, kind; the first one that fits wins.
_SIGNATURES = (
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (0, b"II*\x00", "tiff"),
    (0, b"MM\x00*", "tiff"),
    (0, b"8BPS\x00\x01", "psd"),
    (0, b"\x00\x00\x01\x00", "ico"),
    (0, b"%PDF-", "pdf"),
    (0, b"{\\rtf", "rtf"),
    (0, b"PK\x03\x04", "zip"),
    (0, b"PK\x05\x06", "zip"),
    (0, b"\x1f\x8b\x08", "gzip"),
    (0, b"BZh", "bzip2"),
    (0, b"\xfd7zXZ\x00", "xz"),
    (0, b"\x28\xb5\x2f\xfd", "zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z"),
    (0, b"Rar!\x1a\x07", "rar"),
    (257, b"ustar", "tar"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"ID3", "mp3"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (0, b"MZ", "executable"),
    (0, b"\x7fELF", "executable"),
    (0, b"\xcf\xfa\xed\xfe", "executable"),
    (0, b"\xce\xfa\xed\xfe", "executable"),
    (0, b"\xca\xfe\xba\xbe", "java"),
    (0, b"#!", "script"),
    (0, b"<?php", "script"),
)
_RIFF = {b"WEBP": "webp", b"WAVE": "wav"}
_BRANDS = {
    b"avif": "avif",
    b"avis": "avif",
    b"heic": "heic",
    b"heix": "heic",
    b"mif1": "heic",
    b"msf1": "heic",
    b"M4A ": "m4a",
    b"qt  ": "quicktime",
}
_VIDEO_BRANDS = b"isom iso2 iso4 iso5 iso6 mp41 mp42 avc1 dash MSNV".split()
_OPEN_TYPES = {
    KINDS[name].content_type.encode(): name for name in ("odt", "ods", "odp", "epub")
}
_OFFICE_FOLDERS = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
_SYNC, _MPEG_LAYER_3 = 0xFF, 0xE2
# The longest character of UTF-8, which the end of a piece may cut.
_LONGEST = 4

_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|script|svg|iframe|img|style|a|div|p|br|table|"
    rb"title|meta|link|base|object|embed|form|!--|\?)",
    re.IGNORECASE,
)


def detect_kind(file: BinaryIO) -> Kind:
    """Return the kind of a file, which can seek; it stays where it was."""
    position = file.tell()
    try:
        file.seek(0)
        head = file.read(_HEAD)
        name = _detect_binary(head)
        if name == "zip":
            name = _detect_zip(file)
        return KINDS[name] if name else _detect_text(file)
    finally:
        file.seek(position)


def _detect_binary(head: bytes) -> str | None:
    for offset, signature, name in _SIGNATURES:
        if head.startswith(signature, offset):
            return name
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "webm" if b"webm" in head[:64] else "matroska"
    if len(head) > 1 and head[0] == _SYNC and head[1] & 0xE6 == _MPEG_LAYER_3:
        return "mp3"
    return _detect_container(head)


def _detect_container(head: bytes) -> str | None:
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        return _BRANDS.get(brand) or ("mp4" if brand in _VIDEO_BRANDS else None)
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "bmp"
    return None


def _detect_zip(file: BinaryIO) -> str:
    """Return the kind of a zip by its list, without unpacking anything of it."""
    if not has_short_list(file):
        return "zip"
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            if entries and entries[0].filename == "mimetype":
                return _read_mimetype(archive, entries[0]) or "zip"
    except (zipfile.BadZipFile, RuntimeError, ValueError, OSError):
        return "zip"
    return _detect_office({entry.filename for entry in entries})


def _detect_office(names: set[str]) -> str:
    if "META-INF/MANIFEST.MF" in names:
        return "java"
    if "[Content_Types].xml" not in names:
        return "zip"
    if any(name.endswith("vbaProject.bin") for name in names):
        return "macros"
    for folder, kind in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return "zip"


def _read_mimetype(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | None:
    is_plain = entry.compress_type == zipfile.ZIP_STORED and entry.file_size < _HEAD
    if not is_plain or entry.flag_bits & 1:
        return None
    return _OPEN_TYPES.get(archive.read(entry).strip())


def _detect_text(file: BinaryIO) -> Kind:
    """Return `text`, a kind of markup, or `binary`; all of the file is looked at."""
    file.seek(0)
    head = file.read(_TEXT_TAIL)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Browsers read UTF-16 as markup; nothing else of it is needed here.
        return BINARY_KIND
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"<"):
        return _detect_markup(start)
    rest = b""
    data = head
    while data:
        if _CONTROLS.search(data):
            return BINARY_KIND
        rest = _decode(rest + data)
        if len(rest) > 3:
            return BINARY_KIND
        data = file.read(_TEXT_TAIL)
    return BINARY_KIND if rest else KINDS["text"]


def _decode(data: bytes) -> bytes:
    """Return what is left of UTF-8: nothing, a cut character, or all that is wrong."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return data[error.start :]
    return b""


def _detect_markup(start: bytes) -> Kind:
    lower = start[:_HEAD].lower()
    if b"<svg" in lower:
        return KINDS["svg"]
    if lower.startswith(b"<?xml") and b"<html" not in lower:
        return KINDS["xml"]
    return KINDS["html"] if _MARKUP.search(lower) else KINDS["xml"]
