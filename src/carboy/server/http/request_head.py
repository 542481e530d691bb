"""Parse the head of a request into a `ServerRequest`, or refuse it."""

import re
from collections.abc import Callable
from contextvars import Context
from typing import Any
from urllib.parse import quote

from carboy.bounded_dict import BoundedDict
from carboy.engine import ServerRequest
from carboy.errors import CarboyError
from carboy.server.options import ServeOptions
from carboy.server.threads.event_loop import EventLoop

from .granian_types import GranianProtocol, GranianScope
from .hosts import Hosts
from .proxies import Proxies
from .sendfile import FileWrapper

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_METHOD = re.compile(r"[A-Z][A-Z-]{0,19}")
# Apps look for gunicorn by name before they read what we pass as it does: httpbin
# refuses a body in chunks from any other server.
_SOFTWARE = "gunicorn/compatible (carboy)"
_UNQUOTED = "/!$&'()*+,;=:@"
_MAX_ADDRESSES = 4096
# A proxy on the same machine; a Unix socket has no address.
_LOCAL = frozenset({"127.0.0.1", "::1", ""})
_COMMON = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class RejectedRequestError(CarboyError):
    """Raised for a request that is answered here, without any view."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class IncomingRequest(ServerRequest):
    """A request whose environ offers to send files, and that knows its connection."""

    __slots__ = (
        *("event_loop", "has_body", "is_forwarded", "is_slow", "peer", "protocol"),
    )
    # Set by the worker once the head is parsed.
    protocol: GranianProtocol
    event_loop: EventLoop
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
            environ["SERVER_SOFTWARE"] = _SOFTWARE
            # Its encoding is made anew: the one of the client is not known here.
            target = quote(self.path.encode("latin-1"), _UNQUOTED)
            query = f"?{self.query_string}" if self.query_string else ""
            environ["RAW_URI"] = target + query
            environ["carboy.watch_disconnect"] = self.watch_disconnect
            if self.is_forwarded:
                # To count the hops again would trust what the client wrote.
                environ["carboy.proxies_counted"] = True
        return environ

    def watch_disconnect(self, callback: Callable[[], object]) -> None:
        """Call `callback` on the event loop when the client has disconnected."""
        protocol = self.protocol
        self.event_loop.call(
            lambda: protocol.client_disconnect().add_done_callback(
                lambda _: callback(), context=Context()
            )
        )


class RequestHeadParser:
    """Parses a head when there is only one way to read it."""

    def __init__(self, options: ServeOptions, server: tuple[str, int]) -> None:
        self._hosts = Hosts(options.trusted_hosts, is_lenient=options.is_lenient)
        self._allowed_hosts = self._hosts.allowed
        self._proxies = Proxies(options.trusted_proxies, options.proxy_hops)
        self._has_proxies = self._proxies.is_configured
        self._server = server
        self._max_size = options.limits.max_header_size
        self._is_strict = not options.is_lenient
        # As gunicorn does for a proxy on the same machine, if nothing is configured.
        self._reads_scheme = options.is_lenient and not self._has_proxies
        self._multithread = options.threads > 1
        self._multiprocess = options.workers > 1
        self._addresses = BoundedDict[str, tuple[str, int]](_MAX_ADDRESSES)

    def parse(  # noqa: C901, PLR0912, PLR0915 - a function that is split off costs a call
        self, scope: GranianScope
    ) -> IncomingRequest:
        """Return the request, still without its body."""
        method = scope.method
        if method not in _COMMON and not _METHOD.fullmatch(method):
            raise RejectedRequestError(400, "The method is not understood.")
        path = scope.path
        # Most paths are decided without the regular expression.
        if not path.isprintable() and self._is_strict and _CONTROL.search(path):
            raise RejectedRequestError(400, "The path has a control character.")
        # Granian makes a new string at each read.
        version, query, client = scope.http_version, scope.query_string, scope.client
        headers = scope.headers.items()
        host = cookies = forwarded = None
        plain, has_body, is_upgrade = True, False, False
        size = 0
        for name, value in headers:
            size += len(name) + len(value)
            # Comparisons, because a set would have to hash each name.
            if name == "host":
                if host is not None:
                    raise RejectedRequestError(400, "There is more than one Host.")
                host = value
            elif name == "cookie":
                cookies = value if cookies is None else f"{cookies}; {value}"
            elif name == "content-length" or name == "transfer-encoding":
                has_body = True
            elif name == "upgrade":
                is_upgrade = True
            elif name == "x-forwarded-proto" or name == "x-forwarded-ssl":
                forwarded = value
            if "_" in name or not value.isascii():
                plain = False
        if size > self._max_size:
            # Granian's own limit lets through up to twice as much.
            raise RejectedRequestError(431, "The head of the request is too large.")
        authority = scope.authority
        if authority is not None or host is None or host not in self._allowed_hosts:
            self._check_host(authority, host, version)
        if len(path) + len(query) > self._max_size:
            raise RejectedRequestError(414, "The target of the request is too long.")
        request = IncomingRequest(
            method,
            scope.scheme,
            "1.0" if version == "1" else version,
            path if path.isascii() else _to_latin1(path),
            query,
            headers if plain else _drop_underscores(headers),
            self._addresses.get(client) or self._parse_address(client),
            self._server,
            multithread=self._multithread,
            multiprocess=self._multiprocess,
        )
        request.has_body, request.is_slow = has_body, False
        request.peer = request.client
        request.is_forwarded = self._has_proxies
        if request.is_forwarded:
            self._apply_proxies(request)
            return request
        if forwarded is not None and self._reads_scheme and request.peer[0] in _LOCAL:
            request.scheme = "https" if forwarded in {"https", "on"} else "http"
        if plain:
            request.parsed_headers = (None if is_upgrade else host), cookies
        return request

    def _parse_address(self, address: str) -> tuple[str, int]:
        """Parse the address of a connection once for all of its requests."""
        parsed = self._addresses[address] = _split_address(address)
        return parsed

    def _check_host(
        self, authority: str | None, host: str | None, version: str
    ) -> None:
        if host is None:
            # gunicorn asks for none in HTTP/1.1 either.
            if self._hosts.allows_none and (version == "1" or not self._is_strict):
                return
            raise RejectedRequestError(400, "There is no Host.")
        if authority is not None and authority != host:
            msg = "The request line names another host than Host."
            raise RejectedRequestError(400, msg)
        if not self._has_proxies:
            self._check_allowed(host)

    def _check_allowed(self, host: str) -> None:
        if not self._hosts.allows(host):
            raise RejectedRequestError(400, "This host is not served here.")

    def _apply_proxies(self, request: ServerRequest) -> None:
        forwarded = self._proxies.read(request.client, request.scheme, request.headers)
        # A proxy may use a host name of its own: the client's is the one to check.
        for name, value in forwarded.headers:
            if name == "host":
                self._check_allowed(value)
        request.client = forwarded.client
        request.scheme = forwarded.scheme
        request.headers = forwarded.headers
        request.root_path = forwarded.root_path
        if forwarded.root_path and request.path.startswith(forwarded.root_path + "/"):
            request.path = request.path[len(forwarded.root_path) :]


def _drop_underscores(headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Drop names with underscores, which an environ cannot tell from dashes."""
    return [
        (name, value if value.isascii() else _to_latin1(value))
        for name, value in headers
        if "_" not in name
    ]


def _to_latin1(text: str) -> str:
    return text.encode().decode("latin-1")


def _split_address(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not port.isdecimal():
        return ("", 0)
    return (host[1:-1] if host[:1] == "[" else host, int(port))
