"""If this passes, the block shows what matters and what was changed."""

import socket
from dataclasses import fields

import flask

from carboy.server.banner import make_banner
from carboy.server.listeners import Listener
from carboy.server.options import Limits, ServeOptions
from carboy.server.site_options import apply_site_settings


def asdict_of(options):
    return {each.name: getattr(options, each.name) for each in fields(options)}


def make(target="shop:app", address="127.0.0.1:8000", **options):
    with socket.socket() as sock:
        return make_banner(target, ServeOptions(**options), [Listener(sock, address)])


def test_the_defaults_need_four_lines():
    assert make().splitlines() == [
        " Serving  shop:app",
        "      at  http://127.0.0.1:8000",
        "    with  1 worker of 8 view threads",
        "     for  any host (set trusted hosts before going public)",
    ]


def test_changed_limits_are_listed_with_their_default():
    block = make(limits=Limits(max_body_size=5), workers=2, view_timeout=7.0)

    assert "2 workers of 8 view threads" in block
    assert "   limit  max_body_size 5 (default 33554432)" in block
    assert "   limit  view_timeout 7.0 (default 30.0)" in block


def test_an_app_that_does_not_know_us_gets_the_limits_as_advice():
    options = ServeOptions(chosen=frozenset({"max_json_depth"}))
    block = make(**asdict_of(apply_site_settings(options, object())))

    assert "  advice  requests are as free as behind gunicorn; add " in block
    assert "--max-form-fields 1000" in block
    assert "--max-json-depth" not in block
    assert "   limit" not in block


def test_one_thread_is_one():
    assert "1 worker of 1 view thread\n" in make(threads=1)


def test_proxies_are_named_with_the_hops_that_count():
    block = make(trusted_proxies=("10.0.0.0/8", "unix"), proxy_hops=2)

    assert "behind  2 hops, from 10.0.0.0/8, unix" in block


def test_apps_and_unix_sockets_have_names():
    block = make(flask.Flask("shop"), "unix:/run/shop.sock", trusted_hosts=("a.test",))

    assert "Serving  shop" in block
    assert "at  unix:/run/shop.sock" in block
    assert "for  a.test" in block
