"""A static file is addressed by its content, cached for ever and sent compressed."""

import gzip
import os
import sys

import brotli
import pytest
import zstandard
from flask import Flask

from carboy.ui import compression
from carboy.ui.assets import HashedFiles
from carboy.ui.static_build import build_static


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "site.css").write_text("body { color: teal }\n" * 50)
    (tmp_path / "tiny.css").write_text("a{}")
    (tmp_path / "photo.png").write_bytes(bytes(range(256)) * 8)
    return tmp_path


@pytest.fixture
def files(folder):
    return HashedFiles(folder)


@pytest.fixture
def get(files):
    app = Flask("shop")
    app.add_url_rule("/<digest>/<path:name>", view_func=files.respond)

    def get(digest, name, **headers):
        with app.test_client() as client:
            response = client.get(f"/{digest}/{name}", headers=headers)
            response.get_data()
            response.close()
            return response

    return get


def test_the_digest_follows_the_content(folder):
    before = HashedFiles(folder).digest("site.css")
    (folder / "site.css").write_text("body { color: red }")

    assert HashedFiles(folder).digest("site.css") != before
    assert len(before) == 12


def test_a_change_is_seen_in_development_only(folder):
    watched, kept = HashedFiles(folder, watch=True), HashedFiles(folder)
    before = watched.digest("site.css")
    assert kept.digest("site.css") == before
    (folder / "site.css").write_text("body { color: red }")
    os.utime(folder / "site.css", (1, 1))

    assert watched.digest("site.css") != before
    assert kept.digest("site.css") == before


@pytest.mark.parametrize("name", ["none.css", "../secret", "/etc/passwd", "", "."])
def test_what_is_not_a_file_of_the_folder_has_no_digest(folder, name):
    (folder.parent / "secret").write_text("key")

    assert HashedFiles(folder).digest(name) is None


def test_todays_file_may_be_kept_for_ever(get, files):
    response = get(files.digest("site.css"), "site.css")

    assert response.cache_control.max_age == 31_536_000
    assert response.cache_control.immutable
    assert response.cache_control.public


def test_an_older_address_gets_todays_file_and_may_not_keep_it(get, files):
    response = get("0" * 12, "site.css")

    assert b"teal" in response.data
    assert not response.cache_control.immutable
    assert not response.cache_control.max_age


DECODERS = {
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("br;q=0.5, gzip", "gzip"),
        ("br;q=0, zstd;q=0, *", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("identity;q=0.5, gzip;q=0.5", "gzip"),
        ("identity;q=0, gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", None),
        ("", None),
        (None, None),
    ],
)
def test_each_client_gets_the_encoding_that_it_prefers(
    get, files, folder, accept, encoding
):
    headers = {} if accept is None else {"accept_encoding": accept}

    response = get(files.digest("site.css"), "site.css", **headers)

    assert response.headers.get("Content-Encoding") == encoding
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.mimetype == "text/css"
    assert int(response.headers["Content-Length"]) == len(response.data)
    decoded = DECODERS[encoding](response.data)
    assert decoded == (folder / "site.css").read_bytes()


def test_each_form_has_its_own_tag_and_a_client_that_has_it_gets_nothing(get, files):
    digest = files.digest("site.css")
    tags = set()
    for accept in ("identity", "gzip", "zstd", "br"):
        tag = get(digest, "site.css", accept_encoding=accept).headers["ETag"]
        again = get(digest, "site.css", accept_encoding=accept, if_none_match=tag)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Vary"] == "Accept-Encoding"
        assert again.headers["ETag"] == tag
        tags.add(tag)

    assert len(tags) == 4
    other = get(digest, "site.css", accept_encoding="gzip", if_none_match=tag)
    assert other.status_code == 200


