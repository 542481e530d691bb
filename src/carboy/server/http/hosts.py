"""Validates the `Host` of a request: well formed and known to the site."""

import re

from carboy.bounded_dict import BoundedDict

_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?P<port>:[0-9]{1,5})?"
)
_MAX_CACHED = 1024


class Hosts:
    """Decides which values of `Host` are allowed, and caches those that are."""

    def __init__(self, trusted: tuple[str, ...], *, is_lenient: bool = False) -> None:
        lowered = [name.lower() for name in trusted]
        self._allows_any = not trusted or "*" in lowered
        self._allows_malformed = is_lenient and self._allows_any
        self._exact = {name.removeprefix(".") for name in lowered}
        self._suffixes = tuple(name for name in lowered if name.startswith("."))
        # Values that need no second look.
        self.allowed = BoundedDict[str, None](_MAX_CACHED)

    def allows(self, host: str) -> bool:
        """Return whether this value may reach the app."""
        if host in self.allowed:
            return True
        if not self._is_valid(host):
            return False
        self.allowed[host] = None
        return True

    @property
    def allows_none(self) -> bool:
        """Whether an HTTP/1.0 request may come without a host."""
        return self._allows_any

    def _is_valid(self, host: str) -> bool:
        if self._allows_malformed:
            return True
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        if self._allows_any:
            return True
        name = match["name"].lower().removesuffix(".")
        return name in self._exact or name.endswith(self._suffixes or ("\0",))
