"""If this passes, a site's settings count where nobody has told the server itself."""

import json
from types import SimpleNamespace

import pytest

from carboy.server.options import Limits, ServeOptions
from carboy.server.site_options import (
    STRICT_LIMITS,
    apply_site_settings,
    pack_applied,
    unpack_applied,
)

SITE = """
from flask import request
from carboy import Carboy, Settings

settings = Settings(
    profile="testing",
    secret_key="k" * 40,
    trusted_hosts=("localhost", "shop.test"),
    proxy_hops=1,
    max_content_length=1000,
)
app = Carboy("shop", settings=settings)


@app.route("/", methods=["GET", "POST"])
def see():
    return {"client": request.remote_addr, "url": request.url, "made": _made()}


def _made():
    source = getattr(request, "carboy_server_request", None)
    return source is None or source.built_environ is not None
"""


def site(**config):
    return SimpleNamespace(has_settings=True, config=config)


def test_a_site_says_whom_it_serves():
    app = site(TRUSTED_HOSTS=["shop.test"], PROXY_HOPS=2, MAX_CONTENT_LENGTH=77)

    applied = apply_site_settings(ServeOptions(), app)

    assert applied.trusted_hosts == ("shop.test",)
    assert (applied.proxy_hops, applied.trusted_proxies) == (2, ("private",))
    assert applied.limits.max_body_size == 77


def test_what_the_server_was_told_stands():
    app = site(TRUSTED_HOSTS=["shop.test"], PROXY_HOPS=2, MAX_CONTENT_LENGTH=77)
    options = ServeOptions(
        trusted_hosts=("other.test",),
        trusted_proxies=("10.0.0.7",),
        limits=Limits(max_body_size=5),
        chosen=frozenset({"proxy_hops"}),
    )

    assert apply_site_settings(options, app) == options


def test_a_default_that_was_chosen_stands():
    options = ServeOptions(chosen=frozenset({"max_body_size"}))

    assert apply_site_settings(options, site(MAX_CONTENT_LENGTH=77)) == options


@pytest.mark.parametrize(
    "app",
    [
        site(TRUSTED_HOSTS=None, PROXY_HOPS=0, MAX_CONTENT_LENGTH=None),
        site(),
        SimpleNamespace(has_settings=False),
    ],
)
def test_who_says_nothing_changes_nothing(app):
    assert apply_site_settings(ServeOptions(), app) == ServeOptions()


@pytest.mark.parametrize(
    "app",
    [
        SimpleNamespace(config={"TRUSTED_HOSTS": ["shop.test"], "PROXY_HOPS": 1}),
        object(),
    ],
)
def test_an_app_that_does_not_know_us_is_as_free_as_behind_gunicorn(app):
    applied = apply_site_settings(ServeOptions(), app)

    free = dict.fromkeys(STRICT_LIMITS, 0)
    assert applied == ServeOptions(limits=Limits(**free), is_lenient=True)


def test_a_limit_that_was_chosen_holds_for_any_app():
    chosen = ServeOptions(
        limits=Limits(max_json_depth=9), chosen=frozenset({"max_form_size"})
    )

    limits = apply_site_settings(chosen, object()).limits

    assert (limits.max_json_depth, limits.max_form_size) == (9, 500_000)
    assert (limits.max_body_size, limits.max_form_fields) == (0, 0)


FOREIGN = """
from flask import Flask, request

app = Flask("foreign")


@app.route("/", methods=["GET", "POST"])
@app.route("/<path:rest>")
def see(rest=""):
    host = request.host if request.method == "GET" else ""
    request.get_data(parse_form_data=False)
    framing = request.headers.get("Transfer-Encoding"), request.content_length
    size = len(request.data)
    return {"host": host, "size": size, "rest": rest, "framing": framing}
"""


@pytest.fixture
def foreign(serve, tmp_path):
    (tmp_path / "foreign.py").write_text(FOREIGN)
    return serve(target="foreign:app")


def test_what_only_we_refuse_reaches_an_app_that_does_not_know_us(foreign):
    fields = b"&".join(b"f=1" for _ in range(1500))
    deep = b"[" * 70 + b"]" * 70
    form = "Content-Type: application/x-www-form-urlencoded"

    large = foreign.get("/", form, method="POST", body=fields)
    nested = foreign.get(
        "/", "Content-Type: application/json", method="POST", body=deep
    )
    odd = foreign.ask(b"GET /a%00b HTTP/1.1\r\nHost: a b\r\n\r\n")[0]

    assert (large.status, nested.json()["size"]) == (200, 140)
    assert (odd.status, odd.json()["rest"]) == (200, "a\0b")


