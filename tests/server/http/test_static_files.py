"""If this passes, static files are found, cached and compressed, and no others."""

import gzip

import pytest

from tests.server.running import start


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("static")
    public = folder / "public"
    (public / "sub").mkdir(parents=True)
    (public / ".well-known").mkdir()
    (public / "style.css").write_text("body {}")
    (public / "sub" / "grün.txt").write_text("grün")
    (public / "app.0a1b2c3d.js").write_text("x" * 5000)
    (public / "app.0a1b2c3d.js.gz").write_bytes(gzip.compress(b"x" * 5000))
    (public / "app.0a1b2c3d.js.br").write_bytes(b"brotli")
    (public / ".env").write_text("SECRET=canary")
    (public / ".well-known" / "security.txt").write_text("Contact")
    (folder / "secret.txt").write_text("canary")
    (folder / "public-evil").mkdir()
    (folder / "public-evil" / "secret.txt").write_text("canary")
    (public / "link.txt").symlink_to(folder / "secret.txt")
    (public / "inner.txt").symlink_to(public / "style.css")
    with start(folder, "--static", f"/static={public}") as running:
        yield running.wait_ready()


def test_a_file_is_served_without_the_app(site):
    before = len(site.read_notes())

    reply = site.get("/static/style.css")

    assert reply.body == b"body {}"
    assert reply["content-type"] == "text/css; charset=utf-8"
    assert reply["x-content-type-options"] == "nosniff"
    assert reply["cache-control"] == "no-cache"
    assert len(site.read_notes()) == before


def test_hashed_names_are_cached_for_good(site):
    assert "immutable" in site.get("/static/app.0a1b2c3d.js")["cache-control"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("gzip, br", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("identity", None),
        ("zstd", None),
        ("gzip;q=0", None),
    ],
)
def test_compressed_files_go_to_those_who_take_them(site, accepted, encoding):
    reply = site.get("/static/app.0a1b2c3d.js", f"Accept-Encoding: {accepted}")

    assert reply["vary"] == "accept-encoding"
    assert reply["content-type"] == "text/javascript; charset=utf-8"
    assert (reply["content-encoding"] if encoding else None) == encoding
    assert reply.has("content-encoding") is bool(encoding)


def test_conditions_and_ranges(site):
    first = site.get("/static/style.css")

    same = site.get("/static/style.css", f"If-None-Match: {first['etag']}")
    fresh = site.get(
        "/static/style.css", f"If-Modified-Since: {first['last-modified']}"
    )
    part = site.get("/static/style.css", "Range: bytes=0-3")
    stale = site.get("/static/style.css", "Range: bytes=0-3", 'If-Range: "other"')
    beyond = site.get("/static/style.css", "Range: bytes=100-")
    head = site.get("/static/style.css", method="HEAD")

    assert [same.status, fresh.status] == [304, 304]
    assert (part.status, part.body) == (206, b"body")
    assert (stale.status, stale.body) == (200, b"body {}")
    assert (beyond.status, beyond["content-range"]) == (416, "bytes */7")
    assert head["content-length"] == "7"


@pytest.mark.parametrize(
    "path", ["sub/gr%C3%BCn.txt", ".well-known/security.txt", "inner.txt"]
)
def test_unusual_names_inside_are_served(site, path):
    assert site.get(f"/static/{path}").status == 200


def escapes():
    names = ["secret.txt", "public-evil/secret.txt", "etc/passwd", "server.log"]
    ups = [
        "..",
        "%2e%2e",
        "%2E.",
        ".%2e",
        "..%2f..",
        "%252e%252e",
        "..;",
        "...",
        "..%5c",
    ]
    ups += ["%c0%ae%c0%ae", "%e0%80%ae%e0%80%ae", "..\\", "..%00", "./..", "sub/../.."]
    for up in ups:
        for name in names:
            yield f"{up}/{name}"
            yield f"{up}%2f{name}"
    yield from ("/etc/passwd", "%2fetc%2fpasswd", "//etc/passwd", "link.txt", ".env")
    yield from ("sub/%2e%2e/.env", "CON", "nul", "style.css%00.txt", "style.css/", "")


def test_nothing_outside_is_read(site):
    asked = list(escapes())
    assert len(asked) >= 120

    replies = [site.get(f"/static/{path}") for path in asked]

    assert all(b"canary" not in reply.body for reply in replies)
    assert all(b"root:" not in reply.body for reply in replies)
    assert {reply.status for reply in replies} <= {308, 400, 404}


def test_other_methods_are_left_to_the_app(site):
    assert site.get("/static/style.css", method="POST").status in {404, 405}
