"""Recognizes the developer: a browser on the machine that the site runs on."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_local_client() -> bool:
    """Return whether this request comes from this machine, with no proxy in between.

    It has to ask for a local name as well: pages of other sites can send requests to
    this machine under a name of theirs.
    """
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        is_loopback = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    name = urlsplit(f"//{request.host}").hostname
    return is_loopback and name in LOCAL_NAMES
