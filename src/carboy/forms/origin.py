"""Whether a request was caused by this very site: what browsers say about it.

A pure function on a few headers, so that every case can be written down in a table.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

# Browsers add these schemes to cross-site requests by themselves.
_AMBIENT_SCHEMES = frozenset({"basic", "digest", "negotiate", "ntlm"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_OWN_SITES = frozenset({"same-origin", "none"})
_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[^\s/?#@:\[\]\\]+)"
    r"(?::(?P<port>[0-9]{0,5}))?/?",
    re.IGNORECASE | re.ASCII,
)


class Verdict(Enum):
    """What the headers of a request say."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    # An old browser, or a page that hides its origin: only a token can tell.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """The part of a request that says where it comes from."""

    scheme: str
    host: str
    fetch_site: str = ""
    origin: str = ""
    authorization: str = ""
    has_cookies: bool = False
    # Whether it looks as browsers look that send neither of the first two headers.
    is_browser: bool = False


def judge(request: RequestOrigin, trusted_origins: Collection[str] = ()) -> Verdict:
    """Return whether this site, another one, or no browser at all sent a request.

    `Sec-Fetch-Site` counts first: no page can set it. Where a browser does not send
    it (plain http, older versions), `Origin` counts. A client that sends neither, has
    no cookies and does not look like a browser is a program: it acts for itself. A
    browser without cookies is asked for a token, because another site could log a
    visitor in as somebody else, or use a password that the browser sends by itself.
    The origin `null` is that of a page which hides its own: the token can tell.
    """
    scheme = request.authorization.partition(" ")[0].lower()
    if scheme and scheme not in _AMBIENT_SCHEMES:
        # Another site cannot add this header without asking in a preflight request.
        return Verdict.ALLOWED
    fetch_site = request.fetch_site.strip().lower()
    if fetch_site in _OWN_SITES:
        return Verdict.ALLOWED
    if request.origin == "null" and not fetch_site:
        # Over plain http also a page of ours, if its referrer policy is no-referrer.
        return Verdict.UNKNOWN
    if request.origin:
        is_ours = not fetch_site and _is_own(request)
        is_trusted = normalize_origin(request.origin) in trusted_origins
        return Verdict.ALLOWED if is_ours or is_trusted else Verdict.REFUSED
    if fetch_site:
        return Verdict.REFUSED
    may_be_browser = request.has_cookies or request.is_browser
    return Verdict.UNKNOWN if may_be_browser else Verdict.ALLOWED


def normalize_origin(origin: str) -> str | None:
    """Return an origin in one spelling: lower case, without a default port."""
    match = _ORIGIN.fullmatch(origin.strip(" "))
    if match is None:
        return None
    scheme, host, port = match["scheme"].lower(), match["host"].lower(), match["port"]
    if not port or int(port) == _DEFAULT_PORTS[scheme]:
        return f"{scheme}://{host}"
    return f"{scheme}://{host}:{int(port)}"


def _is_own(request: RequestOrigin) -> bool:
    origin = normalize_origin(request.origin)
    if origin is None:
        return False
    own = {normalize_origin(f"{request.scheme}://{request.host}")}
    if request.scheme == "http":
        # A proxy may speak https to the browser and http to us. The other way round
        # would let a page that somebody changed on its way in.
        own.add(normalize_origin(f"https://{request.host}"))
    return origin in own
