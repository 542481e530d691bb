"""Contents decide what a file is, archives are listed and never unpacked.

Each row: a name, the name of the file, its content, the kinds that a rule accepts, and
what becomes of it: its kind, or the reason of the refusal in capitals.
"""

import io
import tracemalloc

import pytest

from carboy.uploads import ArchiveLimits, UploadRefusedError
from carboy.uploads.content.archives import list_zip, read_entry
from carboy.uploads.content.images import ImageLimits, ImageProcesses
from carboy.uploads.intake import Intake
from carboy.uploads.rules import make_rules
from tests.uploads.conftest import make_file

from .shapes import (
    PHP,
    SCRIPT,
    image,
    lying_zip,
    nested_zip,
    office,
    open_document,
    overlapping_zip,
    pdf,
    raw_name,
    tar,
    tar_gz,
    zip_bomb,
    zip_of_many,
    zip_with_link,
    zipped,
)

DOCUMENTS = ("document", "text")
ZIP = ("zip",)
ALL = None
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HTML = b"<!DOCTYPE html><html><body>" + SCRIPT
INTAKE = Intake(ImageProcesses(1, ImageLimits()), 200_000_000)

SHAPES = [
    # The name says one thing and the content another.
    ("html called pdf", "a.pdf", HTML, DOCUMENTS, "KIND"),
    ("html called txt", "a.txt", HTML, DOCUMENTS, "KIND"),
    ("html called csv", "a.csv", b"\n\n" + HTML, DOCUMENTS, "KIND"),
    ("html after a mark", "a.txt", b"\xef\xbb\xbf" + HTML, DOCUMENTS, "KIND"),
    ("svg called txt", "a.txt", b"<svg onload=alert(1)>", DOCUMENTS, "KIND"),
    ("svg with doctype", "a.txt", b"<!DOCTYPE svg><svg/>", DOCUMENTS, "KIND"),
    ("xslt", "a.xml", b"<?xml version='1.0'?><x/>", DOCUMENTS, "KIND"),
    ("xxe", "a.xml", b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///'>]>", DOCUMENTS, "KIND"),
    ("mathml", "a.txt", b"<math href='javascript:alert(1)'>", DOCUMENTS, "KIND"),
    ("xhtml", "a.txt", b"<?xml version='1.0'?><html/>", DOCUMENTS, "KIND"),
    ("php called pdf", "a.pdf", PHP, DOCUMENTS, "KIND"),
    ("php in a text", "a.txt", b"hello " + PHP, DOCUMENTS, "text"),
    ("script", "a.txt", b"#!/usr/bin/env python\n", DOCUMENTS, "KIND"),
    ("program called pdf", "invoice.pdf", b"MZ" + bytes(90), DOCUMENTS, "KIND"),
    ("elf called docx", "a.docx", b"\x7fELF" + bytes(90), DOCUMENTS, "KIND"),
    ("mach-o", "a.pdf", b"\xcf\xfa\xed\xfe" + bytes(90), DOCUMENTS, "KIND"),
    ("java class", "a.pdf", b"\xca\xfe\xba\xbe" + bytes(90), DOCUMENTS, "KIND"),
    ("old word", "a.doc", OLE, DOCUMENTS, "KIND"),
    ("png called pdf", "a.pdf", image("png"), DOCUMENTS, "KIND"),
    ("pdf behind html", "a.pdf", HTML + pdf(), DOCUMENTS, "KIND"),
    ("pdf behind text", "a.pdf", b"x\n" + pdf(), DOCUMENTS, "text"),
    ("utf-7 text", "a.txt", b"+ADw-script+AD4-", DOCUMENTS, "text"),
    ("utf-16 html", "a.txt", HTML.decode().encode("utf-16"), DOCUMENTS, "KIND"),
    ("utf-16 without mark", "a.txt", HTML.decode().encode("utf-16-le"), DOCUMENTS, "KIND"),
    ("nul in a text", "a.txt", b"a\0b", DOCUMENTS, "KIND"),
    ("escape in a text", "a.txt", b"\x1b[31mred", DOCUMENTS, "text"),
    ("latin-1 text", "a.txt", "Grüße".encode("latin-1"), DOCUMENTS, "KIND"),
    ("gbk text", "a.txt", "你好".encode("gbk"), DOCUMENTS, "KIND"),
    ("utf-8 text", "a.txt", "你好".encode() * 50_000, DOCUMENTS, "text"),
    ("cut utf-8", "a.txt", "你好".encode()[:-1], DOCUMENTS, "KIND"),
    ("binary far behind", "a.txt", b"a" * 200_000 + b"\0", DOCUMENTS, "KIND"),
    ("overlong utf-8", "a.txt", b"\xc0\xaf..", DOCUMENTS, "KIND"),
    ("json", "a.json", b'{"a": 1}', DOCUMENTS, "text"),
    ("formula", "a.csv", b"=cmd|' /C calc'!A0", DOCUMENTS, "text"),
    ("htaccess", ".htaccess", b"AddType application/x-httpd-php .jpg", DOCUMENTS, "text"),
    ("user.ini", ".user.ini", b"auto_prepend_file=a.jpg", DOCUMENTS, "text"),
    ("web.config", "web.config", b"<?xml version='1.0'?><configuration>", DOCUMENTS, "KIND"),
    ("empty", "a.txt", b"", DOCUMENTS, "EMPTY"),
    ("empty pdf", "a.pdf", b"", DOCUMENTS, "EMPTY"),
    # Documents that are zips.
    ("docx", "a.docx", office("word/document.xml"), DOCUMENTS, "docx"),
    ("xlsx", "a.xlsx", office("xl/workbook.xml"), DOCUMENTS, "xlsx"),
    ("pptx", "a.pptx", office("ppt/presentation.xml"), DOCUMENTS, "pptx"),
    ("odt", "a.odt", open_document(b"application/vnd.oasis.opendocument.text"), DOCUMENTS, "odt"),
    ("epub", "a.epub", open_document(b"application/epub+zip"), DOCUMENTS, "epub"),
    ("macros called docx", "a.docx", office("word/document.xml", "word/vbaProject.bin"), DOCUMENTS, "KIND"),
    ("jar called docx", "a.docx", office("word/x", "META-INF/MANIFEST.MF"), DOCUMENTS, "KIND"),
    ("zip called docx", "a.docx", zipped([("a", b"x")]), DOCUMENTS, "KIND"),
    ("mimetype of html", "a.odt", open_document(b"text/html"), DOCUMENTS, "KIND"),
    ("docx bomb", "a.docx", zipped([("[Content_Types].xml", b""), ("word/a", bytes(9_000_000))]), DOCUMENTS, "ARCHIVE"),
    ("docx with a path", "a.docx", office("word/../../../x"), DOCUMENTS, "ARCHIVE"),
    # Archives.
    ("zip", "a.zip", zipped([("a/b.txt", b"x"), ("c", b"y")]), ZIP, "zip"),
    ("empty zip", "a.zip", zipped([]), ZIP, "zip"),
    ("bomb", "a.zip", zip_bomb(), ZIP, "ARCHIVE"),
    ("nested bombs", "a.zip", nested_zip(), ZIP, "ARCHIVE"),
    ("50,000 entries", "a.zip", zip_of_many(), ZIP, "ARCHIVE"),
    ("overlapping entries", "a.zip", overlapping_zip(), ZIP, "ARCHIVE"),
    ("link", "a.zip", zip_with_link(), ZIP, "ARCHIVE"),
    ("zip slip", "a.zip", raw_name("../../etc/cron.d/x"), ZIP, "ARCHIVE"),
    ("zip slip in windows", "a.zip", raw_name("..\\..\\evil.dll"), ZIP, "ARCHIVE"),
    ("zip slip in the middle", "a.zip", raw_name("a/../../b"), ZIP, "ARCHIVE"),
    ("absolute path", "a.zip", raw_name("/etc/passwd"), ZIP, "ARCHIVE"),
    ("drive", "a.zip", raw_name("C:/x"), ZIP, "ARCHIVE"),
    ("stream", "a.zip", raw_name("a.txt:x:$DATA"), ZIP, "ARCHIVE"),
    ("share", "a.zip", raw_name("//host/share/x"), ZIP, "ARCHIVE"),
    ("dot", "a.zip", raw_name("./x"), ZIP, "ARCHIVE"),
    ("nul in a name", "a.zip", raw_name("a.txt\0.exe"), ZIP, "ARCHIVE"),
    ("the same name twice", "a.zip", raw_name("aa").replace(b"PK", b"PK"), ZIP, "zip"),
    ("html before a zip", "a.zip", SCRIPT + zipped([("a", b"x")]), ZIP, "KIND"),
    ("zip with a tail", "a.zip", zipped([("a", b"x")]) + SCRIPT, ZIP, "ARCHIVE"),
    ("cut zip", "a.zip", zipped([("a", b"x" * 99)])[:60], ZIP, "ARCHIVE"),
    ("only the signature", "a.zip", b"PK\x03\x04", ZIP, "ARCHIVE"),
    ("tar called zip", "a.zip", tar(), ZIP, "KIND"),
    ("tar.gz called zip", "a.zip", tar_gz(), ZIP, "KIND"),
    ("rar called zip", "a.zip", b"Rar!\x1a\x07\0" + bytes(50), ZIP, "KIND"),
    ("7z called zip", "a.zip", b"7z\xbc\xaf\x27\x1c" + bytes(50), ZIP, "KIND"),
    # A rule without kinds takes everything, and says what it is.
    ("anything: html", "a.html", HTML, ALL, "html"),
    ("anything: svg", "a.svg", b"<svg/>", ALL, "svg"),
    ("anything: program", "a.exe", b"MZ" + bytes(90), ALL, "executable"),
    ("anything: bomb", "a.zip", zip_bomb(), ALL, "zip"),
    ("anything: bytes", "a", bytes(range(256)), ALL, "binary"),
    ("anything: gif and js", "a.js", b"GIF89a=1;alert(1)", ALL, "gif"),
    ("anything: tar", "a.tar", tar(), ALL, "tar"),
    ("anything: mp4", "a.mp4", b"\0\0\0\x18ftypisom" + bytes(50), ALL, "mp4"),
    ("anything: webm", "a.webm", b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm" + bytes(50), ALL, "webm"),
    ("anything: mp3", "a.mp3", b"ID3\x04" + bytes(50), ALL, "mp3"),
    ("anything: wav", "a.wav", b"RIFF\0\0\0\0WAVEfmt " + bytes(50), ALL, "wav"),
]  # fmt: skip


def accept(data, name, kinds):
    options = {} if kinds is None else {"kinds": kinds}
    return INTAKE.accept(make_file(data, name), make_rules(**options), "user.letter")


@pytest.mark.parametrize(
    ("name", "data", "kinds", "answer"),
    [row[1:] for row in SHAPES],
    ids=[row[0] for row in SHAPES],
)
def test_the_content_decides(name, data, kinds, answer):
    if answer.isupper():
        with pytest.raises(UploadRefusedError) as caught:
            accept(data, name, kinds)
        assert caught.value.reason == answer.lower()
        return

    accepted = accept(data, name, kinds)

    assert accepted.kind.name == answer
    assert accepted.read() == data
    assert accepted.is_inline == (accepted.kind.group in {"audio", "video"})
    if accepted.kind.group in {"active", "other"}:
        assert accepted.content_type == "application/octet-stream"
        assert "." not in accepted.key.rpartition("/")[2]


@pytest.mark.parametrize("make", [zip_bomb, nested_zip, zip_of_many, overlapping_zip])
def test_a_bomb_takes_no_memory(make):
    data = io.BytesIO(make())
    tracemalloc.start()
    try:
        with pytest.raises(UploadRefusedError):
            list_zip(data, ArchiveLimits())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 10_000_000


def test_an_entry_is_not_longer_than_its_list_says():
    with pytest.raises(UploadRefusedError):
        read_entry(io.BytesIO(lying_zip()), "a", ArchiveLimits())


def test_an_entry_is_read():
    data = io.BytesIO(zipped([("a/b.txt", b"hello")]))

    assert read_entry(data, "a/b.txt", ArchiveLimits()) == b"hello"
    assert [(each.name, each.size) for each in list_zip(data, ArchiveLimits())] == [
        ("a/b.txt", 5)
    ]
