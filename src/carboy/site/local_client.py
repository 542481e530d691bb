"""Recognizes the developer: a browser on the machine that the site runs on."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request
from werkzeug.wrappers import Request

_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local_client() -> bool:
    """Return whether this request comes from this machine, with no proxy in between.

    It has to ask for a local name as well: pages of other sites can send requests to
    this machine under a name of theirs.
    """
    return is_sent_locally(request)


def is_sent_locally(request: Request, *, allows_subdomains: bool = False) -> bool:
    """Return whether a request comes from this machine and asks for a local name.

    `allows_subdomains` is for names such as shop.localhost.
    """
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        is_loopback = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    name = urlsplit(f"//{request.host}").hostname or ""
    is_subdomain = allows_subdomains and name.endswith(".localhost")
    return is_loopback and (name in _LOCAL_NAMES or is_subdomain)
