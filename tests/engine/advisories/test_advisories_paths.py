"""Paths that try to leave a folder, redirects that try to leave the site."""

import itertools
import urllib.parse

import pytest
import werkzeug.security

STEPS = (
    "..",
    "%2e%2e",
    "%252e%252e",
    "..%00",
    "%c0%ae%c0%ae",
    "..\\",
    "..%5c",
    ".../...",
)
DEVICES = ("CON", "NUL", "aux", "COM1", "LPT¹", "CONIN$", "prn")


@pytest.fixture
def app(make_app):
    app = make_app(SERVER_NAME=None)
    app.add_url_rule("/page/", view_func=lambda: "page", endpoint="page")
    app.add_url_rule("/deep/<path:rest>/", view_func=lambda rest: rest, endpoint="deep")
    app.add_url_rule("/a/b", view_func=lambda: "merged", endpoint="merged")
    return app


def ask(app, path, host="shop.example"):
    raw = urllib.parse.unquote_to_bytes(path).decode("latin-1")
    environ = {"PATH_INFO": raw, "HTTP_HOST": host}
    with app.test_client().get("/", environ_overrides=environ) as response:
        response.get_data()
    return response


CORPUS = [
    *(
        f"/static/{'/'.join([step] * n)}/secret.txt"
        for step in STEPS
        for n in (1, 2, 5)
    ),
    *(f"/static/public.txt/{step}/{step}/secret.txt" for step in STEPS),
    *(f"/static/{step}secret.txt" for step in STEPS),
    *(f"/static/{step}%2fsecret.txt" for step in STEPS),
    *(f"/static/./{step}/./secret.txt" for step in STEPS),
    *(f"/static/x/{step}/{step}/secret.txt" for step in STEPS),
    *(f"/static//{step}//secret.txt" for step in STEPS),
    *(f"//static/{step}/secret.txt" for step in STEPS),
    "/static//etc/passwd",
    "/static/%2fetc/passwd",
    "/static/%2f%2fetc/passwd",
    "/static/C:/secret.txt",
    "/static/C:%5csecret.txt",
    "/static/%00",
    "/static/public.txt%00.png",
    "/static/~/secret.txt",
    "/static/file:%2f%2f%2fetc/passwd",
    "/static/..;/secret.txt",
    "/static/%ff%fe/secret.txt",
    "/static/" + "../" * 60 + "etc/passwd",
]


@pytest.mark.parametrize("path", CORPUS)
def test_no_path_reads_a_file_outside_the_static_folder(app, path):
    response = ask(app, path)

    assert response.status_code in {301, 302, 307, 308, 400, 404}
    assert b"secret" not in response.get_data().lower() or response.location


def test_the_file_inside_is_served(app):
    assert ask(app, "/static/public.txt").get_data() == b"public"


@pytest.mark.parametrize("path", ["//server/share/x", "/\\server\\share", "//./x"])
def test_ghsa_f9vj_an_absolute_or_unc_path_is_not_joined(app, path):
    assert ask(app, f"/static/{path}").status_code in {308, 404}


@pytest.fixture
def on_windows(monkeypatch):
    # The check is made only there; the real file calls stay those of this system.
    monkeypatch.setattr(werkzeug.security, "os", _WindowsName(werkzeug.security.os))


class _WindowsName:
    name = "nt"

    def __init__(self, real):
        self.path = real.path
        self.fspath = real.fspath


@pytest.fixture
def devices(tmp_path, app):
    """Files with the names of devices: they must not be opened."""
    for name in DEVICES:
        for folder in (tmp_path / "static", tmp_path / "static" / "sub"):
            folder.mkdir(exist_ok=True)
            for ending in ("", ".txt", ".tar.gz", " ", "::$DATA", ":"):
                (folder / (name + ending)).write_text("device")


@pytest.mark.parametrize("name", DEVICES)
def test_ghsa_hgf8_a_device_name_is_not_opened(app, devices, on_windows, name):
    assert ask(app, f"/static/{urllib.parse.quote(name)}").status_code == 404


@pytest.mark.parametrize(
    ("name", "ending"), [*itertools.product(DEVICES, (".txt", ".tar.gz", "%20"))]
)
def test_ghsa_87hc_a_device_name_with_an_ending_is_not_opened(
    app, devices, on_windows, name, ending
):
    path = f"/static/{urllib.parse.quote(name)}{ending}"

    assert ask(app, path).status_code == 404


@pytest.mark.parametrize("name", DEVICES)
def test_ghsa_29vq_a_device_name_in_a_folder_is_not_opened(
    app, devices, on_windows, name
):
    assert ask(app, f"/static/sub/{urllib.parse.quote(name)}").status_code == 404


@pytest.mark.parametrize("ending", [":", "::$DATA"])
def test_a_device_name_with_a_stream_mark_is_not_opened(
    app, devices, on_windows, ending
):
    assert ask(app, f"/static/NUL{ending}").status_code == 404


def test_files_that_only_start_like_devices_are_served_there(app, tmp_path, on_windows):
    (tmp_path / "static" / "console.txt").write_text("console")

    assert ask(app, "/static/console.txt").get_data() == b"console"


LEAVING = (
    *("//evil.example/page", "///evil.example/page", "////evil.example/a//b"),
    *("/\\evil.example/page", "//evil.example/deep/x", "//evil.example/%2e%2e/page"),
    *("/%5cevil.example/page", "/%09//evil.example/page", "/%0d%0a//evil.example/page"),
    *(
        "//shop.example@evil.example/page",
        "http://evil.example/page",
        "//evil.example//a//b",
    ),
    *(
        "/a//b",
        "//a/b",
        "//page",
        "/page",
        "/deep///evil.example",
        "/deep//evil.example//x",
    ),
    *(
        "/deep/%2f%2fevil.example",
        "/deep/%5c%5cevil.example",
        "/deep/javascript:alert(1)",
    ),
    *("/deep/%0d%0aSet-Cookie:%20a=1", "/deep/%00", "/deep/%e2%80%ae", "/deep/%ff"),
)


@pytest.mark.parametrize("path", LEAVING)
def test_cve_2020_28724_a_redirect_of_the_router_stays_on_the_host(app, path):
    response = ask(app, path)

    if response.location is not None:
        target = urllib.parse.urlsplit(response.location)
        assert target.scheme == "http"
        assert target.netloc == "shop.example"
        assert "\\" not in response.location
        assert "\n" not in response.location
    assert response.status_code in {200, 308, 404}
