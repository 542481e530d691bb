"""If this passes, a head becomes a source only when there is one way to read it."""

from dataclasses import dataclass, field

import pytest

from carboy.server.http import request_head as request_head
from carboy.server.http.request_head import RejectedRequestError, RequestHeadParser
from carboy.server.options import ServeOptions


@dataclass
class Head:
    """Stands for Granian's scope."""

    method: str = "GET"
    path: str = "/"
    pairs: list[tuple[str, str]] = field(default_factory=lambda: [("host", "a.test")])
    scheme: str = "http"
    http_version: str = "1.1"
    query_string: str = ""
    authority: str | None = None
    client: str = "192.0.2.1:5000"

    @property
    def headers(self):
        return dict_of(self.pairs)


def dict_of(pairs):
    class Pairs(list):
        def items(self):
            return list(self)

    return Pairs(pairs)


def read(head: Head, **options):
    return RequestHeadParser(ServeOptions(**options), ("127.0.0.1", 8000)).parse(head)


def test_a_plain_request_passes():
    source = read(Head(path="/a", query_string="b=c"))

    assert (source.method, source.path, source.query_string) == ("GET", "/a", "b=c")
    assert source.client == ("192.0.2.1", 5000)
    assert source.server == ("127.0.0.1", 8000)
    assert source.http_version == "1.1"


def test_addresses_are_remembered_and_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr(request_head, "_MAX_ADDRESSES", 2)
    parser = RequestHeadParser(ServeOptions(), ("127.0.0.1", 8000))

    seen = [
        parser.parse(Head(client=f"192.0.2.{number}:5000")).client
        for number in (1, 1, 2, 3, 1)
    ]

    assert seen == [(f"192.0.2.{number}", 5000) for number in (1, 1, 2, 3, 1)]
    assert len(parser._addresses) <= 2


def test_text_beyond_ascii_becomes_wsgi_text():
    head = Head(path="/grün", pairs=[("host", "a.test"), ("x", "grün")])

    source = read(head)

    assert source.path == "/gr\xc3\xbcn"
    assert source.headers[1] == ("x", "gr\xc3\xbcn")


def test_names_with_underscores_are_dropped():
    pairs = [("host", "a.test"), ("x_forwarded_for", "6.6.6.6"), ("x-a", "1")]

    source = read(Head(pairs=pairs))

    assert source.headers == [("host", "a.test"), ("x-a", "1")]


@pytest.mark.parametrize(
    "head",
    [
        Head(pairs=[]),
        Head(pairs=[("host", "a.test"), ("host", "a.test")]),
        Head(pairs=[("host", "a@b")]),
        Head(path="/a\0"),
        Head(path="/a\r\nb"),
        Head(method="get"),
        Head(authority="b.test"),
    ],
    ids=["no host", "two hosts", "user", "null", "break", "small", "authority"],
)
def test_what_has_two_readings_is_refused(head):
    with pytest.raises(RejectedRequestError) as caught:
        read(head)

    assert caught.value.status == 400


def test_a_head_beyond_the_limit_is_refused():
    long = Head(pairs=[("host", "a.test"), ("x", "y" * 70_000)])

    for head, status in ((long, 431), (Head(path="/" + "a" * 70_000), 414)):
        with pytest.raises(RejectedRequestError) as caught:
            read(head)
        assert caught.value.status == status


def test_http_1_0_may_come_without_a_host_where_any_is_served():
    head = Head(http_version="1", pairs=[])

    assert read(head).http_version == "1.0"
    with pytest.raises(RejectedRequestError):
        read(head, trusted_hosts=("a.test",))


@pytest.mark.parametrize(
    "head", [Head(pairs=[]), Head(path="/\0\r\n"), Head(pairs=[("host", "a b")])]
)
def test_what_gunicorn_lets_through_reaches_an_app_that_does_not_know_us(head):
    assert read(head, is_lenient=True).path == head.path
    with pytest.raises(RejectedRequestError):
        read(head)


