"""A static file is addressed by its content, cached for ever and sent compressed."""

import gzip
import os

import pytest
from flask import Flask

from carboy.ui.assets import HashedFiles


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


def test_text_is_sent_compressed_to_clients_that_take_it(get, files, folder):
    digest = files.digest("site.css")

    packed = get(digest, "site.css", accept_encoding="br, gzip")
    plain = get(digest, "site.css")

    assert gzip.decompress(packed.data) == (folder / "site.css").read_bytes()
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.mimetype == plain.mimetype == "text/css"
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert int(packed.headers["Content-Length"]) == len(packed.data)


@pytest.mark.parametrize("name", ["photo.png", "tiny.css"])
def test_what_gains_nothing_is_sent_as_it_is(get, files, name):
    response = get(files.digest(name), name, accept_encoding="gzip")

    assert "Content-Encoding" not in response.headers


def test_a_client_that_has_it_gets_nothing_again(get, files):
    digest = files.digest("site.css")
    tag = get(digest, "site.css", accept_encoding="gzip").headers["ETag"]

    again = get(digest, "site.css", accept_encoding="gzip", if_none_match=tag)

    assert again.status_code == 304
    assert again.data == b""
