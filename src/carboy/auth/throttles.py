"""ActionLimits on attempts: for each account, each address, and both together."""

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from carboy.stores import Store
from carboy.translation import gettext as _

from .errors import ThrottledError

_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` attempts in `window` seconds."""

    count: int
    window: int


@dataclass(frozen=True, slots=True)
class ActionLimits:
    """The limits of one action."""

    account: Limit
    address: Limit
    both: Limit


# A stranger who uses up the limit of an account locks its owner out for that long, so
# that limit is wide; the one of account and address together is narrow.
LIMITS = {
    "login": ActionLimits(Limit(100, 3600), Limit(200, 3600), Limit(10, 900)),
    "code": ActionLimits(Limit(10, 3600), Limit(50, 3600), Limit(5, 600)),
    "second_step": ActionLimits(Limit(10, 900), Limit(50, 3600), Limit(5, 300)),
    "mail": ActionLimits(Limit(5, 3600), Limit(20, 3600), Limit(3, 900)),
    "register": ActionLimits(Limit(5, 3600), Limit(20, 3600), Limit(5, 3600)),
    "password": ActionLimits(Limit(10, 900), Limit(50, 3600), Limit(5, 300)),
}


class Throttle:
    """Counts the failed attempts of one action, atomically over all processes.

    An attempt is counted before it is made, so that a thousand at once are not one. A
    success returns only what it has taken itself: it never clears what others did.
    """

    def __init__(
        self, store: Store, action: str, limits: ActionLimits | None = None
    ) -> None:
        self._store = store
        self._action = action
        self._limits = limits or LIMITS[action]

    def take(self, account: str, address: str) -> "CountedAttempt":
        """Count an attempt, or raise `ThrottledError`."""
        taken: list[tuple[str, int]] = []
        for key, limit in self._list_limits(account, address):
            count = self._store.incr(key, ttl=limit.window)
            taken.append((key, limit.window))
            if count > limit.count:
                # Refused: it is no guess, and must not use up the other limits.
                CountedAttempt(self._store, taken).give_back()
                wait = max(1, self._store.expires_in(key))
                raise ThrottledError(_wait_text(wait), wait)
        return CountedAttempt(self._store, taken)

    @contextmanager
    def attempt(self, account: str, address: str) -> Iterator["CountedAttempt"]:
        """Count an attempt, which the block calls `give_back` on if it succeeds."""
        yield self.take(account, address)

    def _list_limits(self, account: str, address: str) -> Iterator[tuple[str, Limit]]:
        network = normalize_address(address)
        limits = self._limits
        yield self._key("both", f"{account} {network}"), limits.both
        yield self._key("address", network), limits.address
        yield self._key("account", account), limits.account

    def _key(self, kind: str, value: str) -> str:
        # Hashed: an account may be any text, and is nobody's business in a store.
        digest = hashlib.blake2s(value.encode(errors="replace"), digest_size=16)
        return f"t:{self._action}:{kind}:{digest.hexdigest()}"


@dataclass(frozen=True, slots=True)
class CountedAttempt:
    """An attempt that was counted."""

    store: Store
    taken: list[tuple[str, int]]

    def give_back(self) -> None:
        """Uncount this attempt: it was a success, or was refused."""
        for key, window in self.taken:
            if self.store.incr(key, -1, ttl=window) < 0:
                # The window ended before this: its count is gone, and this one is new.
                self.store.incr(key, 1, ttl=window)


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


def _wait_text(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return _("Too many attempts. Try again in %(minutes)d minutes.", minutes=minutes)
