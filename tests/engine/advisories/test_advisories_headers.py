"""Hosts that are not ours, and values that try to become headers."""

import gc
import tracemalloc

import flask
import pytest

BAD_HOSTS = (
    *(
        "evil.example",
        "shop.example.evil.example",
        "evilshop.example",
        "shop.example@evil",
    ),
    *("shop.example, evil.example", "shop.example/evil", "shop.example#evil", "", " "),
    *("shop.example:0", "shop.example\\evil", "[::1", "user:pass@shop.example"),
    *("SHOP.example\x00", "\x8a", "shop.example\r\nX: 1", "shop..example", "..", "_"),
)
BREAKS = ("\r", "\n", "\r\n", "\r\n\r\n<html>", "\n ", "\r\t", "x\nSet-Cookie: a=1")
LOOKALIKES = (
    "\x00",
    "\x0b",
    "\x0c",
    "\x85",
    "\u2028",
    "\u2029",
    "\u560d\u560a",
    "\x1b",
)


@pytest.fixture
def entered():
    return []


@pytest.fixture
def app(make_app, entered):
    app = make_app()

    @app.get("/")
    def index():
        entered.append(flask.request.host)
        return flask.url_for("index", _external=True)

    return app


def ask_host(app, host):
    environ = {"HTTP_HOST": host}
    return app.test_client().get("/", environ_overrides=environ)


@pytest.mark.parametrize("host", BAD_HOSTS)
def test_s12_a_host_that_is_not_trusted_never_reaches_the_view(app, entered, host):
    app.config["TRUSTED_HOSTS"] = ["shop.example"]

    response = ask_host(app, host)

    assert response.status_code == 400
    assert entered == []


@pytest.mark.parametrize("host", ["shop.example", "shop.example:8080"])
def test_s12_a_trusted_host_is_served_with_its_port(app, host):
    app.config["TRUSTED_HOSTS"] = ["shop.example"]

    assert ask_host(app, host).status_code == 200


@pytest.mark.parametrize("host", ["api.shop.example", "a.b.shop.example"])
def test_s12_a_leading_dot_trusts_the_subdomains(app, host):
    app.config["TRUSTED_HOSTS"] = [".shop.example"]

    assert ask_host(app, host).status_code == 200
    assert ask_host(app, "evilshop.example").status_code == 400


VALUES = [
    prefix + middle + suffix
    for middle in (*BREAKS, *LOOKALIKES)
    for prefix in ("", "/", "//evil.example", "a", "ü", '"', "%0d%0a", ";")
    for suffix in (
        "",
        "X-Evil: 1",
        "\r\nX-Evil: 1",
        "\nX-Evil: 1\n\nbody",
        "ü",
        ":",
        ",",
    )
]


def _cookie(value):
    response = flask.Response("x")
    response.set_cookie("own", value)
    return response


def _download(value):
    response = flask.Response("x")
    response.headers.set("Content-Disposition", "attachment", filename=value)
    return response


WAYS = {
    "redirect": flask.redirect,
    "cookie": _cookie,
    "filename": _download,
    "header": lambda value: ("x", {"X-Own": value}),
    "header list": lambda value: ("x", [("X-Own", value)]),
    "status": lambda value: ("x", f"200 {value}"),
    "mimetype": lambda value: flask.Response("x", mimetype=value),
}


@pytest.mark.parametrize("way", WAYS)
def test_s13_no_value_becomes_a_header_of_its_own(app, way):
    app.testing = False
    current = []
    app.add_url_rule("/way", view_func=lambda: WAYS[way](current[-1]))
    usual = {"content-type", "content-length", "location", "set-cookie", "x-own"}

    for value in VALUES:
        current.append(value)
        started = send(app, "/way")

        for name, text in started[1]:
            assert name.lower() in {*usual, "content-disposition"}, (value, name)
            assert not {"\r", "\n"} & set(text), (value, text)
        if way != "status":
            assert not {"\r", "\n"} & set(started[0])


def send(app, path):
    """Return what was started; a value that is refused starts nothing."""
    seen = [("", [])]
    environ = flask.testing.EnvironBuilder(app, path).get_environ()
    try:
        body = app(
            environ, lambda status, headers, _=None: seen.append((status, headers))
        )
    except ValueError:
        return seen[0]
    b"".join(body)
    if hasattr(body, "close"):
        body.close()
    return seen[-1]


def test_clients_cannot_fill_the_memory_with_hosts_paths_and_cookies(app, entered):
    client = app.test_client(use_cookies=False)

    def flood(start):
        for number in range(start, start + 1000):
            environ = {
                "HTTP_HOST": f"h{number}.example",
                "HTTP_COOKIE": f"session=x{number}; c{number}=1",
                "PATH_INFO": f"/p{number}" if number % 2 else "/",
                "QUERY_STRING": f"q{number}=1",
            }
            client.get("/", environ_overrides=environ)
        entered.clear()
        gc.collect()

    tracemalloc.start()
    try:
        flood(0)
        before = tracemalloc.get_traced_memory()[0]
        flood(10_000)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()

    assert grown < 100_000
