"""Redirects to an address that the request names, to this site only."""

import re
from typing import Any
from urllib.parse import urlsplit

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

# Browsers drop tabs and newlines wherever they stand, and trim the others.
_CONTROL = re.compile(
    r"[\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u3000\ufeff]"
)
_SCHEMES = {"http", "https"}

Answer = Response | WerkzeugResponse


def is_safe_url(target: str | None, *, host: str | None = None) -> bool:
    """Return whether `target` is a path, or an address of this site.

    `host` is compared with its host and port; by default it is that of the request.
    """
    if not target or _CONTROL.search(target) or "\\" in target:
        return False
    if target.startswith("/"):
        # `//host` and `////host` are other hosts for a browser.
        return not target.startswith("//")
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    # `http:evil.com` has a scheme and no host here, and is a host for a browser.
    if parts.scheme not in _SCHEMES or not target.lower().startswith(
        f"{parts.scheme}://"
    ):
        return False
    if parts.scheme != request.scheme and parts.scheme != "https":
        return False
    own = request.host if host is None else host
    return bool(parts.netloc) and parts.netloc.lower() == own.lower()


def safe_target(*targets: str | None, default: str = "/") -> str:
    """Return the first target that is safe, or `default`."""
    return next((each for each in targets if each and is_safe_url(each)), default)


def safe_redirect(target: str | None, default: str = "/") -> Answer:
    """Redirect to `target` if it is an address of this site, else to `default`."""
    return redirect(safe_target(target, default=default))


def redirect_back(
    default: str = "/", *, endpoint: str | None = None, **values: Any
) -> Answer:
    """Redirect to `next` of the query or form, else to the page the visitor was on."""
    if endpoint is not None:
        default = url_for(endpoint, **values)
    elif not default.startswith(("/", "http://", "https://")):
        # The notes pass the name of an endpoint.
        default = url_for(default, **values)
    candidates = (request.args.get("next"), request.form.get("next"), request.referrer)
    here = request.url
    return redirect(safe_target(*(c for c in candidates if c != here), default=default))
