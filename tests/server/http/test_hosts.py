"""If this passes, only well-formed hosts that the site knows reach the app."""

import pytest

from carboy.server.http.hosts import Hosts

BAD = [
    "",
    " ",
    "a b",
    "a/b",
    "a@b",
    "a,b",
    "a:b",
    "a:123456",
    "[::1",
    "::1",
    "-a",
    ".a",
]
GOOD = [
    "a",
    "a.test",
    "A.TEST:8000",
    "10.0.0.1:80",
    "[::1]:8000",
    "a_b.test",
    "a.test.",
]


@pytest.mark.parametrize("host", BAD)
def test_malformed_hosts_are_refused(host):
    assert not Hosts(()).allows(host)


@pytest.mark.parametrize("host", BAD)
def test_malformed_hosts_are_the_business_of_an_app_that_does_not_know_us(host):
    assert Hosts((), is_lenient=True).allows(host)
    assert not Hosts(("shop.test",), is_lenient=True).allows(host)


@pytest.mark.parametrize("host", GOOD)
def test_any_well_formed_host_is_allowed_without_a_list(host):
    assert Hosts(()).allows(host)
    assert Hosts(("*",)).allows(host)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("shop.test", True),
        ("SHOP.test:443", True),
        ("shop.test.", True),
        ("www.shop.test", False),
        ("shop.test.evil", False),
        ("evilshop.test", False),
        ("cdn.test", True),
        ("a.b.cdn.test", True),
        ("evilcdn.test", False),
    ],
)
def test_a_list_allows_its_names_and_those_below_a_dot(host, expected):
    hosts = Hosts(("shop.test", ".cdn.test"))

    assert hosts.allows(host) is expected
    assert hosts.allows(host) is expected


def test_what_is_remembered_is_bounded():
    hosts = Hosts(())

    assert all(hosts.allows(f"h{n}.test") for n in range(3000))

    assert len(hosts.allowed) <= 1024
