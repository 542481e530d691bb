"""Of an image only its pixels come through; what is no image is refused.

Each row: a name, the file, and what becomes of it: `clean` (pixels only), or the reason
of the refusal.
"""

import io
import subprocess
import time

import pytest
from PIL import Image as PillowImage

from carboy.uploads import Image, UploadRefusedError
from carboy.uploads.content import image_process
from carboy.uploads.content.images import ImageLimits, ImageProcesses
from carboy.uploads.intake import Intake
from carboy.uploads.rules import make_rules
from tests.uploads.conftest import make_file

from .shapes import (
    PHP,
    SCRIPT,
    animation,
    gif_header,
    image,
    jpeg_header,
    jpeg_with_comment,
    jpeg_with_exif,
    pdf,
    png_header,
    png_with_text,
    zipped,
)

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
RULES = make_rules(Image, kinds=("jpeg", "png", "gif", "webp", "bmp", "tiff", "ico"))
INTAKE = Intake(ImageProcesses(2, ImageLimits(1_000_000, 20, 20.0)), 10_000_000)
POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print\n"

SHAPES = [
    ("png", image("png"), "clean"),
    ("jpeg", image("jpeg"), "clean"),
    ("gif", image("gif"), "clean"),
    ("webp", image("webp"), "clean"),
    ("bmp", image("bmp"), "clean"),
    ("tiff", image("tiff"), "clean"),
    ("animation", animation(5), "clean"),
    # Polyglots: whole images with something else before, within or behind.
    ("jpeg then zip", image("jpeg") + zipped([("a.class", SCRIPT)]), "clean"),
    (
        "gif then jar",
        image("gif") + zipped([("META-INF/MANIFEST.MF", SCRIPT)]),
        "clean",
    ),
    ("png then html", image("png") + SCRIPT, "clean"),
    ("png then php", image("png") + PHP, "clean"),
    ("png comment html", png_with_text(SCRIPT), "clean"),
    ("png comment php", png_with_text(PHP), "clean"),
    ("jpeg comment php", jpeg_with_comment(PHP), "clean"),
    ("jpeg comment html", jpeg_with_comment(SCRIPT), "clean"),
    ("jpeg exif html", jpeg_with_exif(SCRIPT.decode()), "clean"),
    ("jpeg exif php", jpeg_with_exif(PHP.decode()), "clean"),
    ("jpeg then pdf", image("jpeg") + pdf(), "clean"),
    ("gif then phar", image("gif") + PHP + b"__HALT_COMPILER(); ?>", "clean"),
    ("webp then html", image("webp") + SCRIPT, "clean"),
    ("bmp then html", image("bmp") + SCRIPT, "clean"),
    ("gif js", b"GIF89a/*" + bytes(40) + b"*/=1;alert(1)//" + SCRIPT, "broken"),
    ("gif header php", b"GIF89a" + PHP, "pixels"),
    ("gif87 header html", b"GIF87a" + SCRIPT, "pixels"),
    ("jpeg header html", b"\xff\xd8\xff\xe0" + SCRIPT, "broken"),
    ("png header html", b"\x89PNG\r\n\x1a\n" + SCRIPT, "broken"),
    ("bmp header js", b"BM=1;" + bytes(5) + SCRIPT, "pixels"),
    ("riff html", b"RIFF\0\0\0\0WEBP" + SCRIPT, "broken"),
    # Not images at all.
    ("svg", SVG, "kind"),
    ("svg with declaration", b"<?xml version='1.0'?>" + SVG, "kind"),
    ("svg after a comment", b"<!-- x -->" + SVG, "kind"),
    ("svg after a mark", b"\xef\xbb\xbf" + SVG, "kind"),
    ("svg in utf-16", SVG.decode().encode("utf-16"), "kind"),
    ("html", b"<!doctype html>" + SCRIPT, "kind"),
    ("html after spaces", b" \n\t" + SCRIPT, "kind"),
    ("php", PHP, "kind"),
    (
        "imagetragick mvg",
        b"push graphic-context\nfill 'url(https://x/\"|ls\")'",
        "kind",
    ),
    ("imagetragick msl", b"<?xml version='1.0'?><image><read filename='/x'/>", "kind"),
    ("ghostscript", POSTSCRIPT, "kind"),
    ("pdf", pdf(), "kind"),
    ("zip", zipped([("a.png", image("png"))]), "kind"),
    ("elf", b"\x7fELF\x02\x01\x01" + bytes(60), "kind"),
    ("windows program", b"MZ\x90\0" + bytes(60), "kind"),
    ("shell script", b"#!/bin/sh\nls\n", "kind"),
    ("m3u8 playlist", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "kind"),
    ("fits", b"SIMPLE  =                    T" + bytes(50), "kind"),
    ("psd", b"8BPS\0\x01" + bytes(60), "kind"),
    ("webshell cut", b"\xff\xd8" + PHP, "kind"),
    ("text", b"hello", "kind"),
    ("zeros", bytes(1000), "kind"),
    ("empty", b"", "empty"),
    # Cut and damaged ones.
    ("png cut", image("png")[:40], "broken"),
    ("jpeg cut", image("jpeg")[:120], "broken"),
    ("gif cut", image("gif")[:12], "broken"),
    ("webp cut", image("webp")[:24], "broken"),
    ("only the signature", b"\x89PNG\r\n\x1a\n", "broken"),
    ("png with a wrong checksum", image("png").replace(b"IDAT", b"IDAX"), "broken"),
    ("jpeg of markers", b"\xff\xd8" + b"\xff" * 5000, "broken"),
    ("ico of nothing", b"\0\0\x01\0\xff\xff" + bytes(100), "broken"),
    (
        "tiff that points to itself",
        b"II*\0\x08\0\0\0" + bytes(4) + b"\x08\0\0\0",
        "broken",
    ),
    # Bombs.
    ("png of 3.6 gigapixels", png_header(60_000, 60_000), "pixels"),
    ("png of the largest size", png_header(2**31 - 1, 2**31 - 1), "pixels"),
    ("gif of 4 gigapixels", gif_header(65_535, 65_535), "pixels"),
    ("jpeg of 4 gigapixels", jpeg_header(65_500, 65_500), "pixels"),
    ("png of zero pixels", png_header(0, 0), "broken"),
    ("one line", png_header(1_000_001, 1), "pixels"),
    ("too many frames", animation(21), "frames"),
    ("many pixels over all frames", animation(15, size=(300, 300)), "pixels"),
    ("apng of many frames", animation(21, "png"), "frames"),
    ("webp of many frames", animation(21, "webp"), "frames"),
    ("large png of one colour", image("png", (1001, 1000)), "pixels"),
]
HIDDEN = (b"<script", b"<?php", b"PK\x03\x04", b"%PDF", b"alert", b"Exif", b"HALT")


