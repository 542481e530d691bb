"""Parse the head of a request into a `ServerRequest`, or refuse it."""

from __future__ import annotations

import re
from typing import Any

from carboy.engine import ServerRequest
from carboy.errors import CarboyError
from carboy.server.options import ServeOptions

from .granian_types import Connection, Scope
from .hosts import Hosts
from .proxies import Proxies
from .sendfile import FileWrapper

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_METHOD = re.compile(r"[A-Z][A-Z-]{0,19}")
_MOST_ADDRESSES = 4096
_COMMON = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class RefusedError(CarboyError):
    """Raised for a request that is answered here, without any view."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class ServedSource(ServerRequest):
    """A source whose environ offers to send files, and that knows its connection."""

    __slots__ = ("conn", "has_body", "is_forwarded", "is_slow", "peer")
    # The way back to the client; whoever let the request in puts it there.
    conn: Connection
    has_body: bool
    is_slow: bool
    peer: tuple[str, int]
    is_forwarded: bool

    @property
    def environ(self) -> dict[str, Any]:
        """The WSGI environment."""
        is_new = self.built_environ is None
        environ = super().environ
        if is_new:
            environ["wsgi.file_wrapper"] = FileWrapper
            if self.is_forwarded:
                # Whoever would count them once more takes a visitor's word for it.
                environ["carboy.proxies_counted"] = True
        return environ


class Gate:
    """Parses a head when there is only one way to read it."""

    def __init__(self, options: ServeOptions, server: tuple[str, int]) -> None:
        self._hosts = Hosts(options.trusted_hosts)
        self._good = self._hosts.good
        self._proxies = Proxies(options.trusted_proxies, options.proxy_hops)
        self._is_behind = self._proxies.listed
        self._server = server
        self._most = options.limits.max_header_size
        self._multithread = options.threads > 1
        self._multiprocess = options.workers > 1
        self._addresses: dict[str, tuple[str, int]] = {}

    def read(  # noqa: C901, PLR0912, PLR0915 - to cut it up is to pay for each piece
        self, scope: Scope
    ) -> ServedSource:
        """Return the request, still without its body."""
        method = scope.method
        if method not in _COMMON and not _METHOD.fullmatch(method):
            raise RefusedError(400, "The method is not understood.")
        path = scope.path
        # Most paths are told apart without the expression.
        if not path.isprintable() and _CONTROL.search(path):
            raise RefusedError(400, "The path has a control character.")
        # Each of these is made anew when it is read.
        version, query, client = scope.http_version, scope.query_string, scope.client
        headers = scope.headers.items()
        host = cookies = None
        plain, has_body, is_upgrade = True, False, False
        size = 0
        for name, value in headers:
            size += len(name) + len(value)
            if name == "host":
                if host is not None:
                    raise RefusedError(400, "There is more than one Host.")
                host = value
                continue
            # Comparisons: to look a name up in a set means to hash it first.
            if name == "cookie":
                cookies = value if cookies is None else f"{cookies}; {value}"
            elif name == "content-length" or name == "transfer-encoding":
                has_body = True
            elif name == "upgrade":
                is_upgrade = True
            if "_" in name or not value.isascii():
                plain = False
        if size > self._most:
            # Granian's own limit lets through up to twice as much.
            raise RefusedError(431, "The head of the request is too large.")
        authority = scope.authority
        if authority is not None or host is None or host not in self._good:
            self._check_host(authority, host, version)
        if len(path) + len(query) > self._most:
            raise RefusedError(414, "The target of the request is too long.")
        source = ServedSource(
            method,
            scope.scheme,
            "1.0" if version == "1" else version,
            path if path.isascii() else _as_bytes(path),
            query,
            headers if plain else _clean(headers),
            self._addresses.get(client) or self._learn(client),
            self._server,
            multithread=self._multithread,
            multiprocess=self._multiprocess,
        )
        source.has_body = has_body
        source.is_slow = False
        source.peer = source.client
        source.is_forwarded = self._is_behind
        if source.is_forwarded:
            self._forward(source)
        elif plain:
            source.parsed_headers = (None if is_upgrade else host), cookies
        return source

    def _learn(self, address: str) -> tuple[str, int]:
        """Keep what a connection's address says: it asks again."""
        if len(self._addresses) >= _MOST_ADDRESSES:
            self._addresses.clear()
        known = self._addresses[address] = _split_address(address)
        return known

    def _check_host(
        self, authority: str | None, host: str | None, version: str
    ) -> None:
        if host is None:
            if version == "1" and self._hosts.allows_none:
                return
            raise RefusedError(400, "There is no Host.")
        if authority is not None and authority != host:
            raise RefusedError(400, "The request line names another host than Host.")
        if not self._is_behind:
            self._judge_host(host)

    def _judge_host(self, host: str) -> None:
        if not self._hosts.allows(host):
            raise RefusedError(400, "This host is not served here.")

    def _forward(self, source: ServerRequest) -> None:
        seen = self._proxies.read(source.client, source.scheme, source.headers)
        # A proxy may ask for us by a name of its own: what counts is the visitor's.
        for name, value in seen.headers:
            if name == "host":
                self._judge_host(value)
        source.client = seen.client
        source.scheme = seen.scheme
        source.headers = seen.headers
        source.root_path = seen.root_path
        if seen.root_path and source.path.startswith(seen.root_path + "/"):
            source.path = source.path[len(seen.root_path) :]


def _clean(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop names with underscores, which an environ cannot tell from dashes."""
    return [
        (name, value if value.isascii() else _as_bytes(value))
        for name, value in headers
        if "_" not in name
    ]


def _as_bytes(text: str) -> str:
    return text.encode().decode("latin-1")


def _split_address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not port.isdecimal():
        return ("", 0)
    return (host[1:-1] if host[:1] == "[" else host, int(port))
