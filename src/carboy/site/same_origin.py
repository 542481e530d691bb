"""Refuse forms that pages of other sites send, where no CSRF token is at hand."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from carboy.translation import gettext


def require_same_origin() -> None:
    """Refuse a POST that another site's page sent."""
    fetched = request.headers.get("Sec-Fetch-Site")
    if fetched is not None:
        if fetched == "same-origin":
            return
    elif is_own_address(request.headers.get("Origin") or request.referrer):
        return
    raise Forbidden(gettext("This has to be sent from a page of this site."))


def is_own_address(address: str | None) -> bool:
    """Return whether an address or origin is on the host that this request asks for."""
    if not address:
        return False
    parts = urlsplit(address)
    return (parts.scheme, parts.netloc) == (request.scheme, request.host)