@pytest.mark.parametrize("accept", ["identity", "gzip", "br"])
def test_a_part_is_a_part_of_the_form_that_is_sent(get, files, accept):
    digest = files.digest("site.css")
    whole = get(digest, "site.css", accept_encoding=accept)

    part = get(digest, "site.css", accept_encoding=accept, range="bytes=5-14")

    assert part.status_code == 206
    assert part.data == whole.data[5:15]
    size = len(whole.data)
    assert part.headers["Content-Range"] == f"bytes 5-14/{size}"
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert part.headers.get("Content-Encoding") == whole.headers.get("Content-Encoding")
    # A part of another form would be a broken file: then the whole is sent.
    changed = get(
        digest,
        "site.css",
        accept_encoding=accept,
        range="bytes=5-14",
        if_range='"another"',
    )
    assert (changed.status_code, changed.data) == (200, whole.data)


def test_a_part_beyond_the_end_is_refused(get, files):
    digest = files.digest("site.css")

    for accept in ("identity", "gzip"):
        answer = get(digest, "site.css", accept_encoding=accept, range="bytes=99999-")
        assert answer.status_code == 416


def test_what_the_build_has_compressed_is_sent_from_there(get, files, folder):
    digest = files.digest("site.css")
    list(build_static(folder))

    for accept, suffix in (("gzip", ".gz"), ("br", ".br"), ("zstd", ".zst")):
        answer = get(digest, "site.css", accept_encoding=accept)
        built = (folder / ".carboy" / f"{digest}{suffix}").read_bytes()
        assert answer.data == built
        assert answer.headers["Content-Encoding"] == accept
        assert answer.mimetype == "text/css"
        part = get(digest, "site.css", accept_encoding=accept, range="bytes=5-14")
        assert part.data == built[5:15]


def test_a_build_of_older_files_is_not_used(folder, get):
    list(build_static(folder))
    (folder / "site.css").write_text("body { color: red }\n" * 50)
    files = HashedFiles(folder)
    app = Flask("shop")
    with app.test_request_context(headers={"Accept-Encoding": "gzip"}):
        answer = files.respond(files.digest("site.css"), "site.css")
        assert b"red" in gzip.decompress(answer.get_data())


def test_a_large_file_is_compressed_by_the_build_only(folder):
    (folder / "large.js").write_text("let a = 1;\n" * 200_000)
    app = Flask("shop")

    def ask():
        files = HashedFiles(folder)
        with app.test_request_context(headers={"Accept-Encoding": "gzip"}):
            answer = files.respond(files.digest("large.js"), "large.js")
            answer.direct_passthrough = False
            answer.close()
            return answer.headers.get("Content-Encoding")

    assert ask() is None
    list(build_static(folder))
    assert ask() == "gzip"


def test_without_the_extra_gzip_is_left(monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "brotli", None)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    compression.list_encodings.cache_clear()
    compression._find_compressor.cache_clear()
    try:
        assert compression.list_encodings() == ("gzip",)
        files = HashedFiles(folder)
        with Flask("shop").test_request_context(headers={"Accept-Encoding": "br, *"}):
            answer = files.respond(files.digest("site.css"), "site.css")
        assert answer.headers["Content-Encoding"] == "gzip"
    finally:
        compression.list_encodings.cache_clear()
        compression._find_compressor.cache_clear()


def test_a_file_is_kept_once_however_its_name_is_written(files):
    for name in ("site.css", "./site.css", ".//site.css", "x/../site.css"):
        assert files.digest(name) == files.digest("site.css")
    for number in range(50):
        assert files.digest(f"none-{number}.css") is None

    assert len(files._known) == 1


def test_a_file_that_is_not_there_is_not_found(get):
    assert get("0" * 12, "none.css").status_code == 404


@pytest.mark.parametrize("name", ["photo.png", "tiny.css"])
def test_what_gains_nothing_is_sent_as_it_is(get, files, name):
    response = get(files.digest(name), name, accept_encoding="gzip")

    assert "Content-Encoding" not in response.headers
