"""Make the files that attackers send."""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib

from PIL import Image

SCRIPT = b"<script>alert(document.domain)</script>"
PHP = b"<?php system($_GET['c']); ?>"


def image(kind, size=(20, 10), **saving):
    target = io.BytesIO()
    Image.new("RGB", size, "navy").save(target, kind, **saving)
    return target.getvalue()


def chunk(name, data):
    checksum = struct.pack(">I", zlib.crc32(name + data))
    return struct.pack(">I", len(data)) + name + data + checksum


def png_header(width, height):
    """Return a small PNG that says it is large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(10_000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


def png_with_text(text):
    whole = image("png")
    return whole[:33] + chunk(b"tEXt", b"Comment\0" + text) + whole[33:]


def gif_header(width, height):
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\xf0\0\0" + bytes(6) + b";"


def jpeg_header(width, height):
    head = struct.pack(">BHHB", 8, height, width, 3) + bytes(9)
    return b"\xff\xd8\xff\xc0" + struct.pack(">H", len(head) + 2) + head + b"\xff\xd9"


def jpeg_with_comment(text):
    whole = image("jpeg")
    return whole[:2] + b"\xff\xfe" + struct.pack(">H", len(text) + 2) + text + whole[2:]


def jpeg_with_exif(text):
    exif = Image.Exif()
    exif[0x010E] = text
    exif[0x0112] = 6
    return image("jpeg", exif=exif)


def animation(frames, kind="gif", size=(4, 4)):
    target = io.BytesIO()
    colours = [(n * 97 % 256, n * 41 % 256, n * 11 % 256) for n in range(frames)]
    pictures = [Image.new("RGB", size, colour) for colour in colours]
    pictures[0].save(target, kind, save_all=True, append_images=pictures[1:])
    return target.getvalue()


def zipped(entries, **options):
    """Return a zip of names and contents; a name may be a `ZipInfo`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


def raw_name(name, data=b"x"):
    """Return a zip with a name that `zipfile` would clean."""
    plain = "x" * len(name.encode())
    whole = zipped([(plain, data)])
    return whole.replace(plain.encode(), name.encode())


def zip_with_link(target=b"/etc/passwd"):
    entry = zipfile.ZipInfo("link")
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return zipped([(entry, target)])


def zip_bomb(size=60_000_000):
    return zipped([("zeros", bytes(size))])


def nested_zip():
    data = zip_bomb(20_000_000)
    return zipped([(f"{number}.zip", data) for number in range(10)])


def zip_of_many(count=50_000):
    """Return a zip of empty files; `zipfile` would take seconds to write it."""
    files, rows = [], []
    for number in range(count):
        name = b"%d" % number
        fixed = struct.pack("<HHHIIIHH", 0, 0, 0, 0, 0, 0, len(name), 0)
        offset = sum(map(len, files[-1:])) + (rows[-1][0] if rows else 0)
        files.append(b"PK\3\4" + struct.pack("<HH", 20, 0) + fixed + name)
        row = b"PK\1\2" + struct.pack("<HHH", 20, 20, 0) + fixed
        rows.append((offset, row + struct.pack("<HHHII", 0, 0, 0, 0, offset) + name))
    listing = b"".join(row for _, row in rows)
    whole = b"".join(files)
    sizes = struct.pack("<IIH", len(listing), len(whole), 0)
    return (
        whole + listing + b"PK\5\6" + struct.pack("<HHHH", 0, 0, count, count) + sizes
    )


def overlapping_zip():
    """Return a zip in which two entries share their bytes, as in Fifield's bomb."""
    whole = zipped([("a", b"0" * 50_000), ("b", b"0" * 50_000)])
    at = whole.rfind(b"PK\x01\x02")
    return whole[: at + 42] + bytes(4) + whole[at + 46 :]


def lying_zip():
    """Return a zip whose list says that an entry is small."""
    whole = zipped([("a", bytes(3_000_000))])
    at = whole.rfind(b"PK\x01\x02")
    return whole[: at + 24] + struct.pack("<I", 10) + whole[at + 28 :]


def office(main, *others):
    names = ["[Content_Types].xml", main, *others]
    return zipped([(name, b"<x/>") for name in names])


def open_document(kind):
    entry = zipfile.ZipInfo("mimetype")
    entry.compress_type = zipfile.ZIP_STORED
    return zipped([(entry, kind), ("content.xml", b"<x/>")])


def tar(name="a.txt"):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo(name))
    return target.getvalue()


def tar_gz():
    return gzip.compress(tar("../../etc/cron.d/x"))


def pdf(extra=b""):
    return b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n" + extra + b"\ntrailer\n<< >>\n%%EOF\n"
