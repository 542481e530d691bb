"""Addresses of brokers: none at all, or one behind Redis Sentinel as stores take it.

    redis+sentinel://user:password@a:26379,b:26379/service/0?password=of-the-sentinels

Celery wants an address for each Sentinel, and the service among its options.
"""

from typing import Any
from urllib.parse import quote

from carboy.core import quote_credentials
from carboy.stores import parse_sentinel_url
from carboy.tasks.settings import TaskSettings

SCHEME = "carboy-ledger"
HIGHEST_PRIORITY = 9
DEFAULT_PRIORITY = 5
_SENTINEL = "redis+sentinel"

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
    parsed = parse_sentinel_url(url, needs_service=False)
    user = ""
    if parsed.username or parsed.password:
        names = (parsed.username or "", parsed.password or "")
        user = ":".join(quote(name, safe="") for name in names) + "@"
    hosts = [(f"[{h}]" if ":" in h else h, port) for h, port in parsed.hosts]
    return ";".join(
        f"sentinel://{user}{host}:{port}/{parsed.database}" for host, port in hosts
    )


def read_options(url: str) -> dict[str, Any]:
    """Return the options that Celery needs besides the address."""
    parsed = parse_sentinel_url(url, needs_service=False)
    known = {"master_name": parsed.service} if parsed.service else {}
    timeouts = {"socket_connect_timeout": _TIMEOUT, "socket_timeout": _TIMEOUT}
    return known | {"sentinel_kwargs": timeouts | parsed.options}
