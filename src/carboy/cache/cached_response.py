"""Kept pages: a response as bytes, and the bytes as a response again."""

import hashlib
from typing import Any

from flask.wrappers import Response
from typing_extensions import override
from werkzeug.http import parse_etags, unquote_etag

from carboy.engine import RawResponse, make_lazy_response
from carboy.stores import DecodeError, pack, unpack

from .entry import PAGE, Entry

# What a 304 repeats; the rest describes a body that is not sent.
_REPEATED = frozenset({
    "cache-control", "content-location", "date", "etag", "expires", "vary",
    "last-modified",
})  # fmt: skip


class CachedResponse(Response):
    """A response that says for how long it is kept: `CachedResponse(page, 60)`."""

    def __init__(self, response: Response, timeout: Any) -> None:
        vars(self).update(vars(response))
        self.timeout = timeout

    @override
    def __repr__(self) -> str:
        return f"<CachedResponse {self.status} for {self.timeout!r}>"


def pack_page(plain: RawResponse) -> bytes:
    """Write a page as bytes."""
    status, headers, body = plain
    return pack([status, [list(pair) for pair in headers], body])


def read_page(entry: Entry) -> RawResponse | None:
    """Read a page out of an entry; None if it holds something else."""
    if entry.kind != PAGE:
        return None
    parts = unpack(entry.payload)
    try:
        status, headers, body = parts
        pairs = [(str(name), str(text)) for name, text in headers]
        return str(status), pairs, bytes(body)
    except (TypeError, ValueError) as error:
        raise DecodeError(f"The bytes are not a kept page: {error}.") from None


def plain_of(response: Response) -> RawResponse:
    """Take a response as it is; it has a validator and a length afterwards."""
    body = response.get_data()
    headers = response.headers
    if "ETag" not in headers:
        headers["ETag"] = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if "Content-Length" not in headers:
        headers["Content-Length"] = str(len(body))
    return response.status, list(headers), body


def is_known_to(visitor: str | None, headers: list[tuple[str, str]]) -> bool:
    """Tell whether the visitor's If-None-Match names the validator of a page."""
    if not visitor:
        return False
    found = [value for name, value in headers if name.lower() == "etag"]
    tag = unquote_etag(found[0])[0] if found else None
    return tag is not None and parse_etags(visitor).contains_weak(tag)


def give(app: Any, plain: RawResponse) -> Response:
    """Make the response of a page."""
    if app.response_class is Response:
        return make_lazy_response(plain)
    status, headers, body = plain
    response: Response = app.response_class(body, status=status)
    response.headers.clear()
    response.headers.extend(headers)
    return response


def not_modified(app: Any, headers: list[tuple[str, str]]) -> Response:
    """Make the answer to somebody who has the page."""
    response: Response = app.response_class(status=304)
    response.headers.clear()
    response.headers.extend(pair for pair in headers if pair[0].lower() in _REPEATED)
    return response