@pytest.mark.parametrize(
    ("client", "pair", "scheme"),
    [
        ("127.0.0.1:5000", ("x-forwarded-proto", "https"), "https"),
        ("[::1]:5000", ("x-forwarded-ssl", "on"), "https"),
        ("unix:/tmp/app.sock", ("x-forwarded-proto", "https"), "https"),
        ("127.0.0.1:5000", ("x-forwarded-proto", "http"), "http"),
        ("127.0.0.1:5000", ("x-forwarded-proto", "https, http"), "http"),
        ("127.0.0.1:5000", ("x-forwarded-for", "192.0.2.7"), "http"),
        ("192.0.2.1:5000", ("x-forwarded-proto", "https"), "http"),
    ],
)
def test_a_proxy_on_this_machine_says_the_scheme_as_behind_gunicorn(
    client, pair, scheme
):
    head = Head(client=client, pairs=[("host", "a.test"), pair])

    assert read(head, is_lenient=True).scheme == scheme
    assert read(head).scheme == "http"
    assert pair in read(head, is_lenient=True).headers


def test_configured_proxies_alone_say_the_scheme():
    pairs = [("host", "a.test"), ("x-forwarded-proto", "https")]
    head = Head(client="127.0.0.1:5000", pairs=pairs)

    source = read(head, is_lenient=True, trusted_proxies=("192.0.2.9",))

    assert source.scheme == "http"


def test_chosen_hosts_are_asked_for_by_any_app():
    for head in (Head(pairs=[]), Head(pairs=[("host", "a b")])):
        with pytest.raises(RejectedRequestError):
            read(head, is_lenient=True, trusted_hosts=("a.test",))


def test_an_environ_has_the_encoded_target_as_gunicorns_has():
    environ = read(Head(path="//a b?\xe9", query_string="c=%20")).environ

    assert environ["RAW_URI"] == "//a%20b%3F%C3%A9?c=%20"


def test_an_app_that_asks_for_gunicorn_by_name_finds_it():
    software = read(Head()).environ["SERVER_SOFTWARE"]

    assert software.lower().startswith("gunicorn/")
    assert "carboy" in software


def test_an_address_may_be_ipv6_or_missing():
    assert read(Head(client="[::1]:80")).client == ("::1", 80)
    assert read(Head(client="")).client == ("", 0)


def test_a_forwarded_host_is_judged_as_well():
    pairs = [
        ("host", "a.test"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-host", "evil.test"),
    ]
    options = {"trusted_hosts": ("a.test",), "trusted_proxies": ("192.0.2.1",)}

    with pytest.raises(RejectedRequestError):
        read(Head(pairs=pairs), **options)


def test_a_forwarded_prefix_becomes_the_root_path():
    pairs = [
        ("host", "a.test"),
        ("x-forwarded-for", "203.0.113.9"),
        ("x-forwarded-prefix", "/shop"),
    ]

    source = read(Head(path="/shop/a", pairs=pairs), trusted_proxies=("192.0.2.0/24",))

    assert (source.root_path, source.path) == ("/shop", "/a")


def test_behind_a_proxy_the_visitors_host_counts():
    pairs = [
        ("host", "upstream"),
        ("x-forwarded-for", "203.0.113.5"),
        ("x-forwarded-host", "shop.test"),
    ]
    known = {"trusted_hosts": ("shop.test",), "trusted_proxies": ("192.0.2.0/24",)}

    source = read(Head(pairs=pairs), **known)

    assert source.find_header("host") == "shop.test"
    with pytest.raises(RejectedRequestError):
        read(Head(pairs=pairs, client="198.51.100.1:5000"), **known)


def test_the_environ_says_whether_proxies_were_counted():
    assert "carboy.proxies_counted" not in read(Head()).environ
    assert read(Head(), trusted_proxies=("unix",)).environ["carboy.proxies_counted"]
