"""Addresses of brokers: none at all, or one behind Redis Sentinel as stores take it.

    redis+sentinel://user:password@a:26379,b:26379/service/0?password=of-the-sentinels

Celery wants an address for each Sentinel, and the service among its options.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from carboy.core import quote_credentials
from carboy.tasks.settings import TaskSettings

SCHEME = "carboy-ledger"
HIGHEST_PRIORITY = 9
DEFAULT_PRIORITY = 5
_SENTINEL = "redis+sentinel"

_PORT = 26379
_TIMEOUT = 1.0


def find_broker(settings: TaskSettings) -> str:
    """Return the broker's address for Celery; without one it is the ledger itself."""
    url = settings.broker_url
    if is_sentinel(url):
        url = spread_url(url)
    elif url.count("://") == 1:  # Celery takes several with semicolons between
        url = quote_credentials(url)
    return url or f"{SCHEME}://localhost/"


def is_embedded(url: str) -> bool:
    """Return whether workers claim from the ledger, and no service is needed."""
    return url.startswith(f"{SCHEME}:")


def is_sentinel(url: str) -> bool:
    """Whether an address leads to Sentinel, in our spelling."""
    return url.startswith(f"{_SENTINEL}:")


def spread_url(url: str) -> str:
    """Return the URL in Celery's form: one address for each Sentinel."""
    parts = urlsplit(quote_credentials(url))
    user, at, hosts = parts.netloc.rpartition("@")
    number = parts.path.strip("/").partition("/")[2] or "0"
    return ";".join(
        f"sentinel://{user}{at}{_with_port(host)}/{number}" for host in hosts.split(",")
    )


def read_options(url: str) -> dict[str, Any]:
    """Return the options that Celery needs besides the address."""
    parts = urlsplit(quote_credentials(url))
    service = parts.path.strip("/").partition("/")[0]
    known = {"master_name": service} if service else {}
    asked = {"socket_connect_timeout": _TIMEOUT, "socket_timeout": _TIMEOUT}
    return known | {"sentinel_kwargs": asked | dict(parse_qsl(parts.query))}


def _with_port(host: str) -> str:
    has_port = host.rpartition(":")[2].isdigit()
    return host if has_port else f"{host}:{_PORT}"
