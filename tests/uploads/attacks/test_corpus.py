"""Variants of known attacks, generated: names, addresses and damaged files.

`docs/reference/upload-attacks.md` has the classes and what is answered to each.
"""

import itertools
import random
import re
from pathlib import Path

import pytest

from carboy.uploads import UploadRefusedError
from carboy.uploads.content import image_process
from carboy.uploads.content.kinds import KINDS
from carboy.uploads.content.names import clean_name, name_for_kind
from carboy.uploads.intake import Intake, make_key
from carboy.uploads.rules import make_rules
from carboy.uploads.storages.storage import check_key
from tests.uploads.conftest import make_file

from . import multipart, test_files, test_images, test_names
from .shapes import image, office, pdf, zipped

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "upload-attacks.md"
# What servers, browsers and desktops run.
EXTENSIONS = [
    *("php", "php5", "phtml", "pht", "phar", "inc", "jsp", "jspx", "asp", "aspx"),
    *("ashx", "cer", "cgi", "pl", "py", "sh", "exe", "bat", "cmd", "com", "scr"),
    *("msi", "ps1", "vbs", "hta", "lnk", "url", "jar", "war", "class", "html", "htm"),
    *("xhtml", "shtml", "svg", "svgz", "xml", "xsl", "swf", "js", "mjs", "htaccess"),
    *("config", "ini"),
]
TRICKS = [
    *("a.{0}", "a.{0}.", "a.{0} ", "a.{0}...", "a.{0}/", "a.{0}\\", "a.{0}\0.png"),
    *("a.{0}%00.png", "a.{0};.png", "a.{0}::$DATA", "a.{0}:.png", "a.{0}\n.png"),
    *("a.png.{0}", "a.{0}.png", "a.{0}\u202egnp.", "a.\u200b{0}", ".{0}", "{0}"),
    *("../../a.{0}", "..\\..\\a.{0}", "C:\\a.{0}", "//host/a.{0}", "a.{0}#.png"),
]
# Kinds that are sent as what they are.
SENT = ["png", "jpeg", "pdf", "zip", "text"]
TARGETS = ["etc/passwd", "shop.sqlite", "uploads/../shop.sqlite", "user.avatar/"]
STEPS = [
    *("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%252f", "..\\", "..%5c", "....//"),
    *("..%c0%af", "%uff0e%uff0e/", "..;/", ".%00./", "/", "%2f", "//", "\\\\host\\"),
    *("file:///", "C:/", "CON/", "~/", "./../", "\u2025/", "..%ef%bc%8f", "%00/"),
]


def test_names_of_programs_get_the_extension_of_their_content():
    for extension, trick in itertools.product(EXTENSIONS, TRICKS):
        for written in (extension, extension.upper()):
            name = clean_name(trick.format(written))
            assert not re.search(r'[/\\:\0\r\n"<>|?*]', name)
            assert name not in {"", ".", ".."}
            for kind in map(KINDS.get, SENT):
                shown = name_for_kind(name, kind)
                last = shown.rpartition(".")[2].lower()
                assert last in kind.extensions, (trick, extension)
                assert check_key(make_key("user.avatar", kind))


def test_no_address_leads_out_of_the_folder(shop):
    shop.db.session.add(shop.User(name="ann", letter=make_file(b"a secret")))
    shop.db.session.commit()
    [key] = shop.list_files()
    client = shop.app.test_client()
    addresses = [
        f"/{start}/{step * times}{target}"
        for start in ("uploads", "uploads/user.avatar", "-/uploads/x")
        for step in STEPS
        for times in (1, 8)
        for target in (*TARGETS, key)
    ]

    for address in addresses:
        with client.get(f"{address}?k=text&i=1&s=x") as answer:
            assert answer.status_code in {301, 308, 400, 403, 404}, address
            assert b"secret" not in answer.data


@pytest.fixture
def decode_here(monkeypatch):
    def call(source, target, options, _timeout):
        source.seek(0)
        return image_process.answer_for(source, target, options)

    monkeypatch.setattr("carboy.uploads.content.images._call", call)


@pytest.mark.usefixtures("decode_here")
def test_a_damaged_file_is_accepted_whole_or_refused():
    """Whatever a decoder makes of it, nothing else than a refusal comes out."""
    intake = test_images.INTAKE
    files = [image(kind) for kind in ("png", "jpeg", "gif", "webp", "bmp", "tiff")]
    files += [office("word/document.xml"), zipped([("a", b"x" * 500)]), pdf()]
    rules = [test_images.RULES, make_rules(kinds=("document", "text", "zip"))]
    for seed, data in itertools.product(range(12), files):
        chance = random.Random(seed)
        damaged = bytearray(data)
        for _ in range(chance.choice([1, 3, 20])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if seed % 4 == 3:
            del damaged[chance.randrange(len(damaged)) :]
        for each in rules:
            assert _is_handled(intake, bytes(damaged), each), seed


def _is_handled(intake: Intake, data: bytes, rules) -> bool:
    try:
        accepted = intake.accept(make_file(data, "a"), rules, "user.letter")
    except UploadRefusedError as error:
        return error.status in {413, 415, 422}
    return accepted.size > 0


def test_the_page_counts_what_is_here():
    """The table of the documentation has the numbers of these lists."""
    rows = re.findall(r"^\|.*\| (\d+) \|$", PAGE.read_text(), re.MULTILINE)
    listed = [
        *(test_files.SHAPES, test_images.SHAPES, test_names.NAMES, test_names.SHOWN)
    ]

    assert sum(map(int, rows)) == sum(map(len, listed))
    assert sum(map(int, rows)) >= 200
    assert multipart.CONTENTS
