"""Reads the headers of proxies in front, and only those of trusted ones."""

import ipaddress
from dataclasses import dataclass

from carboy.bounded_dict import BoundedDict

from .granian_types import Headers

_FORWARDING = frozenset({
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
_MAX_CACHED = 4096
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
    """The client of a request, as the outermost of our own proxies saw it."""

    client: tuple[str, int]
    scheme: str
    headers: Headers
    root_path: str = ""


class Proxies:
    """Our proxies; reads the entry that they wrote in each forwarding header."""

    def __init__(self, trusted: tuple[str, ...], hops: int) -> None:
        private = _PRIVATE if "private" in trusted else ()
        self._networks = tuple(
            ipaddress.ip_network(name, strict=False)
            for name in (*trusted, *private)
            if name not in {"unix", "private"}
        )
        self._trusts_unix = "unix" in trusted or "private" in trusted
        self._hops = hops
        self._cache = BoundedDict[str, bool](_MAX_CACHED)
        self.is_configured = bool(trusted)

    def read(self, client: tuple[str, int], scheme: str, headers: Headers) -> Forwarded:
        """Return the request as the client made it.

        From any other address, or through fewer hops than configured, all forwarding
        headers are dropped, so that the app cannot read forged ones.
        """
        if self._is_our_proxy(client[0]):
            fields = _collect_fields(headers)
            chain = fields.get("x-forwarded-for", ())
            if len(chain) >= self._hops:
                return self._apply(chain, fields, client, scheme, headers)
        remaining = [pair for pair in headers if pair[0] not in _FORWARDING]
        return Forwarded(client, scheme, remaining)

    def _is_our_proxy(self, peer: str) -> bool:
        known = self._cache.get(peer)
        if known is None:
            known = self._cache[peer] = self._is_trusted(peer)
        return known

    def _is_trusted(self, peer: str) -> bool:
        if not peer:
            return self._trusts_unix
        address = ipaddress.ip_address(peer.partition("%")[0])
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self._networks)

    def _apply(
        self,
        chain: tuple[str, ...],
        fields: dict[str, tuple[str, ...]],
        client: tuple[str, int],
        scheme: str,
        headers: Headers,
    ) -> Forwarded:
        address = _bare_address(chain[-self._hops])
        proto = self._pick(fields.get("x-forwarded-proto", ())).lower()
        host = self._pick(fields.get("x-forwarded-host", ()))
        prefix = self._pick(fields.get("x-forwarded-prefix", ()))
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
        """Return the entry of our outermost proxy; a replacing one leaves one."""
        if not values:
            return ""
        return values[-self._hops] if len(values) >= self._hops else values[0]


def _collect_fields(headers: Headers) -> dict[str, tuple[str, ...]]:
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in headers:
        if name in _FORWARDING:
            parts = tuple(part.strip() for part in value.split(","))
            fields[name] = fields.get(name, ()) + parts
    return fields


def _bare_address(entry: str) -> str:
    """Return the address without port and brackets, or an empty text."""
    text = entry.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""
