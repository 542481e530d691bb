"""Which `Host` a request may name: well formed, exactly one, and known to the site."""

from __future__ import annotations

import re

_FORM = re.compile(
    r"(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])"
    r"(?P<port>:[0-9]{1,5})?"
)
_REMEMBERED = 1024


class Hosts:
    """Judges the values of `Host` and remembers the good ones."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        lowered = [name.lower() for name in trusted]
        self._any = not trusted or "*" in lowered
        self._exact = {name.removeprefix(".") for name in lowered}
        self._below = tuple(name for name in lowered if name.startswith("."))
        # Those that may pass without being asked about once more.
        self.good: dict[str, None] = {}

    def allows(self, host: str) -> bool:
        """Tell whether this value may reach the app."""
        if host in self.good:
            return True
        if not self._judge(host):
            return False
        if len(self.good) < _REMEMBERED:
            self.good[host] = None
        return True

    @property
    def allows_none(self) -> bool:
        """Whether an HTTP/1.0 request may come without a host."""
        return self._any

    def _judge(self, host: str) -> bool:
        form = _FORM.fullmatch(host)
        if form is None:
            return False
        if self._any:
            return True
        name = form["name"].lower().removesuffix(".")
        return name in self._exact or name.endswith(self._below or ("\0",))
