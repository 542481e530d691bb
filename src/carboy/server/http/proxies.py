"""What the proxies in front say of a client, believed only where it can be true."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

Headers = list[tuple[str, str]]
_TELLING = frozenset({
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-ssl",
    "x-forwarded-scheme",
    "x-real-ip",
    "x-scheme",
})
_REMEMBERED = 4096
_PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Who asked, as the outermost of our own proxies saw it."""

    client: tuple[str, int]
    scheme: str
    headers: Headers
    root_path: str = ""


class Proxies:
    """Knows our proxies, and reads their entry in each forwarding header."""

    def __init__(self, trusted: tuple[str, ...], hops: int) -> None:
        private = _PRIVATE if "private" in trusted else ()
        self._networks = tuple(
            ipaddress.ip_network(name, strict=False)
            for name in (*trusted, *private)
            if name not in {"unix", "private"}
        )
        self._unix = "unix" in trusted or "private" in trusted
        self._hops = hops
        self._known: dict[str, bool] = {}
        self.listed = bool(trusted)

    def read(self, client: tuple[str, int], scheme: str, headers: Headers) -> Forwarded:
        """Return the request as the client made it.

        From a stranger, and through fewer hops than there are, all such headers are
        dropped: the app cannot be led to believe them.
        """
        if self._is_ours(client[0]):
            said = _collect(headers)
            chain = said.get("x-forwarded-for", ())
            if len(chain) >= self._hops:
                return self._believe(chain, said, client, scheme, headers)
        kept = [pair for pair in headers if pair[0] not in _TELLING]
        return Forwarded(client, scheme, kept)

    def _is_ours(self, peer: str) -> bool:
        known = self._known.get(peer)
        if known is None:
            known = self._look_up(peer)
            if len(self._known) < _REMEMBERED:
                self._known[peer] = known
        return known

    def _look_up(self, peer: str) -> bool:
        if not peer:
            return self._unix
        address = ipaddress.ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)

    def _believe(
        self,
        chain: tuple[str, ...],
        said: dict[str, tuple[str, ...]],
        client: tuple[str, int],
        scheme: str,
        headers: Headers,
    ) -> Forwarded:
        address = _bare_address(chain[-self._hops])
        proto = self._pick(said.get("x-forwarded-proto", ())).lower()
        host = self._pick(said.get("x-forwarded-host", ()))
        prefix = self._pick(said.get("x-forwarded-prefix", ()))
        if host:
            headers = [pair for pair in headers if pair[0] != "host"]
            headers.append(("host", host))
        return Forwarded(
            client=(address, 0) if address else client,
            scheme=proto if proto in {"http", "https"} else scheme,
            headers=headers,
            root_path=prefix.rstrip("/") if prefix.startswith("/") else "",
        )

    def _pick(self, values: tuple[str, ...]) -> str:
        """Return our outermost proxy's entry; a proxy that replaces leaves just one."""
        if not values:
            return ""
        return values[-self._hops] if len(values) >= self._hops else values[0]


def _collect(headers: Headers) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        if name in _TELLING:
            parts = tuple(part.strip() for part in value.split(","))
            said[name] = said.get(name, ()) + parts
    return said


def _bare_address(entry: str) -> str:
    """Return the address without port and brackets, or nothing if it is none."""
    text = entry.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
