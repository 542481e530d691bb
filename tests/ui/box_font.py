"""A font whose characters are all the same box, so that pictures need no fonts.

Text takes the same room on every machine, whatever fonts are installed there, and still
shows its colour and size.
"""

import struct

UNITS, ADVANCE, ASCENT, DESCENT = 1000, 520, 800, 200
LEFT, RIGHT, BOTTOM, TOP = 40, 480, 0, 640
# Glyph 0 stands for "no such character", for which browsers look in other fonts.
BOX, SPACE, NUMBER = 1, 2, 3


def make_box_font() -> bytes:
    """Return a TrueType font."""
    box = _make_glyph()
    tables = {
        b"OS/2": _make_os2(),
        b"cmap": _make_cmap(),
        b"glyf": box,
        b"head": _make_head(),
        b"hhea": struct.pack(
            ">IhhhHhhhhhh8xhH",
            *(0x00010000, ASCENT, -DESCENT, 0, ADVANCE, LEFT, 40, RIGHT, 1, 0, 0),
            *(0, NUMBER),
        ),
        b"hmtx": struct.pack(">Hh", ADVANCE, LEFT) * NUMBER,
        b"loca": struct.pack(">4H", 0, 0, len(box) // 2, len(box) // 2),
        b"maxp": struct.pack(">I14H", 0x00010000, NUMBER, 4, 1, *[0] * 2, 1, *[0] * 8),
        b"name": struct.pack(">3H", 0, 0, 6),
        b"post": struct.pack(">IIhhI16x", 0x00030000, 0, -100, 50, 1),
    }
    return _make_file(tables)


def _make_glyph() -> bytes:
    header = struct.pack(">5h", 1, LEFT, BOTTOM, RIGHT, TOP)
    flags = bytes([1, 1, 1, 1])
    width, height = RIGHT - LEFT, TOP - BOTTOM
    xs = struct.pack(">4h", LEFT, 0, width, 0)
    ys = struct.pack(">4h", BOTTOM, height, 0, -height)
    glyph = header + struct.pack(">HH", 3, 0) + flags + xs + ys
    return glyph + bytes(-len(glyph) % 4)


def _make_cmap() -> bytes:
    groups = [(0x20, 0x20, SPACE), (0x21, 0x9F, BOX), (0xA0, 0xA0, SPACE)]
    groups.append((0xA1, 0x10FFFF, BOX))
    body = b"".join(struct.pack(">III", *group) for group in groups)
    head = struct.pack(">HHIII", 13, 0, 16 + len(body), 0, len(groups))
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + head + body


def _make_head() -> bytes:
    return struct.pack(
        ">IIIIHHQQhhhhHHhhh",
        *(0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, UNITS, 0, 0),
        *(LEFT, BOTTOM, RIGHT, TOP, 0, 8, 2, 0, 0),
    )


def _make_os2() -> bytes:
    return struct.pack(
        ">HhHHHhhhhhhhhhhh10x4I4sHHHhhhHHIIhhHHH",
        *(4, ADVANCE, 400, 5, 0, 650, 700, 0, 140, 650, 700, 0, 480, 50, 300, 0),
        *(0xFFFFFFFF, 0, 0, 0, b"NONE", 0x40, 0x20, 0xFFFF),
        *(ASCENT, -DESCENT, 0, ASCENT, DESCENT, 1, 0, 500, TOP, 0, 0x20, 0),
    )


def _make_file(tables: dict[bytes, bytes]) -> bytes:
    offset = 12 + 16 * len(tables)
    directory, body = b"", b""
    for tag, content in sorted(tables.items()):
        padded = content + bytes(-len(content) % 4)
        total = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        directory += struct.pack(">4sIII", tag, total, offset + len(body), len(content))
        body += padded
    return struct.pack(">IHHHH", 0x00010000, len(tables), 128, 3, 32) + directory + body
