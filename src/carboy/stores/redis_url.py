"""URLs of Redis with several hosts: behind Sentinel, or as a cluster."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from carboy.core import quote_credentials, redact_url
from carboy.errors import SettingsError

SENTINEL_PORT = 26379
CLUSTER_PORT = 6379

# A name, an IPv4 address, or an IPv6 address in brackets; then a port.
_HOST = re.compile(r"(?:\[(?P<ipv6>[^\[\]]+)\]|(?P<name>[^:\[\]]+))(?::(?P<port>\d+))?")


class RedisUrl(msgspec.Struct, frozen=True):
    """A parsed URL; `service` and `options` are for Sentinel."""

    hosts: tuple[tuple[str, int], ...]
    username: str | None = None
    password: str | None = None
    has_tls: bool = False
    service: str = ""
    database: int = 0
    options: dict[str, str] = {}


def parse_sentinel_url(url: str, *, needs_service: bool = True) -> RedisUrl:
    """Parse `redis+sentinel://user:password@a:26379,b:26379/service/0?password=x`.

    The options after the question mark are for the connections to the Sentinels. With
    `rediss+sentinel` all connections use TLS. Without `needs_service` the URL need not
    name a service.
    """
    example = "redis+sentinel://host:26379,host2:26379/mymaster/0"
    parsed = _parse(url, SENTINEL_PORT, example)
    path = urlsplit(quote_credentials(url)).path
    service, _, database = path.strip("/").partition("/")
    if needs_service and not service:
        raise SettingsError(
            f"{redact_url(url)} does not name the service that Sentinel watches. "
            f"Write it as the path: {example}."
        )
    if database and not database.isdecimal():
        raise _wrong(url, f"{database!r} is not the number of a database", example)
    return msgspec.structs.replace(
        parsed, service=unquote(service), database=int(database or 0)
    )


def parse_cluster_url(url: str) -> RedisUrl:
    """Parse `redis+cluster://user:password@a:6379,b:6379`; `rediss+cluster` is TLS."""
    return _parse(url, CLUSTER_PORT, "redis+cluster://host:6379,host2:6379")


def _parse(url: str, port: int, example: str) -> RedisUrl:
    parts = urlsplit(quote_credentials(url))
    userinfo, _, hosts = parts.netloc.rpartition("@")
    name, _, password = userinfo.partition(":")
    addresses = []
    for host in hosts.split(","):
        match = _HOST.fullmatch(host.strip())
        if match is None:
            raise _wrong(url, f"{host!r} is not a host", example)
        number = int(match["port"] or port)
        if not 0 < number < 65_536:
            raise _wrong(url, f"{number} is not a port", example)
        addresses.append((match["ipv6"] or match["name"], number))
    return RedisUrl(
        tuple(addresses),
        unquote(name) or None,
        unquote(password) or None,
        has_tls=parts.scheme.startswith("rediss"),
        options=dict(parse_qsl(parts.query)),
    )


def _wrong(url: str, reason: str, example: str) -> SettingsError:
    return SettingsError(
        f"{reason} in {redact_url(url)}. Write, for example, {example}."
    )
