"""Read width and height of an image from its header, without decoding it."""

import struct
from typing import BinaryIO

_HEAD = 64
_WEBP_EXTENDED = b"VP8X"
# The byte before each marker of JPEG, and the markers that begin a frame.
_MARK = 0xFF
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD9)}
_MAX_MARKERS = 500


def read_dimensions(file: BinaryIO, kind: str) -> tuple[int, int] | None:
    """Return width and height, or None if they are not at a known place."""
    file.seek(0)
    try:
        if kind == "jpeg":
            return _read_jpeg(file)
        return _read_head(file.read(_HEAD), kind)
    except struct.error:
        return None


def _read_head(head: bytes, kind: str) -> tuple[int, int] | None:
    match kind:
        case "png" if head[12:16] == b"IHDR":
            width, height = struct.unpack(">II", head[16:24])
        case "gif":
            width, height = struct.unpack("<HH", head[6:10])
        case "bmp":
            width, height = struct.unpack("<ii", head[18:26])
        case "webp" if head[12:16] == _WEBP_EXTENDED:
            width, height = _add_one(head[24:27]), _add_one(head[27:30])
        case _:
            return None
    return abs(width), abs(height)


def _add_one(data: bytes) -> int:
    return int.from_bytes(data, "little") + 1


def _read_jpeg(file: BinaryIO) -> tuple[int, int] | None:
    file.seek(2)
    for _ in range(_MAX_MARKERS):
        start, marker = struct.unpack(">BB", file.read(2))
        while marker == _MARK:
            # A fill byte.
            [marker] = file.read(1) or [0]
        if start != _MARK:
            return None
        if marker in _ALONE:
            continue
        [length] = struct.unpack(">H", file.read(2))
        if marker in _FRAMES:
            _precision, height, width = struct.unpack(">BHH", file.read(5))
            return width, height
        file.seek(length - 2, 1)
    return None
