"""Idempotency keys: a request that is sent again gets the response of the first."""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from contextvars import ContextVar
from typing import Any
from uuid import uuid4

import msgspec
from flask import Response, current_app, request

from carboy.errors import RefusedError, UnavailableError
from carboy.site import check_form_size
from carboy.stores import Store, hash_subject
from carboy.translation import gettext

from .credentials import identify_visitor
from .field_errors import FieldError
from .problems import InvalidRequestError
from .security import SecurityScheme

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
MAX_LENGTH = 255
KEY_PATTERN = "[!-~]([ -~]*[!-~])?"
# For so long a key is taken by a request that has not ended: its process may be gone.
CLAIM_SECONDS = 600
_KEPT = ("Content-Type", "Location", "ETag")
_FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
_SERVER_ERROR = 500
_CHUNK = 65_536
_PRINTABLE = re.compile(KEY_PATTERN)
_log = logging.getLogger("carboy.rest")


class RunningError(RefusedError):
    """Raised while the first request with a key has no response yet: 409."""

    status = 409

    def __init__(self) -> None:
        self.retry_after = 1
        super().__init__(gettext("The first request with this key is still running."))


class LostResponseError(RefusedError):
    """Raised if a request was done, and its process ended before the response: 409."""

    status = 409

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "The first request with this key was done, but its response was lost."
            )
        )


class _Entry(msgspec.Struct, array_like=True):
    """What is stored for a key; without a status the request is running."""

    claim: str
    digest: bytes
    status: int = 0
    body: bytes = b""
    headers: dict[str, str] = {}
    # What the request does was committed, though its response is not known.
    is_done: bool = False


_decode = msgspec.msgpack.Decoder(_Entry).decode
_encode = msgspec.msgpack.Encoder().encode


# Stores what a function returns with each commit inside of a block.
Watch = Callable[[str, Callable[[], bytes], int], AbstractContextManager[None]]
_claimed: ContextVar[_Entry | None] = ContextVar("carboy.rest.entry", default=None)


def answer_once(
    store: Store,
    seconds: int,
    schemes: Sequence[SecurityScheme],
    run: Callable[[], Any],
    watch: Watch = lambda *_: nullcontext(),
) -> Any:
    """Return the response that is stored for the key of a request, or run it.

    An exception, or a response with an error of the site, frees the key.
    """
    text = _read_key()
    if text is None:
        return run()
    name = _name_entry(schemes, text)
    entry = _Entry(claim=uuid4().hex, digest=_digest_request())
    if not store.add(name, _encode(entry), CLAIM_SECONDS):
        stored = store.get(name)
        if stored is None:
            # It was freed since.
            raise RunningError
        return _replay(_decode(stored), entry.digest)

    def mark_done() -> bytes:
        entry.is_done = True
        return _encode(entry)

    token = _claimed.set(entry)
    try:
        with watch(name, mark_done, seconds):
            response = run()
    except BaseException:
        _free(store, name, entry)
        raise
    finally:
        _claimed.reset(token)
    if response.status_code < _SERVER_ERROR:
        _keep(store, name, seconds, entry, response)
    else:
        _free(store, name, entry)
    return response


def note_response(response: Response) -> None:
    """Keep a response for the key of the request, with what is committed next."""
    entry = _claimed.get()
    if entry is not None:
        _fill(entry, response)


def _read_key() -> str | None:
    text = request.headers.get(IDEMPOTENCY_KEY)
    if text is None:
        return None
    if not 1 <= len(text) <= MAX_LENGTH:
        code = "too_long" if text else "too_short"
        words = gettext("This must have 1 to %(limit)d characters.", limit=MAX_LENGTH)
        raise _wrong_key(code, words)
    if _PRINTABLE.fullmatch(text) is None:
        raise _wrong_key("pattern", gettext("This does not have the right form."))
    return text


def _wrong_key(code: str, words: str) -> InvalidRequestError:
    return InvalidRequestError(
        "header", [FieldError(f"/{IDEMPOTENCY_KEY}", code, words)]
    )


def _name_entry(schemes: Sequence[SecurityScheme], text: str) -> str:
    visitor = identify_visitor(schemes)
    place = f"{request.method} {request.host} {request.script_root}{request.path}"
    return f"i:{visitor}:{hash_subject(place)}:{hash_subject(text)}"


def _digest_request() -> bytes:
    """Return a digest of all that says what a request wants."""
    parts = [request.query_string]
    if request.mimetype in _FORMS:
        # Parsed: the line between the parts is another one each time.
        parts += _list_form_parts()
    else:
        parts += [request.mimetype.encode(), request.get_data(cache=True)]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.digest()


def _list_form_parts() -> list[bytes]:
    check_form_size()
    parts = []
    # None is the name of a part of a body that has none.
    for name, value in request.form.items(multi=True):
        parts += [b"form", (name or "").encode(), value.encode(errors="surrogatepass")]
    for name, upload in request.files.items(multi=True):
        digest = hashlib.sha256()
        while chunk := upload.stream.read(_CHUNK):
            digest.update(chunk)
        upload.stream.seek(0)
        label = (upload.filename or "").encode(errors="surrogatepass")
        parts += [b"file", (name or "").encode(), label, digest.digest()]
    return parts


def _replay(entry: _Entry, digest: bytes) -> Response:
    if entry.digest != digest:
        words = gettext("This key was used for another request. Send a new one.")
        raise _wrong_key("reused", words)
    if not entry.status:
        raise LostResponseError if entry.is_done else RunningError
    response: Response = current_app.response_class(entry.body, entry.status)
    del response.headers["Content-Type"]
    response.headers.update(entry.headers)
    response.headers[REPLAYED] = "true"
    return response


def _keep(
    store: Store, name: str, seconds: int, entry: _Entry, response: Response
) -> None:
    _fill(entry, response)
    try:
        _replace(store, name, entry, _encode(entry), seconds)
    except UnavailableError:
        # What was asked for is done, so the client hears that.
        _log.exception("The response for an idempotency key was not stored.")


def _fill(entry: _Entry, response: Response) -> None:
    response.direct_passthrough = False
    entry.status = response.status_code
    entry.body = response.get_data()
    headers = response.headers
    entry.headers = {each: headers[each] for each in _KEPT if each in headers}


def _free(store: Store, name: str, entry: _Entry) -> None:
    with suppress(UnavailableError):
        _replace(store, name, entry, None, CLAIM_SECONDS)


def _replace(
    store: Store, name: str, own: _Entry, value: bytes | None, seconds: int
) -> None:
    """Replace an entry unless it belongs to another request by now."""

    def change(stored: bytes | None) -> bytes | None:
        if stored is not None and _decode(stored).claim != own.claim:
            return stored
        return value

    store.update(name, change, seconds)
