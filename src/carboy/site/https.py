"""Redirects http to https, and explains once what http breaks on a site with https."""

import logging
from collections.abc import Callable
from urllib.parse import quote

from flask import Request, redirect, request
from werkzeug.sansio.utils import get_current_url
from werkzeug.wrappers import Response

from carboy.core import Extension, Wiring

log = logging.getLogger("carboy.https")

# The type of Flask hides that `request` is a proxy; see `carboy.core.context`.
_get_request: Callable[[], Request] = object.__getattribute__(
    request, "_get_current_object"
)
# Load balancers ask for these pages over http, and follow no redirect.
_PROBES = "/-/"
_PERMANENT = 308
_QUERY_SAFE = "%!$&'()*+,/:;=?@[]"


class Https(Extension):
    """The battery that looks at the scheme of requests, where HTTPS is on."""

    name = "https"

    def install(self, wiring: Wiring) -> None:
        """Look at each request before its view."""
        config = wiring.app.config
        if not config.get("HTTPS"):
            return
        require = _Requirement(
            redirects=bool(config.get("HTTPS_REDIRECT")),
            server_name=config.get("SERVER_NAME"),
            hops=config.get("PROXY_HOPS") or 0,
        )

        def require_https() -> Response | None:
            current = _get_request()
            return None if current.scheme == "https" else require.handle(current)

        wiring.before_request(require_https)


class _Requirement:
    """What happens with a request over http; each log line is written once."""

    def __init__(self, *, redirects: bool, server_name: str | None, hops: int) -> None:
        self._redirects = redirects
        self._server_name = server_name
        self._hops = hops
        self._logged: set[str] = set()

    def handle(self, current: Request) -> Response | None:
        """Redirect the request, or log why http is a problem."""
        if current.path.startswith(_PROBES):
            return None
        if _came_by_https(current):
            # Another redirect would lead here again, for ever. A client that forges
            # the header spares itself the redirect, and nothing else.
            self._log_once("hops", _UNUSED_PROXY, current, self._hops)
            return None
        if not self._redirects:
            self._log_once("http", _PLAIN, current)
            return None
        self._log_once("redirect", _REDIRECTED, current)
        return self._redirect(current)

    def _redirect(self, current: Request) -> Response:
        # 308 keeps the method and the body. The port is that of http, so it is dropped.
        host = _without_port(current.host)
        if self._server_name and _without_port(self._server_name) == host:
            host = self._server_name
        location = get_current_url("https", host, current.root_path, current.path)
        if current.query_string:
            # As it was sent: a signature may cover it.
            location += f"?{quote(current.query_string, safe=_QUERY_SAFE)}"
        response = redirect(location, _PERMANENT)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _log_once(
        self, kind: str, text: str, current: Request, *values: object
    ) -> None:
        if kind not in self._logged:
            self._logged.add(kind)
            log.warning(text, current.method, current.path, *values)


_PLAIN = (
    "%s %s came over http, but HTTPS is on: browsers do not send the Secure session "
    "cookie over http, so nobody stays logged in. With https in front, set HTTPS=true, "
    "and PROXY_HOPS to the number of proxies. A site without https needs HTTPS=false. "
    "This is logged once."
)
_REDIRECTED = (
    "%s %s came over http and was redirected to https. If browsers report a redirect "
    "loop, your proxy does not send X-Forwarded-Proto: let it, and set PROXY_HOPS to "
    "the number of proxies. HTTPS_REDIRECT=false turns redirects off. This is logged "
    "once."
)
_UNUSED_PROXY = (
    "%s %s came over https to a proxy, as its X-Forwarded-Proto says, but PROXY_HOPS "
    "is %d, so the header is not used and the site takes the request for http. Set "
    "PROXY_HOPS to the number of proxies. This is logged once."
)


def _came_by_https(current: Request) -> bool:
    headers = current.headers
    return "https" in headers.get("X-Forwarded-Proto", "").lower() or (
        "proto=https" in headers.get("Forwarded", "").lower().replace('"', "")
    )


def _without_port(host: str) -> str:
    name, _, port = host.rpartition(":")
    return name if name and port.isdecimal() else host