def test_a_body_in_chunks_is_told_from_others_by_an_app_that_does_not_know_us(foreign):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    chunked = foreign.ask(head + b"3\r\nabc\r\n0\r\n\r\n")[0].json()
    whole = foreign.get("/", method="POST", body=b"abc").json()

    assert (chunked["size"], chunked["framing"]) == (3, ["chunked", None])
    assert (whole["size"], whole["framing"]) == (3, [None, 3])


@pytest.mark.parametrize(
    ("written", "applied"),
    [
        ("shop.test:8000", "shop.test"),
        (".shop.test", ".shop.test"),
        ("bücher.test", "xn--bcher-kva.test"),
        (".bücher.test", ".xn--bcher-kva.test"),
        ("[::1]", "[::1]"),
        ("[::1]:8000", "[::1]"),
    ],
)
def test_names_are_taken_as_flask_understands_them(written, applied):
    options = apply_site_settings(ServeOptions(), site(TRUSTED_HOSTS=[written]))

    assert options.trusted_hosts == (applied,)


def test_the_parent_hears_what_a_worker_has_taken():
    app = site(TRUSTED_HOSTS=["shop.test"], PROXY_HOPS=2, MAX_CONTENT_LENGTH=77)
    applied = apply_site_settings(ServeOptions(), app)

    message = json.loads(json.dumps(pack_applied(applied)))

    assert unpack_applied(ServeOptions(), message) == applied


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "cellar.py").write_text(SITE)


def test_the_block_names_the_hosts_of_the_site(serve, shop):
    log = serve(target="cellar:app").read_log()

    assert "for  localhost, shop.test" in log
    assert "behind  1 hop, from private" in log
    assert "max_body_size 1000" in log
    assert "any host" not in log


def test_the_server_refuses_what_the_site_would(serve, shop):
    running = serve(target="cellar:app")

    stranger = running.ask(b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n")
    large = running.get("/", method="POST", body=b"x" * 1001)

    assert [reply.status for reply in stranger] == [400]
    assert stranger[0].body == b"This host is not served here.\n"
    assert large.status == 413


@pytest.mark.parametrize(
    ("chain", "client"),
    [("1.1.1.1", "1.1.1.1"), ("9.9.9.9, 1.1.1.1", "1.1.1.1"), ("", "127.0.0.1")],
)
def test_the_visitor_is_told_by_our_proxy_alone(serve, shop, chain, client):
    running = serve(target="cellar:app")
    headers = [f"X-Forwarded-For: {chain}"] if chain else []

    # The first one makes an environ, the later ones do not.
    replies = [running.get("/", *headers).json() for _ in range(3)]

    assert [reply["client"] for reply in replies] == [client] * 3
    assert replies[-1]["made"] is False


def test_a_stranger_who_poses_as_a_proxy_has_no_effect(serve, shop):
    running = serve("--trusted-proxies", "192.0.2.1", target="cellar:app")
    headers = (
        "X-Forwarded-For: 6.6.6.6",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: shop.test",
    )

    replies = [running.get("/", *headers).json() for _ in range(3)]

    for reply in replies:
        assert (reply["client"], reply["url"]) == ("127.0.0.1", "http://localhost/")


def test_what_a_flag_says_counts_even_if_it_is_the_default(serve, shop):
    running = serve("--max-body-size", str(32 * 1024 * 1024), target="cellar:app")

    assert "max_body_size" not in running.read_log()


def test_the_server_of_an_api_refuses_with_problem_documents(serve, tmp_path):
    text = SITE + '\n\napp.config["ERRORS_FORMAT"] = "json"\n'
    (tmp_path / "cellar.py").write_text(text)
    running = serve(target="cellar:app")

    stranger = running.ask(b"GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n")[0]
    large = running.get("/", method="POST", body=b"x" * 1001)

    for reply, status in ((stranger, 400), (large, 413)):
        assert reply["content-type"] == "application/problem+json"
        assert reply.json()["status"] == reply.status == status
        assert reply.json()["detail"]
