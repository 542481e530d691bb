"""If this passes, static files leave each server compressed, in parts, and cached."""

import gzip
import http.client
import zlib

import brotli
import pytest
import zstandard

from tests.cli.processes import find_free_port, wait_for_text

CSS = "body { color: teal }\n" * 500
ENVIRON = {"SECRET_KEY": "k" * 64, "TRUSTED_HOSTS": "127.0.0.1"}
DECODERS = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": zstandard.decompress,
}
SITE = """
    from carboy import Carboy, Settings
    from carboy.ui import static_url

    def create_app():
        app = Carboy(__name__, settings=Settings.load())
        app.add_url_rule("/", "home", lambda: static_url("site.css"))
        return app
"""


@pytest.fixture
def shop(write, folder):
    write("pyproject.toml", '[tool.carboy]\napp = "shop:create_app"\n')
    write("shop.py", SITE)
    (folder / "static").mkdir()
    (folder / "static" / "site.css").write_text(CSS)
    return folder


def ask(port, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        connection.request("GET", path, headers=names)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.mark.parametrize("server", ["carboy", "gunicorn"])
@pytest.mark.parametrize("is_built", [False, True])
def test_every_form_leaves_every_server(
    start_carboy, run_carboy, shop, server, is_built
):
    if is_built:
        built = run_carboy("static", "build", environ=ENVIRON)
        assert built.code == 0, built.err
    port = find_free_port()
    running = start_carboy(
        "serve", "-p", str(port), "--server", server, environ=ENVIRON
    )
    path = wait_for_text(running, port, "/static/-/")

    for encoding, decode in DECODERS.items():
        status, headers, body = ask(port, path, Accept_Encoding=encoding)
        assert status == 200
        assert headers.get("Content-Encoding", "identity") == encoding
        assert decode(body) == CSS.encode()
        assert int(headers["Content-Length"]) == len(body)
        assert headers["Vary"] == "Accept-Encoding"
        assert "immutable" in headers["Cache-Control"]

        known = {"Accept_Encoding": encoding, "If_None_Match": headers["ETag"]}
        assert ask(port, path, **known)[::2] == (304, b"")
        part = ask(port, path, Accept_Encoding=encoding, Range="bytes=3-9")
        assert part[::2] == (206, body[3:10])
        last = ask(port, path, Accept_Encoding=encoding, Range="bytes=-4")
        assert last[2] == body[-4:]
    assert zlib.crc32(CSS.encode()) == zlib.crc32(ask(port, path)[2])
