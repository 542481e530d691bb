"""If this passes, forwarding headers are believed only from our own proxies."""

import pytest

from carboy.server.http.proxies import Proxies

OURS, STRANGER = ("10.0.0.7", 4000), ("203.0.113.66", 4000)
SAID = [
    ("host", "inner"),
    ("x-forwarded-for", "198.51.100.1, 203.0.113.5"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-host", "shop.test"),
    ("forwarded", "for=1.1.1.1"),
]


def test_one_hop_is_the_last_entry():
    seen = Proxies(("10.0.0.0/8",), 1).read(OURS, "http", SAID)

    assert seen.client == ("203.0.113.5", 0)
    assert seen.scheme == "https"
    assert ("host", "shop.test") in seen.headers
    assert ("host", "inner") not in seen.headers


def test_two_hops_are_the_one_before():
    seen = Proxies(("10.0.0.7",), 2).read(OURS, "http", SAID)

    assert seen.client == ("198.51.100.1", 0)


def test_fewer_hops_than_there_are_believe_nothing():
    seen = Proxies(("10.0.0.7",), 3).read(OURS, "http", SAID)

    assert seen.client == OURS
    assert seen.scheme == "http"
    assert seen.headers == [("host", "inner")]


def test_a_stranger_is_not_believed():
    seen = Proxies(("10.0.0.7",), 1).read(STRANGER, "http", SAID)

    assert (seen.client, seen.scheme) == (STRANGER, "http")
    assert seen.headers == [("host", "inner")]


@pytest.mark.parametrize(
    ("entry", "client"),
    [
        ("203.0.113.5:4711", "203.0.113.5"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ('"203.0.113.5"', "203.0.113.5"),
        ("unknown", "10.0.0.7"),
        ("<script>", "10.0.0.7"),
    ],
)
def test_only_addresses_become_the_client(entry, client):
    headers = [("x-forwarded-for", entry)]

    seen = Proxies(("10.0.0.7",), 1).read(OURS, "http", headers)

    assert seen.client[0] == client


def test_a_unix_socket_has_no_address_but_a_word():
    assert Proxies(("unix",), 1).read(("", 0), "http", SAID).scheme == "https"
    assert Proxies(("10.0.0.7",), 1).read(("", 0), "http", SAID).scheme == "http"


@pytest.mark.parametrize(
    ("peer", "scheme"),
    [
        ("127.0.0.1", "https"),
        ("10.0.0.7", "https"),
        ("172.17.0.1", "https"),
        ("fd00::1", "https"),
        ("", "https"),
        ("203.0.113.9", "http"),
        ("2001:db8::1", "http"),
    ],
)
def test_private_addresses_have_a_word(peer, scheme):
    assert Proxies(("private",), 1).read((peer, 1), "http", SAID).scheme == scheme


def test_an_ipv4_proxy_may_arrive_over_ipv6():
    client = ("::ffff:10.0.0.7", 4000)

    assert Proxies(("10.0.0.7",), 1).read(client, "http", SAID).scheme == "https"


def test_nonsense_schemes_and_prefixes_are_left_out():
    headers = [
        ("x-forwarded-for", "203.0.113.5"),
        ("x-forwarded-proto", "gopher"),
        ("x-forwarded-prefix", "evil"),
    ]

    seen = Proxies(("10.0.0.7",), 1).read(OURS, "http", headers)

    assert (seen.scheme, seen.root_path) == ("http", "")


def test_a_real_server_believes_its_list_only(serve):
    running = serve("--trusted-proxies", "192.0.2.0/24")

    seen = running.get("/see", "X-Forwarded-For: 6.6.6.6").json()

    assert seen["client"] == "127.0.0.1"
    assert not any(name.lower() == "x-forwarded-for" for name, _ in seen["headers"])


def test_a_real_server_believes_a_proxy_on_its_list(serve):
    running = serve("--trusted-proxies", "127.0.0.1", "--trusted-hosts", "shop.test")

    reply = running.ask(
        b"GET /see HTTP/1.1\r\nHost: shop.test\r\nX-Forwarded-For: 1.1.1.1, 6.6.6.6\r\n"
        b"X-Forwarded-Proto: https\r\nX_Forwarded_For: 9.9.9.9\r\n"
        b"GranianProtocol: close\r\n\r\n"
    )[0].json()

    assert reply["client"] == "6.6.6.6"
    assert reply["url"] == "https://shop.test/see"


@pytest.mark.parametrize(
    "host", ["evil.test", "shop.test.evil", "shop.test@evil", "x y"]
)
def test_a_real_server_refuses_other_hosts_before_the_view(serve, host):
    running = serve("--trusted-hosts", "shop.test")

    asked = f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    replies = running.ask(asked.encode())

    assert [reply.status for reply in replies] == [400]
    assert running.read_notes() == []
