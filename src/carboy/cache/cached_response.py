"""Cached pages: a response encoded as bytes, and a response made of those bytes."""

import hashlib
from typing import Any

from flask.wrappers import Response
from typing_extensions import override
from werkzeug.http import parse_etags, unquote_etag

from carboy.engine import RawResponse, make_lazy_response
from carboy.stores import DecodeError, pack, unpack

from .entry import PAGE, CacheEntry

# Headers that a 304 repeats; the others describe a body that is not sent.
_KEPT_IN_304 = frozenset({
    "cache-control", "content-location", "date", "etag", "expires", "vary",
    "last-modified",
})  # fmt: skip

_LAZY_ATTRIBUTES = (
    "headers", "response", "_status", "_status_code", "_on_close", "direct_passthrough",
)  # fmt: skip


class CachedResponse(Response):
    """A response with its own timeout in the cache: `CachedResponse(page, 60)`."""

    def __init__(self, response: Response, timeout: Any) -> None:
        own = vars(self)
        own.update(vars(response))
        # A cached page computes these when they are first read.
        for name in _LAZY_ATTRIBUTES:
            own[name] = getattr(response, name)
        self.timeout = timeout

    @override
    def __repr__(self) -> str:
        return f"<CachedResponse {self.status} for {self.timeout!r}>"


def encode_page(raw: RawResponse) -> bytes:
    """Encode a page as bytes."""
    status, headers, body = raw
    return pack([status, [list(pair) for pair in headers], body])


def decode_page(entry: CacheEntry) -> RawResponse | None:
    """Decode the page of an entry; return None if it holds something else."""
    if entry.kind != PAGE:
        return None
    parts = unpack(entry.payload)
    try:
        status, headers, body = parts
        pairs = [(str(name), str(text)) for name, text in headers]
        return str(status), pairs, bytes(body)
    except (TypeError, ValueError) as error:
        raise DecodeError(f"The bytes are not a cached page: {error}.") from None


def to_raw_response(response: Response) -> RawResponse:
    """Return the parts of a response, after adding an ETag and a length to it."""
    body = response.get_data()
    headers = response.headers
    if "ETag" not in headers:
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if "Content-Length" not in headers:
        headers["Content-Length"] = str(len(body))
    return response.status, list(headers), body


def matches_etag(if_none_match: str | None, headers: list[tuple[str, str]]) -> bool:
    """Return whether an If-None-Match header names the ETag of a page."""
    if not if_none_match:
        return False
    etags = [value for name, value in headers if name.lower() == "etag"]
    etag = unquote_etag(etags[0])[0] if etags else None
    return etag is not None and parse_etags(if_none_match).contains_weak(etag)


def to_response(app: Any, raw: RawResponse) -> Response:
    """Make the response of a cached page."""
    if app.response_class is Response:
        return make_lazy_response(raw)
    status, headers, body = raw
    response: Response = app.response_class(body, status=status)
    response.headers.clear()
    response.headers.extend(headers)
    return response


def make_not_modified(app: Any, headers: list[tuple[str, str]]) -> Response:
    """Make the 304 for a client that has the page."""
    response: Response = app.response_class(status=304)
    response.headers.clear()
    response.headers.extend(pair for pair in headers if pair[0].lower() in _KEPT_IN_304)
    return response
