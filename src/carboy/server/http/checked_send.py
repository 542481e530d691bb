"""The border to Granian: each response is checked here before Rust sees it.

A wrong value does not raise on the other side: it aborts the process with all its
requests, or drops a header without a word. Only what `check_head` returned is sent.
"""

import re
from typing import NamedTuple

from carboy.bounded_dict import BoundedDict
from carboy.errors import CarboyError

from .granian_types import GranianProtocol, GranianTransport, Headers
from .sendfile import FileRange

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
# Granian's table of headers holds 24,576; no client reads that many.
_MAX_HEADERS = 8192
_MAX_LENGTH_DIGITS = 18
_MAX_KNOWN_NAMES = 4096
# Between two ends of a connection: an app may not send them (PEP 3333), and gunicorn
# leaves them out as well.
_OF_THE_CONNECTION = {
    *("transfer-encoding", "te", "trailers", "keep-alive", "upgrade"),
    *("proxy-authenticate", "proxy-authorization"),
}
_known_names = BoundedDict[str, None](_MAX_KNOWN_NAMES)


class InvalidResponseError(CarboyError):
    """Raised for a response that cannot be sent over HTTP; the client gets a 500."""


class CheckedHead(NamedTuple):
    """The status and the headers of a response that may be sent."""

    status: int
    headers: Headers


def check_head(status: object, headers: object, length: int | None) -> CheckedHead:
    """Return the head that is sent for an app's status and headers, or raise.

    `length` is that of the body, None where it is not known or not sent. A wrong
    Content-Length would leave the client waiting or show it the next response. How a
    body is framed is the business of the server, so Transfer-Encoding is dropped, and
    with it what else belongs to the connection.
    """
    if not isinstance(status, int) or not 200 <= status <= 999:
        raise InvalidResponseError(
            f"The status of a response must be a number from 200 to 999, got "
            f"{status!r}. Return one of those from the view."
        )
    if not isinstance(headers, list) or len(headers) > _MAX_HEADERS:
        raise InvalidResponseError(
            f"The headers of a response must be a list of at most {_MAX_HEADERS} "
            f"pairs, got {headers!r:.200}."
        )
    is_plain, has_length = True, False
    for name, value in headers:
        if name not in _known_names and _check_name(name):
            is_plain = False
        size = len(name)
        if type(value) is not str or not (value.isascii() and value.isprintable()):
            _check_value(name, value)
            is_plain = False
        elif size == 14 and name.lower() == "content-length":
            if length is None:
                _check_length(value)
            if has_length or (length is not None and value != str(length)):
                is_plain = False
            has_length = True
    if not is_plain:
        headers = _normalize(headers, length)
    return CheckedHead(int(status), headers)


def send_bytes(protocol: GranianProtocol, head: CheckedHead, body: bytes) -> None:
    """Send a complete response."""
    if not isinstance(body, bytes):
        raise InvalidResponseError(
            f"The body of a response must be bytes, got {type(body).__name__}."
        )
    protocol.response_bytes(head.status, head.headers, body)


def send_file(protocol: GranianProtocol, head: CheckedHead, path: str) -> None:
    """Send what can be read from a path, which is ours and exists."""
    protocol.response_file(head.status, head.headers, path)


def send_file_range(
    protocol: GranianProtocol, head: CheckedHead, part: FileRange
) -> None:
    """Send a part of a file."""
    if part.start >= part.end:
        protocol.response_bytes(head.status, head.headers, b"")
        return
    protocol.response_file_range(
        head.status, head.headers, part.path, part.start, part.end
    )


def start_stream(protocol: GranianProtocol, head: CheckedHead) -> GranianTransport:
    """Send the head of a response and return the transport for its body."""
    return protocol.response_stream(head.status, head.headers)


def _check_name(name: object) -> bool:
    """Return whether a valid name is left out; it is not remembered then."""
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise InvalidResponseError(
            f"{name!r:.200} is not a valid name of a response header. Use letters, "
            "digits and dashes."
        )
    if name.lower() in _OF_THE_CONNECTION:
        return True
    _known_names[name] = None
    return False


def _check_value(name: str, value: object) -> None:
    if not isinstance(value, str) or _VALUE.fullmatch(value) is None:
        raise InvalidResponseError(
            f"The response header {name!r} has the value {value!r:.200}. It must be "
            "text without line breaks and other control characters, and each "
            "character must fit into Latin-1. Encode it, for example with quote()."
        )


def _check_length(value: str) -> None:
    if not value.isdecimal() or len(value) > _MAX_LENGTH_DIGITS:
        raise InvalidResponseError(
            f"The Content-Length of a response must be a number, got {value!r:.200}. "
            "Leave the header out: the server sets it."
        )


def _normalize(headers: Headers, length: int | None) -> Headers:
    """Return the headers with one right length and as the text that Granian encodes."""
    normal = []
    lengths: set[str] = set()
    for name, value in headers:
        lowered = name.lower()
        if lowered in _OF_THE_CONNECTION:
            continue
        if lowered == "content-length":
            if length is None:
                _check_length(value)
            if not lengths:
                normal.append((str(name), value if length is None else str(length)))
            lengths.add(value)
        else:
            normal.append((str(name), _decode_utf8(value)))
    if length is None and len(lengths) > 1:
        raise InvalidResponseError(
            f"The response has different lengths: {sorted(lengths)}. Send one "
            "Content-Length, or none: the server sets it."
        )
    return normal


def _decode_utf8(value: str) -> str:
    """Undo the Latin-1 view of UTF-8 bytes, because Granian encodes to UTF-8 itself."""
    try:
        return str(value).encode("latin-1").decode()
    except UnicodeError:
        return str(value)