def accept(data, name="a.png"):
    return INTAKE.accept(make_file(data, name), RULES, "user.avatar")


@pytest.fixture
def in_process(monkeypatch):
    """Decode without a process: sixty of them would take as long as all other tests."""
    monkeypatch.setattr(PillowImage, "MAX_IMAGE_PIXELS", 1)

    def call(source, target, options, _timeout):
        source.seek(0)
        return image_process.answer_for(source, target, options)

    monkeypatch.setattr("carboy.uploads.content.images._call", call)


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    ("data", "answer"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES]
)
def test_an_image_has_nothing_but_pixels(data, answer):
    if answer != "clean":
        with pytest.raises(UploadRefusedError) as caught:
            accept(data)
        assert caught.value.reason == answer
        return

    stored = accept(data).read()

    assert not [text for text in HIDDEN if text in stored]
    assert PillowImage.open(io.BytesIO(stored)).width in {20, 10, 4}


def test_a_bomb_is_refused_without_a_process(monkeypatch):
    def fail(*_args, **_options):
        raise AssertionError("A process was started.")

    monkeypatch.setattr(subprocess, "run", fail)

    for data in (png_header(60_000, 60_000), gif_header(65_535, 65_535)):
        with pytest.raises(UploadRefusedError, match="megapixels"):
            accept(data)


@pytest.mark.parametrize("name", ["png then html", "gif header php", "jpeg cut"])
def test_it_is_the_same_in_a_process(name):
    [(_, data, answer)] = [row for row in SHAPES if row[0] == name]

    if answer == "clean":
        assert b"<script" not in accept(data).read()
        return
    with pytest.raises(UploadRefusedError) as caught:
        accept(data)
    assert caught.value.reason == answer


def test_the_orientation_is_applied_and_nothing_of_exif_is_left():
    accepted = accept(jpeg_with_exif("secret place"))

    assert (accepted.width, accepted.height) == (10, 20)
    assert b"secret" not in accepted.read()
    assert not PillowImage.open(io.BytesIO(accepted.read())).getexif()


def test_an_animation_keeps_its_frames():
    stored = accept(animation(5)).read()

    assert PillowImage.open(io.BytesIO(stored)).n_frames == 5


def test_transparency_is_kept():
    target = io.BytesIO()
    PillowImage.new("RGBA", (9, 9), (1, 2, 3, 0)).save(target, "png")

    stored = PillowImage.open(io.BytesIO(accept(target.getvalue()).read()))

    assert stored.getpixel((0, 0))[3] == 0


def test_a_decoder_that_does_not_end_is_ended(monkeypatch, tmp_path):
    slow = tmp_path / "slow.py"
    slow.write_text("import time\ntime.sleep(600)\n")
    monkeypatch.setattr("carboy.uploads.content.images._SCRIPT", slow)
    intake = Intake(ImageProcesses(1, ImageLimits(timeout=0.2)), 10_000_000)
    start = time.monotonic()

    with pytest.raises(UploadRefusedError) as caught:
        intake.accept(make_file(image("png"), "a.png"), RULES, "user.avatar")

    assert caught.value.reason == "time"
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    "text", ["import os; os.abort()", "print('x')", "raise SystemExit"]
)
def test_a_decoder_that_crashes_refuses_the_file(monkeypatch, tmp_path, text):
    crashing = tmp_path / "crash.py"
    crashing.write_text(text)
    monkeypatch.setattr("carboy.uploads.content.images._SCRIPT", crashing)

    with pytest.raises(UploadRefusedError) as caught:
        accept(image("png"))

    assert caught.value.reason == "broken"


def test_the_process_knows_no_secret_of_the_site(monkeypatch, tmp_path):
    script = tmp_path / "environment.py"
    script.write_text(
        "import json, os, sys\n"
        "error = 'frames' if 'SECRET_KEY' in os.environ else 'time'\n"
        "sys.stderr.write(json.dumps({'error': error}))\n"
    )
    monkeypatch.setattr("carboy.uploads.content.images._SCRIPT", script)
    monkeypatch.setenv("SECRET_KEY", "secret")

    with pytest.raises(UploadRefusedError) as caught:
        accept(image("png"))

    assert caught.value.reason == "time"
