"""Limits on how often something is done, counted atomically in a store."""

import hashlib
import ipaddress
from dataclasses import dataclass

from .base import Store

_IPV6_PREFIX = 64
_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` times in `window` seconds."""

    count: int
    window: int


def count_use(store: Store, key: str, limit: Limit) -> int:
    """Count one use, and return the count; the window begins with the first."""
    return store.incr(key, ttl=limit.window)


def uncount_use(store: Store, key: str, limit: Limit) -> None:
    """Return one use that was counted."""
    if store.incr(key, -1, ttl=limit.window) < 0:
        # The window ended before this: its count is gone, and this one is new.
        store.incr(key, 1, ttl=limit.window)


def seconds_to_wait(store: Store, key: str) -> int:
    """Return the seconds until the window of a key ends, 1 or more."""
    return max(1, store.expires_in(key))


def hash_subject(subject: str) -> str:
    """Return what stands for an account, a token or an address in keys of a store.

    It may be any text, and is nobody's business there.
    """
    encoded = subject.encode(errors="replace")
    return hashlib.blake2s(encoded, digest_size=_DIGEST_BYTES).hexdigest()


def normalize_address(address: str) -> str:
    """Return an address, or the network of one of version 6: a home has 2^64."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
    return str(parsed)
