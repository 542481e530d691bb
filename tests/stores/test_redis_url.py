"""URLs with several hosts are parsed, or refused without showing the password."""

import pytest

from carboy.errors import SettingsError
from carboy.stores import RedisUrl, open_store, parse_sentinel_url
from carboy.stores.redis_url import parse_cluster_url


def test_a_sentinel_url_has_hosts_credentials_service_database_and_options():
    url = "redis+sentinel://ada:p%40ss@a:1,b/mymaster/2?password=x&username=y"

    assert parse_sentinel_url(url) == RedisUrl(
        hosts=(("a", 1), ("b", 26379)),
        username="ada",
        password="p@ss",  # noqa: S106 - of nobody
        service="mymaster",
        database=2,
        options={"password": "x", "username": "y"},
    )


def test_the_least_sentinel_url_has_defaults():
    assert parse_sentinel_url("redis+sentinel://a/service") == RedisUrl(
        hosts=(("a", 26379),), service="service"
    )


def test_a_password_need_not_be_quoted():
    parsed = parse_sentinel_url("redis+sentinel://:p/a@b@a/s")

    assert (parsed.hosts, parsed.password) == ((("a", 26379),), "p/a@b")


def test_a_cluster_url_has_hosts_and_credentials():
    parsed = parse_cluster_url("rediss+cluster://ada:pass@a,b:7")

    assert parsed.hosts == (("a", 6379), ("b", 7))
    assert (parsed.username, parsed.password, parsed.has_tls) == ("ada", "pass", True)


def test_ipv6_addresses_stand_in_brackets():
    url = "redis+sentinel://[::1]:26380,[fe80::1]/service"

    assert parse_sentinel_url(url).hosts == (("::1", 26380), ("fe80::1", 26379))


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("redis+sentinel://u:hunter2@a:x/s", "'a:x' is not a host"),
        ("redis+sentinel://u:hunter2@a,,b/s", "'' is not a host"),
        ("redis+sentinel://u:hunter2@/s", "'' is not a host"),
        ("redis+sentinel://u:hunter2@a:70000/s", "70000 is not a port"),
        ("redis+sentinel://u:hunter2@a/s/x", "'x' is not the number of a database"),
        ("redis+sentinel://u:hunter2@a:26379/", "does not name the service"),
        ("redis+cluster://u:hunter2@a:b:c", "'a:b:c' is not a host"),
    ],
)
def test_a_wrong_url_is_refused_with_an_example(url, message):
    with pytest.raises(SettingsError, match=message) as caught:
        open_store(url)

    assert "hunter2" not in str(caught.value)
    assert "://host:" in str(caught.value)
